"""What the push's runbooks tell people to run is run, just as it was printed."""

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from runbook_lib.cli import main
from runbook_lib.cli.run import command as run_command
from runbook_lib.notebook.catalog import describe, find_runbook
from tests.push.world import NAMES, TAG, TeamWorld
from tests.release.carried_out import RUNBOOKS

PRINTED = re.compile(r"runbook (?:run|approve|show) [^;\n`]*[^;\n`\s.]")
OPTIONS = re.compile(r"(?:-p (?:'[^']+'|\S+)\s?)+(?=[ ;),]|$|tags)", re.MULTILINE)
KEPT = RUNBOOKS.parent / "tests" / "runbooks"
PUSH = ("cherry_pick", "close_push", "extract_locales", "live_push", "push_duty", "tag_push")


def printed(text: str) -> list[str]:
    """The commands that a text has, each once."""
    return list(dict.fromkeys(found[0] for found in PRINTED.finditer(text)))


def carried_out(command: str) -> Result:
    """What comes of a command, as somebody's shell reads it."""
    program, *arguments = shlex.split(command)
    assert program == "runbook"
    return CliRunner().invoke(main, arguments)


def went_well(command: str) -> str:
    """What a command says, which ends well."""
    found = carried_out(command)
    assert found.exit_code == 0, f"{command}\n{found.output[-2000:]}"
    return found.output


def options(text: str) -> str:
    """The options that a text tells to give."""
    found = OPTIONS.search(text)
    assert found, text
    return found[0].strip()


def shown(notebook: Path) -> Iterator[str]:
    """What a notebook tells: its text, and what its cells have shown."""
    for cell in json.loads(notebook.read_text())["cells"]:
        yield "".join(cell["source"]) if cell["cell_type"] == "markdown" else ""
        for output in cell.get("outputs", []):
            data = output.get("data", {}).get("text/plain", "")
            yield "".join(output.get("text") or data)


@pytest.mark.parametrize("runbook", PUSH)
def test_what_is_shown_names_runbooks_and_parameters_that_there_are(runbook: str) -> None:
    for text in shown(KEPT / f"{runbook}.ipynb"):
        for command in printed(text):
            given = run_command.make_context("run", shlex.split(command)[2:]).params
            there = {one.name for one in describe(find_runbook(given["runbook"])).parameters}
            assert {name.partition("=")[0] for name in given["given"]} <= there, command


@pytest.mark.usefixtures("world")
def test_each_command_of_the_weeks_table_works(monkeypatch: pytest.MonkeyPatch) -> None:
    # Where pytest says that it is at work, ipykernel leaves the terminal alone.
    monkeypatch.delenv("PYTEST_CURRENT_TEST")
    commands = printed(went_well("runbook run push_duty"))
    assert len(commands) == 6
    for command in commands:
        went_well(command)
    assert printed(went_well("runbook run push_duty")) == commands


def test_a_gate_is_answered_and_gone_on_with_as_it_says(world: TeamWorld) -> None:
    world.set_person("approver", mode="off")
    waiting = carried_out(f"runbook run tag_push -p push_date={TAG}")
    assert waiting.exit_code == 75
    commands = printed(waiting.output)
    assert [command.split()[1] for command in commands] == ["approve", "run"]
    for command in commands:
        went_well(command)
    assert {name: set(tags) for name, tags in world.tags().items()} == {
        name: {TAG} for name in NAMES
    }


def test_a_refused_run_is_gone_on_with_as_it_says(world: TeamWorld) -> None:
    path = f"/api/v3/repos/pelican/frontend/statuses/{world.heads()['frontend']}"
    world.client().expect("POST", path, {"state": "failure", "context": "lint"})
    refused = carried_out("runbook run tag_push")
    assert refused.exit_code == 1
    world.client().expect("POST", path, {"state": "success", "context": "lint"})
    (command,) = printed(refused.output)
    went_well(command)


def test_a_further_tag_is_made_and_goes_out_with_the_options_that_are_told(
    world: TeamWorld,
) -> None:
    world.until("pushed")
    path = "/api/v3/repos/pelican/server/contents/LATE.md"
    made = world.client("edith").expect("PUT", path, {"message": "late", "content": "eAo="})
    status = {"state": "success", "context": "tests"}
    home = "/api/v3/repos/pelican/server/statuses"
    world.client().expect("POST", f"{home}/{made['commit']['sha']}", status)
    told = options(went_well("runbook run tag_push"))
    assert told == f"-p push_date=2026-03-12 -p 'follow_up=server {TAG}-1'"
    went_well(f"runbook run tag_push {told}")
    assert set(world.tags()["server"]) == {TAG, f"{TAG}-1"}
    refused = carried_out(f"runbook run live_push -p push_date={TAG}")
    assert refused.exit_code == 1
    assert options(refused.output) == told
    went_well(f"runbook run live_push {told}")
    assert world.versions("production")["server"] == f"{TAG}-1"
