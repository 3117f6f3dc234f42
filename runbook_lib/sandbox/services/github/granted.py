"""What a fine-grained token, or one of an app, may do: less than whose it is.

https://docs.github.com/en/rest/authentication/permissions-required-for-fine-grained-personal-access-tokens
and the page of that name for GitHub Apps say which permission each operation needs.
"""

import re
from collections.abc import Mapping

from runbook_lib.sandbox.services.github.call import Endpoint
from runbook_lib.sandbox.services.github.refusal import Refusal
from runbook_lib.sandbox.world.grants import Grant
from runbook_lib.sandbox.world.repositories import Repository

READS = {
    r"/(commits/.+|check-suites/[^/]+)/check-(runs|suites)|/check-.+": "checks",
    r"/commits/.+/(status|statuses)|/statuses/.+": "statuses",
    r"/pulls.*|/commits/.+/pulls": "pull_requests",
    r"/(issues|labels|milestones|assignees).*": "issues",
    r"/actions/.+": "actions",
    r"/branches/.+/protection.*": "administration",
    r"|/collaborators.*|/rules/.+|/rulesets.*|/tags|/topics|/languages|/contributors": "metadata",
}
"""Which permission lets read what is below a repository's address; all else is contents."""
WHOSE = {"fine-grained": "personal access token", "installation": "integration"}
REPOSITORY = "/repos/{owner}/{repo}"


def needed_by(operation: Endpoint) -> str:
    """The permission that an operation needs, such as `contents=read`."""
    if operation.method != "GET" or operation.access != "read":
        return operation.needs
    path = operation.path.removeprefix(REPOSITORY)
    found = (name for form, name in READS.items() if re.fullmatch(form, path))
    return f"{next(found, 'contents')}=read"


def refuse_ungranted(operation: Endpoint, grant: Grant, repository: Repository | None) -> None:
    """Refuse what a token was not granted; what is public it may read as everybody may."""
    if operation.path == "/user" and grant.kind == "installation":
        raise not_accessible(grant, "")
    if repository is None:
        return
    public = operation.method == "GET" and operation.access == "read" and not repository.private
    if not public and not grant.allows(needed_by(operation)):
        raise not_accessible(grant, needed_by(operation))


def not_accessible(grant: Grant, needed: str) -> Refusal:
    """The refusal in GitHub's words, with the permission that would help, if one would."""
    headers = {"X-Accepted-GitHub-Permissions": needed} if needed else {}
    return Refusal(403, f"Resource not accessible by {WHOSE[grant.kind]}", headers=headers)


def shown_permission(grant: Grant | None, permission: str) -> str:
    """The permission that a repository shows to whoever asks: to an app, none."""
    return "none" if grant and grant.kind == "installation" else permission


def accepted(operation: Endpoint) -> Mapping[str, str]:
    """What every answer to such a token says: the permission that its operation needs."""
    return {"X-Accepted-GitHub-Permissions": needed_by(operation)}
