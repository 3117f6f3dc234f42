"""git refs: looked up, made, moved and deleted in the bare repository."""

from typing import Any

from runbook_lib.sandbox.services.github.call import Answer, Call, Endpoint
from runbook_lib.sandbox.services.github.object_format import GitObject
from runbook_lib.sandbox.services.github.objects import (
    SHA,
    Ref,
    is_empty,
    is_ref_name,
    list_refs,
    read_objects,
    set_ref,
)
from runbook_lib.sandbox.services.github.pages import paged
from runbook_lib.sandbox.services.github.refusal import empty_repository, not_found, unprocessable
from runbook_lib.sandbox.world.git_objects import ZEROS
from runbook_lib.sandbox.world.repositories import tell_push


def show_ref(call: Call, ref: Ref) -> dict[str, Any]:
    """A ref and the object it points at."""
    kind = f"{ref.kind}s"
    return {
        "ref": ref.name,
        "node_id": f"REF_{call.repository.id}:{ref.name}",
        "url": f"{call.links.repository}/git/{ref.name}",
        "object": {"sha": ref.sha, "type": ref.kind, "url": call.links.git(kind, ref.sha)},
    }


def find_ref(call: Call, name: str) -> Ref | None:
    """The ref of exactly that full name, or None."""
    if not is_ref_name(name):
        return None
    return next((ref for ref in list_refs(call.folder, name) if ref.name == name), None)


def public_refs(call: Call, prefix: str) -> list[Ref]:
    """The refs whose full names begin so."""
    folders = ("refs/heads/", "refs/tags/")
    return [ref for ref in list_refs(call.folder, *folders) if ref.name.startswith(prefix)]


def get_ref(call: Call) -> Answer:
    """One ref, by its name without `refs/`."""
    ref = find_ref(call, f"refs/{call.path('ref')}")
    if ref is None:
        raise empty_repository() if is_empty(call.folder) else not_found()
    return Answer(show_ref(call, ref))


def list_matching_refs(call: Call) -> Answer:
    """The refs whose names begin with what the path says."""
    if is_empty(call.folder):
        raise empty_repository()
    found = public_refs(call, f"refs/{call.path('ref')}")
    return paged(call, found, lambda ref: show_ref(call, ref))


def create_ref(call: Call) -> Answer:
    """Make a branch or a tag at an object that is there."""
    name, sha = call.needed_text("ref"), call.needed_text("sha")
    if name.count("/") < 2 or not name.startswith("refs/"):
        raise unprocessable(
            "Reference name must start with 'refs/' and contain at least two slashes."
        )
    if not is_ref_name(name) or name.split("/", 2)[2].startswith("-"):
        raise unprocessable(f"{name} is not a valid ref name.")
    if find_ref(call, name):
        raise unprocessable("Reference already exists")
    found = find_object(call, name, sha)
    move_ref(call, name, new=sha, old=ZEROS)
    shown = show_ref(call, Ref(name, sha, found.kind, ""))
    return Answer(shown, 201, {"Location": shown["url"]})


def delete_ref(call: Call) -> Answer:
    """Delete a ref; the default branch stays."""
    name = f"refs/{call.path('ref')}"
    ref = find_ref(call, name)
    if ref is None:
        raise unprocessable("Reference does not exist")
    if name == f"refs/heads/{call.repository.default_branch}":
        raise unprocessable("Cannot delete the default branch")
    refuse_locked(call, name)
    move_ref(call, name, new=ZEROS, old=ref.sha)
    return Answer(status=204)


def refuse_locked(call: Call, name: str) -> None:
    """Refuse to delete the tag of an immutable release that is there."""
    query = """
        SELECT 1 FROM github_immutable_release AS kept JOIN github_release AS release
        ON release.id = kept.release WHERE kept.repository = ? AND 'refs/tags/' || kept.tag = ?
    """
    if call.one(query, call.repository.id, name):
        raise unprocessable("Cannot delete a tag that an immutable release has")


def find_object(call: Call, name: str, sha: str) -> GitObject:
    """The object that a ref is to point at; a branch points at a commit."""
    found = read_objects(call.folder, [sha])[0] if SHA.fullmatch(sha) else None
    if found is None:
        raise unprocessable("Object does not exist")
    if name.startswith("refs/heads/") and found.kind != "commit":
        raise unprocessable("Reference update failed")
    return found


def move_ref(call: Call, name: str, *, new: str, old: str) -> None:
    """Move a ref from one object to another and tell everybody; zeros mean that it is not there."""
    if not set_ref(call.folder, name, new=new, old=old):
        raise unprocessable("Reference cannot be updated")
    tell_push(
        call.world,
        call.caller.login,
        call.repository.full_name,
        name,
        before=old,
        after=new,
        base=call.links.base,
    )


GIT = "/repos/{owner}/{repo}/git"
ENDPOINTS = (
    Endpoint("GET", f"{GIT}/ref/{{ref:path}}", get_ref, "git/refs#get-a-reference"),
    Endpoint(
        "GET",
        f"{GIT}/matching-refs/{{ref:path}}",
        list_matching_refs,
        "git/refs#list-matching-references",
    ),
    Endpoint("POST", f"{GIT}/refs", create_ref, "git/refs#create-a-reference", "write"),
    Endpoint(
        "DELETE", f"{GIT}/refs/{{ref:path}}", delete_ref, "git/refs#delete-a-reference", "write"
    ),
)
