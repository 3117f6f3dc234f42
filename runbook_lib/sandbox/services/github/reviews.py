"""Reviews of pull requests, and who is asked for one."""

from typing import Any

from runbook_lib.sandbox.services.github.accounts import show_account_by_id
from runbook_lib.sandbox.services.github.call import Answer, Call, Endpoint
from runbook_lib.sandbox.services.github.commits import valid_id
from runbook_lib.sandbox.services.github.issue_rows import association
from runbook_lib.sandbox.services.github.objects import read_commits
from runbook_lib.sandbox.services.github.pages import paged
from runbook_lib.sandbox.services.github.pull_rows import Row, need_pull
from runbook_lib.sandbox.services.github.pulls import requested_reviewers, show_pull
from runbook_lib.sandbox.services.github.refusal import not_found, unprocessable, unwilling
from runbook_lib.sandbox.world.world import Account

STATES = {
    "": "PENDING",
    "APPROVE": "APPROVED",
    "REQUEST_CHANGES": "CHANGES_REQUESTED",
    "COMMENT": "COMMENTED",
}
DEEDS = {"APPROVE": "approve", "REQUEST_CHANGES": "request changes on"}


def show_review(call: Call, pull: Row, row: Row) -> dict[str, Any]:
    """A review; a pending one was not submitted yet."""
    page = f"{call.links.page('pull', pull['number'])}#pullrequestreview-{row['id']}"
    url = f"{call.links.repository}/pulls/{pull['number']}"
    submitted = {"submitted_at": row["submitted_at"]} if row["submitted_at"] else {}
    return {
        "id": row["id"],
        "node_id": f"PRR_{row['id']}",
        "user": show_account_by_id(call, row["author"]),
        "body": row["body"],
        "state": row["state"],
        "html_url": page,
        "pull_request_url": url,
        "_links": {"html": {"href": page}, "pull_request": {"href": url}},
        "commit_id": row["commit_sha"],
        "author_association": association(call, row["author"]),
        **submitted,
    }


def list_reviews(call: Call) -> Answer:
    """The reviews of a pull request, the oldest first; pending ones for their authors alone."""
    pull = need_pull(call)
    rows = call.all("SELECT * FROM github_review WHERE pull = ? ORDER BY id", pull["id"])
    me = call.account.id if call.account else None
    seen = [row for row in rows if row["state"] != "PENDING" or row["author"] == me]
    return paged(call, seen, lambda row: show_review(call, pull, row))


def need_review(call: Call, pull: Row) -> Row:
    """The review that the path names, of a pull request."""
    query = "SELECT * FROM github_review WHERE pull = ? AND id = ?"
    row = call.one(query, pull["id"], call.number("review_id"))
    if row is None:
        raise not_found()
    return row


def get_review(call: Call) -> Answer:
    """One review."""
    pull = need_pull(call)
    return Answer(show_review(call, pull, need_review(call, pull)))


def create_review(call: Call) -> Answer:
    """Review a pull request: approve it, ask for changes, comment, or begin without a word."""
    pull, event, body = need_pull(call), call.text("event"), call.text("body")
    refuse_event(call, pull, event, body)
    number = call.add(
        "github_review",
        pull=pull["id"],
        author=call.caller.id,
        state=STATES[event],
        body=body,
        commit_sha=reviewed_commit(call, pull),
        submitted_at=call.now if event else None,
    )
    return submit(call, pull, number)


def submit_review(call: Call) -> Answer:
    """Submit a review that was begun."""
    pull = need_pull(call)
    row, event = need_review(call, pull), call.needed_text("event")
    body = call.text("body", row["body"])
    if row["author"] != call.caller.id:
        raise not_found()
    if row["state"] != "PENDING":
        raise unwilling("Could not submit a review that was submitted before.")
    refuse_event(call, pull, event, body)
    call.update("github_review", row["id"], state=STATES[event], body=body, submitted_at=call.now)
    return submit(call, pull, row["id"])


def submit(call: Call, pull: Row, number: int) -> Answer:
    """Tell of a review that was made just now; its author need not be asked any more."""
    row = call.one("SELECT * FROM github_review WHERE id = ?", number) or {}
    if row["state"] != "PENDING":
        strike = "DELETE FROM github_requested_reviewer WHERE pull = ? AND account = ?"
        call.change(strike, pull["id"], row["author"])
        call.update("github_issue", pull["id"], updated_at=call.now)
        words = row["state"].lower().replace("_", " ")
        what = f"review of pull request #{pull['number']}: {words}"
        link = call.links.page("pull", pull["number"])
        call.tell("review", what, link, number=pull["number"], state=row["state"])
    return Answer(show_review(call, pull, row))


def refuse_event(call: Call, pull: Row, event: str, body: str) -> None:
    """Refuse what is no review, says nothing, or is a verdict on one's own work."""
    if event not in STATES:
        raise unprocessable(
            "Variable $event of type PullRequestReviewEvent was provided invalid value"
        )
    if event in ("REQUEST_CHANGES", "COMMENT") and not body.strip():
        raise unwilling("Body can't be blank")
    if event in DEEDS and pull["author"] == call.caller.id:
        raise unwilling(f"Can not {DEEDS[event]} your own pull request")


def reviewed_commit(call: Call, pull: Row) -> str:
    """The commit that a review is of: the head, unless the request names another."""
    sha = call.text("commit_id", pull["head_sha"])
    if not valid_id(sha) or not read_commits(call.folder, [sha]):
        raise unwilling(f"The commit {sha} is not part of the pull request")
    return sha


def dismiss_review(call: Call) -> Answer:
    """Take the force from a review, with a reason."""
    pull = need_pull(call)
    row = need_review(call, pull)
    call.needed_text("message")
    if row["state"] not in ("APPROVED", "CHANGES_REQUESTED"):
        raise unwilling(f"Can not dismiss a {row['state'].lower()} pull request review")
    call.update("github_review", row["id"], state="DISMISSED")
    return Answer(show_review(call, pull, need_review(call, pull)))


def list_requested(call: Call) -> Answer:
    """Who is asked for a review."""
    users = requested_reviewers(call, need_pull(call))
    return Answer({"users": users, "teams": []})


def request_reviews(call: Call) -> Answer:
    """Ask people for a review; nobody without access, nor the author."""
    pull = need_pull(call)
    for account in wanted(call):
        if account.id == pull["author"]:
            raise unprocessable("Review cannot be requested from pull request author.")
        if account.permission == "none":
            raise unprocessable(
                "Reviews may only be requested from collaborators. One or more of the users or "
                f"teams you specified is not a collaborator of the {call.repository.full_name} "
                "repository."
            )
        mark = "INSERT OR IGNORE INTO github_requested_reviewer VALUES (?, ?)"
        call.change(mark, pull["id"], account.id)
    return Answer(show_pull(call, need_pull(call)), 201)


def withdraw_requests(call: Call) -> Answer:
    """Ask people no more."""
    pull = need_pull(call)
    for account in wanted(call):
        strike = "DELETE FROM github_requested_reviewer WHERE pull = ? AND account = ?"
        call.change(strike, pull["id"], account.id)
    return Answer(show_pull(call, need_pull(call)))


def wanted(call: Call) -> list[Account]:
    """The accounts that a request names as reviewers."""
    found = [call.world.account(login) for login in call.texts("reviewers")]
    if not all(found):
        raise unprocessable("Could not resolve to a node with the login of one of the reviewers.")
    return [account for account in found if account]


PULL = "/repos/{owner}/{repo}/pulls/{pull_number}"
REVIEWS = f"{PULL}/reviews"
REQUESTED = f"{PULL}/requested_reviewers"
DOCS = "pulls/reviews#"
ASKED = "pulls/review-requests#"
NEEDS = "pull_requests=write"
ENDPOINTS = (
    Endpoint("GET", REVIEWS, list_reviews, f"{DOCS}list-reviews-for-a-pull-request"),
    Endpoint("POST", REVIEWS, create_review, f"{DOCS}create-a-review-for-a-pull-request", "read"),
    Endpoint(
        "GET", f"{REVIEWS}/{{review_id}}", get_review, f"{DOCS}get-a-review-for-a-pull-request"
    ),
    Endpoint(
        "POST",
        f"{REVIEWS}/{{review_id}}/events",
        submit_review,
        f"{DOCS}submit-a-review-for-a-pull-request",
        "read",
    ),
    Endpoint(
        "PUT",
        f"{REVIEWS}/{{review_id}}/dismissals",
        dismiss_review,
        f"{DOCS}dismiss-a-review-for-a-pull-request",
        "write",
        NEEDS,
    ),
    Endpoint(
        "GET",
        REQUESTED,
        list_requested,
        f"{ASKED}get-all-requested-reviewers-for-a-pull-request",
    ),
    Endpoint(
        "POST",
        REQUESTED,
        request_reviews,
        f"{ASKED}request-reviewers-for-a-pull-request",
        "write",
        NEEDS,
    ),
    Endpoint(
        "DELETE",
        REQUESTED,
        withdraw_requests,
        f"{ASKED}remove-requested-reviewers-from-a-pull-request",
        "write",
        NEEDS,
    ),
)
