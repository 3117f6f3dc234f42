"""A Slack channel's topic, announcements and deployment messages, on the sandbox's Slack."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from runbook_lib.errors import AccessDenied, Failed, Refused, Unavailable, UsageError
from runbook_lib.services.slack.service import Slack
from runbook_lib.steps.runner import Runner
from tests.conftest import MakeRunner, Quiet
from tests.sandbox.team_world import TAG, TeamSandbox, run_team
from tests.services.answering import Answering, answering, raw_server
from tests.services.monitored import serve

HANDLE = "close_push/pelican/2026-03-12 hand-over"
Open = Callable[..., Slack]


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TeamSandbox]:
    yield from run_team(tmp_path_factory.mktemp("slack") / "world")


@pytest.fixture
def open_channel(team: TeamSandbox, make_runner: MakeRunner) -> Open:
    def made(login: str = "operator", *, channel: str = "#remora", **settings: str) -> Slack:
        token, url = team.client(login).token, f"{team.running.url}/slack/api"
        return Slack(channel, token, make_runner(), **{"api_url": url, **settings})

    return made


def outcomes(channel: Slack) -> list[str]:
    display = channel.runner.display
    assert isinstance(display, Quiet)
    return [report.outcome for report in display.reports]


def web(team: TeamSandbox, login: str = "operator") -> WebClient:
    url = f"{team.running.url}/slack/api/"
    return WebClient(team.client(login).token, base_url=url, retry_handlers=[])


def said(team: TeamSandbox) -> list[dict[str, Any]]:
    found = web(team).conversations_history(channel="C0REMORA1", limit=1000)
    return list(found["messages"])


def break_next(team: TeamSandbox, method: str, kind: str, **more: Any) -> None:
    body = {
        "method": "POST",
        "path_pattern": f"/slack/api/{method}",
        "kind": kind,
        "times": 1,
        **more,
    }
    team.client().expect("POST", "/sandbox/faults", body)


def test_a_topic_is_set_once_with_characters_that_slack_escapes(
    team: TeamSandbox, open_channel: Open
) -> None:
    channel, before = open_channel(), len(said(team))
    topic = "Push 2026-03-19 by willow: https://git.example/a&b | Deploys <now> & „later“"
    assert channel.set_topic(topic).text == topic
    assert channel.set_topic(topic).text == channel.read_topic().text == topic
    assert outcomes(channel) == ["done", "already", "good"]
    posted = said(team)[: len(said(team)) - before]
    assert [message.get("subtype") for message in posted] == ["channel_topic"]


def test_a_topic_that_is_too_long_for_slack_is_refused(
    team: TeamSandbox, open_channel: Open
) -> None:
    channel = open_channel()
    channel.set_topic("short")
    before = said(team)
    with pytest.raises(Refused, match="too_long; shorten the topic"):
        channel.set_topic("x" * 251)
    assert channel.read_topic().text == "short" and said(team) == before


def test_an_announcement_is_made_once(team: TeamSandbox, open_channel: Open) -> None:
    text = "The push is done & <over>. willow, the next one is yours"
    first = open_channel().announce(HANDLE, text)
    again = open_channel()
    assert again.announce(HANDLE, text).text == first.text == text
    assert outcomes(again) == ["already"]
    assert [HANDLE in message["text"] for message in said(team)].count(True) == 1


def test_who_is_called_by_their_id_is_called_and_nobody_else(
    team: TeamSandbox, open_channel: Open
) -> None:
    text = "willow & <!here>, see https://x.example/willow: willow-tree, @edith and mat"
    calls = {"willow": "U012AB3CD", "edith": "U0EDITH01", "tree": "U0TREE001", "x": "U0NOBODY1"}
    first = open_channel().announce("called/once", text, calls=calls)
    assert first.text.startswith("<@U012AB3CD> & <!here>, see https://x.example/willow: ")
    assert first.text.endswith(": willow-tree, <@U0EDITH01> and mat")
    (sent,) = [one["text"] for one in said(team) if "called/once" in one["text"]]
    assert sent.startswith("<@U012AB3CD> &amp; &lt;!here&gt;, see")
    again = open_channel()
    again.announce("called/once", text, calls=calls)
    assert outcomes(again) == ["already"]


def test_a_lost_answer_posts_once(team: TeamSandbox, open_channel: Open) -> None:
    break_next(team, "chat.postMessage", "drop-after")
    channel = open_channel()
    channel.announce("lost/answer", "said, and the answer was lost")
    assert outcomes(channel) == ["done"]
    assert [message["text"] for message in said(team)].count(
        "said, and the answer was lost [lost/answer]"
    ) == 1


def test_of_two_machines_that_announce_at_once_one_message_stays(
    team: TeamSandbox, open_channel: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    channel, handle = open_channel(), "live_push/pelican/2026-03-12 asked"
    text, ask, before = f"who works on bug 1? [{handle}]", channel.client.ask, len(said(team))

    def late(method: str, **fields: Any) -> dict[str, Any]:
        if method == "chat.postMessage":
            web(team).chat_postMessage(channel="C0REMORA1", text=text)
        return ask(method, **fields)

    monkeypatch.setattr(channel.client, "ask", late)
    shown = channel.announce(handle, "who works on bug 1?")
    [kept] = said(team)[: len(said(team)) - before]
    assert kept["text"] == text
    assert shown == channel.announce(handle, "once more")
    assert outcomes(channel) == ["already"] * 2, "another machine has done it"


def test_a_lost_answer_sets_the_topic_once(team: TeamSandbox, open_channel: Open) -> None:
    before = len(said(team))
    break_next(team, "conversations.setTopic", "drop-after")
    channel = open_channel()
    assert channel.set_topic("set while answers were lost").text == "set while answers were lost"
    assert outcomes(channel) == ["done"]
    assert len(said(team)) == before + 1


def test_our_message_is_found_behind_pages_of_others(team: TeamSandbox, open_channel: Open) -> None:
    open_channel().announce("old/handle", "said before all the chat")
    edith = web(team, "edith")
    for number in range(230):
        edith.chat_postMessage(channel="C0REMORA1", text=f"chat {number}")
    channel = open_channel()
    channel.announce("old/handle", "said before all the chat")
    assert outcomes(channel) == ["already"]


def test_somebody_elses_message_with_the_handle_is_not_ours(
    team: TeamSandbox, open_channel: Open
) -> None:
    web(team, "edith").chat_postMessage(channel="C0REMORA1", text="a forgery [their/handle]")
    channel = open_channel()
    channel.announce("their/handle", "ours")
    assert outcomes(channel) == ["done"]


def test_the_deployments_that_operations_tell_of_are_read(
    team: TeamSandbox, open_channel: Open
) -> None:
    team.until("tagged")
    found = open_channel().find_deployments(team.now() - timedelta(days=1))
    mine = {(one.service, one.tag, one.environment, one.failed) for one in found}
    for name in ("server", "frontend", "code-manager"):
        assert (name, TAG, "stage", False) in mine
    server = next(one for one in found if one.service == "server")
    assert team.head("server")[:9] == server.commit or server.commit
    assert server.by == "ops" and "/slack/archives/C0REMORA1/p" in server.link
    later = team.now() + timedelta(days=1)
    assert open_channel().find_deployments(later) == ()


def test_failed_deployments_and_own_patterns_are_read(
    team: TeamSandbox, open_channel: Open
) -> None:
    ops = web(team, "ops")
    ops.chat_postMessage(
        channel="C0REMORA1", text="failed to deploy pelican/server 2026.04.02 to production"
    )
    ops.chat_postMessage(channel="C0REMORA1", text="shipped: linter@2026.04.02 => live")
    since = datetime(2026, 1, 1, tzinfo=UTC)
    failed = [one for one in open_channel().find_deployments(since) if one.failed]
    assert [str(one) for one in failed] == ["ops failed to deploy server 2026.04.02 to production"]
    own = r"shipped: (?P<service>\w+)@(?P<tag>[\d.]+) => (?P<environment>\w+)"
    found = open_channel(deployment=own).find_deployments(since)
    assert [(one.service, one.tag, one.environment) for one in found] == [
        ("linter", "2026.04.02", "live")
    ]
    assert open_channel(bot="nobody").find_deployments(since) == ()


@pytest.mark.parametrize("pattern", ["(?P<service>", "(?P<service>x)"])
def test_a_pattern_that_finds_no_deployment_is_a_usage_error(
    open_channel: Open, pattern: str
) -> None:
    with pytest.raises(UsageError, match=r"push\.slack\.deployment"):
        open_channel(deployment=pattern)


def test_an_unknown_channel_is_named(open_channel: Open) -> None:
    with pytest.raises(Refused, match="expected a channel #gone that the bot sees"):
        open_channel(channel="#gone").set_topic("nowhere")


def test_who_is_not_in_the_channel_is_told_how_to_come_in(open_channel: Open) -> None:
    with pytest.raises(AccessDenied, match="write /invite @stranger there"):
        open_channel("stranger").check_access()
    with pytest.raises(AccessDenied, match="not_in_channel; invite the bot"):
        open_channel("stranger").announce("a", "b")
    assert str(open_channel().check_access()) == "operator reads #remora"


def test_a_person_is_found_by_any_name_in_any_case(open_channel: Open) -> None:
    channel = open_channel()
    found = channel.find_person("@Willow")
    assert (found.mention, found.names[0]) == ("<@UWILLOW00>", "willow")
    assert {channel.find_person(name) for name in (*found.names, found.id)} == {found}
    with pytest.raises(Refused, match="one person called 'wil' in Slack, found nobody"):
        channel.find_person("wil")


def test_a_person_in_an_announcement_is_told_and_nobody_else_is(
    team: TeamSandbox, open_channel: Open
) -> None:
    channel = open_channel()
    text = f"{channel.find_person('willow').mention}, look at <!channel> & <#C0REMORA1>"
    channel.announce("told/people", text)
    assert said(team)[0]["text"] == (
        "<@UWILLOW00>, look at &lt;!channel&gt; &amp; &lt;#C0REMORA1&gt; [told/people]"
    )
    assert open_channel().announce("told/people", text).text == text


@pytest.mark.parametrize("bot", ["edith", "@edith", "EDITH", "UEDITH000"])
def test_deployments_are_read_of_one_writer_by_any_of_the_names(
    team: TeamSandbox, open_channel: Open, bot: str
) -> None:
    text = "deployed pelican/server 2026.05.07 to production"
    web(team, "edith").chat_postMessage(channel="C0REMORA1", text=text)
    web(team, "ops").chat_postMessage(channel="C0REMORA1", text=text.replace("07", "14"))
    found = open_channel(bot=bot).find_deployments(datetime(2026, 1, 1, tzinfo=UTC))
    assert {(one.tag, one.by) for one in found} == {("2026.05.07", "edith")}


MEMBERS = [
    {"id": "U1", "name": "ada.l", "profile": {"display_name": "Ada", "real_name": "Ada Lovelace"}},
    {"id": "U2", "name": "ada", "profile": {"display_name": "", "real_name": "Ada Byron"}},
    {"id": "U3", "name": "gone", "deleted": True, "profile": {"real_name": "Grace Hopper"}},
    {"id": "U4", "name": "grace", "profile": {"display_name": "Grace", "real_name": "G. Hopper"}},
]


class Workspace:
    """A Slack that tells what a test says, a page at a time, and how it was asked."""

    def __init__(self, pages: dict[str, list[list[dict[str, Any]]]], limited: int = 0) -> None:
        self.pages = pages
        self.limited = limited
        self.asked: list[dict[str, Any]] = []

    async def answer(self, request: Request) -> Response:
        method, form = (
            request.path_params["method"],
            dict(parse_qsl((await request.body()).decode())),
        )
        self.asked.append({"method": method, **form})
        if method == "auth.test":
            return JSONResponse({"ok": True, "user": "bot", "user_id": "U9", "url": "https://x/"})
        if len(self.asked) % 2 == 0 and self.limited:
            self.limited -= 1
            return JSONResponse({"ok": False, "error": "ratelimited"}, 429, {"Retry-After": "30"})
        number = int(str(form.get("cursor") or 0))
        name = "members" if method == "users.list" else "messages"
        more = str(number + 1) if number + 1 < len(self.pages[method]) else ""
        page = {name: self.pages[method][number], "response_metadata": {"next_cursor": more}}
        return JSONResponse({"ok": True, **page})


@contextmanager
def workspace(runner: Runner, made: Workspace) -> Iterator[tuple[Slack, list[float]]]:
    routes = [Route("/{method}", made.answer, methods=["POST"])]
    slept: list[float] = []
    with serve(Starlette(routes=routes)) as url:
        channel = Slack("C0REMORA1", "xoxb", runner, api_url=url)
        channel.client.sleep = slept.append
        yield channel, slept


def test_of_several_people_none_is_taken_and_who_has_left_is_nobody(
    make_runner: MakeRunner,
) -> None:
    made = Workspace({"users.list": [MEMBERS[:2], MEMBERS[2:]]})
    with workspace(make_runner(), made) as (channel, _):
        several = r"several: U1 \(Ada / Ada Lovelace / ada\.l\), U2 \(Ada Byron / ada\); name one"
        with pytest.raises(Refused, match=several):
            channel.find_person("ada")
        assert [channel.find_person(name).id for name in ("ada lovelace", "U2")] == ["U1", "U2"]
        with pytest.raises(Refused, match="found nobody"):
            channel.find_person("Grace Hopper")
        assert channel.find_person("grace").mention == "<@U4>"
    assert [one["limit"] for one in made.asked if one["method"] == "users.list"] == ["200"] * 2


def test_a_long_list_goes_on_after_the_pauses_that_slack_wants(make_runner: MakeRunner) -> None:
    made = Workspace({"users.list": [[one] for one in MEMBERS]}, limited=3)
    with workspace(make_runner(), made) as (channel, slept):
        assert channel.find_person("grace").id == "U4"
    assert slept == [30.0] * 3
    cursors = [one.get("cursor", "") for one in made.asked]
    assert sorted(set(cursors)) == ["", "1", "2", "3"] and len(cursors) == 7


def test_history_ends_where_we_say_whatever_slack_makes_of_it(make_runner: MakeRunner) -> None:
    text = "deployed pelican/server 2026.05.0{} to production"
    since = datetime(2026, 5, 1, tzinfo=UTC)

    def message(number: int, days: float) -> dict[str, Any]:
        ts = f"{(since + timedelta(days=days)).timestamp():.6f}"
        return {"ts": ts, "text": text.format(number), "bot_profile": {"name": "Bot"}}

    told = [[message(1, 2)], [message(2, 1), message(3, -1)], [message(4, -2)]]
    made = Workspace({"conversations.history": told})
    with workspace(make_runner(), made) as (channel, _):
        found = channel.find_deployments(since)
    assert [one.tag for one in found] == ["2026.05.01", "2026.05.02"]
    asked = [one for one in made.asked if one["method"] == "conversations.history"]
    assert [one.get("cursor", "") for one in asked] == ["", "1"]
    assert {one["oldest"] for one in asked} == {f"{since.timestamp():.6f}"}


ANSWERS = {
    "invalid_auth": (200, '{"ok": false, "error": "invalid_auth"}', {}, AccessDenied),
    "missing_scope": (
        200,
        '{"ok": false, "error": "missing_scope", "needed": "channels:history"}',
        {},
        AccessDenied,
    ),
    "not_in_channel": (200, '{"ok": false, "error": "not_in_channel"}', {}, AccessDenied),
    "channel_not_found": (200, '{"ok": false, "error": "channel_not_found"}', {}, Refused),
    "ratelimited": (
        429,
        '{"ok": false, "error": "ratelimited"}',
        {"Retry-After": "7"},
        Unavailable,
    ),
    "ratelimited, said with 200": (
        200,
        '{"ok": false, "error": "ratelimited"}',
        {"Retry-After": "7"},
        Unavailable,
    ),
    "fatal_error": (200, '{"ok": false, "error": "fatal_error"}', {}, Unavailable),
    "a proxy": (503, "<html>upstream is away</html>", {}, Unavailable),
    "a login page": (200, "<html>Sign in</html>", {}, Failed),
    "new_error": (200, '{"ok": false, "error": "new_error"}', {}, Failed),
}


@pytest.mark.parametrize("name", ANSWERS)
@pytest.mark.usefixtures("acts")
def test_a_refusal_is_told_as_what_it_means(
    name: str, make_runner: MakeRunner, capfd: pytest.CaptureFixture[str]
) -> None:
    status, body, headers, kind = ANSWERS[name]
    with answering(Answering(status, body, headers)) as url:
        channel = Slack("C0REMORA1", "xoxb-a-secret", make_runner(), api_url=url)
        with pytest.raises(kind) as error:
            channel.client.ask("chat.postMessage", channel="C0REMORA1", text="x")
        with pytest.raises(SlackApiError):
            WebClient("xoxb", base_url=f"{url}/", retry_handlers=[], logger=quiet()).auth_test()
    assert "xoxb-a-secret" not in f"{error.value}{channel!r}{channel.client!r}"
    if name.startswith("ratelimited"):
        assert error.value.retry_after == 7.0 and not error.value.may_have_acted
    if name == "missing_scope":
        assert "channels:history" in str(error.value)
    assert capfd.readouterr().err == ""


def quiet() -> logging.Logger:
    return logging.Logger("quiet", logging.CRITICAL + 1)


@pytest.mark.usefixtures("acts")
def test_a_slack_that_cuts_the_connection_may_have_acted(make_runner: MakeRunner) -> None:
    with raw_server(lambda there: there.recv(65536)) as url:
        channel = Slack("C0REMORA1", "xoxb", make_runner(), api_url=url)
        with pytest.raises(Unavailable, match="gave no answer for POST /chat.postMessage") as cut:
            channel.client.ask("chat.postMessage", channel="C0REMORA1", text="x")
    assert cut.value.may_have_acted


@pytest.mark.usefixtures("acts")
def test_a_slack_that_is_not_there_has_not_acted(make_runner: MakeRunner) -> None:
    channel = Slack("C0REMORA1", "xoxb", make_runner(), api_url="http://127.0.0.1:9")
    with pytest.raises(Unavailable, match="not be reached for POST /chat.postMessage") as away:
        channel.client.ask("chat.postMessage", channel="C0REMORA1", text="x")
    assert not away.value.may_have_acted


@pytest.mark.parametrize("token", ["", "with space", "ünicode"])
def test_a_token_that_can_be_none_is_not_repeated(token: str, make_runner: MakeRunner) -> None:
    with pytest.raises(UsageError, match="make a bot token") as error:
        Slack("#remora", token, make_runner())
    assert not token or token not in str(error.value)


def test_a_message_of_which_slack_would_make_several_is_refused(
    team: TeamSandbox, open_channel: Open
) -> None:
    with pytest.raises(Refused, match="a message of at most 4000 characters"):
        open_channel().announce("too long", "&" * 1000)
    assert open_channel().announce("long", "x" * 3900).text == "x" * 3900
