"""Pull requests: one for a branch whatever gets lost, and what each still lacks in words."""

from functools import partial
from typing import Any

import pytest
import requests

from runbook_lib.errors import AccessDenied, Conflict, Refused, Unavailable, Waiting
from runbook_lib.sandbox.world.git_objects import run_git
from runbook_lib.services.github import GitHub, PullRequest
from runbook_lib.services.github.answers import Rejected
from runbook_lib.steps.step import Patience
from tests.services.github.conftest import Hub

LIMIT = {"message": "You have exceeded a secondary rate limit. Please wait a few minutes."}


def open_pull(github: GitHub, branch: str = "release/1.9") -> PullRequest:
    """Open the release's pull request, as a notebook does."""
    return github.open_pull_request(branch, into="master", title="Release 1.9", body="For you.")


def pulls(hub: Hub) -> list[Any]:
    """All pull requests that there are."""
    listed: list[Any] = hub.ask("operator", "GET", "/pulls?state=all")
    return listed


def review(hub: Hub, number: int, event: str, body: str = "Read.", login: str = "reviewer") -> None:
    """Have the reviewer, or somebody else, say something."""
    hub.ask(login, "POST", f"/pulls/{number}/reviews", {"event": event, "body": body})


def merge(hub: Hub, number: int, method: str = "merge") -> None:
    """Have the reviewer merge."""
    hub.ask("reviewer", "PUT", f"/pulls/{number}/merge", {"merge_method": method})


def test_a_pull_request_is_opened_with_three_calls_and_shows_itself(hub: Hub) -> None:
    github = hub.github()
    pull = open_pull(github)
    assert str(pull) == f"#{pull.number} release/1.9 into master (open)"
    assert pull.link.startswith(f"{hub.url}/harbor/tidewatch/pull/")
    assert pull.commit == hub.commit("release/1.9")
    assert (hub.outcome(github), github.calls, github.writes) == ("done", 3, 1)
    assert [one["title"] for one in pulls(hub)] == ["Release 1.9"]


def test_opened_again_it_is_found_in_one_call_and_nothing_is_written(hub: Hub) -> None:
    first, github = open_pull(hub.github()), hub.github()
    before = hub.writes()
    assert open_pull(github) == first
    assert (hub.outcome(github), github.calls, hub.writes()) == ("already", 1, before)


def test_a_merged_one_is_found_again(hub: Hub) -> None:
    pull = open_pull(hub.github())
    merge(hub, pull.number)
    again = open_pull(hub.github())
    assert (again.number, again.state) == (pull.number, "merged")
    assert len(pulls(hub)) == 1


def test_one_that_was_closed_without_a_merge_is_a_conflict(hub: Hub) -> None:
    pull = open_pull(hub.github())
    hub.ask("operator", "PATCH", f"/pulls/{pull.number}", {"state": "closed"})
    before = hub.writes()
    with pytest.raises(Conflict, match=f"#{pull.number} closed without a merge .*reopen it"):
        open_pull(hub.github())
    assert hub.writes() == before


def test_an_owner_is_found_in_any_case_of_letters(hub: Hub) -> None:
    pull = open_pull(hub.github())
    github = GitHub(
        f"{hub.url}/api/v3",
        "Harbor/TideWatch",
        token=hub.token("operator"),
        runner=hub.runner(),
        throttle=False,
    )
    assert open_pull(github).number == pull.number
    assert hub.outcome(github) == "already"


def test_a_branch_that_is_not_there_is_refused_in_githubs_own_words(hub: Hub) -> None:
    with pytest.raises(Rejected, match=r"Validation Failed.*head"):
        open_pull(hub.github(), "release/2.0")
    assert pulls(hub) == []


def test_a_branch_that_somebody_has_pushed_to_before_it_is_opened_is_a_conflict(hub: Hub) -> None:
    said = {"into": "master", "title": "Release 1.9", "body": "For you."}
    there, other = hub.commit("release/1.9"), hub.commit("master")
    with pytest.raises(Conflict, match=f"at {other:.9}, where this run .*, found it at {there:.9}"):
        hub.github().open_pull_request("release/1.9", at=other, **said)
    assert (pulls(hub), hub.writes()) == ([], 0)
    opened = hub.github().open_pull_request("release/1.9", at=there, **said)
    assert hub.github().open_pull_request("release/1.9", at=other, **said) == opened
    with pytest.raises(Rejected, match=r"Validation Failed.*head"):
        hub.github().open_pull_request("release/2.0", at=there, **said)


def test_a_body_that_is_too_long_is_cut_with_a_link_and_opened_once(hub: Hub) -> None:
    body = "".join(f"* more tides {number}\n" for number in range(4000))
    whole = f"{hub.url}/harbor/tidewatch/blob/1.9/CHANGELOG.md"
    said = {"into": "master", "title": "Release 1.9", "body": body}
    with pytest.raises(Refused, match=r"a pull request's text of at most 65536 characters"):
        hub.github().open_pull_request("release/1.9", **said)
    assert pulls(hub) == []
    for outcome in ("done", "already"):
        github = hub.github()
        github.open_pull_request("release/1.9", **said, whole=whole)
        assert hub.outcome(github) == outcome
    (made,) = pulls(hub)
    assert f"All of it is in {whole}" in made["body"] and len(made["body"]) <= 65_536


def test_a_plan_opens_nothing(hub: Hub) -> None:
    github = hub.github(plan=True)
    planned = open_pull(github)
    assert str(planned) == "planned, after open pull request"
    assert github.runner.reports[-1].announced.startswith("open a pull request of release/1.9")
    assert hub.writes() == 0


def test_a_lost_answer_leaves_exactly_one_pull_request(hub: Hub) -> None:
    hub.spoil("POST", "/pulls$")
    github = hub.github()
    assert open_pull(github).state == "open"
    assert hub.outcome(github) == "done"
    assert (len(pulls(hub)), github.writes) == (1, 1)


def test_a_gateway_that_did_nothing_is_asked_again(hub: Hub) -> None:
    hub.spoil("POST", "/pulls$", answer=(502, {}, "<html>Bad gateway</html>"))
    github = hub.github()
    assert open_pull(github).state == "open"
    assert (len(pulls(hub)), github.writes) == (1, 2)


def test_a_look_that_fails_is_repeated(hub: Hub) -> None:
    hub.spoil("GET", "/pulls$", times=2, answer=(503, {}, {"message": "unwell"}))
    github = hub.github()
    open_pull(github)
    assert (len(pulls(hub)), github.calls) == (1, 5)


def test_a_secondary_limit_is_waited_for_as_long_as_it_asks(hub: Hub) -> None:
    hub.spoil("POST", "/pulls$", answer=(403, {"retry-after": "1"}, LIMIT))
    open_pull(hub.github())
    assert hub.sleeps == [1.0]
    assert len(pulls(hub)) == 1


def test_a_limit_of_an_hour_is_not_slept_through(hub: Hub) -> None:
    hub.spoil("POST", "/pulls$", times=9, answer=(429, {"retry-after": "3600"}, LIMIT))
    github = hub.github()
    with pytest.raises(Unavailable, match="secondary rate limit") as caught:
        open_pull(github)
    assert caught.value.retry_after == 3600
    assert (hub.sleeps, pulls(hub), hub.outcome(github)) == ([], [], "waiting")


def test_one_that_somebody_opens_meanwhile_is_taken(hub: Hub) -> None:
    answer: Any = (200, {}, [])
    hub.spoil("GET", "/pulls$", answer=answer)
    first = open_pull(hub.github())
    hub.spoil("GET", "/pulls$", answer=answer)
    assert open_pull(hub.github()).number == first.number
    assert len(pulls(hub)) == 1


def test_an_account_that_may_only_read_opens_nothing(hub: Hub) -> None:
    with pytest.raises((AccessDenied, Refused)):
        open_pull(hub.github("reader"))
    assert pulls(hub) == []


def test_a_merge_is_waited_for_and_each_poll_says_what_is_missing(hub: Hub) -> None:
    pull = open_pull(hub.github())
    hub.meanwhile = [
        partial(review, hub, pull.number, "REQUEST_CHANGES", "Please\nhold <b>this</b>."),
        partial(review, hub, pull.number, "APPROVE"),
        partial(merge, hub, pull.number),
    ]
    github = hub.github()
    merged = github.wait_for_merge(pull)
    waiting, held, approved = hub.display.progressed[-3:]
    assert waiting == f"waiting for a review of #{pull.number}"
    assert held.endswith("are requested by reviewer: Please hold <b>this</b>.")
    assert approved.startswith(f"#{pull.number} is approved by reviewer, not merged yet")
    assert merged.commit == hub.commit("master")
    assert merged.head == hub.commit("1.9")
    assert str(merged).startswith(f"#{pull.number} approved by reviewer, merged by reviewer as ")
    assert (hub.outcome(github), github.calls) == ("done", 12)


def test_a_merged_one_is_known_in_two_calls_and_one_for_its_approval(hub: Hub) -> None:
    pull = open_pull(hub.github())
    review(hub, pull.number, "APPROVE")
    merge(hub, pull.number, "squash")
    github = hub.github()
    merged = github.wait_for_merge(pull)
    assert merged.approvers == ("reviewer",)
    assert merged.commit == hub.commit("master") != merged.head
    assert (hub.outcome(github), github.calls) == ("good", 3)


def test_one_that_was_merged_unapproved_says_so(hub: Hub) -> None:
    pull = open_pull(hub.github())
    merge(hub, pull.number)
    merged = hub.github().wait_for_merge(pull)
    assert merged.approvers == ()
    assert "not approved, merged by reviewer" in str(merged)
    assert merged.unreviewed.endswith("was merged by reviewer without an approving review.")


def test_an_approval_by_somebody_who_may_not_write_is_no_review(hub: Hub) -> None:
    pull = open_pull(hub.github())
    hub.meanwhile = [
        partial(review, hub, pull.number, "APPROVE", login="reader"),
        partial(merge, hub, pull.number),
    ]
    merged = hub.github().wait_for_merge(pull)
    reason = "approved by reader, who may not write here"
    assert hub.display.progressed[-1] == f"waiting for a review of #{pull.number} ({reason})"
    assert merged.approvers == ()
    assert merged.unreviewed == (f"#{pull.number} was merged by reviewer unreviewed: {reason}.")


def test_a_review_does_not_count_for_commits_that_came_after_it(hub: Hub) -> None:
    pull = open_pull(hub.github())
    review(hub, pull.number, "APPROVE")
    before, after = pull.commit, hub.grow(pull.head)
    merge(hub, pull.number)
    merged = hub.github().wait_for_merge(pull)
    assert merged.head == after
    changed = f"approved at {before:.9}, and changed to {after:.9} since"
    assert changed in merged.unreviewed


def test_a_request_for_changes_that_stands_is_said_beside_an_approval(hub: Hub) -> None:
    pull = open_pull(hub.github())
    review(hub, pull.number, "APPROVE")
    review(hub, pull.number, "REQUEST_CHANGES", "Not yet.", login="willow")
    review(hub, pull.number, "COMMENT", "Hm.", login="willow")
    merge(hub, pull.number)
    merged = hub.github().wait_for_merge(pull)
    assert merged.approvers == ("reviewer",)
    assert merged.unreviewed.endswith(" unreviewed: willow asked for changes.")
    assert "approved by reviewer; willow asked for changes, merged by" in str(merged)


def test_one_that_is_closed_meanwhile_is_refused(hub: Hub) -> None:
    pull = open_pull(hub.github())
    closed = {"state": "closed"}
    hub.meanwhile = [partial(hub.ask, "operator", "PATCH", f"/pulls/{pull.number}", closed)]
    with pytest.raises(Refused, match="closed without a merge"):
        hub.github().wait_for_merge(pull)


def test_past_its_limit_a_wait_ends_as_waiting(hub: Hub) -> None:
    pull, github = open_pull(hub.github()), hub.github()
    github.runner.patience = Patience(waiting=0.0)
    with pytest.raises(Waiting, match=f"waiting for a review of #{pull.number}"):
        github.wait_for_merge(pull)
    assert hub.outcome(github) == "waiting"


def rules(hub: Hub, *given: dict[str, Any]) -> None:
    """Have an admin make rules for the default branch."""
    names = {"ref_name": {"include": ["~DEFAULT_BRANCH"], "exclude": []}}
    body = {"name": "main", "enforcement": "active", "rules": list(given), "conditions": names}
    hub.ask("operator", "POST", "/rulesets", body)


def checks(*names: str) -> dict[str, Any]:
    """A rule that requires checks."""
    named = {"required_status_checks": [{"context": name} for name in names]}
    return {"type": "required_status_checks", "parameters": named}


def reviews(count: int, **more: bool) -> dict[str, Any]:
    """A rule that requires approvals."""
    parameters = {"required_approving_review_count": count, **more}
    return {"type": "pull_request", "parameters": parameters}


def lacking(hub: Hub, pull: PullRequest) -> str:
    """What an open pull request still lacks, as a poll says it."""
    github = hub.github()
    github.runner.patience = Patience(waiting=0.0)
    with pytest.raises(Waiting) as caught:
        github.wait_for_merge(pull)
    return str(caught.value).partition(", not merged yet")[2].partition("; waited")[0]


def test_a_required_check_that_has_not_begun_is_waited_for_by_its_name(hub: Hub) -> None:
    rules(hub, checks("ci/tests", "lint", "docs"))
    pull = open_pull(hub.github())
    review(hub, pull.number, "APPROVE")
    link = {"target_url": "https://ci.example/7"}
    for context, state in (("ci/tests", "success"), ("lint", "pending")):
        said = {"context": context, "state": state, **link}
        hub.ask("ci", "POST", f"/statuses/{pull.commit}", said)
    assert lacking(hub, pull) == (
        ": the required check lint (pending, https://ci.example/7); "
        "the required check docs has not begun"
    )


def test_a_required_check_of_a_protection_is_named_to_who_is_no_admin(hub: Hub) -> None:
    said: dict[str, Any] = dict.fromkeys(("required_pull_request_reviews", "restrictions"))
    said |= {"enforce_admins": None, "required_status_checks": {"contexts": ["old/ci"]}}
    hub.ask("operator", "PUT", "/branches/master/protection", said)
    pull = open_pull(hub.github())
    review(hub, pull.number, "APPROVE")
    assert "the required check old/ci has not begun" in lacking(hub, pull)


def test_checks_that_the_token_may_not_read_are_named_all_the_same(hub: Hub) -> None:
    rules(hub, checks("lint"))
    pull = open_pull(hub.github())
    review(hub, pull.number, "APPROVE")
    words = {"message": "Resource not accessible by personal access token"}
    hub.spoil("GET", "/check-suites$", answer=(403, {}, words))
    assert lacking(hub, pull) == (
        ": the required check lint has not begun (statuses and workflows alone: "
        "this token may not see the checks of other apps)"
    )


def test_approvals_that_are_required_are_counted(hub: Hub) -> None:
    rules(hub, reviews(2, require_code_owner_review=True))
    pull = open_pull(hub.github())
    review(hub, pull.number, "APPROVE")
    said = ": it has 1 of 2 approvals that are required; it also asks for one by a code owner"
    assert lacking(hub, pull) == said
    review(hub, pull.number, "APPROVE", login="willow")
    assert lacking(hub, pull) == ": it also asks for one by a code owner"


def test_what_is_not_mergeable_for_another_reason_says_githubs(hub: Hub) -> None:
    pull = open_pull(hub.github())
    review(hub, pull.number, "APPROVE")
    hub.ask("ci", "POST", f"/statuses/{pull.commit}", {"state": "failure", "context": "extra"})
    assert lacking(hub, pull) == ": some of its checks are pending or red"


ENQUEUE = """
mutation($id: ID!) {
  enqueuePullRequest(input: {pullRequestId: $id}) { mergeQueueEntry { position } }
}
"""


def in_graph(hub: Hub, query: str, number: int) -> None:
    """Change a pull request by GraphQL, as the reviewer does on its page."""
    said = {"query": query, "variables": {"id": node_of(hub, number)}}
    headers = {"Authorization": f"Bearer {hub.token('reviewer')}"}
    answer = requests.post(f"{hub.url}/api/graphql", json=said, headers=headers, timeout=60)
    assert "errors" not in answer.json(), answer.text


def node_of(hub: Hub, number: int) -> str:
    """What GraphQL calls a pull request."""
    return str(hub.ask("reviewer", "GET", f"/pulls/{number}")["node_id"])


def green(hub: Hub, commit: str) -> None:
    """Have CI say that a commit is well."""
    said = {"context": "ci/tests", "state": "success"}
    hub.ask("ci", "POST", f"/statuses/{commit}", said)


def queued(hub: Hub) -> str:
    """The commit that the queue has built."""
    place = "refs/heads/gh-readonly-queue"
    return run_git(hub.bare, "for-each-ref", "--format=%(objectname)", place).strip()


def test_a_merge_queue_is_waited_for_with_the_place_in_it(hub: Hub) -> None:
    rules(hub, checks("ci/tests"), {"type": "merge_queue", "parameters": {"merge_method": "MERGE"}})
    pull = open_pull(hub.github())
    review(hub, pull.number, "APPROVE")
    green(hub, pull.commit)
    assert lacking(hub, pull) == ": whoever merges puts it into the merge queue"
    in_graph(hub, ENQUEUE, pull.number)
    assert lacking(hub, pull) == ": it is in the merge queue, in place 1 (awaiting checks)"
    hub.meanwhile = [lambda: green(hub, queued(hub))]
    merged = hub.github().wait_for_merge(pull)
    assert (merged.merged_by, merged.lacking) == ("reviewer", "")
    assert run_git(hub.bare, "branch", "--contains", pull.commit, "master").strip()


def test_a_queue_that_tells_nothing_is_no_reason_to_fail(hub: Hub) -> None:
    rules(hub, {"type": "merge_queue", "parameters": {"merge_method": "MERGE"}})
    pull = open_pull(hub.github())
    review(hub, pull.number, "APPROVE")
    for answer in (
        (200, {}, {"errors": [{"message": "Field 'mergeQueueEntry' doesn't exist"}]}),
        (403, {}, {"message": "Resource not accessible by integration"}),
    ):
        hub.spoil("POST", "/graphql$", answer=answer)
        assert lacking(hub, pull) == ": whoever merges puts it into the merge queue"


@pytest.mark.parametrize(
    ("method", "said"),
    [
        ("MERGE", "reviewer has it merged by itself once all is there"),
        ("SQUASH", "reviewer has it merged by itself by a squash, which would leave the tag"),
    ],
)
def test_who_has_told_github_to_merge_it_is_said(hub: Hub, method: str, said: str) -> None:
    rules(hub, checks("ci/tests"))
    hub.ask("operator", "PATCH", "", {"allow_auto_merge": True})
    pull = open_pull(hub.github())
    review(hub, pull.number, "APPROVE")
    words = f"enablePullRequestAutoMerge(input: {{pullRequestId: $id, mergeMethod: {method}}})"
    in_graph(hub, f"mutation($id: ID!) {{ {words} {{ pullRequest {{ number }} }} }}", pull.number)
    assert said in lacking(hub, pull)
