"""Reviews of pull requests."""

from typing import Any

from runbook_lib.sandbox.services.github.accounts import show_account_by_id
from runbook_lib.sandbox.services.github.call import Answer, Call, Endpoint
from runbook_lib.sandbox.services.github.commits import valid_id
from runbook_lib.sandbox.services.github.issue_rows import association
from runbook_lib.sandbox.services.github.objects import read_commits
from runbook_lib.sandbox.services.github.pages import paged
from runbook_lib.sandbox.services.github.pull_rows import Row, need_pull
from runbook_lib.sandbox.services.github.refusal import not_found, unprocessable, unwilling

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


def submit(call: Call, pull: Row, number: int) -> Answer:
    """Tell of a review that was made just now."""
    row = call.one("SELECT * FROM github_review WHERE id = ?", number) or {}
    if row["state"] != "PENDING":
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


PULL = "/repos/{owner}/{repo}/pulls/{pull_number}"
REVIEWS = f"{PULL}/reviews"
DOCS = "pulls/reviews#"
NEEDS = "pull_requests=write"
ENDPOINTS = (
    Endpoint("GET", REVIEWS, list_reviews, f"{DOCS}list-reviews-for-a-pull-request"),
    Endpoint("POST", REVIEWS, create_review, f"{DOCS}create-a-review-for-a-pull-request", "read"),
    Endpoint(
        "PUT",
        f"{REVIEWS}/{{review_id}}/dismissals",
        dismiss_review,
        f"{DOCS}dismiss-a-review-for-a-pull-request",
        "write",
        NEEDS,
    ),
)
