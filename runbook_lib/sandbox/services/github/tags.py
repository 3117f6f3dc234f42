"""Annotated tags, as objects of git."""

from typing import Any

from runbook_lib.sandbox.services.github.call import Answer, Call, Endpoint
from runbook_lib.sandbox.services.github.object_format import Tag, parse_tag
from runbook_lib.sandbox.services.github.objects import SHA, read_objects
from runbook_lib.sandbox.services.github.refusal import not_found
from runbook_lib.sandbox.services.github.signatures import show_verification


def show_tag_object(call: Call, tag: Tag) -> dict[str, Any]:
    """An annotated tag."""
    return {
        "node_id": f"TAG_{tag.sha}",
        "tag": tag.name,
        "sha": tag.sha,
        "url": call.links.git("tags", tag.sha),
        "message": tag.message,
        "tagger": {"name": tag.tagger.name, "email": tag.tagger.email, "date": tag.tagger.time},
        "object": {
            "sha": tag.target,
            "type": tag.target_kind,
            "url": call.links.git(f"{tag.target_kind}s", tag.target),
        },
        "verification": show_verification(call, tag.signed, tag.tagger),
    }


def get_tag_object(call: Call) -> Answer:
    """An annotated tag by its id."""
    sha = call.path("sha")
    found = read_objects(call.folder, [sha])[0] if SHA.fullmatch(sha) else None
    if found is None or found.kind != "tag":
        raise not_found()
    return Answer(show_tag_object(call, parse_tag(found)))


ENDPOINTS = (
    Endpoint("GET", "/repos/{owner}/{repo}/git/tags/{sha}", get_tag_object, "git/tags#get-a-tag"),
)
