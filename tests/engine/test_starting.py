"""A kernel that dies before it answers has executed nothing: it is started anew, a few times."""

import json
import sys
from pathlib import Path

import pytest

from tests.engine.conftest import Papermill, notes, text_of

pytestmark = pytest.mark.usefixtures("real_processes")

LOSES = """\
import json, pathlib, runpy, socket, sys
starts = pathlib.Path(__file__).with_name("starts")
starts.write_text(starts.read_text() + "+" if starts.exists() else "+")
if len(starts.read_text()) <= {losses}:
    found = json.loads(pathlib.Path(sys.argv[2]).read_text())
    taken = socket.create_server((found["ip"], found["shell_port"]))
runpy.run_module("ipykernel_launcher", run_name="__main__")
"""
"""A kernel to which the first times somebody is faster: one of its ports is taken."""


def write_kernel(folder: Path, *command: str) -> dict[str, str]:
    """A kernel `unlucky` of that command; the environment in which it is known."""
    spec = folder / "kernels" / "unlucky" / "kernel.json"
    spec.parent.mkdir(parents=True)
    told = {"argv": [*command, "-f", "{connection_file}"], "display_name": "unlucky"}
    spec.write_text(json.dumps(told | {"language": "python"}))
    return {"JUPYTER_PATH": str(folder)}


def losing(folder: Path, losses: int) -> dict[str, str]:
    """A kernel that loses a port so often."""
    script = folder / "unlucky.py"
    script.write_text(LOSES.format(losses=losses))
    return write_kernel(folder, sys.executable, str(script))


def test_a_kernel_that_loses_a_port_to_another_is_started_anew(papermill: Papermill) -> None:
    known = losing(papermill.folder, 2)
    papermill.write("print('ran')")
    ended = papermill.run("-k", "unlucky", **known)
    assert ended.status == 0, ended.said
    assert papermill.statuses() == ["completed"]
    assert text_of(papermill.read()) == "ran\n"
    assert (papermill.folder / "starts").read_text() == "+++"


def test_one_that_never_starts_is_told_in_a_line_and_nothing_was_run(papermill: Papermill) -> None:
    known = losing(papermill.folder, 100)
    papermill.write("print('never')")
    ended = papermill.run("-k", "unlucky", **known)
    assert ended.status == 1
    assert "expected that the kernel unlucky starts, found: Kernel died" in ended.said
    assert "Address already in use" in ended.said
    assert "nothing was run" in ended.said
    assert "nbclient/client.py" not in ended.said
    assert papermill.statuses() == ["not run"]
    assert papermill.read().metadata.runbook["outcome"] == "failed"
    assert "nothing was run" in notes(papermill.read())[0]
    assert (papermill.folder / "starts").read_text() == "+++"


def test_one_whose_command_is_not_there_is_told_in_a_line(papermill: Papermill) -> None:
    known = write_kernel(papermill.folder, str(papermill.folder / "gone"))
    papermill.write("print('never')")
    ended = papermill.run("-k", "unlucky", **known)
    assert ended.status == 1
    assert "expected that the kernel unlucky starts, found:" in ended.said
    assert "execution.py" not in ended.said
    assert papermill.statuses() == ["not run"]


def test_one_that_does_not_answer_in_time_is_not_waited_for_again(papermill: Papermill) -> None:
    (papermill.folder / "deaf.py").write_text(
        "import time\nopen('starts', 'a').write('+')\ntime.sleep(300)"
    )
    known = write_kernel(papermill.folder, sys.executable, str(papermill.folder / "deaf.py"))
    papermill.write("print('never')")
    ended = papermill.run("-k", "unlucky", "--start-timeout", "2", **known)
    assert ended.status == 1
    assert "found: Kernel didn't respond in 2 seconds" in ended.said
    assert (papermill.folder / "starts").read_text() == "+"
