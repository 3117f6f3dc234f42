"""The mirror: what it shows, and that looking changes nothing."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from runbook_lib.errors import Failed, Refused, Unavailable, UsageError
from runbook_lib.services.git import Mirror
from runbook_lib.services.git.clones.mirror import names
from runbook_lib.services.git.git import Git
from runbook_lib.services.git.history import find_commit, read_tags
from runbook_lib.steps.step import Runner
from tests.services.git.conftest import Served, Upstream, commit, fingerprint, git, outcomes


@pytest.fixture
def mirror(tmp_path: Path, runner: Runner, upstream: Upstream) -> Mirror:
    made = Mirror(tmp_path / "home of runs" / "mirror.git", upstream.url, runner)
    made.fetch()
    return made


def test_it_holds_branches_and_tags_and_nothing_else(mirror: Mirror, upstream: Upstream) -> None:
    git(upstream.bare, "update-ref", "refs/pull/1/head", upstream.head)
    assert str(mirror.fetch()) == f"{upstream.url}, with its branches (1) and tags (1)"
    assert git(mirror.path, "for-each-ref", "refs/pull") == ""
    assert git(mirror.path, "for-each-ref") == git(
        upstream.bare, "for-each-ref", "refs/heads", "refs/tags"
    )


def test_what_the_upstream_deletes_and_moves_is_followed(
    mirror: Mirror, upstream: Upstream
) -> None:
    git(upstream.bare, "branch", "a", "master")
    mirror.fetch()
    git(upstream.bare, "branch", "-D", "a")
    git(upstream.bare, "branch", "a/b", "master~1")
    git(upstream.bare, "tag", "-f", "1.8", "master~2")
    git(upstream.bare, "update-ref", "refs/heads/master", "master~1")
    mirror.fetch()
    assert git(mirror.path, "for-each-ref") == git(upstream.bare, "for-each-ref")


def test_the_upstream_and_a_clone_are_only_looked_at(
    upstream: Upstream, runner: Runner, tmp_path: Path
) -> None:
    (upstream.clone / "half done.txt").write_text("not yet")
    before = fingerprint(upstream.bare, upstream.clone)
    for number, url in enumerate((upstream.url, str(upstream.clone))):
        mirror = Mirror(tmp_path / f"{number}.git", url, runner)
        mirror.fetch()
        assert mirror.head(mirror.default_branch()).id == upstream.head
    assert fingerprint(upstream.bare, upstream.clone) == before
    assert outcomes(runner) == ["good", "good"]


def test_the_default_branch_is_the_upstream_s_head(mirror: Mirror, upstream: Upstream) -> None:
    assert mirror.default_branch() == "master"
    git(upstream.bare, "branch", "-m", "master", "main")
    assert mirror.default_branch() == "main"
    mirror.fetch()
    assert git(mirror.path, "symbolic-ref", "HEAD") == "refs/heads/main"


def test_an_upstream_without_a_default_branch_asks_for_one(
    mirror: Mirror, upstream: Upstream
) -> None:
    git(upstream.bare, "symbolic-ref", "HEAD", "refs/heads/none")
    with pytest.raises(Refused, match="name the source branch"):
        mirror.default_branch()
    mirror.fetch()


def test_a_branch_that_is_not_there_is_refused_with_those_that_are(mirror: Mirror) -> None:
    with pytest.raises(Refused, match=r"expected branch main in .*; it has master"):
        mirror.head("main")
    with pytest.raises(UsageError):
        mirror.head("--all")


def test_commits_come_newest_first_with_merges_and_their_text_as_it_is(
    mirror: Mirror, upstream: Upstream
) -> None:
    git(upstream.clone, "config", "log.showSignature", "true")
    git(upstream.clone, "switch", "--quiet", "-c", "side", "1.8")
    side = commit(upstream.clone, "feat: ünï\n\nbody <i>\n\nCloses #1", side__txt="x")
    git(upstream.clone, "switch", "--quiet", "master")
    git(upstream.clone, "merge", "--quiet", "--no-ff", "-m", "Merge side", "side")
    git(upstream.clone, "push", "--quiet", "origin", "master")
    mirror.fetch()
    found = mirror.commits("1.8", "master")
    assert found[0].is_merge
    assert found[0].id == upstream.head == mirror.head("master").id
    assert {each.subject for each in found} == {
        "Merge side",
        "feat: ünï",
        "fix(pier): a <b>bold</b> $(touch x) --force subject",
    }
    one = next(each for each in found if each.id == side)
    assert (one.body, one.author) == (
        "body <i>\n\nCloses #1",
        "Olive Operator <olive@harbor.example>",
    )
    assert one.date.isoformat() == git(upstream.clone, "show", "-s", "--format=%cI", side)
    assert len(mirror.commits(None, "master")) == 5
    assert mirror.commits("master", "master") == []


def test_tags_come_in_the_order_of_their_making_and_stand_for_commits(
    mirror: Mirror, upstream: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    for day, arguments in enumerate(
        (
            ["-a", "-m", "x", "2.0", "1.8^{}"],
            ["-a", "-m", "x", "tag-of-2.0", "2.0"],
            ["-a", "-m", "x", "1.9", "1.8~1"],
        )
    ):
        monkeypatch.setenv("GIT_COMMITTER_DATE", f"2030-01-0{day + 1}T00:00:00Z")
        git(upstream.bare, "tag", *arguments)
    git(upstream.bare, "tag", "of-a-blob", "master:setup.py")
    mirror.fetch()
    found = mirror.tags()
    assert [tag.name for tag in found] == ["1.8", "2.0", "tag-of-2.0", "1.9"]
    released = git(upstream.bare, "rev-parse", "1.8^{}")
    assert [tag.commit for tag in found[:3]] == [released] * 3
    assert str(found[1]) == f"2.0 at {released:.9}"
    assert found[3].date.isoformat() == "2030-01-03T00:00:00+00:00"


def test_files_are_read_at_a_commit(mirror: Mirror) -> None:
    assert 'version="1.8"' in (mirror.read_file("master", "setup.py") or "")
    assert mirror.read_file("master", "none.py") is None
    assert mirror.read_file("1.8", "pier.py") is None


def test_a_folder_is_no_file(mirror: Mirror, upstream: Upstream) -> None:
    upstream.push("docs: x", docs_in_index__md="x\n")
    mirror.fetch()
    assert mirror.read_file("master", "docs") is None
    assert mirror.read_file("master", "docs/index.md") == "x\n"


def test_changed_paths_are_those_that_a_pattern_names(mirror: Mirror, upstream: Upstream) -> None:
    upstream.push("feat: x", app_in_migrations_in_1__sql="x", app_in_settings_dev__py="x")
    mirror.fetch()
    patterns = ("migrations/*", "*/settings*.py")
    assert mirror.changed_paths("1.8", "master", patterns) == (
        "app/migrations/1.sql",
        "app/settings_dev.py",
    )
    assert mirror.changed_paths("1.8", "master", ()) == ()
    assert mirror.changed_paths(None, "1.8") == ("CHANGELOG.md", "setup.py")


@pytest.mark.parametrize(
    ("pattern", "path", "is_named"),
    [
        ("migrations/*", "migrations/1.py", True),
        ("migrations/*", "a/b/migrations/c/1.py", True),
        ("migrations/*", "my-migrations/1.py", False),
        ("*/settings*.py", "settings.py", True),
        ("*/settings*.py", "a/settings_x.py", True),
        ("docs", "a/docs/b.md", True),
        ("docs/", "docs/b.md", True),
        ("docs", "docs.md", False),
        ("*.sql", "a/b.sql", True),
    ],
)
def test_a_pattern_names_whole_paths_their_ends_and_folders(
    pattern: str, path: str, is_named: bool
) -> None:
    assert names(pattern, path) is is_named


@pytest.mark.parametrize("name", ["none", "--all", "master~1", "0" * 40])
def test_a_revision_that_is_not_there_is_refused(mirror: Mirror, name: str) -> None:
    with pytest.raises(Refused, match="there is none of that name"):
        mirror.commits(name, "master")


def test_what_a_crash_left_of_a_mirror_is_made_again(
    tmp_path: Path, runner: Runner, upstream: Upstream
) -> None:
    part = tmp_path / ".m.git.part"
    part.mkdir()
    (part / "HEAD").write_text("half")
    mirror = Mirror(tmp_path / "m.git", upstream.url, runner)
    mirror.fetch()
    assert mirror.head("master").id == upstream.head
    assert not part.exists()


def test_a_lost_connection_is_tried_again(
    tmp_path: Path, runner: Runner, upstream: Upstream, served: Served
) -> None:
    served.troubles += ["info/refs:503", "git-upload-pack:cut"]
    mirror = Mirror(tmp_path / "m.git", served.url, runner)
    mirror.fetch()
    assert served.troubles == []
    assert mirror.head("master").id == upstream.head


def test_an_upstream_that_is_not_there_is_an_error(tmp_path: Path, runner: Runner) -> None:
    with pytest.raises(Failed, match="Check the address"):
        Mirror(tmp_path / "a.git", str(tmp_path / "none"), runner).fetch()
    with pytest.raises(Unavailable):
        Mirror(tmp_path / "b.git", "http://127.0.0.1:1/x.git", runner).fetch()


def test_a_time_that_git_tells_and_nobody_has_is_read_all_the_same(
    upstream: Upstream, tmp_path: Path
) -> None:
    made, tree = [], git(upstream.bare, "rev-parse", "master^{tree}")
    for when in ("1700000000 +51800", "1700000000 -9999", "99999999999999 +0000"):
        text = f"tree {tree}\nauthor A <a@b> {when}\ncommitter A <a@b> {when}\n\nfeat: x\n"
        made.append(git(upstream.bare, "hash-object", "-tcommit", "-w", "--stdin", stdin=text))
    here = Git(upstream.bare)
    dates = [find_commit(here, commit).date for commit in made]
    assert dates[:2] == [datetime.fromtimestamp(1700000000, UTC)] * 2
    assert dates[2].year == 9999


def test_a_tag_without_a_tagger_is_as_old_as_its_commit(upstream: Upstream) -> None:
    text = f"object {upstream.head}\ntype commit\ntag old\n\nbefore git had taggers\n"
    tag = git(upstream.bare, "hash-object", "-ttag", "-w", "--literally", "--stdin", stdin=text)
    git(upstream.bare, "update-ref", "refs/tags/old", tag)
    here = Git(upstream.bare)
    found = {one.name: one for one in read_tags(here)}
    assert found["old"].date == find_commit(here, upstream.head).date
    assert found["old"].commit == upstream.head
