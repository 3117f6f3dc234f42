"""Immutable releases: once published, tag and files stay, and the tag is never used again.

https://docs.github.com/en/code-security/concepts/supply-chain-security/immutable-releases
"""

from typing import Any

from runbook_lib.sandbox.services.github.call import Answer, Call, Endpoint
from runbook_lib.sandbox.services.github.refusal import contradicted, invalid

Row = dict[str, Any]


def is_immutable(call: Call, release: Row) -> bool:
    """Whether a release was published as an immutable one."""
    query = "SELECT 1 FROM github_immutable_release WHERE release = ? AND tag = ?"
    return call.one(query, release["id"], release["tag"]) is not None


def keep(call: Call, release: Row) -> None:
    """Make a release that is published now immutable, where the repository's are."""
    if is_on(call) and not is_immutable(call, release):
        call.add(
            "github_immutable_release",
            release=release["id"],
            repository=call.repository.id,
            tag=release["tag"],
        )


def refuse_used_tag(call: Call, tag: str) -> None:
    """Refuse a tag that an immutable release has, or had before it was deleted."""
    query = "SELECT 1 FROM github_immutable_release WHERE repository = ? AND tag = ?"
    if call.one(query, call.repository.id, tag):
        words = "tag_name was used by an immutable release"
        raise invalid("Release", "tag_name", "custom", words)


def refuse_other_tag(call: Call, release: Row, *, same: bool) -> None:
    """Refuse to move an immutable release to another tag, or to take it back."""
    if is_immutable(call, release) and not same:
        raise contradicted("Release", "Cannot change the tag of an immutable release")


def refuse_files(call: Call, release: Row) -> None:
    """Refuse another file of an immutable release."""
    if is_immutable(call, release):
        raise contradicted("ReleaseAsset", "Cannot upload assets to an immutable release.")


def is_on(call: Call) -> bool:
    """Whether the repository's releases are immutable from now on."""
    query = "SELECT 1 FROM github_immutable WHERE repository = ?"
    return call.one(query, call.repository.id) is not None


def enable(call: Call) -> Answer:
    """Make releases immutable from now on."""
    call.change("INSERT OR IGNORE INTO github_immutable VALUES (?)", call.repository.id)
    return Answer(status=204)


ENDPOINTS = (
    Endpoint(
        "PUT",
        "/repos/{owner}/{repo}/immutable-releases",
        enable,
        "repos/repos#enable-immutable-releases",
        "admin",
        "administration=write",
    ),
)
