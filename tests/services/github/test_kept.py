"""What GitHub has answered is asked for on condition: it is the same answer, and costs nothing."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from github.IssueComment import IssueComment
from github.PaginatedList import PaginatedList
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from runbook_lib.errors import Unavailable
from runbook_lib.services.github import GitHub, asker, kept
from runbook_lib.services.traffic import called, calls_since, sent, unmodified
from tests.services.github.conftest import REPOSITORY, Hub

TEXT = "#### Features\n\n*  more tides\n"

RUN = "release/a/1.9"


class Noting:
    """Stands before a GitHub, and notes what is asked, on which condition, and what it answers.

    A `stubborn` one says that nothing has changed, whenever that is asked.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.stubborn = False
        self.asked: list[tuple[str, str, bool, int]] = []
        self.left = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        conditional = b"if-none-match" in dict(scope["headers"])

        async def note(message: Message) -> None:
            if message["type"] == "http.response.start":
                status = message["status"]
                self.asked.append((scope["method"], scope["path"], conditional, status))
                headers = dict(message["headers"])
                self.left = int(headers.get(b"x-ratelimit-remaining", b"0"))
            await send(message)

        if conditional and self.stubborn:
            await note({"type": "http.response.start", "status": 304, "headers": []})
            await send({"type": "http.response.body", "body": b""})
            return
        await self.app(scope, receive, note)

    @property
    def statuses(self) -> list[int]:
        """What was answered, so far."""
        return [status for *_, status in self.asked]


@pytest.fixture
def noting(hub: Hub) -> Noting:
    hub.faults.app = noting = Noting(hub.faults.app)
    return noting


def commit_of(github: GitHub, branch: str = "master") -> str:
    """Where a branch is, asked anew."""
    return github.remote.get_git_ref(f"heads/{branch}").object.sha


def test_what_is_asked_again_is_the_same_and_costs_nothing(hub: Hub, noting: Noting) -> None:
    github, before, same = hub.github(), sent.copy(), unmodified.copy()
    first, left = github.check_access(), noting.left
    assert github.check_access() == first
    assert noting.statuses == [200, 200, 304, 304]
    assert noting.left == left
    assert (github.calls, github.traffic.unmodified) == (4, 2)
    said = called(calls_since(before), calls_since(same, of=unmodified))
    assert said == ["GitHub was called 4 times (2 not modified)."]


def test_what_another_has_changed_since_is_seen(hub: Hub, noting: Noting) -> None:
    github = hub.github()
    was = [commit_of(github), commit_of(github)]
    now = hub.grow("master")
    noting.asked.clear()
    assert commit_of(github) == now
    assert was == [was[0]] * 2 != [now] * 2
    assert noting.asked[-1][2:] == (True, 200)


def test_a_wait_that_polls_costs_nothing_until_something_moves(hub: Hub, noting: Noting) -> None:
    github, commit = hub.github(), hub.commit("master")
    status = f"/statuses/{commit}"
    hub.ask("ci", "POST", status, {"state": "pending", "context": "ci/build"})
    hub.meanwhile += [lambda: None] * 3
    hub.meanwhile.append(lambda: hub.ask("ci", "POST", status, {"state": "success"}))
    hub.meanwhile.append(
        lambda: hub.ask("ci", "POST", status, {"state": "success", "context": "ci/build"})
    )
    assert github.wait_for_checks(commit).state == "green"
    assert github.calls - github.traffic.unmodified <= 3 + 2
    assert github.traffic.unmodified >= 3 * 3


def test_after_a_write_nothing_is_asked_on_condition(hub: Hub, noting: Noting) -> None:
    github = hub.github()
    github.draft_release("1.9", title="1.9", text=TEXT, run=RUN)
    github.draft_release("1.9", title="1.9", text=TEXT, run=RUN)
    methods = [method for method, *_ in noting.asked]
    wrote = methods.index("POST")
    looked = noting.asked[wrote + 1 :]
    seen: set[str] = set()
    for _, path, conditional, _ in looked:
        assert not conditional or path in seen
        seen.add(path)
    assert looked


@pytest.mark.parametrize("answer_is_lost", [False, True])
def test_a_github_whose_etags_miss_a_write_hides_none(
    hub: Hub, noting: Noting, answer_is_lost: bool
) -> None:
    github = hub.github()
    noting.stubborn = True
    assert github.find_release("1.9", RUN) is None
    assert github.find_release("1.9", RUN) is None
    if answer_is_lost:
        hub.spoil("POST", "/releases$")
    made = github.draft_release("1.9", title="1.9", text=TEXT, run=RUN)
    assert hub.outcome(github) == "done"
    assert [one["id"] for one in hub.ask("operator", "GET", "/releases")] == [made.id]


@pytest.mark.parametrize("there", [2, 3])
def test_a_list_that_gets_another_page_is_read_to_its_end(
    hub: Hub, monkeypatch: pytest.MonkeyPatch, there: int
) -> None:
    monkeypatch.setattr(asker, "PER_PAGE", 3)
    issue = hub.ask("qa", "POST", "/issues", {"title": "The tide is late"})["number"]
    github = hub.github()

    def comments() -> list[str]:
        path = f"/repos/{REPOSITORY}/issues/{issue}/comments"
        return [one.body for one in PaginatedList(IssueComment, github.asker, path, None)]

    def write(*numbers: int) -> None:
        for number in numbers:
            hub.ask("qa", "POST", f"/issues/{issue}/comments", {"body": str(number)})

    write(*range(there))
    assert comments() == comments() == [str(number) for number in range(there)]
    assert github.traffic.unmodified == (1 if there < 3 else 0)
    write(*range(there, 5))
    assert comments() == [str(number) for number in range(5)]


def test_another_thread_knows_what_this_one_was_answered(hub: Hub) -> None:
    github = hub.github()
    here = github.check_access()
    with ThreadPoolExecutor(1) as pool:
        there = pool.submit(lambda: (github.remote.permissions.push, github.asker.oauth_scopes))
        assert there.result() == (True, github.asker.oauth_scopes)
    assert here.login == "operator"
    assert github.traffic.unmodified == 1


def test_what_was_cut_off_is_not_kept(hub: Hub) -> None:
    headers = {"content-type": "application/json", "etag": 'W/"x"'}
    hub.spoil("GET", f"/repos/{REPOSITORY}$", answer=(200, headers, '{"id": 1, "name'))
    github = hub.github()
    with pytest.raises(Unavailable, match="cut off"):
        assert github.remote.default_branch
    assert github.remote.default_branch == "master"
    assert github.traffic.unmodified == 0


def test_no_more_is_kept_than_a_wait_needs(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "MOST", 1)
    github = hub.github()
    for branch in ("master", "release/1.9", "master", "master"):
        commit_of(github, branch)
    assert github.traffic.unmodified == 1
