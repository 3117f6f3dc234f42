"""What is wrong with a notebook's file, or with the module beside it; and what a tag lets pass."""

import json
from pathlib import Path
from typing import Any

import pytest

from runbook_lib.lint.rules import check_notebook
from runbook_lib.lint.runbook import find_malformed
from tests.lint.written import GOOD, MODULE, write

TOKEN = "ghp_" + "a1B2c3D4e5F6" * 3
STREAM = {"output_type": "stream", "name": "stdout", "text": "done"}


def told(path: Path) -> list[tuple[str, int, int]]:
    return [(one.rule, one.cell, one.line) for one in check_notebook(path)]


@pytest.mark.parametrize(
    ("raw", "wanted"),
    [
        ({"build": {"outputs": [STREAM]}}, [("outputs", 9, 0)]),
        ({"build": {"execution_count": 3}}, [("outputs", 9, 0)]),
        ({"build": {"metadata": {"tags": ["injected-parameters"]}}}, [("outputs", 9, 0)]),
        ({"build": {"id": None}}, [("cell-id", 9, 0)]),
        ({"build": {"id": "cell-06"}}, [("cell-id", 7, 0), ("cell-id", 9, 0)]),
        ({"build": {"metadata": {"tags": ["check-ignore-efect"]}}}, [("ignored", 9, 0)]),
    ],
)
def test_what_is_committed_is_a_runbook_and_no_run(
    raw: dict[str, Any], wanted: list[tuple[str, int, int]], tmp_path: Path
) -> None:
    assert told(write(tmp_path, **raw)) == wanted


def test_a_secret_in_an_output_is_told_by_its_beginning(tmp_path: Path) -> None:
    path = write(tmp_path, build={"outputs": [{**STREAM, "text": f"token {TOKEN}"}]})
    found = {one.rule: str(one) for one in check_notebook(path)}
    assert {*found} == {"outputs", "secret"}
    assert "a GitHub token, ghp_…" in found["secret"]
    assert TOKEN not in found["secret"]


@pytest.mark.parametrize(
    "content",
    [
        *(b"", b"{}", b"[]", b"print(1)", b'{"cells": []}', b"\xff\xfe"),
        b'{"cells": [{"cell_type": "code", "source": null}]}',
        b'{"cells": [{"cell_type": "code", "source": "x", "metadata": null, "outputs": [], '
        b'"execution_count": null}], "metadata": {}, "nbformat": 4, "nbformat_minor": 4}',
    ],
)
def test_what_is_no_notebook_is_told_alone(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "publish.ipynb"
    path.write_bytes(content)
    assert told(path) == [("notebook", 0, 0)]


def test_a_tag_lets_one_rule_pass_in_one_cell(tmp_path: Path) -> None:
    change = {"build": "import os; os.system('make')", "upload": "import os; os.system('ship')"}
    tags = {"metadata": {"tags": ["check-ignore-effect"]}}
    assert told(write(tmp_path, change, build=tags)) == [("effect", 12, 1)]


def test_a_function_beside_the_notebook_that_changes_something_is_no_step(tmp_path: Path) -> None:
    plain = MODULE.replace("@step\ndef note", "def note")
    plain = plain.replace('    yield f"note {uploaded}"\n', "")
    [found] = check_notebook(write(tmp_path, module=plain))
    assert (found.rule, found.cell, found.line) == ("effect", 12, 2)
    assert "note(…): it calls subprocess.run in publish.py, line 23" in str(found)


def test_what_it_calls_in_turn_counts_too(tmp_path: Path) -> None:
    module = (
        "from runbook_lib import Service, check, step\nfrom sending import send\n"
        "class Index(Service):\n    @check\n    def check_access(self): ...\n"
        "    def upload(self, built):\n        deliver(built)\n"
        "def deliver(built):\n    send(built)\n"
        "def note(run, uploaded):\n    return uploaded\n"
    )
    path = write(tmp_path, module=module)
    sending = "import requests as web\ndef send(it):\n    web.put('x', it)\n    send(it)\n"
    (tmp_path / "sending.py").write_text(sending)
    [found] = check_notebook(path)
    assert "index.upload(…): it calls requests.put in sending.py, line 3" in str(found)


def test_a_step_that_lost_its_decorator_is_told(tmp_path: Path) -> None:
    [found] = check_notebook(write(tmp_path, module=MODULE.replace("@step\ndef", "def")))
    assert found.rule == "undecorated"
    assert "a generator in publish.py, line 22" in str(found)


def test_a_module_that_is_no_python_is_told_with_its_line(tmp_path: Path) -> None:
    path = write(tmp_path, module="x = 1\ndef = 2\n")
    [found] = check_notebook(path)
    assert (found.rule, found.file, found.line) == ("module", str(tmp_path / "publish.py"), 2)


def test_a_secret_in_a_module_is_told_with_its_line(tmp_path: Path) -> None:
    path = write(tmp_path, module=f"{MODULE}\nTOKEN = '{TOKEN}'\n")
    [found] = check_notebook(path)
    assert (found.rule, Path(found.file).name, found.line) == ("secret", "publish.py", 27)


def test_nothing_is_executed(tmp_path: Path) -> None:
    mark = tmp_path / "executed"
    module = f"open({str(mark)!r}, 'w').close()\n{MODULE}"
    change = {"open": f"import os; os.mkdir({str(mark)!r})\n{GOOD['open']}"}
    check_notebook(write(tmp_path, change, module=module))
    assert not mark.exists()


def test_what_a_magic_times_is_read_as_python(tmp_path: Path) -> None:
    change = {"build": "%time built = run.command(package)  # is it there?"}
    assert told(write(tmp_path, change)) == []


def test_a_run_that_joins_its_subject_below_has_one(tmp_path: Path) -> None:
    opening = GOOD["open"].replace(", subject=package", "")
    change = {"open": opening, "access": "access = index.check_access()\nrun.join(package)"}
    assert told(write(tmp_path, change)) == []
    below = {"open": opening, "upload": f"run.join(package)\n{GOOD['upload']}"}
    assert told(write(tmp_path, below)) == [("joined", 11, 1)]


@pytest.mark.parametrize(
    "line",
    [
        "import shutil",
        "import os.path as p",
        "from json import *",
        "from tools.signing import sign",
    ],
)
def test_what_is_installed_or_in_a_package_beside_is_there(line: str, tmp_path: Path) -> None:
    (tmp_path / "tools").mkdir()
    (tmp_path / "tools" / "signing.py").write_text("try:\n    sign = 1\nexcept E:\n    pass\n")
    assert told(write(tmp_path, {"upload": f"{line}\n{GOOD['upload']}"})) == []


@pytest.mark.parametrize(
    "asking",
    [
        'run.by_hand("Restart the replica", good="lag below 1 s")',
        'run.by_hand(title="Restart the replica")',
        'run.by_hand(f"Restart {package}", name="restart")',
        'run.approve(gate="upload", subject=built, title=f"Upload {built}")',
    ],
)
def test_what_a_person_is_asked_by_may_be_said_in_each_way(asking: str, tmp_path: Path) -> None:
    assert told(write(tmp_path, {"approve": f"asked = {asking}"})) == []


def test_a_run_may_end_for_good(tmp_path: Path) -> None:
    ending = {"close": "run.abandon(package)"}
    assert told(write(tmp_path, ending)) == []
    asked = {"upload": None, "failing": None, "approve": GOOD["approve"], **ending}
    assert told(write(tmp_path, asked | {"failing": GOOD["failing"]})) == [("gate-unused", 11, 1)]


@pytest.mark.parametrize("wrong", ['"nbformat": 0', '"nbformat": [{}]', '"nbformat": 4.5e3'])
def test_a_notebook_of_no_format_is_told_and_no_more(wrong: str, tmp_path: Path) -> None:
    path = tmp_path / "x.ipynb"
    path.write_text(
        f'{{"cells": [{{"cell_type": "code", "source": ""}}], "metadata": {{}}, {wrong}}}'
    )
    assert len(check_notebook(path)) == 1


def test_what_is_said_of_a_format_that_is_none_steers_no_terminal() -> None:
    said = find_malformed(b'{"cells": [{"cell_type": "markdown"}], "nbformat": "1\\t\\r2"}')
    assert "(No module named v1 <U+000D>2)" in said


def test_what_nbformat_quotes_of_a_notebook_steers_no_terminal() -> None:
    cell = {"cell_type": "markdown", "id": "a\ufe0c", "metadata": {}, "source": ""}
    notebook = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    assert "'a<U+FE0C>' does not match" in find_malformed(json.dumps(notebook).encode())
