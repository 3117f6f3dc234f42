"""Releases and their files as rows, and as they are shown."""

from hashlib import sha256
from typing import Any
from urllib.parse import quote

from runbook_lib.sandbox.services.github.accounts import show_account_by_id
from runbook_lib.sandbox.services.github.call import Call
from runbook_lib.sandbox.services.github.immutable import is_immutable
from runbook_lib.sandbox.services.github.refusal import not_found

Row = dict[str, Any]

WITHOUT_CONTENT = (
    "id, release, name, label, content_type, size, digest, downloads, uploader, created_at,"
    " updated_at"
)


def release_rows(call: Call) -> list[Row]:
    """All releases of the repository, the newest first."""
    query = "SELECT * FROM github_release WHERE repository = ? ORDER BY id DESC"
    return call.all(query, call.repository.id)


def need_release(call: Call, number: int | None = None) -> Row:
    """The release of a number, or that the path names; drafts are hidden from who may not push."""
    wanted = call.number("release_id") if number is None else number
    row = next((row for row in release_rows(call) if row["id"] == wanted), None)
    if row is None or (row["draft"] and not call.writes):
        raise not_found()
    return row


def published_with(call: Call, tag: str) -> Row | None:
    """The published release of a tag, or None."""
    rows = (row for row in release_rows(call) if row["tag"] == tag and not row["draft"])
    return next(rows, None)


def latest_release(call: Call) -> Row | None:
    """The release that GitHub calls the latest, or None."""
    rows = [row for row in release_rows(call) if not row["draft"] and not row["prerelease"]]
    return max(rows, key=lambda row: (row["latest"], row["id"]), default=None)


def assets_of(call: Call, release: int) -> list[Row]:
    """The files of a release, the oldest first."""
    query = f"SELECT {WITHOUT_CONTENT} FROM github_asset WHERE release = ? ORDER BY id"
    return call.all(query, release)


def show_asset(call: Call, release: Row, row: Row) -> dict[str, Any]:
    """A file of a release."""
    return {
        "url": f"{call.links.repository}/releases/assets/{row['id']}",
        "browser_download_url": call.links.page("releases", "download", release["tag"])
        + f"/{quote(row['name'])}",
        "id": row["id"],
        "node_id": f"RA_{row['id']}",
        "name": row["name"],
        "label": row["label"],
        "state": "uploaded",
        "content_type": row["content_type"],
        "size": row["size"],
        "digest": f"sha256:{row['digest']}",
        "download_count": row["downloads"],
        "created_at": row["created_at"],
        "updated_at": row["updated_at"],
        "uploader": show_account_by_id(call, row["uploader"]),
    }


def show_release(call: Call, row: Row) -> dict[str, Any]:
    """A release, with its files."""
    url = f"{call.links.repository}/releases/{row['id']}"
    tag = row["tag"]
    archives = {
        f"{kind}_url": None if row["draft"] else f"{call.links.repository}/{kind}/{quote(tag)}"
        for kind in ("tarball", "zipball")
    }
    return {
        "url": url,
        "html_url": call.links.page("releases", "tag", page_name(row)),
        "assets_url": f"{url}/assets",
        "upload_url": f"{call.links.uploads}/releases/{row['id']}/assets{{?name,label}}",
        **archives,
        "id": row["id"],
        "node_id": f"RE_{row['id']}",
        "tag_name": tag,
        "target_commitish": row["target"],
        "name": row["name"],
        "body": row["body"],
        "draft": bool(row["draft"]),
        "prerelease": bool(row["prerelease"]),
        "immutable": is_immutable(call, row),
        "created_at": row["created_at"],
        "updated_at": row["updated_at"],
        "published_at": row["published_at"],
        "author": show_account_by_id(call, row["author"]),
        "assets": [show_asset(call, row, asset) for asset in assets_of(call, row["id"])],
    }


def page_name(row: Row) -> str:
    """What a release's page is called: its tag, or for a draft a name that tells nothing."""
    if not row["draft"]:
        return str(row["tag"])
    return f"untagged-{sha256(str(row['id']).encode()).hexdigest()[:20]}"
