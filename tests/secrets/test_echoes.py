"""A service that repeats the secret it was sent, in any kind of fault: it is read nowhere."""

import base64
import json
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import quote

import pytest

from runbook_lib.display.error_card import card_of
from runbook_lib.errors import RunbookError
from runbook_lib.journal.journal import Journal
from runbook_lib.secrets.masking import Masking, Secret
from runbook_lib.services.git.failures import failure
from runbook_lib.services.git.git import Git, configured
from runbook_lib.steps.step import Patience, Runner
from tests.conftest import Quiet
from tests.services.git.conftest import home
from tests.services.test_http import ASKS, SECRET

__all__ = ["home"]
FORMS = [SECRET, quote(SECRET), base64.b64encode(SECRET.encode()).decode(), SECRET.encode().hex()]

Answer = tuple[int, dict[str, str], str]
FAULTS: dict[str, Callable[[str], Answer]] = {
    "500": lambda heard: (500, {}, heard),
    "502 with a page": lambda heard: (502, {"Content-Type": "text/html"}, f"<p>{heard}</p>"),
    "429": lambda heard: (429, {"Retry-After": heard[:40]}, heard),
    "a secondary limit": lambda heard: (403, JSON, json.dumps({"message": f"rate limit {heard}"})),
    "401": lambda heard: (401, JSON, json.dumps({"message": heard, "error": heard})),
    "404": lambda heard: (404, JSON, json.dumps({"errcode": "M_NOT_FOUND", "error": heard})),
    "a page in place of JSON": lambda heard: (200, {"Content-Type": "text/html"}, heard),
    "JSON of another form": lambda heard: (200, JSON, json.dumps({"ok": True, "user": [heard]})),
    "a refusal in a 200": lambda heard: (200, JSON, json.dumps({"ok": False, "error": heard})),
    "half an answer": lambda heard: (200, {**JSON, "Content-Length": "90000"}, heard),
    "a redirect": lambda heard: (302, {"Location": f"/login?{quote(heard)}"}, heard),
    "a header that is none": lambda heard: (200, {"X-Said": heard, **JSON}, "{"),
}
JSON = {"Content-Type": "application/json"}


class Echo(BaseHTTPRequestHandler):
    """Answers every request with a fault that repeats all that came in."""

    fault: Callable[[str], Answer]

    def do(self) -> None:
        said = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        heard = " ".join([self.path, *self.headers.values(), said]).replace("\n", " ")
        status, headers, body = type(self).fault(heard)
        self.send_response(status)
        for name, value in ({"Content-Length": str(len(body.encode()))} | headers).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body.encode())
        self.close_connection = True

    def do_GET(self) -> None:
        self.do()

    def do_POST(self) -> None:
        self.do()

    def do_PUT(self) -> None:
        self.do()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(params=FAULTS)
def echo(request: pytest.FixtureRequest) -> Iterator[str]:
    handler = type("Handler", (Echo,), {"fault": staticmethod(FAULTS[request.param])})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


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
