"""Releases and drafts: a draft has no tag until it is published, and nobody finds it by one."""

from runbook_lib.sandbox.services.github.call import Answer, Call, Endpoint, chosen
from runbook_lib.sandbox.services.github.immutable import keep, refuse_other_tag, refuse_used_tag
from runbook_lib.sandbox.services.github.notes import write_notes
from runbook_lib.sandbox.services.github.objects import Ref, find_commit, is_ref_name
from runbook_lib.sandbox.services.github.pages import paged
from runbook_lib.sandbox.services.github.refs import find_ref, move_ref
from runbook_lib.sandbox.services.github.refusal import invalid, not_found, refuse_long
from runbook_lib.sandbox.services.github.release_rows import (
    Row,
    latest_release,
    need_release,
    page_name,
    published_with,
    release_rows,
    show_release,
)
from runbook_lib.sandbox.world.git_objects import ZEROS

LONGEST_BODY = 125_000
LATEST = ("true", "false", "legacy")
ACTIONS = {
    "drafted": "drafted",
    "published": "published",
    "edited": "changed",
    "deleted": "deleted",
}


def list_releases(call: Call) -> Answer:
    """The releases, the newest first; drafts for those alone who may push."""
    rows = [row for row in release_rows(call) if call.writes or not row["draft"]]
    return paged(call, rows, lambda row: show_release(call, row))


def get_release(call: Call) -> Answer:
    """One release by its number."""
    return Answer(show_release(call, need_release(call)))


def get_release_by_tag(call: Call) -> Answer:
    """The published release of a tag; a draft is never found so."""
    row = published_with(call, call.path("tag"))
    if row is None:
        raise not_found()
    return Answer(show_release(call, row))


def get_latest_release(call: Call) -> Answer:
    """The newest release that is neither a draft nor a prerelease."""
    row = latest_release(call)
    if row is None:
        raise not_found()
    return Answer(show_release(call, row))


def create_release(call: Call) -> Answer:
    """Make a draft, or publish a release; drafts of one tag there may be several."""
    tag, draft = read_tag(call.needed_text("tag_name")), call.flag("draft")
    target = call.text("target_commitish") or call.repository.default_branch
    ref = find_ref(call, f"refs/tags/{tag}")
    refuse_target(call, ref, target, draft=draft)
    refuse_used_tag(call, tag)
    title, body = call.text("name") or None, call.text("body") or None
    refuse_long("Release", "body", body, LONGEST_BODY)
    number = call.add(
        "github_release",
        repository=call.repository.id,
        tag=tag,
        target=target,
        name=title,
        body=body,
        draft=True,
        prerelease=call.flag("prerelease"),
        author=call.caller.id,
        created_at=call.now,
        updated_at=call.now,
    )
    if not draft:
        publish(call, need_release(call, number))
    row = need_release(call, number)
    announce(call, row, "drafted" if draft else "published")
    shown = show_release(call, row)
    return Answer(shown, 201, {"Location": shown["url"]})


def update_release(call: Call) -> Answer:
    """Change a release, or publish a draft."""
    row = need_release(call)
    tag = read_tag(call.text("tag_name", row["tag"]))
    draft = call.flag("draft", bool(row["draft"]))
    refuse_other_tag(call, row, same=tag == row["tag"] and not draft)
    refuse_long("Release", "body", call.text("body"), LONGEST_BODY)
    target = call.text("target_commitish") or row["target"]
    refuse_target(call, find_ref(call, f"refs/tags/{tag}"), target, draft=draft)
    call.update(
        "github_release",
        row["id"],
        tag=tag,
        target=target,
        name=call.text("name") or None if "name" in call.said else row["name"],
        body=call.text("body") or None if "body" in call.said else row["body"],
        prerelease=call.flag("prerelease", bool(row["prerelease"])),
        updated_at=call.now,
    )
    changed = need_release(call, row["id"])
    published = bool(row["draft"]) and not draft
    if not draft:
        publish(call, changed)
    elif not row["draft"]:
        call.update("github_release", row["id"], draft=True, published_at=None, latest=0)
    announce(call, changed, "published" if published else "edited")
    return Answer(show_release(call, need_release(call, row["id"])))


def publish(call: Call, row: Row) -> None:
    """Publish a release, with its tag, which is made where there is none; a tag has one release."""
    other = published_with(call, row["tag"])
    if other is not None and other["id"] != row["id"]:
        raise invalid("Release", "tag_name", "already_exists")
    name = f"refs/tags/{row['tag']}"
    if find_ref(call, name) is None:
        commit = find_commit(call.folder, row["target"])
        if commit is None:
            raise invalid("Release", "target_commitish")
        move_ref(call, name, new=commit.sha, old=ZEROS)
    call.update(
        "github_release",
        row["id"],
        draft=False,
        published_at=row["published_at"] or call.now,
        latest=latest_rank(call, row),
    )
    keep(call, row)


def latest_rank(call: Call, row: Row) -> int:
    """How late a release came, among those that may be the latest; `make_latest` may say no."""
    wish = chosen(call, "make_latest", LATEST, "legacy", "Release")
    if wish == "false":
        return 0
    if row["latest"] and wish != "true":
        return int(row["latest"])
    query = "SELECT max(latest) AS n FROM github_release WHERE repository = ?"
    return int((call.one(query, call.repository.id) or {})["n"] or 0) + 1


def read_tag(tag: str) -> str:
    """A tag's name that git would take."""
    if not tag:
        raise invalid("Release", "tag_name", "missing_field")
    if not is_ref_name(f"refs/tags/{tag}") or tag.startswith("-"):
        raise invalid("Release", "tag_name", "custom", "tag_name is not a valid tag")
    return tag


def refuse_target(call: Call, tag: Ref | None, target: str, *, draft: bool) -> None:
    """Refuse a target that is no commit; where the tag is there, nobody looks at the target."""
    if tag is None and find_commit(call.folder, target) is None:
        if draft and "target_commitish" not in call.said:
            return
        raise invalid("Release", "target_commitish")


def delete_release(call: Call) -> Answer:
    """Delete a release; its tag stays."""
    row = need_release(call)
    call.change("DELETE FROM github_asset WHERE release = ?", row["id"])
    call.change("DELETE FROM github_release WHERE id = ?", row["id"])
    announce(call, row, "deleted")
    return Answer(status=204)


def announce(call: Call, row: Row, action: str) -> None:
    """Tell everybody what happened to a release."""
    what = f"{ACTIONS[action]} release {row['tag']} of {call.repository.full_name}"
    link = "" if action == "deleted" else call.links.page("releases", "tag", page_name(row))
    call.tell("release", what, link, id=row["id"], tag=row["tag"], action=action)


def generate_notes(call: Call) -> Answer:
    """The text that GitHub would write for a release."""
    tag = read_tag(call.needed_text("tag_name"))
    target = call.text("target_commitish") or call.repository.default_branch
    notes = write_notes(call, tag, target, call.text("previous_tag_name"))
    return Answer({"name": notes.name, "body": notes.body})


RELEASES = "/repos/{owner}/{repo}/releases"
RELEASE = f"{RELEASES}/{{release_id:int}}"
DOCS = "releases/releases#"
ENDPOINTS = (
    Endpoint("GET", RELEASES, list_releases, f"{DOCS}list-releases"),
    Endpoint("POST", RELEASES, create_release, f"{DOCS}create-a-release", "write"),
    Endpoint(
        "POST",
        f"{RELEASES}/generate-notes",
        generate_notes,
        f"{DOCS}generate-release-notes-content-for-a-release",
        "write",
    ),
    Endpoint("GET", f"{RELEASES}/latest", get_latest_release, f"{DOCS}get-the-latest-release"),
    Endpoint(
        "GET",
        f"{RELEASES}/tags/{{tag:path}}",
        get_release_by_tag,
        f"{DOCS}get-a-release-by-tag-name",
    ),
    Endpoint("GET", RELEASE, get_release, f"{DOCS}get-a-release"),
    Endpoint("PATCH", RELEASE, update_release, f"{DOCS}update-a-release", "write"),
    Endpoint("DELETE", RELEASE, delete_release, f"{DOCS}delete-a-release", "write"),
)
