"""Bad input of each kind, a few of each; `python -m tests.proof fuzz` tries more."""

import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import strategies as st

from tests.proof.fuzz import services, texts
from tests.proof.fuzz.command import main
from tests.proof.fuzz.feeding import Fed, Kind, Wrong, check_html, feed
from tests.proof.fuzz.kinds import KINDS
from tests.proof.fuzz.working import Tried, replay, target, try_few, try_long

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


def test_bytes_make_an_input_each_of_them_a_choice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(texts, "chance", texts.by_bytes)
    fed: list[list[int]] = []
    inputs = texts.seeded(lambda random: [random.getrandbits(8) for _ in range(texts.MOST)])
    feed_bytes = target(Fed(inputs, fed.append), Tried("bytes"), Counter())
    for given in (b"one two", b"one two", b"one too"):
        feed_bytes(given)
    one, same, other = fed
    assert one == same
    assert [(before, now) for before, now in zip(one, other, strict=True) if before != now] == [
        (ord("w"), ord("o"))
    ]


def test_inputs_that_are_kept_are_fed_again_and_what_they_reach_is_measured(tmp_path: Path) -> None:
    for number, given in enumerate((b"1", b"2")):
        (tmp_path / f"{number}").write_bytes(given)
    tried = replay(KINDS["versions"], tmp_path)
    assert tried.inputs == 2 and tried.reached["readers"] > 0 and not tried.found


def test_without_atheris_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "atheris", None)
    with pytest.raises(SystemExit, match="pip install atheris"):
        main(["--guided", "--only", "versions"])
