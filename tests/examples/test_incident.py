"""The example that leads through an incident: people confirm, and the chat is told once."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.examples.example import Example, end, wait_until
from tests.examples.gateways import Gateway, Trouble, run_gateway
from tests.examples.sites import Site, run_site
from tests.push.world import TeamWorld, start_team
from tests.release.world import stop_worlds

RUN = "incident/shop/practice"
BEGUN = "Incident practice, major: we are looking at it [incident practice begins]"
OVER = "Incident practice, major: it is over [incident practice is over]"
LINK = ("--evidence", "https://graphs.example/1")


@pytest.fixture
def site() -> Iterator[Site]:
    with run_site() as running:
        yield running


@pytest.fixture
def chat(tmp_path: Path) -> Iterator[TeamWorld]:
    """The team's chat, which is there for longer than any session."""
    yield start_team(tmp_path / "outside")
    stop_worlds(tmp_path / "outside")


@pytest.fixture
def gateway(chat: TeamWorld) -> Iterator[Gateway]:
    """The way to the chat."""
    with run_gateway(chat.url, matters="/chat.postMessage") as running:
        yield running


@pytest.fixture
def example(tmp_path: Path, site: Site, chat: TeamWorld, gateway: Gateway) -> Iterator[Example]:
    said = {
        "http://127.0.0.1:8000": site.url,
        "https://shop.example.org": site.url,
        "https://slack.com": f"{gateway.url}/slack",
        "#incidents": "#remora",
        "[profiles.team.slack]": "[profiles.team.wait]\nlimit = 1\n\n[profiles.team.slack]",
    }
    copy = Example.copy("incident", tmp_path, said, {"SLACK_BOT_TOKEN": chat.token()})
    yield copy
    stop_worlds(copy.home)


def told(chat: TeamWorld) -> list[str]:
    """What the chat was told of the incident, oldest first."""
    return [one["text"] for one in chat.messages() if "Incident practice" in one["text"]]


def test_a_plan_changes_nothing(example: Example, chat: TeamWorld) -> None:
    example.run("--plan", "--profile", "team").ended(0)
    assert {outcome for _, outcome in example.outcomes} == {"planned", "good"}
    assert not told(chat) and not (example.folder / "reports").exists()


def test_people_confirm_what_they_did_and_each_thing_is_told_once(
    example: Example, chat: TeamWorld, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.well = False
    waits = example.run("--profile", "team").ended(75)
    call = ("confirm", RUN, "call-operations-and-the-developers-on-duty")
    assert " ".join(call) in waits.text
    example.command(*call).ended(2)
    example.command(*call, "--evidence", "willow and otto").ended(0)
    example.run("--profile", "team").ended(75)
    example.command("confirm", RUN, "find-the-change-that-it-began-with", *LINK).ended(0)
    assert "the operator does not count" in example.run("--profile", "team").ended(75).text
    example.approve(monkeypatch, "edith", RUN, "take-back", "that is it")
    example.run("--profile", "team").ended(75)
    example.command("confirm", RUN, "take-the-change-back", *LINK).ended(0)
    assert "503" in example.run("--profile", "team").ended(75).text
    assert told(chat) == [BEGUN]
    site.well = True
    example.run("--profile", "team", "-p", "affected=80").ended(75)
    example.command("confirm", RUN, "watch-the-errors-for-ten-minutes", "--evidence", "0").ended(0)
    example.run("--profile", "team").ended(0)
    example.check_record()
    assert told(chat) == [BEGUN, OVER]
    report = (example.folder / "reports" / "practice.md").read_text()
    assert report.startswith("# Incident practice, major\n") and "willow and otto" in report
    example.run("--profile", "team").ended(0)
    assert {outcome for _, outcome in example.outcomes} == {"already", "good"}
    assert told(chat) == [BEGUN, OVER]


@pytest.mark.parametrize("trouble", ["held before", "held behind"])
def test_killed_in_the_middle_of_the_announcement_it_is_made_once(
    example: Example, chat: TeamWorld, gateway: Gateway, trouble: Trouble
) -> None:
    gateway.troubles = {1: trouble}
    running = example.start("run", example.notebook.name, "--profile", "team")
    wait_until(gateway.held.is_set, "a message is under way")
    example.kill_kernel()
    assert "its kernel died" in end(running).ended(1).text
    gateway.released.set()
    example.run("--profile", "team").ended(75)
    again = "done" if trouble == "held before" else "already"
    assert ("announce", again) in example.outcomes
    assert told(chat) == [BEGUN]


def test_papermill_goes_through_with_the_people_of_the_sandbox(example: Example) -> None:
    ran, notebook = example.papermill()
    ran.ended(0)
    assert notebook["metadata"]["runbook"]["outcome"] == "done"
    example.check_record()


def test_its_cells_show_what_is_expected(example: Example) -> None:
    example.nbval().ended(0)
