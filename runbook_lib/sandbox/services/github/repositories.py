"""Repositories, as GitHub shows them, and GitHub itself."""

from dataclasses import replace
from typing import Any

from runbook_lib.sandbox.services.github.accounts import began, may_see, permissions, show_owner
from runbook_lib.sandbox.services.github.call import Answer, Call, Endpoint
from runbook_lib.sandbox.services.github.granted import shown_permission
from runbook_lib.sandbox.services.github.refusal import not_found
from runbook_lib.sandbox.services.github.rules import (
    auto_merge_allowed,
    change_auto_merge,
    change_merge_settings,
    merge_settings,
)
from runbook_lib.sandbox.world.repositories import Repository

PATHS = """
    archive_url /{archive_format}{/ref}
    assignees_url /assignees{/user}
    blobs_url /git/blobs{/sha}
    branches_url /branches{/branch}
    collaborators_url /collaborators{/collaborator}
    comments_url /comments{/number}
    commits_url /commits{/sha}
    compare_url /compare/{base}...{head}
    contents_url /contents/{+path}
    contributors_url /contributors
    deployments_url /deployments
    downloads_url /downloads
    events_url /events
    forks_url /forks
    git_commits_url /git/commits{/sha}
    git_refs_url /git/refs{/sha}
    git_tags_url /git/tags{/sha}
    hooks_url /hooks
    issue_comment_url /issues/comments{/number}
    issue_events_url /issues/events{/number}
    issues_url /issues{/number}
    keys_url /keys{/key_id}
    labels_url /labels{/name}
    languages_url /languages
    merges_url /merges
    milestones_url /milestones{/number}
    notifications_url /notifications{?since,all,participating}
    pulls_url /pulls{/number}
    releases_url /releases{/id}
    stargazers_url /stargazers
    statuses_url /statuses/{sha}
    subscribers_url /subscribers
    subscription_url /subscription
    tags_url /tags
    teams_url /teams
    trees_url /git/trees{/sha}
"""
TEMPLATES = dict(line.split() for line in PATHS.strip().splitlines())


def show_repository(call: Call) -> dict[str, Any]:
    """A repository as it stands within other answers and in lists."""
    shown = call.repository
    return {
        **show_minimal_repository(call, shown),
        **clone_addresses(call, shown),
        **counts(call, shown),
        "default_branch": shown.default_branch,
        "visibility": "private" if shown.private else "public",
        "is_template": False,
        "topics": [],
        "allow_forking": True,
        "web_commit_signoff_required": False,
        "created_at": began(call),
        "updated_at": began(call),
        "pushed_at": pushed_at(call, shown),
        "permissions": permissions(
            shown_permission(call.grant, call.permission) if call.account else "read"
        ),
    }


def show_minimal_repository(call: Call, repository: Repository | None = None) -> dict[str, Any]:
    """A repository in its shortest form."""
    shown = repository or call.repository
    url = f"{call.links.api}/repos/{shown.full_name}"
    return {
        "id": shown.id,
        "node_id": f"R_{shown.id}",
        "name": shown.name,
        "full_name": shown.full_name,
        "private": shown.private,
        "owner": show_owner(call, shown.owner),
        "html_url": f"{call.links.base}/{shown.full_name}",
        "description": shown.description or None,
        "fork": False,
        "url": url,
        **{name: url + path for name, path in TEMPLATES.items()},
    }


def clone_addresses(call: Call, repository: Repository) -> dict[str, Any]:
    """Where git finds a repository."""
    host = call.links.base.partition("://")[2]
    whole = repository.full_name
    return {
        "git_url": f"git://{host}/{whole}.git",
        "ssh_url": f"ssh://git@{host}/{whole}.git",
        "clone_url": f"{call.links.base}/{whole}.git",
        "svn_url": f"{call.links.base}/{whole}",
        "mirror_url": None,
        "homepage": None,
    }


def counts(call: Call, repository: Repository) -> dict[str, Any]:
    """What GitHub counts, and what is switched on."""
    open_issues = call.one(
        "SELECT count(*) AS n FROM github_issue WHERE repository = ? AND state = 'open'",
        repository.id,
    )
    number = open_issues["n"] if open_issues else 0
    zero = ("forks_count", "stargazers_count", "watchers_count", "size", "forks", "watchers")
    on = {"has_issues": True, "has_projects": False, "has_wiki": False, "has_pages": False}
    off = {"has_downloads": True, "has_discussions": False, "archived": False, "disabled": False}
    return {
        **dict.fromkeys(zero, 0),
        "language": None,
        "license": None,
        "open_issues_count": number,
        "open_issues": number,
        **on,
        **off,
    }


def pushed_at(call: Call, repository: Repository) -> str:
    """When the repository was last pushed to."""
    row = call.one(
        "SELECT at FROM happening WHERE kind = 'push' AND json_extract(data, '$.repository') = ?"
        " ORDER BY id DESC LIMIT 1",
        repository.full_name,
    )
    return f"{row['at'][:19]}Z" if row else began(call)


def show_full_repository(call: Call) -> dict[str, Any]:
    """A repository asked for by its name: with the rules of merging for those who may push."""
    whole = {**show_repository(call), "network_count": 0, "subscribers_count": 0}
    return {**whole, "temp_clone_token": None, **merging(call)} if call.writes else whole


def merging(call: Call) -> dict[str, Any]:
    """How pull requests are merged here."""
    return MERGING | merge_settings(call) | {"allow_auto_merge": auto_merge_allowed(call)}


MERGING = {
    "allow_squash_merge": True,
    "allow_merge_commit": True,
    "allow_rebase_merge": True,
    "allow_auto_merge": False,
    "delete_branch_on_merge": False,
    "allow_update_branch": False,
    "use_squash_pr_title_as_default": False,
    "squash_merge_commit_message": "COMMIT_MESSAGES",
    "squash_merge_commit_title": "COMMIT_OR_PR_TITLE",
    "merge_commit_message": "PR_TITLE",
    "merge_commit_title": "MERGE_MESSAGE",
}


def get_repository(call: Call) -> Answer:
    """The repository."""
    return Answer(show_full_repository(call))


def get_by_number(call: Call) -> Answer:
    """The repository of a number, where an earlier name leads."""
    number = call.number("repository_id")
    found = next((one for one in may_see(call) if one.id == number), None)
    if found is None:
        raise not_found()
    return Answer(show_full_repository(replace(call, found=found)))


def update_repository(call: Call) -> Answer:
    """Change how pull requests may be merged."""
    change_merge_settings(call)
    change_auto_merge(call)
    return get_repository(call)


BY_NUMBER = (
    Endpoint("GET", "/repositories/{repository_id}", get_by_number, "repos/repos#get-a-repository"),
)
"""What GitHub does not describe, and leads to itself."""
LIST = "repos/repos#list-repositories-for"
ENDPOINTS = (
    Endpoint("GET", "/repos/{owner}/{repo}", get_repository, "repos/repos#get-a-repository"),
    Endpoint(
        "PATCH",
        "/repos/{owner}/{repo}",
        update_repository,
        "repos/repos#update-a-repository",
        "admin",
        "administration=write",
    ),
)
