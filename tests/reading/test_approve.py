"""`runbook approve`: what is approved is what was shown."""

from pathlib import Path

import pytest

from tests.record.conftest import Practice, end_of
from tests.record.team import (
    CELLS_WITH_GATE,
    RUN,
    TEAM,
    give_secrets,
    make_machine,
    make_remote,
    wait_at_the_gate,
)

PLACE = "https://airflow.example.org/team"
LINK = f"{PLACE}/dags/gate/runs/7"
TRUSTED = f"""answers_from = ["{PLACE}"]
people.ada = {{ names = ["ada@example.org"] }}
"""


@pytest.fixture
def people(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Practice, Practice]:
    """Olive's machine, whose run waits at a gate; and Otto's."""
    give_secrets(monkeypatch)
    remote, desk = make_remote(tmp_path / "remote.git"), tmp_path / "desk"
    olive, otto = (
        make_machine(tmp_path, desk, remote, name, CELLS_WITH_GATE) for name in ("olive", "otto")
    )
    wait_at_the_gate(olive)
    return olive, otto


def test_what_is_approved_is_shown_and_bound_to_its_digest(people: tuple[Practice, ...]) -> None:
    olive, otto = people
    asked = otto.asked("show", RUN, "--gate", "cups")
    said = otto.command("approve", "1.0", "cups", "--reason", "white is right")
    assert "   one cup, white" in said and asked["digest"] in said
    assert "approved by" in said
    [one] = olive.asked("status")
    [decision] = one["waiting"]["decisions"]
    assert (decision["verdict"], decision["digest"]) == ("approved", asked["digest"])
    assert one["advice"] == "run it again"
    assert [found["outcome"] for found in olive.asked("log")] == ["done", "waiting"]


def test_a_program_says_which_digest_it_approves(people: tuple[Practice, ...]) -> None:
    _, otto = people
    because = ("--reason", "white is right")
    said = otto.command("approve", RUN, "cups", *because, "--json", status=2)
    assert "expected --digest" in said
    digest = otto.asked("status")[0]["waiting"]["digest"]
    made = otto.asked("approve", RUN, "cups", *because, "--digest", digest)
    assert (made["run"], made["gate"], made["verdict"]) == (RUN, "cups", "approved")
    assert (made["digest"], made["reason"], made["how"]) == (digest, "white is right", "command")


def test_what_was_not_asked_is_not_approved(people: tuple[Practice, ...]) -> None:
    _, otto = people
    said = otto.command("approve", RUN, "cups", "--reason", "x", "--digest", "0" * 12, status=2)
    assert "it has changed since" in said
    assert "has asked for: cups" in otto.command("approve", RUN, "mugs", "--reason", "x", status=2)
    assert "practice" in otto.command(
        "approve", "practise/desk/1.0", "cups", "--reason", "x", status=2
    )
    assert otto.asked("status")[0]["waiting"]["decisions"] == []


def test_an_answer_that_is_passed_on_is_theirs_who_gave_it(people: tuple[Practice, ...]) -> None:
    """The account that passes it on is the operator's, who does not count; theirs does."""
    olive, otto = people
    profile = otto.folder / "runbook.toml"
    profile.write_text(profile.read_text() + TRUSTED)
    digest = otto.asked("status")[0]["waiting"]["digest"]
    because = ("--reason", "white is right", "--digest", digest)
    made = otto.asked(
        *("approve", RUN, "cups", *because), *("--by", "ada@example.org", "--link", LINK)
    )
    assert (made["by"], made["host"], made["how"]) == ("ada", "airflow.example.org", "passed on")
    assert (made["account"], made["link"]) == ("ada@example.org", LINK)
    with olive.start(*TEAM) as papermill:
        end_of(papermill)
    assert papermill.returncode == 0
    assert olive.asked("log")[0]["outcome"] == "done"
    assert olive.command("verify").startswith("✔ ")


def test_an_answer_is_passed_on_from_no_place_but_those_that_the_profile_trusts(
    people: tuple[Practice, ...],
) -> None:
    _, otto = people
    digest = otto.asked("status")[0]["waiting"]["digest"]
    said = ("approve", RUN, "cups", "--reason", "x", "--by", "ada")
    refused = otto.command(*said, "--digest", digest, "--link", LINK, status=2)
    assert "answers_from: none" in refused
    profile = otto.folder / "runbook.toml"
    profile.write_text(profile.read_text() + TRUSTED)
    for elsewhere in (f"{PLACE}s/1", LINK.replace("https", "http"), "https://example.org/team/1"):
        otto.command(*said, "--digest", digest, "--link", elsewhere, status=2)
    assert "all of --by" in otto.command(*said, "--digest", digest, status=2)
    assert otto.asked("status")[0]["waiting"]["decisions"] == []
