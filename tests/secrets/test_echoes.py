"""A service that repeats the secret it was sent, in any kind of fault: it is read nowhere."""

import base64
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from runbook_lib.display.error_card import card_of
from runbook_lib.errors import RunbookError
from runbook_lib.journal.journal import Journal
from runbook_lib.sandbox.server.client import Client
from runbook_lib.secrets.masking import Masking, Secret
from runbook_lib.services.git.failures import failure
from runbook_lib.services.git.git import Git, configured
from runbook_lib.steps.step import Patience, Runner
from tests.conftest import Quiet
from tests.services.answering import Answering, answering_by
from tests.services.git.conftest import home
from tests.services.test_http import ASKS, SECRET

__all__ = ["home"]
FORMS = [SECRET, quote(SECRET), base64.b64encode(SECRET.encode()).decode(), SECRET.encode().hex()]

FAULTS: dict[str, Callable[[str], tuple[int, str, dict[str, str]]]] = {
    "500": lambda heard: (500, heard, {}),
    "502 with a page": lambda heard: (502, f"<p>{heard}</p>", {"Content-Type": "text/html"}),
    "429": lambda heard: (429, heard, {"Retry-After": heard[:40]}),
    "a secondary limit": lambda heard: (403, json.dumps({"message": f"rate limit {heard}"}), JSON),
    "401": lambda heard: (401, json.dumps({"message": heard, "error": heard}), JSON),
    "404": lambda heard: (404, json.dumps({"errcode": "M_NOT_FOUND", "error": heard}), JSON),
    "a page in place of JSON": lambda heard: (200, heard, {"Content-Type": "text/html"}),
    "JSON of another form": lambda heard: (200, json.dumps({"ok": True, "user": [heard]}), JSON),
    "a refusal in a 200": lambda heard: (200, json.dumps({"ok": False, "error": heard}), JSON),
    "half an answer": lambda heard: (200, heard, {**JSON, "Content-Length": "90000"}),
    "a redirect": lambda heard: (302, heard, {"Location": f"/login?{quote(heard)}"}),
    "a header that is none": lambda heard: (200, "{", {"X-Said": heard, **JSON}),
}
JSON = {"Content-Type": "application/json"}


@pytest.fixture(params=FAULTS)
def echo(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a service that answers with a fault which repeats all that came in."""
    fault = FAULTS[request.param]
    with answering_by(lambda heard: Answering(*fault(heard.replace("\n", " ")))) as url:
        yield url


def check_hidden(text: str, where: str) -> None:
    assert [form for form in FORMS if form in text] == [], where


def test_what_a_fault_repeats_is_read_nowhere(
    echo: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    masking = Masking([Secret(SECRET)])
    for name, ask in ASKS.items():
        path = tmp_path / name / "journal.jsonl"
        journal = Journal(path, session="s", operator="olive", mask=masking)
        patience = Patience(attempts=2, settling=(0.0,), first_pause=0.0, waiting=0.0)
        display = Quiet()
        runner = Runner(journal, display, patience=patience, sleep=lambda _: None)
        try:
            ask(echo, runner)
        except RunbookError as error:
            check_hidden(masking(str(error)), f"{name}: the error")
            check_hidden(masking(str(card_of(error))), f"{name}: the card")
        for report in display.reports:
            check_hidden(str(report.detail), f"{name}: what is shown")
        for left in tmp_path.rglob("*"):
            if left.is_file():
                check_hidden(left.read_text(), str(left))
    check_hidden("".join(capfd.readouterr()), "what is printed")


@pytest.mark.parametrize("user", ["", "olive"])
def test_what_a_sandbox_repeats_before_any_run_masks_it_is_not_in_the_error(
    echo: str, user: str
) -> None:
    client = Client(echo, SECRET, user=user)
    try:
        client.expect("GET", "/")
    except RunbookError as error:
        check_hidden(str(error).replace(client.basic or SECRET, SECRET), "the error")


@pytest.mark.usefixtures("home")
def test_what_git_is_told_by_a_server_that_repeats_its_token_is_read_nowhere(
    echo: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_TRACE_CURL", str(tmp_path / "trace"))
    monkeypatch.setenv("GIT_TRACE_REDACT", "0")
    token = {"http.extraHeader": f"Authorization: Bearer {SECRET}"}
    answer = Git(tmp_path, configured({}, token)).ask("ls-remote", "--", f"{echo}/tide.git")
    error = failure("ls-remote", answer.status, f"{answer.said}\n{answer.text}")
    check_hidden(Masking([Secret(SECRET)])(str(error)), "the error")
    sent = [
        line
        for line in (tmp_path / "trace").read_text(errors="replace").splitlines()
        if "=> Send header" in line
    ]
    assert sent
    check_hidden("\n".join(sent), "git's own trace")
