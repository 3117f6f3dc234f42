"""Branches: listed, looked at, merged into one another. None is protected."""

from typing import Any
from urllib.parse import quote

from runbook_lib.sandbox.services.github.call import Answer, Call, Endpoint
from runbook_lib.sandbox.services.github.commits import show_commit
from runbook_lib.sandbox.services.github.objects import Ref, list_refs, read_commits
from runbook_lib.sandbox.services.github.pages import paged
from runbook_lib.sandbox.services.github.refs import find_ref
from runbook_lib.sandbox.services.github.refusal import Refusal

PREFIX = "refs/heads/"
UNPROTECTED = {
    "enabled": False,
    "required_status_checks": {"enforcement_level": "off", "contexts": [], "checks": []},
}


def show_branch(call: Call, ref: Ref) -> dict[str, Any]:
    """A branch in a list."""
    return {
        "name": ref.name.removeprefix(PREFIX),
        "commit": {"sha": ref.sha, "url": call.links.commit(ref.sha)},
        "protected": False,
    }


def list_branches(call: Call) -> Answer:
    """All branches, by name; with `protected=true` there are none."""
    refs = [] if call.query("protected") == "true" else list_refs(call.folder, PREFIX)
    return paged(call, refs, lambda ref: show_branch(call, ref))


def need_branch(call: Call) -> Ref:
    """The branch that the path names."""
    ref = find_ref(call, PREFIX + call.path("branch"))
    if ref is None:
        raise Refusal(404, "Branch not found")
    return ref


def get_branch(call: Call) -> Answer:
    """One branch, with its last commit."""
    ref = need_branch(call)
    name = ref.name.removeprefix(PREFIX)
    url = f"{call.links.repository}/branches/{quote(name)}"
    return Answer(
        {
            "name": name,
            "commit": show_commit(call, read_commits(call.folder, [ref.sha])[0]),
            "_links": {"self": url, "html": call.links.page("tree", name)},
            "protected": False,
            "protection": UNPROTECTED,
            "protection_url": f"{url}/protection",
        }
    )


def get_protection(call: Call) -> Answer:
    """A branch's protection: there is none."""
    need_branch(call)
    raise Refusal(404, "Branch not protected")


BRANCHES = "/repos/{owner}/{repo}/branches"
ENDPOINTS = (
    Endpoint("GET", BRANCHES, list_branches, "branches/branches#list-branches"),
    Endpoint(
        "GET",
        f"{BRANCHES}/{{branch:path}}/protection",
        get_protection,
        "branches/branch-protection#get-branch-protection",
        "admin",
    ),
    Endpoint("GET", f"{BRANCHES}/{{branch:path}}", get_branch, "branches/branches#get-a-branch"),
)
