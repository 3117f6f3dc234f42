"""The engine is there by being installed, and leaves what is no runbook alone."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest
from papermill import execute_notebook, inspect_notebook
from papermill.engines import NBClientEngine, papermill_engines

from runbook_lib.engine import DefaultEngine, RunbookEngine, is_runbook
from tests.engine.conftest import Papermill, statuses, write_notebook

RELEASE = Path(__file__).parent.parent.parent / "runbooks" / "release.ipynb"
CHANGING = re.compile(r"time|date|duration|version|iopub|shell|msg_id")

LEAVE = "time.sleep(2)\n"
"""Long enough for the messages to leave: what a kill cuts off of them differs each time."""


def steady(value: Any) -> Any:
    """A notebook without its times and new cells' ids."""
    if isinstance(value, dict):
        kept = {key: steady(item) for key, item in value.items() if not CHANGING.search(key)}
        kept.pop("id", None)
        return kept
    return [steady(item) for item in value] if isinstance(value, list) else value


def executed(path: Path, output: Path, engine: str | None, **options: Any) -> Any:
    try:
        execute_notebook(path, output, engine_name=engine, progress_bar=False, **options)
    except Exception as error:
        return type(error), steady(nbformat.read(output, as_version=4))
    return None, steady(nbformat.read(output, as_version=4))


def test_papermill_has_the_engine_and_takes_it_by_default() -> None:
    assert papermill_engines.get_engine(None) is DefaultEngine
    assert papermill_engines.get_engine("runbook") is RunbookEngine
    assert DefaultEngine.ordinary is papermill_engines.get_engine("nbclient") is NBClientEngine


@pytest.mark.parametrize("first", ["papermill", "runbook_lib.engine", "papermill.engines"])
def test_papermill_loads_of_the_library_only_the_engines_door(
    first: str, real_processes: None
) -> None:
    code = (
        f"import {first}, sys, papermill.engines as engines\n"
        "print(sorted(name for name in sys.modules if name.startswith('runbook_lib')))\n"
        "print(engines.papermill_engines.get_engine(None).__name__)"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    doors = ["runbook_lib", "runbook_lib.engine", "runbook_lib.engine.default", "runbook_lib.lazy"]
    assert said.stdout == f"{doors}\nDefaultEngine\n"


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["from runbook_lib import open_run", "run = open_run('x', parameters=globals())"], True),
        (["import runbook_lib", "runbook_lib.open_run('x', parameters=globals())"], True),
        (["from runbook_lib import open_release as begin"], True),
        (["%%time\nimport os, runbook_lib.errors"], True),
        (["open_run('x')"], False),
        (["import json, runbook_library"], False),
        (["print('from runbook_lib import open_run')"], False),
        (["# from runbook_lib import open_run", "# open_run(1)"], False),
        (["library(runbook_lib)"], False),
        ([], False),
    ],
)
def test_a_runbook_is_a_notebook_that_uses_the_library(
    tmp_path: Path, cells: list[str], expected: bool
) -> None:
    path = write_notebook(tmp_path / "in.ipynb", "1", runbook=False)
    notebook = nbformat.read(path, as_version=4)
    notebook.cells = [nbformat.v4.new_code_cell(source) for source in cells]
    assert is_runbook(notebook) is expected
    notebook.metadata["runbook"] = {"session": "s1"}
    assert is_runbook(notebook)


@pytest.mark.parametrize(
    ("modules", "expected"),
    [
        ({"publish.py": "from runbook_lib import step"}, True),
        ({"publish.py": "import steps", "steps.py": "import runbook_lib"}, True),
        ({"publish/__init__.py": "from runbook_lib import step"}, True),
        ({"publish.py": "import json"}, False),
        ({"publish.py": "from runbook_lib import ="}, False),
        ({"other.py": "import runbook_lib"}, False),
        ({}, False),
    ],
)
def test_a_runbook_is_a_notebook_beside_a_module_of_its_own_that_uses_the_library(
    tmp_path: Path, modules: dict[str, str], expected: bool
) -> None:
    path = write_notebook(tmp_path / "in.ipynb", "from publish import begin", runbook=False)
    for name, source in modules.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(source)
    assert is_runbook(nbformat.read(path, as_version=4), str(path)) is expected


def test_a_runbook_is_a_notebook_whose_installed_module_uses_the_library(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "site" / "kit").mkdir(parents=True)
    (tmp_path / "site" / "kit" / "__init__.py").write_text("raise SystemExit")
    (tmp_path / "site" / "kit" / "runs.py").write_text("from runbook_lib import open_run")
    monkeypatch.syspath_prepend(tmp_path / "site")
    for source, expected in (("from kit.runs import begin", True), ("import kit", False)):
        path = write_notebook(tmp_path / "in.ipynb", source, runbook=False)
        assert is_runbook(nbformat.read(path, as_version=4), str(path)) is expected


@pytest.mark.parametrize(
    "cells",
    [
        ["# Title", "print('a')", "x = 1\nx"],
        ["print('a')", "1 / 0", "print('never')"],
        ["import sys; sys.exit(0)", "print('never')"],
        [
            f"import os, time\nprint('a', flush=True)\n{LEAVE}os.kill(os.getpid(), 9)",
            "print('never')",
        ],
        ["import os\nprint(sorted(name for name in os.environ if name.startswith('RUNBOOK_N')))"],
    ],
    ids=["prose", "error", "exit", "killed", "environment"],
)
def test_a_notebook_that_is_no_runbook_comes_out_as_papermill_has_it(
    tmp_path: Path, cells: list[str]
) -> None:
    path = write_notebook(tmp_path / "in.ipynb", *cells, parameters="alpha: int = 1", runbook=False)
    output = tmp_path / "out.ipynb"
    options = {"parameters": {"unknown": "https://u:password1@x"}}
    expected = executed(path, output, "nbclient", **options)
    assert executed(path, output, None, **options) == expected


def test_a_notebook_in_another_language_is_the_ordinary_engines() -> None:
    kernel = {"name": "ir", "display_name": "R", "language": "R"}
    metadata = {"kernelspec": kernel, "language_info": {"name": "R"}}
    notebook = nbformat.v4.new_notebook(metadata=metadata)
    assert not is_runbook(notebook)
    assert papermill_engines.nb_kernel_name(None, notebook) == "ir"
    assert papermill_engines.nb_language(None, notebook) == "R"


def test_a_runbook_can_be_inspected_and_tells_its_parameters(papermill: Papermill) -> None:
    assert inspect_notebook(str(RELEASE))["version"]["inferred_type_name"] == "str"
    command = [sys.executable, "-m", "papermill", "--help-notebook", str(RELEASE)]
    said = subprocess.run(command, capture_output=True, text=True)
    assert "load_test: bool" in said.stdout


def test_another_engine_can_be_asked_for_and_ours_for_any_notebook(tmp_path: Path) -> None:
    killed = "import os\nos.kill(os.getpid(), 9)"
    runbook = write_notebook(tmp_path / "runbook.ipynb", killed)
    plain = write_notebook(tmp_path / "plain.ipynb", killed, runbook=False)
    output = tmp_path / "out.ipynb"
    found = {}
    for path, engine in ((runbook, "nbclient"), (plain, "runbook")):
        executed(path, output, engine)
        found[engine] = statuses(nbformat.read(output, as_version=4))
    assert found == {"nbclient": ["completed"], "runbook": ["unknown"]}


def test_without_an_output_path_the_notebook_is_returned(tmp_path: Path) -> None:
    path = write_notebook(tmp_path / "in.ipynb", "print('a')")
    notebook = execute_notebook(str(path), None, progress_bar=False)
    assert statuses(notebook) == ["completed"]
    assert sorted(tmp_path.iterdir()) == [path]


def test_papermills_options_keep_working(tmp_path: Path) -> None:
    path = write_notebook(
        tmp_path / "in.ipynb", "import sys; print('out'); print('err', file=sys.stderr)"
    )
    with (tmp_path / "stdout").open("w") as out, (tmp_path / "stderr").open("w") as err:
        execute_notebook(
            path,
            tmp_path / "out.ipynb",
            kernel_name="python3",
            start_timeout=50,
            stdout_file=out,
            stderr_file=err,
            log_output=True,
            autosave_cell_every=1,
            request_save_on_cell_execute=False,
            report_mode=True,
            progress_bar={"disable": True},
            cwd=tmp_path,
        )
    assert (tmp_path / "stdout").read_text() == "out\n"
    assert (tmp_path / "stderr").read_text() == "err\n"
    assert statuses(nbformat.read(tmp_path / "out.ipynb", as_version=4)) == ["completed"]
