"""`runbook diff`: two sessions or runs side by side."""

from tests.reading.conftest import SAMPLE, damage
from tests.record.conftest import Practice

KEYS = {"left", "right", "same", "facts", "parameters", "decided", "steps", "decisions"}


def test_two_runs_are_compared_part_by_part(sample: Practice) -> None:
    found = sample.asked("diff", "1.9", "2.0")
    assert set(found) == KEYS
    assert (found["left"], found["right"], found["same"]) == (
        SAMPLE,
        "release/tidewatch/2.0",
        False,
    )
    decided = {row["name"]: row for row in found["decided"]}
    assert (decided["version"]["left"], decided["version"]["right"]) == ("1.9.0", "2.0.0")
    assert decided["source"]["same"]
    given = {row["name"]: (row["left"], row["right"]) for row in found["parameters"]}
    assert given["version"] == ("", "2.0.0")
    gates = {row["name"]: row for row in found["decisions"]}
    assert gates["version, approver@sandbox"]["left"] is None


def test_each_step_stands_beside_its_like(sample: Practice) -> None:
    rows = sample.asked("diff", "1.9", "2.0")["steps"]
    [drafted] = [row for row in rows if row["name"] == "draft release"]
    assert "1.9" in drafted["left"] and "2.0" in drafted["right"]
    assert drafted["note"].count(" s") == 2


def test_a_gate_stands_beside_the_same_gate(sample: Practice) -> None:
    names = [row["name"] for row in sample.asked("diff", "1.9", "2.0")["steps"]]
    gates = [name for name in names if name.startswith("approve")]
    assert {"approve changelog", "approve load-test"} <= set(gates)
    assert len(gates) == len(set(gates))


def test_only_what_differs_is_marked(sample: Practice) -> None:
    lines = sample.command("diff", "1.9", "2.0").splitlines()
    assert lines[:2] == [f"- {SAMPLE}", "+ release/tidewatch/2.0"]
    assert any(line.startswith("  - version ") and "1.9.0" in line for line in lines)
    assert any(line.startswith("  + version ") and "2.0.0" in line for line in lines)
    assert any(line.startswith("    source ") for line in lines)


def test_a_run_is_the_same_as_its_only_session(sample: Practice) -> None:
    old = sample.asked("log", "--run", "1.9")[0]["session"]
    found = sample.asked("diff", "1.9", old)
    assert found["same"]
    lines = sample.command("diff", "1.9", old).splitlines()[2:]
    assert not [line for line in lines if line[:4] in ("  - ", "  + ")]


def test_a_run_that_is_done_again_does_nothing_twice(practice: Practice) -> None:
    practice.run()
    practice.run()
    first, second = [one["session"] for one in practice.asked("log")][::-1]
    rows = practice.asked("diff", first, second)["steps"]
    assert [row["left"].split()[0] for row in rows] == ["done", "done"]
    assert [row["right"].split()[0] for row in rows] == ["already", "already"]


def test_a_damaged_run_is_not_compared(practice: Practice) -> None:
    practice.run()
    damage(practice)
    said = practice.command("diff", "1.0", "latest", status=1)
    assert "does not have the hash" in said and "Traceback" not in said
    assert "found 'x'" in practice.command("diff", "x", "1.0", status=2)
