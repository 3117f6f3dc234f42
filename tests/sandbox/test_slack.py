"""The sandbox's Slack as Slack's own client meets it, and as Slack's documentation describes it.

The rules are those of https://docs.slack.dev/reference/methods and its pages on pagination and on
formatting text.
"""

from collections.abc import Iterator

import pytest
import requests
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from runbook_lib.sandbox.services.slack import CHANNEL, LIMIT
from tests.sandbox.team_world import TeamSandbox, run_team


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TeamSandbox]:
    """One workspace for all of these; nobody but its members speaks there."""
    for made in run_team(tmp_path_factory.mktemp("slack") / "world"):
        made.people_off()
        yield made


def client(team: TeamSandbox, login: str = "operator") -> WebClient:
    """Slack's own client, with somebody's token."""
    return WebClient(team.token(login), base_url=f"{team.url}/slack/api/")


def refusal(team: TeamSandbox, method: str, login: str = "operator", **arguments: object) -> str:
    """The code with which a method is refused."""
    with pytest.raises(SlackApiError) as refused:
        client(team, login).api_call(method, params=arguments)
    return str(refused.value.response["error"])


def test_it_says_who_a_token_is(team: TeamSandbox) -> None:
    said = [client(team, login).auth_test() for login in ("operator", "willow")]
    assert [one["user"] for one in said] == ["operator", "willow"]
    assert len({one["user_id"] for one in said}) == 2


def test_a_topic_that_is_set_posts_a_message_though_it_is_the_same(team: TeamSandbox) -> None:
    for _ in range(2):
        client(team).conversations_setTopic(channel=CHANNEL, topic="Push today")
    newest = client(team).conversations_history(channel=CHANNEL, limit=2)["messages"]
    assert [one["subtype"] for one in newest] == ["channel_topic"] * 2
    assert {one["topic"] for one in newest} == {"Push today"}
    channel = client(team).conversations_info(channel=CHANNEL)["channel"]
    assert channel["topic"]["value"] == "Push today"
    assert channel["topic"]["creator"] == newest[0]["user"]


def test_a_topic_has_its_largest_length_and_not_one_more(team: TeamSandbox) -> None:
    client(team).conversations_setTopic(channel=CHANNEL, topic="x" * LIMIT)
    said = refusal(team, "conversations.setTopic", channel=CHANNEL, topic="x" * (LIMIT + 1))
    assert said == "too_long"
    there = client(team).conversations_info(channel=CHANNEL)["channel"]["topic"]["value"]
    assert there == "x" * LIMIT


def test_history_is_read_page_by_page_newest_first(team: TeamSandbox) -> None:
    posted = [
        client(team).chat_postMessage(channel=CHANNEL, text=f"message {number}")["ts"]
        for number in range(7)
    ]
    before = f"{float(posted[0]) - 0.00005:.6f}"
    pages = client(team).conversations_history(channel=CHANNEL, limit=3, oldest=before)
    read = [[one["ts"] for one in page["messages"]] for page in pages]
    assert [len(page) for page in read] == [3, 3, 1]
    assert [ts for page in read for ts in page] == posted[::-1]


@pytest.mark.parametrize(("inclusive", "found"), [(True, 3), (False, 1)])
def test_the_ends_of_a_time_count_when_that_is_asked(
    team: TeamSandbox, inclusive: bool, found: int
) -> None:
    posted = [client(team).chat_postMessage(channel=CHANNEL, text="x")["ts"] for _ in range(3)]
    read = client(team).conversations_history(
        channel=CHANNEL, oldest=posted[0], latest=posted[-1], inclusive=inclusive
    )
    assert len(read["messages"]) == found


@pytest.mark.parametrize(
    ("method", "arguments", "code"),
    [
        ("conversations.info", {"channel": "C0NOWHERE"}, "channel_not_found"),
        ("conversations.history", {"channel": CHANNEL, "limit": 0}, "invalid_limit"),
        ("conversations.history", {"channel": CHANNEL, "limit": 1001}, "invalid_limit"),
        ("conversations.history", {"channel": CHANNEL, "cursor": "zzz"}, "invalid_cursor"),
        ("conversations.history", {"channel": CHANNEL, "oldest": "soon"}, "invalid_ts_oldest"),
        ("conversations.setTopic", {"channel": CHANNEL}, "invalid_arguments"),
        ("chat.postMessage", {"channel": CHANNEL, "text": " "}, "no_text"),
        ("chat.delete", {"channel": CHANNEL, "ts": "1.000000"}, "message_not_found"),
        ("chat.shout", {}, "unknown_method"),
    ],
)
def test_what_cannot_be_is_refused_by_its_code(
    team: TeamSandbox, method: str, arguments: dict[str, object], code: str
) -> None:
    before = team.state()["happenings"]
    assert refusal(team, method, **arguments) == code
    assert team.state()["happenings"] == before


def test_a_message_is_taken_back_by_whom_it_is_of(team: TeamSandbox) -> None:
    ts = client(team).chat_postMessage(channel=CHANNEL, text="too soon")["ts"]
    theirs = refusal(team, "chat.delete", "edith", channel=CHANNEL, ts=ts)
    assert theirs == "cant_delete_message"
    client(team).chat_delete(channel=CHANNEL, ts=ts)
    left = client(team).conversations_history(channel=CHANNEL, oldest=ts, inclusive=True)
    assert left["messages"] == []


@pytest.mark.parametrize("method", ["chat.postMessage", "conversations.setTopic", "chat.delete"])
def test_who_is_not_in_the_channel_says_nothing_there(team: TeamSandbox, method: str) -> None:
    words = {"channel": CHANNEL, "text": "hello", "topic": "hello"}
    assert refusal(team, method, "stranger", **words) == "not_in_channel"


@pytest.mark.parametrize(("token", "code"), [("", "not_authed"), ("xoxb-wrong", "invalid_auth")])
def test_a_refusal_is_an_answer_of_status_200(team: TeamSandbox, token: str, code: str) -> None:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    answer = requests.post(f"{team.url}/slack/api/auth.test", headers=headers, timeout=60)
    assert (answer.status_code, answer.json()) == (200, {"ok": False, "error": code})


def test_json_and_a_form_are_read_alike_and_broken_json_is_named(team: TeamSandbox) -> None:
    url = f"{team.url}/slack/api/chat.postMessage"
    headers = {"Authorization": f"Bearer {team.token()}"}
    words = {"channel": CHANNEL, "text": "fish &amp; chips"}
    said = [
        requests.post(url, headers=headers, json=words, timeout=60).json(),
        requests.post(url, headers=headers, data=words, timeout=60).json(),
    ]
    assert [one["message"]["text"] for one in said] == ["fish &amp; chips"] * 2
    assert "says in #remora: fish & chips" in team.state()["happenings"][-1]["what"]
    json = headers | {"Content-Type": "application/json"}
    broken = requests.post(url, headers=json, data="{", timeout=60).json()
    assert broken == {"ok": False, "error": "invalid_json"}
