"""Files of releases: uploaded and downloaded."""

from hashlib import sha256
from typing import Any

from runbook_lib.sandbox.services.github.call import Answer, Call, Endpoint
from runbook_lib.sandbox.services.github.immutable import refuse_files
from runbook_lib.sandbox.services.github.refusal import Refusal, invalid, not_found
from runbook_lib.sandbox.services.github.release_rows import (
    WITHOUT_CONTENT,
    Row,
    assets_of,
    need_release,
    show_asset,
)


def upload_asset(call: Call) -> Answer:
    """Add a file to a release; its name is in the query, its content is the request's body."""
    release, name = need_release(call), call.query("name")
    if not name or "/" in name:
        raise invalid("ReleaseAsset", "name", "missing_field" if not name else "invalid")
    refuse_files(call, release)
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


def get_content(call: Call) -> Answer:
    """The content of a file, at the address that the API gave."""
    query = "SELECT * FROM github_asset WHERE id = ? AND digest = ?"
    return send(call, call.one(query, call.number("asset_id"), call.path("digest")))


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
ENDPOINTS = (Endpoint("GET", ONE, get_asset, f"{DOCS}get-a-release-asset"),)
UPLOADS = (Endpoint("POST", ALL, upload_asset, f"{DOCS}upload-a-release-asset", "write"),)
WEB = (Endpoint("GET", "/assets/{digest}/{asset_id:int}", get_content, DOCS, "anyone"),)
