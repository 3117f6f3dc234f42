"""Bad input of each kind, a few of each; `python -m tests.proof fuzz` tries more."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import strategies as st

from tests.proof.fuzz import services
from tests.proof.fuzz.command import main
from tests.proof.fuzz.feeding import Fed, Kind, Wrong, check_html, feed
from tests.proof.fuzz.kinds import KINDS
from tests.proof.fuzz.working import try_few, try_long

FEW = {"branches": 5, "commit messages": 10, "archives": 2, "packs": 4, "journals": 4}
"""So many inputs, where one takes its time; 20 of the others."""


@pytest.fixture(scope="module", autouse=True)
def sandbox() -> Iterator[None]:
    """The sandbox that services are asked in is ended with the last of these tests."""
    with services.ending:
        yield


@pytest.mark.parametrize("name", KINDS)
def test_bad_input_is_a_clear_error_or_a_right_result(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUNBOOK_HOME", str(tmp_path / "home"))
    try_few(KINDS[name], tmp_path, FEW.get(name, 20))


def test_what_is_wrong_is_found() -> None:
    def fail(_: object) -> object:
        raise KeyError("not one of ours")

    with pytest.raises(Wrong, match="KeyError at .*not one of ours"):
        feed(Fed(None, fail), "x")  # type: ignore[arg-type]
    for html in ("<script>x</script>", "<b onclick=x>", '<a href=" java\nscript:x">y</a>'):
        with pytest.raises(Wrong, match="HTML with"):
            check_html(html)
    check_html('<a href="https://a.example">&lt;script></a>')


def test_the_time_of_a_kind_is_that_of_its_inputs(tmp_path: Path) -> None:
    began: list[Path] = []

    def begin(folder: Path) -> Fed:
        time.sleep(0.3)
        began.append(folder)
        return Fed(st.just("x"), take)

    def take(_: str) -> None:
        if len(began) == 1:
            began.append(tmp_path)
            time.sleep(0.3)  # as an import may

    tried = try_long(Kind("slow to begin", (), begin), 0.2, first_seed=1)
    assert tried.inputs and tried.slowest < 0.3


def test_a_kind_without_an_input_is_an_error_of_the_command() -> None:
    with pytest.raises(SystemExit, match="tried none of versions"):
        main(["--only", "versions", "--minutes", "0"])
