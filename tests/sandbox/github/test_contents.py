"""Files of the repository."""

import base64

from .served import Served

MASTER = "refs/heads/master"


def test_files_and_folders_are_read_at_any_commit(github: Served) -> None:
    remote = github.remote()
    assert remote.get_contents("setup.py").decoded_content == b"version='1.8'\n"
    assert remote.get_contents("setup.py", ref="release/1.9").decoded_content == b"version='1.9'\n"
    top = remote.get_contents("")
    assert [(one.name, one.type) for one in top] == [
        ("README.md", "file"),
        ("setup.py", "file"),
        ("tides", "dir"),
    ]
    assert [one.path for one in remote.get_contents("tides")] == ["tides/moon.py", "tides/table.py"]
    for path in (":/contents/none", ":/contents/setup.py?ref=none", ":/contents/../x"):
        assert github.get(path).status_code == 404


def test_links_and_large_files_are_read_as_github_does(github: Served) -> None:
    large = base64.b64encode(b"x" * (1024 * 1024 + 1)).decode()
    github.ask("PUT", ":/contents/large", {"message": "m", "content": large})
    shown = github.get(":/contents/large").json()
    assert (shown["encoding"], shown["content"], shown["size"]) == ("none", "", 1024 * 1024 + 1)
    person = "Pat <pat@example.org> 1768471200 +0000"
    stream = (
        f"commit refs/heads/linked\nauthor {person}\ncommitter {person}\ndata 1\nm\n"
        "M 120000 inline link\ndata 8\nsetup.py\n"
    )
    github.git("fast-import", "--quiet", text=stream.encode())
    found = github.get(":/contents/link?ref=linked").json()
    assert (found["type"], found["target"]) == ("symlink", "setup.py")


def test_a_file_is_made_and_changed_by_commits_of_the_caller(github: Served) -> None:
    remote = github.remote()
    made = remote.create_file("docs/a b.md", "docs: begin", "one\n", branch="master")
    assert github.git("show", "master:docs/a b.md") == "one"
    assert github.git("log", "-1", "--format=%an %ae %cI %s", "master") == (
        "Olive Operator operator@sandbox.example 2026-01-15T10:00:00+00:00 docs: begin"
    )
    changed = remote.update_file("docs/a b.md", "docs: more", "two\n", made["content"].sha)
    assert github.git("show", "master:docs/a b.md") == "two"
    assert github.git("rev-parse", "master") == changed["commit"].sha
    assert [one["ref"] for one in github.told("push")] == [MASTER] * 2


def test_a_file_is_only_changed_by_who_knows_what_it_is(github: Served) -> None:
    before, content = github.git("rev-parse", "master"), base64.b64encode(b"x").decode()
    path, said = ":/contents/setup.py", {"message": "m", "content": content}
    unknown = github.ask("PUT", path, said)
    assert (unknown.status_code, unknown.json()["message"]) == (
        422,
        'Invalid request.\n\n"sha" wasn\'t supplied.',
    )
    stale = github.ask("PUT", path, said | {"sha": "1" * 40})
    assert (stale.status_code, stale.json()["message"]) == (
        409,
        f"setup.py does not match {'1' * 40}",
    )
    assert github.ask("PUT", path, said | {"branch": "none"}).status_code == 404
    assert github.ask("PUT", ":/contents/x", {"message": "m", "content": "*"}).status_code == 422
    for bad in (".git/config", "a//b", "a/%2e%2e/b"):
        assert github.ask("PUT", f":/contents/{bad}", said).status_code in (404, 422)
    assert github.git("rev-parse", "master") == before


def test_the_first_file_of_an_empty_repository_begins_its_branch(empty: Served) -> None:
    said = {"message": "feat: begin", "content": base64.b64encode(b"x").decode()}
    assert empty.ask("PUT", ":/contents/README.md", said).status_code == 201
    assert empty.git("log", "--format=%s", "master") == "feat: begin"
