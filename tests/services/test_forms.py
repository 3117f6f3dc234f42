"""An answer of another form than its service describes is one of our errors."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from runbook_lib.errors import Failed, Unavailable
from runbook_lib.services.etherpad.client import Client
from runbook_lib.services.etherpad.pad import Pad
from runbook_lib.services.http import LONGEST_PAUSE, open_session, send
from runbook_lib.services.matrix.service import Matrix
from runbook_lib.services.sentry.service import Sentry
from runbook_lib.services.slack.service import Slack
from runbook_lib.steps.runner import Runner
from tests.conftest import MakeRunner
from tests.services.answering import Answering, answering

DEEP = "[" * 100_000
Ask = Callable[[str, Runner], Any]


def slack(url: str, runner: Runner) -> Slack:
    return Slack("C0REMORA1", "xoxb-1", runner, api_url=url)


def matrix(url: str, runner: Runner) -> Matrix:
    return Matrix(url, "!room:y.example", "token", runner)


WRONG: dict[str, tuple[dict[str, Any], Ask]] = {
    "a topic": ({"channel": {"id": "C", "topic": "x"}}, lambda *to: slack(*to).read_topic()),
    "no user": (
        {"channel": {"id": "C", "is_member": False}},
        lambda *to: slack(*to).check_access(),
    ),
    "a member": ({"members": [{"id": 7}]}, lambda *to: slack(*to).find_person("x")),
    "a page": (
        {"members": [], "response_metadata": "7"},
        lambda *to: slack(*to).find_person("x"),
    ),
    "rooms": ({"joined_rooms": {"!room": 1}}, lambda *to: matrix(*to).check_access()),
    "no rooms": ({}, lambda *to: matrix(*to).check_access()),
    "people": ({"joined": {"@a:b": ["x"]}}, lambda *to: matrix(*to).find_person("x")),
    "a list": ({"joined": [7]}, lambda *to: matrix(*to).find_person("x")),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_chat_that_answers_in_another_form_is_told_so(what: str, make_runner: MakeRunner) -> None:
    said, ask = WRONG[what]
    answer = Answering(200, json.dumps({"ok": True, **said}), {"Content-Type": "application/json"})
    with answering(answer) as url, pytest.raises(Failed, match="found another form"):
        ask(url, make_runner())


def test_json_without_end_is_no_json(make_runner: MakeRunner) -> None:
    asks: tuple[Ask, ...] = (
        lambda *to: slack(*to).read_topic(),
        lambda *to: matrix(*to).read_topic(),
        lambda url, runner: Sentry(url, "org", "token", runner).check_access(),
    )
    answer = Answering(200, DEEP, {"Content-Type": "application/json"})
    for ask in asks:
        with answering(answer) as url, pytest.raises(Failed):
            ask(url, make_runner())


NO_PAD: dict[str, dict[str, object]] = {
    "no data": {},
    "no number": {"data": {}},
    "a list": {"data": ["text"]},
    "a number in words": {"data": {"revisions": "\u0007s"}},
    "a number below none": {"data": {"revisions": -1}},
    "no text": {"data": {"revisions": 0}},
    "a text without one": {"data": {"revisions": 0, "text": {}}},
}


@pytest.mark.parametrize("what", NO_PAD)
def test_an_etherpad_that_answers_in_another_form_is_told_so(what: str) -> None:
    body = json.dumps({"code": 0, "message": "ok", **NO_PAD[what]})
    with (
        answering(Answering(200, body)) as url,
        pytest.raises(Failed, match="expected Etherpad's answer to get.* found another form"),
    ):
        Pad(Client(url, "key"), "notes").read()


@pytest.mark.parametrize("pause", ["9" * 400, "Wed, 21 Oct 9999 07:28:00 GMT"])
def test_a_pause_that_nobody_can_wait_for_is_cut(pause: str) -> None:
    with (
        answering(Answering(503, "", {"Retry-After": pause})) as url,
        pytest.raises(Unavailable, match="go on after 20") as late,
    ):
        send(open_session(url), "GET", url)
    assert late.value.retry_after == LONGEST_PAUSE
