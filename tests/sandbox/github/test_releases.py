"""Releases, drafts and their files."""

import hashlib
import io

import pytest
from github import UnknownObjectException

from .served import Served

MASTER = "refs/heads/master"


def make(github: Served, tag: str, **said: object) -> dict[str, object]:
    answer = github.post(":/releases", {"tag_name": tag, **said})
    assert answer.status_code == 201, answer.text
    found: dict[str, object] = answer.json()
    return found


def test_a_draft_is_found_in_the_list_and_never_by_its_tag(github: Served) -> None:
    draft = make(github, "1.9", draft=True, body="<!-- runbook -->")
    assert draft["published_at"] is None
    assert "/releases/tag/untagged-" in str(draft["html_url"])
    assert not github.has("refs/tags/1.9")
    for path in (":/releases/tags/1.9", ":/releases/latest"):
        assert github.get(path).status_code == 404
    with pytest.raises(UnknownObjectException):
        github.remote().get_release("1.9")
    assert [one.id for one in github.remote("ci").get_releases()] == [draft["id"]]


def test_a_draft_is_hidden_from_who_may_not_push(github: Served) -> None:
    draft = make(github, "1.9", draft=True)
    for who in ("reader", "stranger", ""):
        assert github.get(":/releases", who=who).json() == []
        assert github.get(f":/releases/{draft['id']}", who=who).status_code == 404


def test_publishing_a_draft_makes_its_tag_at_the_target(github: Served) -> None:
    draft = make(github, "1.9", draft=True, target_commitish="release/1.9")
    answer = github.ask("PATCH", f":/releases/{draft['id']}", {"draft": False})
    assert answer.json()["published_at"] == "2026-01-15T10:00:00Z"
    assert github.git("rev-parse", "1.9") == github.git("rev-parse", "release/1.9")
    assert github.told("push")[-1]["ref"] == "refs/tags/1.9"
    assert [one["action"] for one in github.told("release")] == ["drafted", "published"]
    assert github.remote("stranger").get_release("1.9").id == draft["id"]


def test_publishing_a_tag_that_is_there_leaves_it_where_it_is(github: Served) -> None:
    there = github.git("rev-parse", "1.8")
    published = make(github, "1.8", target_commitish="release/1.9", name="1.8")
    assert github.git("rev-parse", "1.8") == there
    assert str(published["html_url"]).endswith("/releases/tag/1.8")
    assert str(published["tarball_url"]).endswith("/tarball/1.8")


def test_drafts_of_one_tag_may_be_several_but_one_is_published(github: Served) -> None:
    one, two = make(github, "1.8", draft=True), make(github, "1.8", draft=True)
    assert one["id"] != two["id"]
    assert github.ask("PATCH", f":/releases/{one['id']}", {"draft": False}).ok
    refused = github.ask("PATCH", f":/releases/{two['id']}", {"draft": False})
    assert refused.status_code == 422
    error = {"resource": "Release", "code": "already_exists", "field": "tag_name"}
    assert refused.json()["errors"] == [error]
    assert github.get(f":/releases/{two['id']}").json()["draft"] is True
    again = github.post(":/releases", {"tag_name": "1.8"})
    assert again.json()["errors"] == [error]
    assert len(github.get(":/releases").json()) == 2


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"tag_name": "1.9", "target_commitish": "none"}, "target_commitish"),
        ({"tag_name": "1.9", "target_commitish": "none", "draft": True}, "target_commitish"),
        ({"tag_name": "1 9"}, "tag_name"),
        ({"tag_name": "-d"}, "tag_name"),
        ({"tag_name": ""}, "tag_name"),
    ],
)
def test_a_release_is_refused_without_a_good_tag_or_target(
    github: Served, said: dict[str, object], field: str
) -> None:
    before = github.git("for-each-ref")
    answer = github.post(":/releases", said)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == field
    assert github.git("for-each-ref") == before
    assert github.get(":/releases").json() == []


def test_the_latest_release_is_the_newest_that_is_neither_draft_nor_prerelease(
    github: Served,
) -> None:
    assert github.get(":/releases/latest").status_code == 404
    make(github, "1.8")
    make(github, "2.0rc1", prerelease=True)
    make(github, "2.0", draft=True)
    assert github.remote().get_latest_release().tag_name == "1.8"
    make(github, "1.9")
    make(github, "1.7.1", make_latest="false")
    assert github.remote().get_latest_release().tag_name == "1.9"
    assert github.post(":/releases", {"tag_name": "3", "make_latest": "so"}).status_code == 422


def test_a_release_is_changed_and_deleted_and_its_tag_stays(github: Served) -> None:
    release = github.remote().create_git_release("1.8", "1.8", "text")
    release.update_release("1.8.0", "other", prerelease=True)
    found = github.get(f":/releases/{release.id}").json()
    assert (found["name"], found["body"], found["prerelease"]) == ("1.8.0", "other", True)
    release.delete_release()
    assert github.get(f":/releases/{release.id}").status_code == 404
    assert github.has("refs/tags/1.8")
    assert [one["action"] for one in github.told("release")] == ["published", "edited", "deleted"]
    assert github.ask("DELETE", ":/releases/99").status_code == 404


def test_a_published_release_can_become_a_draft_again(github: Served) -> None:
    release = make(github, "1.8")
    back = github.ask("PATCH", f":/releases/{release['id']}", {"draft": True}).json()
    assert (back["draft"], back["published_at"]) == (True, None)
    assert github.get(":/releases/tags/1.8").status_code == 404


def test_notes_list_the_pull_requests_since_the_last_release(github: Served) -> None:
    make(github, "1.8")
    github.post(":/pulls", {"title": "Release <1.9>", "head": "release/1.9", "base": "master"})
    github.ask("PUT", ":/pulls/1/merge", {"merge_method": "squash"})
    said = {"tag_name": "1.9", "target_commitish": "master"}
    notes = github.post(":/releases/generate-notes", said).json()
    page = f"{github.url}/harbor/tidewatch"
    assert notes == {
        "name": "1.9",
        "body": "## What's Changed\n"
        f"* Release <1.9> by @operator in {page}/pull/1\n\n\n"
        f"**Full Changelog**: {page}/compare/1.8...1.9",
    }
    wrong = github.post(":/releases/generate-notes", said | {"target_commitish": "none"})
    assert wrong.status_code == 422
    first = github.post(":/releases/generate-notes", {"tag_name": "1.8"})
    assert first.json()["body"].endswith("/commits/1.8")


def test_files_are_uploaded_and_downloaded(github: Served) -> None:
    release = github.remote().create_git_release("1.8", "1.8", "text")
    data = bytes(range(256)) * 100
    asset = release.upload_asset_from_memory(
        io.BytesIO(data), len(data), "tidewatch-1.8.tar.gz", content_type="application/gzip"
    )
    assert (asset.size, asset.content_type, asset.state) == (
        len(data),
        "application/gzip",
        "uploaded",
    )
    found = github.get(f":/releases/{release.id}").json()["assets"]
    assert found[0]["digest"] == f"sha256:{hashlib.sha256(data).hexdigest()}"
    octets = {"Accept": "application/octet-stream"}
    moved = github.get(f":/releases/assets/{asset.id}", headers=octets)
    assert moved.status_code == 302
    assert github.session.get(moved.headers["Location"]).content == data
    assert github.get(f":/releases/assets/{asset.id}").json()["download_count"] == 1
    assert github.get(":/releases/assets/99").status_code == 404


def test_a_file_is_refused_twice_nameless_or_empty(github: Served) -> None:
    release = make(github, "1.8", draft=True)
    place = str(release["upload_url"]).partition("{")[0]

    def upload(query: str, data: bytes, who: str = "operator") -> object:
        return github.ask("POST", place + query, data=data, who=who)

    assert upload("?name=a.txt", b"a").status_code == 201  # type: ignore[attr-defined]
    twice = upload("?name=a.txt", b"b")
    assert twice.json()["errors"][0]["code"] == "already_exists"  # type: ignore[attr-defined]
    assert upload("", b"a").status_code == 422  # type: ignore[attr-defined]
    assert upload("?name=b.txt", b"").status_code == 400  # type: ignore[attr-defined]
    assert upload("?name=c.txt", b"c", "reader").status_code == 403  # type: ignore[attr-defined]
    shown = github.get(f":/releases/{release['id']}").json()["assets"]
    assert [one["name"] for one in shown] == ["a.txt"]


def test_a_body_that_is_longer_than_github_takes_is_refused_in_its_words(github: Served) -> None:
    said = {"tag_name": "1.9", "draft": True, "body": "x" * 125_001}
    words = "body is too long (maximum is 125000 characters)"
    error = {"resource": "Release", "code": "custom", "field": "body", "message": words}
    assert github.post(":/releases", said).json()["errors"] == [error]
    made = github.post(":/releases", said | {"body": "x" * 125_000}).json()
    changed = github.ask("PATCH", f":/releases/{made['id']}", {"body": said["body"]})
    assert changed.json()["errors"] == [error]


def test_a_release_that_is_published_as_immutable_keeps_its_tag_and_its_files(
    github: Served,
) -> None:
    before = make(github, "1.8")
    assert github.ask("PUT", ":/immutable-releases").status_code == 204
    assert github.get(f":/releases/{before['id']}").json()["immutable"] is False
    draft = make(github, "1.9", draft=True, target_commitish="release/1.9")
    assert draft["immutable"] is False
    place = f":/releases/{draft['id']}"
    assert github.ask("PATCH", place, {"draft": False}).json()["immutable"] is True
    files = f"{github.url}/api/uploads/repos/harbor/tidewatch/releases/{draft['id']}/assets?name=a"
    refused = github.ask("POST", files, {})
    assert "Cannot upload assets to an immutable release." in refused.text
    for said in ({"tag_name": "1.8"}, {"draft": True}):
        assert github.ask("PATCH", place, said).status_code == 422
    changed = github.ask("PATCH", place, {"name": "Waves", "body": "New.", "make_latest": "false"})
    assert (changed.json()["name"], changed.json()["immutable"]) == ("Waves", True)
    assert github.ask("DELETE", ":/git/refs/tags/1.9").status_code == 422


def test_the_tag_of_an_immutable_release_is_never_used_again(github: Served) -> None:
    github.ask("PUT", ":/immutable-releases")
    made = make(github, "1.9", target_commitish="release/1.9")
    assert github.ask("DELETE", f":/releases/{made['id']}").status_code == 204
    assert github.ask("DELETE", ":/git/refs/tags/1.9").status_code == 204
    refused = github.post(":/releases", {"tag_name": "1.9", "draft": True})
    (error,) = refused.json()["errors"]
    assert error["message"] == "tag_name was used by an immutable release"


def test_notes_are_written_since_the_tag_that_is_named(github: Served) -> None:
    said = {"tag_name": "1.9", "target_commitish": "release/1.9", "previous_tag_name": "1.8"}
    body = github.post(":/releases/generate-notes", said).json()["body"]
    assert body.endswith("/compare/1.8...1.9")
    refused = github.post(":/releases/generate-notes", {**said, "previous_tag_name": "0.9"})
    assert refused.status_code == 422
