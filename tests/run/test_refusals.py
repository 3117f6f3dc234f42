"""What a person sees in the place of a traceback: in JupyterLab's kernel, before and in a run."""

import re
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from runbook_lib.notebook.reference import read_cells
from runbook_lib.reading.jupyterlab import with_short_refusals
from runbook_lib.run.refusals import in_quotes, made_under
from tests.recorder.front import Front, Message, start_front, write_notebook

RELEASE = Path(__file__).parents[2] / "runbooks" / "release.ipynb"
CELLS = read_cells(RELEASE.read_bytes())
CODE = [cell.source for cell in CELLS if cell.type == "code"]
PARAMETERS, OPENING, PREFLIGHT = CODE[:3]
CONFIGURATION = "etc/ipython/ipython_kernel_config.json"
DEEP = "def deep():\n    return undefined_here\n"


@pytest.fixture
def restarted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Front]:
    """A kernel that JupyterLab has just (re)started, as `runbook open` has it."""
    monkeypatch.setenv("JUPYTER_PATH", with_short_refusals()["JUPYTER_PATH"])
    with start_front(tmp_path, JPY_SESSION_NAME=str(RELEASE)) as front:
        yield front


@pytest.fixture
def plain(tmp_path: Path) -> Iterator[Front]:
    """A kernel as any front end starts it."""
    home = str(tmp_path / "home")
    with start_front(tmp_path, JPY_SESSION_NAME=str(RELEASE), RUNBOOK_HOME=home) as front:
        yield front


def shown(sent: list[Message]) -> str:
    """The traceback that a cell showed; its reply says that it failed, so that Run All stops."""
    assert sent[-1]["content"]["status"] == "error"
    (error,) = [each["content"] for each in sent if each["msg_type"] == "error"]
    assert sent[-1]["content"]["ename"] == error["ename"]
    return re.sub(r"\x1b\[[\d;]*m", "", "\n".join(error["traceback"]))


def test_a_cell_alone_after_a_restart_says_what_to_run_first(restarted: Front) -> None:
    said = shown(restarted.run(PREFLIGHT))
    assert said.startswith("Refused: expected 'run', which the cell under “Open the run” makes")
    assert "found that this kernel does not know 'run'" in said
    assert "Run All Above Selected Cell" in said and "\n" not in said
    assert "under “Preflight” makes," in shown(restarted.run("github.link"))
    assert "under “Open the run” makes," in shown(restarted.run("decide_release(run)"))


def test_a_kernel_of_any_jupyterlab_explains_a_runbook_that_it_opens(plain: Front) -> None:
    assert (Path(sys.prefix) / CONFIGURATION).exists(), "pip install -e . again: it brings it"
    assert "under “Open the run” makes," in shown(plain.run(PREFLIGHT))
    assert 'version: str = "007"' in shown(plain.run("version: str = 007"))
    assert shown(interrupted(plain)).startswith("Interrupted: ")


@pytest.mark.usefixtures("real_processes")
def test_a_kernel_of_another_notebook_knows_nothing_of_the_library(tmp_path: Path) -> None:
    other = write_notebook(tmp_path / "other.ipynb", "run")
    (tmp_path / "beside.py").write_text("here = 1")
    with start_front(tmp_path, JPY_SESSION_NAME=str(other)) as front:
        assert "Traceback" in shown(front.run("run"))
        ours = "[each for each in sys.modules if each.partition('.')[0] == 'runbook_lib']"
        front.run(f"import beside, sys\nassert not {ours}, {ours}")
        assert front.got[-1]["content"]["status"] == "ok", front.got[-1]


def test_a_name_that_no_cell_makes_has_its_traceback(restarted: Front) -> None:
    assert "Traceback" in shown(restarted.run("no_such_name"))
    restarted.run(DEEP)
    assert "in deep" in shown(restarted.run("deep()"))


@pytest.mark.parametrize(
    ("line", "quoted"),
    [
        ("version: str = 007  # the version", 'version: str = "007"'),
        ("version = 1.9.0", 'version = "1.9.0"'),
        ("profile = team", 'profile = "team"'),
    ],
)
def test_a_text_without_quotes_is_told_how_to_be_written(
    restarted: Front, line: str, quoted: str
) -> None:
    said = shown(restarted.run(f"repository: str = ''\n{line}"))
    assert said.startswith("Refused: ") and f"A text stands in quotes: {quoted}" in said
    assert "\n" not in said


def test_what_is_no_python_otherwise_names_its_line(restarted: Front) -> None:
    said = shown(restarted.run("a = 1\nrun.approve('gate'"))
    assert "nothing of this cell has run" in said and "Line 2: run.approve('gate'" in said
    ran = shown(restarted.run("compile('a b', 'other', 'exec')"))
    assert "compile('a b'" in ran and "nothing of this cell" not in ran


ASLEEP = "import subprocess\nprint('asleep')\nsubprocess.run(['sleep', '60'])"


def interrupted(front: Front, request: Callable[[str], str] | None = None) -> list[Message]:
    """What a cell sent that was stopped in the midst of a program of its own."""
    name = (request or front.request)(ASLEEP)
    while front.client.get_iopub_msg(timeout=60)["msg_type"] != "stream":
        pass
    time.sleep(0.5)
    front.manager.interrupt_kernel()
    return front.wait(name)


def test_who_sits_there_is_shown_cards_with_what_to_do(restarted: Front) -> None:
    def ask(code: str) -> str:
        """Have a cell executed for somebody who can answer, as JupyterLab does."""
        return str(restarted.client.execute(code, allow_stdin=True))

    missing = card(restarted.wait(ask(PREFLIGHT)))
    assert parts(missing) == ["expected", "found", "what to do"]
    assert "Run › Run All Above Selected Cell" in missing
    quoted = card(restarted.wait(ask("version: str = 007")))
    assert (
        parts(quoted) == ["expected", "found", "what to do"] and "a cell that is Python" in quoted
    )
    stopped = card(interrupted(restarted, ask))
    assert parts(stopped) == ["expected", "found", "what to do"] and "… Interrupted:" in stopped
    assert "<summary" in stopped, "where it was stopped is a click away"


def card(sent: list[Message]) -> str:
    """The card that a cell showed in the place of an error; its reply says that it failed."""
    assert sent[-1]["content"]["status"] == "error"
    assert not [each for each in sent if each["msg_type"] == "error"]
    shown = [each["content"]["data"] for each in sent if each["msg_type"] == "display_data"]
    return str(shown[0]["text/html"])


def parts(html: str) -> list[str]:
    """The parts that are set apart."""
    return re.findall(r">(expected|found|what to do)</b>", html)


def test_an_interrupt_is_one_line_in_a_run_that_any_front_end_opened(plain: Front) -> None:
    plain.run(PARAMETERS)
    plain.run(OPENING)
    said = shown(interrupted(plain))
    assert said.startswith("Interrupted: ") and "Run this cell again" in said
    assert "\n" not in said
    assert "under “Preflight” makes," in shown(plain.run("github.link"))


def test_only_a_value_alone_is_asked_to_be_quoted() -> None:
    assert in_quotes("tag = run.sign(") == ""
    assert in_quotes("plan: bool = yes") == 'A text stands in quotes: plan: bool = "yes"'


def test_every_name_that_a_cell_of_a_runbook_uses_has_a_place() -> None:
    assert made_under("run", CELLS) == "Open the run"
    assert made_under("version", CELLS) == "Parameters"
    assert made_under("no_such_name", CELLS) is None
