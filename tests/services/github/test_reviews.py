"""Reviewed branches: only those whose newest commit somebody else approved."""

import pytest

from runbook_lib.errors import Refused
from runbook_lib.services.github import LeftOut, Reviewed
from tests.services.github.conftest import REPOSITORY, Hub

FIXES = "fix-the-lamp", "fix-the-rope"
LAMP, ROPE = FIXES


@pytest.fixture
def pulls(hub: Hub) -> dict[str, int]:
    """Two open pull requests of Willow's; nobody has read them."""
    return {branch: open_pull(hub, branch) for branch in FIXES}


def open_pull(hub: Hub, branch: str, *, login: str = "willow", draft: bool = False) -> int:
    """A pull request of a new branch."""
    hub.grow(branch)
    body = {"head": branch, "base": "master", "title": "A fix", "draft": draft}
    return int(hub.ask(login, "POST", "/pulls", body)["number"])


def review(hub: Hub, number: int, event: str = "APPROVE", login: str = "reviewer") -> int:
    """Have somebody say something."""
    body = {"event": event, "body": "Read."}
    return int(hub.ask(login, "POST", f"/pulls/{number}/reviews", body)["id"])


def find(hub: Hub, *branches: str) -> Reviewed:
    """The reviewed branches, as a notebook looks for them."""
    return hub.github().find_reviewed(branches, into="master")


def reasons(found: Reviewed) -> dict[str, str]:
    """Why which branches are left out."""
    return {one.branch: one.reason for one in found.left_out}


def test_an_approved_branch_is_found_and_the_others_are_left_out_with_the_reason(
    hub: Hub, pulls: dict[str, int]
) -> None:
    review(hub, pulls[LAMP])
    github = hub.github()
    found = github.find_reviewed(into="master")
    [lamp] = found
    commit = hub.commit(f"refs/heads/{LAMP}")
    assert (lamp.branch, lamp.commit, lamp.approvers) == (LAMP, commit, ("reviewer",))
    assert lamp.link == f"{hub.url}/{REPOSITORY}/pull/{pulls[LAMP]}"
    assert found.left_out == (LeftOut(ROPE, pulls[ROPE], "not approved"),)
    assert str(found).splitlines() == [
        f"reviewed: #{pulls[LAMP]} {LAMP} at {commit:.9}, by reviewer",
        f"left out: #{pulls[ROPE]} {ROPE}: not approved",
    ]
    assert (github.calls, github.writes) == (4, 0)


def test_they_come_in_the_order_of_their_pull_requests(hub: Hub, pulls: dict[str, int]) -> None:
    for branch in reversed(FIXES):
        review(hub, pulls[branch])
    assert [one.branch for one in find(hub)] == list(FIXES)
    assert [one.branch for one in find(hub, ROPE, LAMP, ROPE)] == list(FIXES)


def test_without_any_it_says_so(hub: Hub) -> None:
    found = find(hub)
    assert (len(found), str(found)) == (0, "no branch is reviewed: there is nothing to merge")


def test_a_branch_that_changed_after_its_approval_is_left_out(
    hub: Hub, pulls: dict[str, int]
) -> None:
    review(hub, pulls[LAMP])
    before = hub.commit(f"refs/heads/{LAMP}")
    after = hub.grow(LAMP)
    assert reasons(find(hub))[LAMP] == f"approved at {before:.9}, and changed to {after:.9} since"
    with pytest.raises(Refused, match="have it reviewed, or leave it out"):
        find(hub, LAMP)
    review(hub, pulls[LAMP])
    assert [one.commit for one in find(hub, LAMP)] == [after]


def test_whoever_asks_for_changes_holds_it_back_until_they_approve(
    hub: Hub, pulls: dict[str, int]
) -> None:
    review(hub, pulls[LAMP], login="operator")
    review(hub, pulls[LAMP], "REQUEST_CHANGES")
    assert reasons(find(hub))[LAMP] == "reviewer asked for changes"
    review(hub, pulls[LAMP], "COMMENT")
    assert reasons(find(hub))[LAMP] == "reviewer asked for changes"
    review(hub, pulls[LAMP])
    assert [one.approvers for one in find(hub)] == [("operator", "reviewer")]


def test_a_comment_after_an_approval_takes_nothing_back(hub: Hub, pulls: dict[str, int]) -> None:
    review(hub, pulls[LAMP])
    review(hub, pulls[LAMP], "COMMENT")
    assert [one.approvers for one in find(hub)] == [("reviewer",)]


def test_a_dismissed_approval_counts_no_more(hub: Hub, pulls: dict[str, int]) -> None:
    number = review(hub, pulls[LAMP])
    path = f"/pulls/{pulls[LAMP]}/reviews/{number}/dismissals"
    hub.ask("operator", "PUT", path, {"message": "not so fast"})
    assert reasons(find(hub))[LAMP] == "not approved"


def test_an_objection_that_was_dismissed_brings_no_earlier_approval_back(
    hub: Hub, pulls: dict[str, int]
) -> None:
    review(hub, pulls[LAMP])
    number = review(hub, pulls[LAMP], "REQUEST_CHANGES")
    path = f"/pulls/{pulls[LAMP]}/reviews/{number}/dismissals"
    hub.ask("operator", "PUT", path, {"message": "it is as it should be"})
    assert reasons(find(hub))[LAMP] == "not approved"


def test_only_an_approval_by_somebody_who_may_write_counts(hub: Hub, pulls: dict[str, int]) -> None:
    review(hub, pulls[LAMP], login="reader")
    assert reasons(find(hub))[LAMP] == "approved by reader, who may not write here"
    review(hub, pulls[LAMP], login="edith")
    assert [one.approvers for one in find(hub)] == [("edith",)]


def test_an_approval_by_somebody_who_left_does_not_count(hub: Hub, pulls: dict[str, int]) -> None:
    review(hub, pulls[LAMP])
    with hub.world.transaction() as database:
        database.execute("UPDATE account SET permission = 'read' WHERE login = 'reviewer'")
    assert reasons(find(hub))[LAMP] == "approved by reviewer, who may not write here"
    gone = (404, {}, {"message": "reviewer is not a user"})
    hub.spoil("GET", "/collaborators/reviewer/permission$", answer=gone)
    assert reasons(find(hub))[LAMP] == "approved by reviewer, who may not write here"


def test_where_the_token_may_not_ask_for_permissions_no_approval_counts_and_it_is_said(
    hub: Hub, pulls: dict[str, int]
) -> None:
    review(hub, pulls[LAMP])
    denied = {"message": "Resource not accessible by integration"}
    hub.spoil("GET", "/permission$", answer=(403, {}, denied))
    assert reasons(find(hub))[LAMP] == (
        "approved by reviewer, and this token may not ask whether they may write here"
    )


def test_each_approval_that_does_not_count_is_told(hub: Hub, pulls: dict[str, int]) -> None:
    review(hub, pulls[LAMP])
    before = hub.commit(f"refs/heads/{LAMP}")
    after = hub.grow(LAMP)
    review(hub, pulls[LAMP], login="reader")
    assert reasons(find(hub))[LAMP] == (
        f"approved at {before:.9}, and changed to {after:.9} since; "
        "approved by reader, who may not write here"
    )


def test_a_draft_is_left_out_although_it_is_approved(hub: Hub) -> None:
    review(hub, open_pull(hub, "fix-the-mast", draft=True))
    assert reasons(find(hub)) == {"fix-the-mast": "still a draft"}


def test_a_named_branch_that_is_not_reviewed_is_refused(hub: Hub, pulls: dict[str, int]) -> None:
    review(hub, pulls[LAMP])
    with pytest.raises(Refused, match=f"found #{pulls[ROPE]} {ROPE}: not approved"):
        find(hub, LAMP, ROPE)
    assert [one.branch for one in find(hub, LAMP)] == [LAMP]


def test_a_named_branch_without_a_pull_request_is_refused(hub: Hub, pulls: dict[str, int]) -> None:
    with pytest.raises(Refused, match="pull request of no-such into master .*, found none"):
        find(hub, "no-such")
    hub.ask("willow", "PATCH", f"/pulls/{pulls[LAMP]}", {"state": "closed"})
    with pytest.raises(Refused, match="found only closed ones"):
        find(hub, LAMP)


def test_a_named_branch_that_is_merged_already_is_found_again(
    hub: Hub, pulls: dict[str, int]
) -> None:
    review(hub, pulls[LAMP])
    commit = hub.commit(f"refs/heads/{LAMP}")
    hub.ask("reviewer", "PUT", f"/pulls/{pulls[LAMP]}/merge", {"merge_method": "merge"})
    assert [one.commit for one in find(hub, LAMP)] == [commit]
    assert [one.branch for one in find(hub)] == []


def test_a_pull_request_into_another_branch_is_none_of_these(hub: Hub) -> None:
    number = open_pull(hub, "fix-the-mast")
    review(hub, number)
    hub.ask("willow", "PATCH", f"/pulls/{number}", {"base": "release/1.9"})
    assert len(find(hub)) == 0


def test_what_is_reviewed_still_is_told_again(hub: Hub, pulls: dict[str, int]) -> None:
    assert not hub.github().check_still_reviewed(find(hub), into="master")
    review(hub, pulls[LAMP])
    found = find(hub)
    review(hub, pulls[ROPE])
    again = hub.github().check_still_reviewed(found, into="master")
    assert [one.branch for one in again] == [LAMP]
    hub.ask("operator", "PUT", f"/pulls/{pulls[LAMP]}/merge", {})
    assert hub.github().check_still_reviewed(found, into="master").heads == found.heads


@pytest.mark.parametrize(
    ("since", "said"),
    [
        ("closed", "found only closed ones"),
        ("changes", "reviewer asked for changes"),
        ("grown", f"{LAMP}: approved at .* and changed to .* since"),
        ("another commit", "found #.* at .* since: run this again"),
    ],
)
def test_what_is_not_reviewed_any_more_is_refused(
    hub: Hub, pulls: dict[str, int], since: str, said: str
) -> None:
    review(hub, pulls[LAMP])
    found = find(hub)
    if since == "closed":
        hub.ask("willow", "PATCH", f"/pulls/{pulls[LAMP]}", {"state": "closed"})
    elif since == "changes":
        review(hub, pulls[LAMP], "REQUEST_CHANGES")
    else:
        hub.grow(LAMP)
    if since == "another commit":
        review(hub, pulls[LAMP])
    with pytest.raises(Refused, match=said):
        hub.github().check_still_reviewed(found, into="master")
