"""Tags: the annotated ones as objects, and the list of all."""

from datetime import datetime
from typing import Any
from urllib.parse import quote

from runbook_lib.sandbox.services.github.call import Answer, Call, Endpoint
from runbook_lib.sandbox.services.github.objects import (
    SHA,
    Ref,
    Stamp,
    Tag,
    git,
    is_ref_name,
    list_refs,
    parse_tag,
    read_objects,
    stamp_of,
)
from runbook_lib.sandbox.services.github.pages import paged
from runbook_lib.sandbox.services.github.refusal import not_found, unprocessable
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


def show_tag(call: Call, ref: Ref) -> dict[str, Any]:
    """A tag in the list of all, with its commit."""
    name = ref.name.removeprefix("refs/tags/")
    place = f"refs/tags/{quote(name)}"
    return {
        "name": name,
        "commit": {"sha": ref.commit, "url": call.links.commit(ref.commit)},
        "zipball_url": f"{call.links.repository}/zipball/{place}",
        "tarball_url": f"{call.links.repository}/tarball/{place}",
        "node_id": f"REF_{call.repository.id}:{ref.name}",
    }


def list_tags(call: Call) -> Answer:
    """All tags of commits, the newest version first."""
    refs = [
        ref for ref in list_refs(call.folder, "--sort=-version:refname", "refs/tags/") if ref.commit
    ]
    return paged(call, refs, lambda ref: show_tag(call, ref))


def get_tag_object(call: Call) -> Answer:
    """An annotated tag by its id."""
    sha = call.path("sha")
    found = read_objects(call.folder, [sha])[0] if SHA.fullmatch(sha) else None
    if found is None or found.kind != "tag":
        raise not_found()
    return Answer(show_tag_object(call, parse_tag(found)))


def create_tag_object(call: Call) -> Answer:
    """Make an annotated tag; it is a ref that makes it a tag of the repository."""
    name, message = call.needed_text("tag"), call.needed_text("message")
    target, kind = call.needed_text("object"), call.needed_text("type")
    if not is_ref_name(f"refs/tags/{name}"):
        raise unprocessable(f"{name} is not a valid tag name.")
    found = read_objects(call.folder, [target])[0] if SHA.fullmatch(target) else None
    if found is None or found.kind != kind:
        raise unprocessable("Object does not exist")
    stamp = read_tagger(call)
    text = (
        f"object {target}\ntype {kind}\ntag {name}\n"
        f"tagger {stamp.name} <{stamp.email}> {int(stamp.date.timestamp())} +0000\n\n{message}"
    )
    sha = git(call.folder, "mktag", text=text.rstrip("\n").encode() + b"\n").decode().strip()
    made = read_objects(call.folder, [sha])[0]
    assert made is not None, "it was made just now"
    shown = show_tag_object(call, parse_tag(made))
    return Answer(shown, 201, {"Location": shown["url"]})


def read_tagger(call: Call) -> Stamp:
    """Who is to be the tagger: the caller, unless the request names somebody."""
    return read_stamp(call, "tagger", stamp_of(call.caller, call.world.now()))


def read_stamp(call: Call, name: str, default: Stamp) -> Stamp:
    """Who a request names as author, committer or tagger, and when."""
    said = call.said_object(name)
    try:
        date = datetime.fromisoformat(said["date"]) if said.get("date") else default.date
    except (ValueError, TypeError):
        raise unprocessable(f"{said['date']!r} is not a valid date") from None
    whom = (str(said.get("name") or default.name), str(said.get("email") or default.email))
    if any(sign in part for part in whom for sign in "<>\n"):
        raise unprocessable(f"{name} is not a name and an email address")
    return Stamp(*whom, date if date.tzinfo else date.replace(tzinfo=default.date.tzinfo))


ENDPOINTS = (
    Endpoint("GET", "/repos/{owner}/{repo}/tags", list_tags, "repos/repos#list-repository-tags"),
    Endpoint(
        "POST",
        "/repos/{owner}/{repo}/git/tags",
        create_tag_object,
        "git/tags#create-a-tag-object",
        "write",
    ),
    Endpoint("GET", "/repos/{owner}/{repo}/git/tags/{sha}", get_tag_object, "git/tags#get-a-tag"),
)
