"""What is rehearsed and lies elsewhere: its copy is kept, and gone on with."""

from pathlib import Path

import pytest

from runbook_lib.errors import Failed
from runbook_lib.release.original import Shown, keep_original
from runbook_lib.steps.report import Report
from tests.release.history import Change, build
from tests.release.world import git, refs_of


@pytest.fixture
def original(tmp_path: Path) -> Path:
    """A repository with a release."""
    return build(tmp_path / "weir", [Change("feat: open", {"a": "1"}, tag="0.1")])


def test_a_copy_is_brought_up_to_date_and_the_original_only_read(
    original: Path, tmp_path: Path
) -> None:
    copy = keep_original(tmp_path / "sandbox", f"file://{original}")
    assert refs_of(copy) == refs_of(original)
    build(original, [Change("fix: leak less", {"a": "2"})], onto="main")
    before = refs_of(original)
    assert keep_original(tmp_path / "sandbox", f"file://{original}") == copy
    assert refs_of(copy) == before == refs_of(original)
    assert git(copy, "symbolic-ref", "HEAD").strip() == "refs/heads/main"


def test_what_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(Failed, match="Check the address"):
        keep_original(tmp_path / "sandbox", f"file://{tmp_path}/nowhere")


def test_a_copy_that_is_made_at_once_says_nothing(
    original: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    keep_original(tmp_path / "sandbox", f"file://{original}")
    assert capsys.readouterr().out == ""


def test_one_that_takes_its_time_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    line = Shown("copy https://git.example/weir.git")
    line.progress("receiving objects: 10 %", 0.1)
    line.progress("receiving objects: 20 %", 0.2)
    line.finish(Report("rehearse", "done", detail="copied"))
    told = capsys.readouterr().out.splitlines()
    assert told[:3] == [
        "… copy https://git.example/weir.git",
        "… receiving objects: 10 %",
        "… receiving objects: 20 %",
    ]
    assert told[3].startswith("✔ done      copied")
