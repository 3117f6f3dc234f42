"""Pull requests as they are shown, and what is in them."""

from functools import lru_cache
from pathlib import Path
from typing import Any

from runbook_lib.frozen import frozen
from runbook_lib.sandbox.services.github.accounts import show_account_by_id, show_owner
from runbook_lib.sandbox.services.github.auto_merge import show_auto_merge
from runbook_lib.sandbox.services.github.call import Call
from runbook_lib.sandbox.services.github.issue_rows import labels_of, show_common, show_label
from runbook_lib.sandbox.services.github.merging import merge_trees
from runbook_lib.sandbox.services.github.objects import (
    commits_between,
    lines,
    list_commits,
    merge_base,
)
from runbook_lib.sandbox.services.github.pull_rows import Row, is_open, pull_rows
from runbook_lib.sandbox.services.github.repositories import show_repository
from runbook_lib.sandbox.services.github.requirements import lacking
from runbook_lib.sandbox.services.github.statuses import combined_state, latest_of, statuses_of
from runbook_lib.sandbox.world.git_objects import git

UNARCHIVED = {"archived_by": None}
"""What GitHub's description wants of a label in a pull request; elsewhere labels differ."""


@frozen
class Changes:
    """How many files differ, and the lines that came and went; a binary file counts no lines."""

    files: int = 0
    additions: int = 0
    deletions: int = 0


def show_pull(call: Call, row: Row) -> dict[str, Any]:
    """A pull request in a list."""
    links = pull_links(call, row)
    repository = show_repository(call)
    return {
        **show_common(call, row),
        "labels": [{**show_label(call, one), **UNARCHIVED} for one in labels_of(call, row["id"])],
        "node_id": f"PR_{row['id']}",
        **{f"{name}_url": link for name, link in links.items() if name != "self"},
        "url": links["self"],
        "diff_url": f"{links['html']}.diff",
        "patch_url": f"{links['html']}.patch",
        "merged_at": row["merged_at"],
        "merge_commit_sha": row["merge_commit_sha"],
        "requested_reviewers": [],
        "requested_teams": [],
        "head": show_side(call, row, "head", repository),
        "base": show_side(call, row, "base", repository),
        "_links": {name: {"href": link} for name, link in links.items()},
        "auto_merge": show_auto_merge(call, row),
        "draft": bool(row["draft"]),
    }


def pull_links(call: Call, row: Row) -> dict[str, str]:
    """Where a pull request's parts are, by the names of its `_links`."""
    pull = f"{call.links.repository}/pulls/{row['number']}"
    issue = f"{call.links.repository}/issues/{row['number']}"
    return {
        "self": pull,
        "html": call.links.page("pull", row["number"]),
        "issue": issue,
        "comments": f"{issue}/comments",
        "review_comments": f"{pull}/comments",
        "review_comment": f"{call.links.repository}/pulls/comments{{/number}}",
        "commits": f"{pull}/commits",
        "statuses": f"{call.links.repository}/statuses/{row['head_sha']}",
    }


def show_side(call: Call, row: Row, side: str, repository: dict[str, Any]) -> dict[str, Any]:
    """The head or the base of a pull request."""
    ref = row[f"{side}_ref"]
    return {
        "label": f"{call.repository.owner}:{ref}",
        "ref": ref,
        "sha": row[f"{side}_sha"],
        "user": show_owner(call, call.repository.owner),
        "repo": repository,
    }


def show_whole_pull(call: Call, row: Row) -> dict[str, Any]:
    """A pull request asked for by its number: with counts, and whether it can be merged."""
    comments = call.one("SELECT count(*) AS n FROM github_comment WHERE issue = ?", row["id"])
    changes, merges = changes_of(call, row), mergeable(call, row)
    return {
        **show_pull(call, row),
        "merged": row["merged_at"] is not None,
        "mergeable": merges,
        "rebaseable": merges,
        "mergeable_state": mergeable_state(call, row, merges),
        "merged_by": show_account_by_id(call, row["merged_by"]),
        "comments": comments["n"] if comments else 0,
        "review_comments": 0,
        "maintainer_can_modify": bool(row["modifiable"]),
        "commits": len(commits_of(call, row)),
        "additions": changes.additions,
        "deletions": changes.deletions,
        "changed_files": changes.files,
    }


def mergeable(call: Call, row: Row) -> bool | None:
    """Whether an open pull request has no conflict; None where it is not open any more."""
    if not is_open(row):
        return None
    return merge_trees(call.folder, row["base_sha"], row["head_sha"]) is not None


def mergeable_state(call: Call, row: Row, merges: bool | None) -> str:
    """Why an open pull request should not be merged, in GitHub's word for it; else `clean`."""
    if merges is None:
        return "unknown"
    if row["draft"] or not merges:
        return "draft" if row["draft"] else "dirty"
    if lacking(call, row):
        return "blocked"
    statuses = latest_of(statuses_of(call, row["head_sha"]))
    return "unstable" if statuses and combined_state(statuses) != "success" else "clean"


def commits_of(call: Call, row: Row) -> tuple[str, ...]:
    """The ids of the commits in a pull request, the oldest first."""
    return commits_between(call.folder, row["base_sha"], row["head_sha"])


def changes_of(call: Call, row: Row) -> Changes:
    """What a pull request changes."""
    fork = merge_base(call.folder, row["base_sha"], row["head_sha"])
    return count_changes(call.folder, fork, row["head_sha"]) if fork else Changes()


def find_pulls_of_commit(call: Call, sha: str) -> list[Row]:
    """The pull requests that brought a commit in, or else the open ones that it is in."""
    rows = pull_rows(call)
    merged = [row for row in rows if row["merged_at"] and brought_in(call, row, sha)]
    return merged or [row for row in rows if is_open(row) and sha in commits_of(call, row)]


def brought_in(call: Call, row: Row, sha: str) -> bool:
    """Whether a merged pull request brought a commit into its base, as it was or made anew."""
    if sha in (row["merge_commit_sha"], row["head_sha"]):
        return True
    return sha in list_commits(call.folder, row["merge_commit_sha"], f"^{row['base_sha']}")


@lru_cache(maxsize=64)
def count_changes(folder: Path, before: str, after: str) -> Changes:
    """What differs between two commits; a file under a new name is one that changed."""
    options = ("-r", "--numstat", "--find-renames", "--no-ext-diff", "--no-textconv")
    listed = lines(git(folder, "diff-tree", *options, before, after, "--"))
    counted = [line.split("\t")[:2] for line in listed]
    plus, minus = (sum(int(one[side].replace("-", "0")) for one in counted) for side in (0, 1))
    return Changes(len(counted), plus, minus)
