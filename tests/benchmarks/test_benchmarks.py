"""The benchmark's command: its quickest rows are measured, and what it writes has its form."""

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from benchmarks.__main__ import lines_of, main
from benchmarks.cost import Cost
from benchmarks.report import Measured, keep, table
from benchmarks.row import Bench, Line, Missing, faster_than, growth, judged, more_by
from benchmarks.rows import ROWS
from benchmarks.rows.clients import SAME, by_steps, same_steps
from runbook_lib.journal.events import START, seal

HALF = judged("a | b", "git", Cost(1.0, 3.0), Cost(2.0, 2.0), 1.3)
MISSED = more_by("start", "`pass`", Cost(3.0, 1.0), Cost(1.0, 1.0), 0.5)


def measured(name: str, *lines: Line) -> Measured:
    return Measured(name, f"python -m benchmarks {name}", "2026-01-15", "2 × one, Linux", 3, lines)


def test_the_quickest_rows_are_measured_by_one_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status = main(["commands", "--quick", "--into", str(tmp_path / "out")])
    shown = capsys.readouterr().out.splitlines()
    assert shown[0] == "| what | against | goal | measured | met |"
    assert [line.split(" | ")[0] for line in shown[2:5]] == [
        f"| `runbook {name}` on one record" for name in ("status", "log", "show")
    ]
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        *("measured.json", "table.md", "chart.svg")
    }
    met = [line.split(" | ")[-1] for line in shown[2:5]]
    assert set(met) <= {"yes |", "**no** |"}
    assert status == int("**no** |" in met)


def test_each_row_has_a_module_of_its_own() -> None:
    modules = Path(__file__).parents[2] / "benchmarks" / "rows"
    assert {path.stem for path in modules.glob("*.py")} - {"__init__"} == set(ROWS)


def test_a_table_says_of_each_goal_whether_it_is_met_and_how_that_was_measured() -> None:
    found = table(
        [measured("one", HALF, MISSED), measured("two", Line("x", "", "", "", note="no y"))]
    )
    lines = found.splitlines()
    assert lines[2:5] == [
        "| a &#124; b | git | at most 1.3 × | 0.50 ×; of the processor 1.50 × | yes |",
        "| start | `pass` | at most + 0.5 s | + 2.00 s; of the processor + 0.00 s | **no** |",
        "| x | – | – | – | not measured |",
    ]
    how = "`python -m benchmarks one`, 3 times, medians, on 2026-01-15; 2 × one, Linux"
    assert f"**one** – {how}" in lines
    assert "- x: no y" in lines


def test_what_was_measured_on_another_day_stays(tmp_path: Path) -> None:
    keep([measured("one", HALF), measured("two", MISSED)], tmp_path)
    keep([measured("two", HALF)], tmp_path)
    said = json.loads((tmp_path / "measured.json").read_text())
    assert [(one["row"], one["lines"][0]["what"]) for one in said] == [
        ("one", "a | b"),
        ("two", "a | b"),
    ]
    assert "**no**" not in (tmp_path / "table.md").read_text()
    drawn = ElementTree.parse(tmp_path / "chart.svg").getroot()
    assert drawn.tag.endswith("svg")


def test_a_program_that_is_missing_is_said_in_its_row(tmp_path: Path) -> None:
    def row(_: Bench) -> list[Line]:
        raise Missing("git-cliff is not on this machine")

    (line,) = lines_of(row, Bench(tmp_path, 1), "the changelog")
    assert (line.what, line.met, line.missed) == ("the changelog", "not measured", False)
    assert line.note == "git-cliff is not on this machine"


def test_of_a_release_those_steps_are_counted_that_a_client_has_too() -> None:
    same = SAME["release-it"]
    took = [*((name, 1) for name in same), ("check_access", 50), ("approve", 9), ("write_entry", 2)]
    said = {"event": "outcome", "session": "s"}
    events = [
        seal({**said, "number": number, "step": name, "seconds": seconds}, START)
        for number, (name, seconds) in enumerate(took)
    ]
    found = by_steps(events)
    assert found["as release-it"] == Cost(len(same))
    assert found["as semantic-release"] == Cost(len(same) - 1 + 2)
    assert found["all steps"] == Cost(len(same) + 50 + 9 + 2)
    line = same_steps("release-it", Cost(1.0), Cost(2.0), 0.7)
    assert (line.measured, line.met) == ("0.50 ×", "yes")
    assert "counted are check_access, fetch, " in line.note
    assert "0.70 s outside of steps" in line.note


def test_goals_are_judged_by_what_they_are_about() -> None:
    assert judged("a", "b", Cost(1.0, 3.0), Cost(2.0, 2.0), 1.3).met == "yes"
    assert judged("a", "b", Cost(1.0, 3.0), Cost(2.0, 2.0), 1.3, ("wall", "cpu")).missed
    assert faster_than("a", "b", Cost(2.0), Cost(1.9)).missed
    grown = growth("tagging", "repositories", {3: Cost(1, 1), 30: Cost(10, 10), 300: Cost(90, 90)})
    assert (grown.met, grown.against) == ("yes", "each of 30 repositories")
