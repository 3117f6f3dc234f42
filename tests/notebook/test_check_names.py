"""Which checks can be waived by name, as sources say it."""

import json
from pathlib import Path
from typing import Any

import pytest

from runbook_lib.notebook.check_names import known_checks, names_of
from runbook_lib.notebook.reference import Reference, read_reference

MODULE = """
import runbook_lib
from runbook_lib import check, step, wait, waivable_as

class Replica:
    @check
    def check_lag(self): ...

    @runbook_lib.wait
    @waivable_as("replica")
    def wait_for_replica(self): ...

    @check
    @waivable_as("")
    def never(self): ...

    @step
    def promote(self): ...

    def helper(self): ...

@check
def check_disk(run): ...
"""


def test_a_check_is_called_as_its_function_or_as_it_says() -> None:
    assert names_of(MODULE) - {""} == {"check_lag", "replica", "check_disk"}
    assert names_of("@check\ndef broken(") == set()


@pytest.mark.parametrize("decorator", ["@wait(limit=9)", "@ runbook_lib . check", "@(check)"])
def test_however_it_is_decorated(decorator: str) -> None:
    assert names_of(f"class Lag:\n\t{decorator}\n\tdef look(self): ...") == {"look"}


def test_those_of_the_kit_beside_the_notebook_and_in_its_cells_are_known(tmp_path: Path) -> None:
    (tmp_path / "replica.py").write_text(MODULE)
    write(tmp_path / "switch.ipynb", "import replica, json")
    write(tmp_path / "other.ipynb", "@check\ndef check_here(run): ...")
    found = set[str]().union(*known_checks(read_reference(tmp_path / "switch.ipynb")))
    assert {"ci", "check_clone", "check_lag", "replica", "check_disk", "check_here"} <= found
    assert not {"", "check_gates", "never", "wait_for_checks", "promote"} & found


def test_those_of_an_installed_package_are_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "site" / "acme_db" / "inner"
    package.mkdir(parents=True)
    (package.parent / "__init__.py").touch()
    (package / "replica.py").write_text(MODULE)
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    write(tmp_path / "switch.ipynb", "from acme_db.inner.replica import Replica\nimport no_such")
    found = set[str]().union(*known_checks(read_reference(tmp_path / "switch.ipynb")))
    assert "check_disk" in found
    assert "check_disk" not in set[str]().union(*known_checks(Reference(None)))


def write(path: Path, source: str) -> None:
    """A notebook of one cell."""
    code: dict[str, Any] = {"cell_type": "code", "id": "a", "metadata": {}, "source": source}
    cells = [{**code, "outputs": [], "execution_count": None}]
    whole = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    path.write_text(json.dumps(whole))
