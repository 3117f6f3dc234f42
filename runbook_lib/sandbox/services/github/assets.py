"""Files of releases: uploaded, listed, changed, deleted, downloaded."""

from hashlib import sha256
from typing import Any

from runbook_lib.sandbox.services.github.call import Answer, Call, Endpoint
from runbook_lib.sandbox.services.github.pages import paged
from runbook_lib.sandbox.services.github.refusal import Refusal, invalid, not_found
from runbook_lib.sandbox.services.github.release_rows import (
    WITHOUT_CONTENT,
    Row,
    assets_of,
    need_release,
    published_with,
    show_asset,
)


def upload_asset(call: Call) -> Answer:
    """Add a file to a release; its name is in the query, its content is the request's body."""
    release, name = need_release(call), call.query("name")
    if not name or "/" in name:
        raise invalid("ReleaseAsset", "name", "missing_field" if not name else "invalid")
    refuse_name(call, release["id"], name)
    if not call.raw:
        raise Refusal(400, "Bad Content-Length: 0")
    kind = call.request.headers.get("content-type", "application/octet-stream")
    number = call.add(
        "github_asset",
        release=release["id"],
        name=name,
        label=call.query("label") or None,
        content_type=kind,
        size=len(call.raw),
        digest=sha256(call.raw).hexdigest(),
        uploader=call.caller.id,
        created_at=call.now,
        updated_at=call.now,
        content=call.raw,
    )
    shown = show_asset(call, release, find_asset(call, number)[1])
    return Answer(shown, 201, {"Location": shown["url"]})


def refuse_name(call: Call, release: int, name: str) -> None:
    """Refuse a second file of one name."""
    if any(asset["name"] == name for asset in assets_of(call, release)):
        raise invalid("ReleaseAsset", "name", "already_exists")


def find_asset(call: Call, number: int) -> tuple[Row, Row]:
    """A release and its file of a number."""
    query = f"SELECT {WITHOUT_CONTENT} FROM github_asset WHERE id = ?"
    row = call.one(query, number)
    if row is None:
        raise not_found()
    return need_release(call, row["release"]), row


def list_assets(call: Call) -> Answer:
    """The files of a release."""
    release = need_release(call)
    assets = assets_of(call, release["id"])
    return paged(call, assets, lambda row: show_asset(call, release, row))


def get_asset(call: Call) -> Answer:
    """A file of a release; where octets are wanted, the way to its content."""
    release, row = find_asset(call, call.number("asset_id"))
    shown = show_asset(call, release, row)
    if "application/octet-stream" in call.request.headers.get("accept", ""):
        return Answer(status=302, headers={"Location": content_address(call, row)})
    return Answer(shown)


def content_address(call: Call, row: Row) -> str:
    """Where the content of a file is; who has the address may read it, as on GitHub."""
    return f"{call.links.base}/assets/{row['digest']}/{row['id']}"


def update_asset(call: Call) -> Answer:
    """Change a file's name or label."""
    release, row = find_asset(call, call.number("asset_id"))
    name = call.text("name", row["name"])
    if name != row["name"]:
        refuse_name(call, release["id"], name)
    label = call.text("label") or None if "label" in call.said else row["label"]
    call.update("github_asset", row["id"], name=name, label=label, updated_at=call.now)
    return Answer(show_asset(call, release, find_asset(call, row["id"])[1]))


def delete_asset(call: Call) -> Answer:
    """Delete a file of a release."""
    _, row = find_asset(call, call.number("asset_id"))
    call.change("DELETE FROM github_asset WHERE id = ?", row["id"])
    return Answer(status=204)


def get_content(call: Call) -> Answer:
    """The content of a file, at the address that the API gave."""
    query = "SELECT * FROM github_asset WHERE id = ? AND digest = ?"
    return send(call, call.one(query, call.number("asset_id"), call.path("digest")))


def download(call: Call) -> Answer:
    """The content of a file of a published release, by tag and name."""
    release = published_with(call, call.path("tag"))
    query = "SELECT * FROM github_asset WHERE release = ? AND name = ?"
    return send(call, call.one(query, release["id"], call.path("name")) if release else None)


def send(call: Call, row: dict[str, Any] | None) -> Answer:
    """A file's content, counted as downloaded."""
    if row is None:
        raise not_found()
    call.change("UPDATE github_asset SET downloads = downloads + 1 WHERE id = ?", row["id"])
    return Answer(row["content"], headers={"Content-Type": row["content_type"]})


RELEASE = "/repos/{owner}/{repo}/releases"
ONE = f"{RELEASE}/assets/{{asset_id:int}}"
ALL = f"{RELEASE}/{{release_id:int}}/assets"
DOCS = "releases/assets#"
ENDPOINTS = (
    Endpoint("GET", ONE, get_asset, f"{DOCS}get-a-release-asset"),
    Endpoint("PATCH", ONE, update_asset, f"{DOCS}update-a-release-asset", "write"),
    Endpoint("DELETE", ONE, delete_asset, f"{DOCS}delete-a-release-asset", "write"),
    Endpoint("GET", ALL, list_assets, f"{DOCS}list-release-assets"),
)
UPLOADS = (Endpoint("POST", ALL, upload_asset, f"{DOCS}upload-a-release-asset", "write"),)
WEB = (
    Endpoint("GET", "/assets/{digest}/{asset_id:int}", get_content, DOCS, "anyone"),
    Endpoint("GET", "/{owner}/{repo}/releases/download/{tag:path}/{name}", download, DOCS, "read"),
)
