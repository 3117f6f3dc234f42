"""Two commits compared: what the head has that the base has not."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from runbook_lib.sandbox.services.github.call import Answer, Call, Endpoint
from runbook_lib.sandbox.services.github.changes import list_changes, read_patch, show_change
from runbook_lib.sandbox.services.github.commits import show_commit
from runbook_lib.sandbox.services.github.objects import (
    Commit,
    commits_between,
    find_commits,
    is_empty,
    list_commits,
    merge_base,
    read_commits,
)
from runbook_lib.sandbox.services.github.pages import link_header
from runbook_lib.sandbox.services.github.refusal import Refusal, empty_repository, not_found

MOST_FILES = 300
MOST_COMMITS = 250


@dataclass(frozen=True)
class Comparison:
    """Two commits and what lies between them; `ahead` are ids, the oldest first."""

    base: Commit
    head: Commit
    fork: str
    ahead: tuple[str, ...]
    behind_by: int

    @property
    def status(self) -> str:
        """How the head stands to the base."""
        if self.ahead and self.behind_by:
            return "diverged"
        return "ahead" if self.ahead else "behind" if self.behind_by else "identical"


def compare(folder: Path, base: Commit, head: Commit) -> Comparison | None:
    """Compare two commits, or None where they have no common ancestor."""
    fork = merge_base(folder, base.sha, head.sha)
    if fork is None:
        return None
    ahead = commits_between(folder, base.sha, head.sha)
    behind = list_commits(folder, "--count", base.sha, f"^{head.sha}")
    return Comparison(base, head, fork, ahead, int(behind[0]))


def get_comparison(call: Call) -> Answer:
    """Compare `base...head`, each a branch, a tag or an id, of this repository."""
    left, dots, right = call.path("basehead").partition("...")
    if not dots or not left or not right:
        raise not_found()
    names = (own_name(call, left), own_name(call, right))
    base, head = find_commits(call.folder, *names)
    if base is None or head is None:
        raise empty_repository() if is_empty(call.folder) else not_found()
    found = compare(call.folder, base, head)
    if found is None:
        raise Refusal(404, f"No common ancestor between {left} and {right}.")
    accept = call.request.headers.get("accept", "")
    if "vnd.github" in accept and ("diff" in accept or "patch" in accept):
        kind = "application/vnd.github.diff; charset=utf-8"
        raw = read_patch(call.folder, found.fork, head.sha)
        return Answer(raw, headers={"Content-Type": kind})
    return show_comparison(call, found, *names)


def own_name(call: Call, name: str) -> str:
    """A name without the repository's own owner before it; another owner has no fork here."""
    owner, colon, branch = name.rpartition(":")
    if colon and owner.lower() != call.repository.owner.lower():
        raise not_found()
    return branch


def show_comparison(call: Call, found: Comparison, left: str, right: str) -> Answer:
    """A comparison, with a page of its commits; files stand on the first page alone."""
    size = call.count("per_page", MOST_COMMITS, MOST_COMMITS)
    start = (call.page - 1) * size
    window = found.ahead[start : start + size]
    fork, *commits = read_commits(call.folder, [found.fork, *window])
    url = f"{call.links.repository}/compare/{quote(left)}...{quote(right)}"
    page = call.links.page("compare", f"{left}...{right}")
    pinned = f"{call.repository.owner}:{found.base.sha[:7]}...{found.head.sha[:7]}"
    files = changed_files(call, found) if call.page == 1 else []
    body: dict[str, Any] = {
        "url": url,
        "html_url": page,
        "permalink_url": call.links.page("compare", pinned),
        "diff_url": f"{page}.diff",
        "patch_url": f"{page}.patch",
        "base_commit": show_commit(call, found.base),
        "merge_base_commit": show_commit(call, fork),
        "status": found.status,
        "ahead_by": len(found.ahead),
        "behind_by": found.behind_by,
        "total_commits": len(found.ahead),
        "commits": [show_commit(call, commit) for commit in commits],
        "files": files,
    }
    paginated = call.query("page") or call.query("per_page")
    return Answer(body, headers=link_header(call, len(found.ahead)) if paginated else {})


def changed_files(call: Call, found: Comparison) -> list[dict[str, Any]]:
    """What the head changed since it left the base; at most 300 files."""
    if found.fork == found.head.sha:
        return []
    changes = list_changes(call.folder, found.fork, found.head.sha)
    return [show_change(call, change, found.head.sha) for change in changes[:MOST_FILES]]


ENDPOINTS = (
    Endpoint(
        "GET",
        "/repos/{owner}/{repo}/compare/{basehead:path}",
        get_comparison,
        "commits/commits#compare-two-commits",
    ),
)
