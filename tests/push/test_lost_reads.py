"""A single lost answer ends no runbook: what services are asked is asked again, steps or not."""

from collections.abc import Callable
from http.client import HTTPConnection
from typing import Any

import pytest

from runbook_lib.programs import Answer
from runbook_lib.sandbox.server.client import Client
from runbook_lib.services.approvals import SandboxPeople
from runbook_lib.services.git.failures import REACHING_OUT
from runbook_lib.services.git.git import Git
from runbook_lib.steps.runner import Runner
from tests.push.world import TeamWorld
from tests.release.carried_out import step_through


@pytest.fixture
def outside(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What services are asked while no runner bears with them."""
    under_way, asked = [0], list[str]()
    patiently, putrequest, run = Runner.patiently, HTTPConnection.putrequest, Git.run
    act = Runner.act

    def counted(work: Callable[..., Any]) -> Callable[..., Any]:
        def carried_out(*arguments: Any, **named: Any) -> Any:
            under_way[0] += 1
            try:
                return work(*arguments, **named)
            finally:
                under_way[0] -= 1

        return carried_out

    def put(self: HTTPConnection, method: str, url: str, *rest: Any, **more: Any) -> None:
        if not under_way[0]:
            asked.append(f"{method} {url}")
        putrequest(self, method, url, *rest, **more)

    def call(git: Git, *arguments: str, stdin: bytes = b"") -> Answer:
        if not under_way[0] and arguments[0] in REACHING_OUT:
            asked.append(f"git {' '.join(arguments)}")
        return run(git, *arguments, stdin=stdin)

    monkeypatch.setattr(Runner, "patiently", counted(patiently))
    monkeypatch.setattr(Runner, "act", counted(act))
    # The sandbox itself, on this machine, is no service outside.
    monkeypatch.setattr(Client, "ask", counted(Client.ask))
    monkeypatch.setattr(SandboxPeople, "request", counted(SandboxPeople.request))
    monkeypatch.setattr(HTTPConnection, "putrequest", put)
    monkeypatch.setattr(Git, "run", call)
    return asked


@pytest.mark.parametrize(
    "runbook",
    [
        "release",
        "push_duty",
        "security_fixes",
        "tag_push",
        "extract_locales",
        "cherry_pick",
        "live_push",
        "close_push",
    ],
)
def test_no_service_is_asked_but_by_somebody_who_asks_again(
    runbook: str, world: TeamWorld, outside: list[str]
) -> None:
    step_through(runbook=runbook).went_well()
    assert outside == []


@pytest.mark.parametrize(
    ("runbook", "path"),
    [
        ("tag_push", "/production/server/__version__"),
        ("tag_push", "/api/v3/repos/pelican/server/commits/.*/status"),
        ("close_push", "/pelican/server.git/info/refs"),
        ("close_push", "/calendar/push-duty.ics"),
    ],
)
def test_a_single_lost_answer_is_asked_for_again(runbook: str, path: str, world: TeamWorld) -> None:
    fault = {"path_pattern": path, "method": "GET", "kind": "status", "status": 503}
    world.client().expect("POST", "/sandbox/faults", {**fault, "times": 1})
    step_through(runbook=runbook).went_well()
    assert world.get("/sandbox/faults") == []
