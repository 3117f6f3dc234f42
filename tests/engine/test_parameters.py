"""A wrong parameter ends before a kernel is started, and the file says that nothing was run."""

import nbformat
import pytest
from papermill import execute_notebook

from runbook_lib.errors import UsageError
from tests.engine.conftest import Papermill, notes

DECLARED = 'version: str = ""  # the version\ncount: int = 1\nrate: float = 1.5\nplan: bool = False'
WRONG = [
    (["-p", "versoin", "1.9.0"], "did you mean version?"),
    (["-p", "version", "2.10"], "papermill … -r version"),
    (["-p", "version", "007"], "expected text, found int 7"),
    (["-p", "count", "many"], "expected a whole number"),
    (["-p", "plan", "1"], "expected True or False"),
]


@pytest.mark.parametrize(("given", "said"), WRONG)
def test_a_wrong_parameter_is_refused_in_a_line_and_nothing_is_run(
    papermill: Papermill, given: list[str], said: str
) -> None:
    papermill.output.write_text("what an earlier run left")
    papermill.write("open('ran', 'w').close()", parameters=DECLARED)
    ended = papermill.run(*given)
    assert ended.status == 2
    assert said in ended.said
    assert "Nothing was run." in ended.said
    assert "Traceback" not in ended.said
    assert "Executing notebook with kernel" not in ended.said
    assert not (papermill.folder / "ran").exists()
    found = papermill.read()
    assert set(papermill.statuses()) == {"not run"}
    assert "nothing was run" in notes(found)[0]
    assert found.metadata.runbook["outcome"] == "refused"


def test_a_program_gets_a_usage_error(papermill: Papermill) -> None:
    papermill.write("1", parameters=DECLARED)
    path = str(papermill.folder / "in.ipynb")
    with pytest.raises(UsageError, match="did you mean count"):
        execute_notebook(path, None, {"cuont": 2}, progress_bar=False)


def test_what_is_declared_can_be_given(papermill: Papermill) -> None:
    papermill.write("print(version, count, rate, plan)", parameters=DECLARED)
    options = ["-r", "version", "2.10", "-p", "count", "3", "-p", "rate", "2", "-p", "plan", "True"]
    assert papermill.run(*options).status == 0
    found = nbformat.read(papermill.output, as_version=4)
    assert found.cells[-1].outputs[0].text == "2.10 3 2 True\n"


def test_a_runbook_that_declares_none_takes_none(papermill: Papermill) -> None:
    papermill.write("1")
    ended = papermill.run("-p", "version", "x")
    assert (ended.status, "found 'version'" in ended.said) == (2, True)


def test_preparing_only_still_prepares(papermill: Papermill) -> None:
    papermill.write("1", parameters=DECLARED)
    assert papermill.run("--prepare-only", "-r", "version", "1.9").status == 0
    assert 'version = "1.9"' in papermill.output.read_text().replace("\\", "")
