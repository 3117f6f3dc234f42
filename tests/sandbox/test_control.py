"""The sandbox's controls: its people, its approvals, its settings and its deployments."""

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from runbook_lib.errors import Failed, UsageError
from runbook_lib.journal.decision import Decision
from runbook_lib.sandbox.server.client import Client
from runbook_lib.sandbox.world.git_objects import run_git
from runbook_lib.sandbox.world.keys import make_signing_key
from runbook_lib.sandbox.world.world import World
from runbook_lib.services.approvals import SandboxPeople
from runbook_lib.steps.question import Question
from tests.sandbox.conftest import Sandbox

QUESTION = {
    "run": "release/tidewatch/1.9",
    "gate": "changelog",
    "digest": "sha256:1",
    "title": "The changelog of 1.9",
    "text": "* waves",
}


@pytest.fixture
def quiet(sandbox: Sandbox) -> Sandbox:
    """A sandbox in which nothing happens by itself."""
    sandbox.people_off()
    return sandbox


def ask(sandbox: Sandbox, **change: str) -> dict[str, Any]:
    answer: dict[str, Any] = sandbox.client().expect(
        "POST", "/sandbox/approvals", QUESTION | change
    )
    return answer


def decisions(sandbox: Sandbox, *, sleep: Callable[[float], None] = time.sleep) -> list[Decision]:
    """What a run is answered that asks the people."""
    decided = list[Decision]()

    def decide(one: Decision) -> Decision:
        decided.append(one)
        return one

    SandboxPeople(sandbox.url, sandbox.token(), sleep=sleep).ask(Question(**QUESTION), decide)
    return decided


@pytest.mark.parametrize("token", ["", "wrong"])
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/state"),
        ("GET", "/settings"),
        ("GET", "/repositories"),
        ("GET", "/approvals/1"),
        ("PATCH", "/people/ci"),
        ("POST", "/approvals"),
        ("POST", "/deployments"),
        ("PUT", "/sample"),
        ("PUT", "/repositories/a/b"),
    ],
)
def test_nothing_is_told_or_done_without_a_token(
    shared_sandbox: Sandbox, token: str, method: str, path: str
) -> None:
    assert Client(shared_sandbox.url, token).ask(method, f"/sandbox{path}", {}).status == 401


def test_only_the_operator_changes_the_world(quiet: Sandbox) -> None:
    reviewer = quiet.client("reviewer")
    assert reviewer.ask("PATCH", "/sandbox/people/ci", {"mode": "on"}).status == 403
    assert reviewer.ask("PUT", "/sandbox/settings/merge_method", {"value": "squash"}).status == 403
    assert reviewer.ask("POST", "/sandbox/approvals", QUESTION).status == 403
    assert quiet.state()["people"]["ci"]["mode"] == "off"
    assert quiet.state()["approvals"] == []


def test_a_gate_asks_once_for_one_digest(quiet: Sandbox) -> None:
    first, again, other = ask(quiet), ask(quiet), ask(quiet, digest="sha256:2")
    assert first["state"] == "pending"
    assert again == first
    assert other["id"] != first["id"]
    assert [line["kind"] for line in quiet.state()["happenings"]].count("approval") == 2


def test_the_approver_answers_with_name_and_reason(sandbox: Sandbox) -> None:
    asked = ask(sandbox)
    path = f"/sandbox/approvals/{asked['id']}"
    client = sandbox.client()
    found = sandbox.wait_until(
        lambda: (now := client.expect("GET", path))["state"] != "pending" and now
    )
    assert (found["state"], found["by"]) == ("approved", "approver")
    assert found["reason"]
    assert found["digest"] == QUESTION["digest"]
    assert ask(sandbox) == found


def test_an_approver_who_says_no_rejects_with_a_reason(sandbox: Sandbox) -> None:
    sandbox.set_person("approver", mode="no")
    asked = ask(sandbox)
    client = sandbox.client()
    path = f"/sandbox/approvals/{asked['id']}"
    sandbox.wait_until(lambda: client.expect("GET", path)["state"] == "rejected")


def test_an_approver_who_was_away_catches_up(quiet: Sandbox) -> None:
    path = f"/sandbox/approvals/{ask(quiet)['id']}"
    client = quiet.client()
    assert client.expect("GET", path)["state"] == "pending"
    quiet.set_person("approver", mode="on")
    quiet.wait_until(lambda: client.expect("GET", path)["state"] == "approved")


@pytest.mark.parametrize(("mode", "waits"), [("off", False), ("slow", True)])
def test_who_is_away_is_not_waited_for(quiet: Sandbox, mode: str, waits: bool) -> None:
    quiet.set_person("approver", mode=mode, delay=3600)
    slept = list[float]()
    assert decisions(quiet, sleep=slept.append) == []
    assert (sum(slept) > 10) == waits


def test_an_answer_that_was_given_counts_though_the_approver_is_away(quiet: Sandbox) -> None:
    path = f"/sandbox/approvals/{ask(quiet)['id']}"
    quiet.client("approver").expect("PATCH", path, {"state": "rejected", "reason": "no"})
    assert [(one.verdict, one.reason) for one in decisions(quiet)] == [("rejected", "no")]


def test_an_answer_stays_as_it_was_given(quiet: Sandbox) -> None:
    path = f"/sandbox/approvals/{ask(quiet)['id']}"
    quiet.client("approver").expect("PATCH", path, {"state": "rejected", "reason": "no"})
    again = quiet.client("approver").expect("PATCH", path, {"state": "approved"})
    assert (again["state"], again["reason"]) == ("rejected", "no")
    assert quiet.client("ops").ask("PATCH", path, {"state": "approved"}).status == 403


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("PATCH", "/people/nobody", {"mode": "on"}, 404),
        ("PATCH", "/people/ci", {"mode": "asleep"}, 422),
        ("PATCH", "/people/ci", {"delay": -1}, 422),
        ("PATCH", "/people/ci", {"delay": "soon"}, 422),
        ("PATCH", "/people/ci", ["mode"], 422),
        ("PUT", "/settings/merge_method", {"value": "octopus"}, 422),
        ("PUT", "/settings/clock", {"value": "noon"}, 404),
        ("POST", "/approvals", {"run": "r"}, 422),
        ("GET", "/approvals/99", None, 404),
        ("POST", "/deployments", {"repository": "a/b"}, 422),
        ("PUT", "/repositories/a/b", {"source": "/nowhere"}, 422),
    ],
)
def test_a_wrong_request_is_refused(
    shared_sandbox: Sandbox, method: str, path: str, body: Any, status: int
) -> None:
    before = shared_sandbox.state()
    assert shared_sandbox.client().ask(method, f"/sandbox{path}", body).status == status
    assert shared_sandbox.state() == before


def test_a_deployment_shows_in_its_version(quiet: Sandbox) -> None:
    body = {
        "environment": "stage",
        "repository": "harbor/tidewatch",
        "version": "1.9",
        "commit": "a" * 40,
    }
    quiet.client("ops").expect("POST", "/sandbox/deployments", body)
    nobody = Client(quiet.url)
    assert nobody.expect("GET", "/stage/tidewatch/__version__") == {
        "source": f"{quiet.url}/harbor/tidewatch",
        "version": "1.9",
        "commit": "a" * 40,
        "build": f"{quiet.url}/harbor/tidewatch/commit/{'a' * 40}",
    }
    assert nobody.expect("GET", "/production/tidewatch/__version__")["version"] == "1.8"
    assert nobody.expect("GET", "/stage/tidewatch/__heartbeat__")["status"] == "ok"
    assert quiet.client("qa").ask("POST", "/sandbox/deployments", body).status == 403


def test_what_was_never_deployed_has_no_version(shared_sandbox: Sandbox) -> None:
    for name in ("__version__", "__heartbeat__"):
        assert Client(shared_sandbox.url).ask("GET", f"/stage/lighthouse/{name}").status == 404


def test_a_repository_is_mirrored_once(quiet: Sandbox, tmp_path: Path) -> None:
    with World(quiet.folder) as world:
        source = world.git_folder("harbor/tidewatch")
    client = quiet.client()
    path = "/sandbox/repositories/me/copy"
    first = client.expect("PUT", path, {"source": str(source)})
    assert first["full_name"] == "me/copy"
    assert first["default_branch"] == "master"
    assert client.expect("PUT", path, {"source": str(source)}) == first
    names = [each["full_name"] for each in client.expect("GET", "/sandbox/repositories")]
    assert names == ["harbor/tidewatch", "me/copy"]


def test_a_mirror_is_shown_to_nobody_without_a_token(quiet: Sandbox) -> None:
    with World(quiet.folder) as world:
        source = world.git_folder("harbor/tidewatch")
    path = "/sandbox/repositories/me/copy"
    assert quiet.client().expect("PUT", path, {"source": str(source)})["private"] is True
    for login in ("reader", "operator"):
        assert run_git(Path("/"), "ls-remote", quiet.git_url(login, "me/copy"))
        assert quiet.client(login).ask("GET", "/api/v3/repos/me/copy").status == 200
    with pytest.raises(Failed, match="could not read Username|Authentication failed"):
        run_git(Path("/"), "ls-remote", quiet.git_url(None, "me/copy"))
    assert Client(quiet.url).ask("GET", "/api/v3/repos/me/copy").status in (401, 404)


def test_a_token_is_asked_before_a_large_body_is_read(quiet: Sandbox) -> None:
    paths = (
        "/me/copy.git/git-receive-pack",
        "/sandbox/people/ci",
        "/api/v3/repos/harbor/tidewatch/issues",
    )
    for path in paths:
        began = {"Content-Length": str(300_000_000), "Content-Type": "application/json"}
        assert begin_to_send(quiet.url, path, began) == 401
    known = {"Content-Length": str(300_000_000), "Authorization": f"token {quiet.token()}"}
    assert begin_to_send(quiet.url, "/api/v3/repos/harbor/tidewatch/issues", known) == 413


def begin_to_send(url: str, path: str, headers: dict[str, str]) -> int:
    """The status of the answer to a request of which nothing but the beginning was sent."""
    place = urlsplit(url)
    connection = HTTPConnection(place.hostname or "", place.port, timeout=60)
    try:
        connection.putrequest("POST", path)
        for name, value in headers.items():
            connection.putheader(name, value)
        connection.endheaders()
        return connection.getresponse().status
    finally:
        connection.close()


def test_a_body_that_does_not_say_its_length_is_bounded_too(
    quiet: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def pieces() -> Iterator[bytes]:
        for _ in range(3):
            yield b" " * 600_000

    with suppress(requests.ConnectionError):  # the answer may come while there is still to send
        answer = requests.post(f"{quiet.url}/slack/api/auth.test", data=pieces(), timeout=60)
        assert answer.status_code == 401


def test_the_state_tells_no_token(shared_sandbox: Sandbox) -> None:
    assert "sandbox_" not in str(shared_sandbox.state())


def test_the_operators_key_signs_and_is_verified(quiet: Sandbox, tmp_path: Path) -> None:
    key = make_signing_key(quiet.running.keys)
    run_git(tmp_path, "clone", "--quiet", quiet.git_url(), "copy")
    copy = tmp_path / "copy"
    settings = {
        "gpg.format": "ssh",
        "user.signingKey": str(key.public),
        "gpg.ssh.allowedSignersFile": str(key.allowed_signers),
    }
    for name, value in settings.items():
        run_git(copy, "config", name, value)
    run_git(copy, "tag", "-s", "-m", "signed", "1.9")
    run_git(copy, "verify-tag", "1.9")
    assert make_signing_key(quiet.running.keys) == key
    assert key.private.stat().st_mode & 0o077 == 0


def test_a_missing_ssh_keygen_is_named_with_its_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(UsageError, match="openssh-client"):
        make_signing_key(tmp_path)
