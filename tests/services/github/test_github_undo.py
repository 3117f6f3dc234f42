"""Taking back: a pull request and a draft, once, whatever gets lost and whoever else is at it."""

from collections.abc import Callable
from typing import Any

import pytest

from runbook_lib.errors import AccessDenied, Conflict, Refused
from runbook_lib.services.github import GitHub, PullRequest, Release
from tests.services.github.conftest import Hub

RUN = "release/tidewatch/1.9"
UNWELL = (502, {}, "<html>Bad gateway</html>")
Take = Callable[[GitHub, Any], object]


def opened(hub: Hub) -> PullRequest:
    """The release's pull request, open."""
    return hub.github().open_pull_request("release/1.9", into="master", title="1.9", body="For you")


def drafted(hub: Hub) -> Release:
    """The release's draft."""
    return hub.github().draft_release("1.9", title="1.9", text="New.", run=RUN)


TAKINGS: tuple[tuple[Callable[[Hub], Any], Take, str, str], ...] = (
    (opened, GitHub.close_pull_request, "PATCH", "/pulls/"),
    (drafted, GitHub.delete_draft, "DELETE", "/releases/"),
)
taking = pytest.mark.parametrize(("make", "take", "method", "path"), TAKINGS)


def is_taken_back(hub: Hub) -> bool:
    """Whether no pull request is open, and no release is there."""
    return not hub.ask("operator", "GET", "/pulls") and not hub.ask("operator", "GET", "/releases")


@taking
def test_it_is_taken_back_once_and_found_so_again(
    hub: Hub, make: Callable[[Hub], Any], take: Take, method: str, path: str
) -> None:
    made, github = make(hub), hub.github()
    take(github, made)
    assert (hub.outcome(github), github.writes, is_taken_back(hub)) == ("done", 1, True)
    again = hub.github()
    take(again, made)
    assert (hub.outcome(again), again.writes, again.calls) == ("already", 0, 1)


@taking
def test_of_what_is_not_there_nothing_is_asked(
    hub: Hub, make: Callable[[Hub], Any], take: Take, method: str, path: str
) -> None:
    github = hub.github()
    take(github, None)
    assert (hub.outcome(github), github.calls) == ("already", 0)


@taking
def test_a_plan_takes_nothing_back(
    hub: Hub, make: Callable[[Hub], Any], take: Take, method: str, path: str
) -> None:
    made, github = make(hub), hub.github(plan=True)
    take(github, made)
    assert (hub.outcome(github), github.writes, is_taken_back(hub)) == ("planned", 0, False)


@taking
def test_a_lost_answer_is_looked_for_and_not_asked_again(
    hub: Hub, make: Callable[[Hub], Any], take: Take, method: str, path: str
) -> None:
    made = make(hub)
    hub.spoil(method, path, answer=UNWELL)
    said = {"state": "closed"} if method == "PATCH" else None
    number = getattr(made, "number", None) or made.id
    hub.meanwhile.append(lambda: hub.ask("operator", method, f"{path}{number}", said))
    github = hub.github()
    take(github, made)
    assert (hub.outcome(github), github.writes, is_taken_back(hub)) == ("done", 1, True)


@taking
def test_a_gateway_that_did_nothing_is_asked_again(
    hub: Hub, make: Callable[[Hub], Any], take: Take, method: str, path: str
) -> None:
    made = make(hub)
    hub.spoil(method, path, answer=UNWELL)
    github = hub.github()
    take(github, made)
    assert (hub.outcome(github), github.writes, is_taken_back(hub)) == ("done", 2, True)


@taking
def test_who_may_not_is_refused_and_nothing_is_taken_back(
    hub: Hub, make: Callable[[Hub], Any], take: Take, method: str, path: str
) -> None:
    made = make(hub)
    denied = {"message": "Resource not accessible by personal access token"}
    hub.spoil(method, path, answer=(403, {}, denied))
    with pytest.raises(AccessDenied, match="not accessible"):
        take(hub.github(), made)
    assert not is_taken_back(hub)


def test_one_that_was_merged_meanwhile_is_refused(hub: Hub) -> None:
    pull = opened(hub)
    hub.ask("reviewer", "PUT", f"/pulls/{pull.number}/merge", {"merge_method": "merge"})
    github = hub.github()
    with pytest.raises(Refused, match=f"#{pull.number} .* merged meanwhile"):
        github.close_pull_request(pull)
    assert github.writes == 0


def test_a_draft_that_was_published_meanwhile_stays(hub: Hub) -> None:
    draft, github = drafted(hub), hub.github()
    hub.ask("operator", "PATCH", f"/releases/{draft.id}", {"draft": False})
    with pytest.raises(Refused, match="found it published .*release a newer version instead"):
        github.delete_draft(draft)
    assert (github.writes, len(hub.ask("operator", "GET", "/releases"))) == (0, 1)


def test_a_draft_that_is_of_another_tag_by_now_stays(hub: Hub) -> None:
    draft, github = drafted(hub), hub.github()
    hub.ask("operator", "PATCH", f"/releases/{draft.id}", {"tag_name": "1.8"})
    with pytest.raises(Conflict, match=r"of tag 1\.9, found 1\.8"):
        github.delete_draft(draft)
    assert github.writes == 0


def test_the_tag_stays(hub: Hub) -> None:
    hub.github().delete_draft(drafted(hub))
    assert hub.commit("refs/tags/1.9") == hub.commit("refs/heads/release/1.9")
