"""A clone whose files mean harm: nothing of it is executed, nothing outside of it touched."""

from collections.abc import Callable
from pathlib import Path

import pytest

from runbook_lib.errors import RunbookError, UsageError
from runbook_lib.policy.version_files.written import Written
from runbook_lib.services.changelog.file import ChangelogFile
from runbook_lib.services.git import Repository, Worktree
from runbook_lib.services.git.clones.snapshot import read_blob
from runbook_lib.services.git.clones.throwaway import own_checkout, whole_checkout
from runbook_lib.services.git.locales.messages import commit_texts
from tests.services.git.conftest import FILES, SAID, Upstream, commit, git, prepare

NAMES = (
    *("-rf", "--upload-pack=touch {trap}", "-c core.fsmonitor={trap}"),
    *("a\nb.po", ":(glob)**", "\x1b]0;title\x07\x1b[2J.py", "$(touch {trap})", "\u202egnp.py"),
)
"""Names of files that somebody would have taken for an option, a command, a pattern or a title."""
ATTRIBUTES = "* filter=trap diff=trap merge=trap\n*.md ident export-subst\n"
CONFIG = """\
[core]
	repositoryformatversion = 0
	bare = true
	fsmonitor = {script}
	sshCommand = {script}
	hooksPath = {hooks}
[filter "trap"]
	clean = {script}
	smudge = {script}
	required = true
[diff "trap"]
	command = {script}
	textconv = {script}
[merge "trap"]
	driver = {script}
"""
MODULES = """\
[submodule "{name}"]
	path = {name}
	url = {url}
"""


@pytest.fixture
def trap(tmp_path: Path) -> Path:
    """The file that is made where anything of a hostile clone is executed."""
    return tmp_path / "trap"


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """What is beside the clones: somebody's own."""
    folder = tmp_path / "outside"
    folder.mkdir()
    (folder / "private.txt").write_text('version="1.8"\n# 1.8\n')
    return folder


def held(*folders: Path) -> dict[Path, bytes]:
    """What folders hold."""
    files = (path for folder in folders for path in folder.rglob("*") if path.is_file())
    return {path: path.read_bytes() for path in files}


@pytest.fixture
def hostile(upstream: Upstream, trap: Path) -> Upstream:
    """An upstream in which somebody has planted all that a repository can bring."""
    root = upstream.clone
    script = root / "tools" / "trap.sh"
    script.parent.mkdir()
    script.write_text(f"#!/bin/sh\ntouch '{trap}'\ncat\n")
    script.chmod(0o755)
    (root / ".gitattributes").write_text(ATTRIBUTES)
    for folder in (root / "docs", root):
        name = "config" if folder != root else ".gitconfig"
        folder.mkdir(exist_ok=True)
        (folder / name).write_text(CONFIG.format(script=script, hooks=script.parent))
    for hook in ("pre-commit", "post-checkout", "pre-push", "post-merge", "reference-transaction"):
        planted = root / "docs" / "hooks" / hook
        planted.parent.mkdir(exist_ok=True)
        planted.write_bytes(script.read_bytes())
        planted.chmod(0o755)
    (root / "docs" / "HEAD").write_text("ref: refs/heads/master\n")
    for folder in ("objects", "refs"):
        (root / "docs" / folder).mkdir()
        (root / "docs" / folder / "kept").write_text("")
    for name in NAMES:
        (root / name.format(trap=str(trap).replace("/", "\\"))).write_text('msgid "a"\n')
    upstream.push("feat: harmless")
    return upstream


@pytest.fixture
def infested(hostile: Upstream, repository: Repository) -> Worktree:
    """The release branch of it."""
    return repository.create_branch("release/1.9", hostile.head)


def test_a_whole_release_of_it_executes_nothing(
    infested: Worktree, hostile: Upstream, outside: Path, trap: Path
) -> None:
    before = held(outside)
    prepare(infested)
    assert infested.check_changed(FILES, infested.start).files == [*FILES[::-1]]
    made = infested.commit("chore: tag 1.9", FILES, infested.start)
    infested.sign_tag("1.9", made, "chore: tag 1.9")
    infested.push("release/1.9", "1.9")
    with own_checkout(infested.git, trap.parent / "run" / "tests", made.id) as tree:
        assert not tree.run("status", "--porcelain").text
    assert made.id in hostile.refs()
    assert not trap.exists()
    assert held(outside) == before


def test_each_of_its_files_is_read_by_its_own_name(infested: Worktree, trap: Path) -> None:
    git_here = infested.git
    paths = git_here.run("ls-tree", "-r", "-z", "--name-only", "HEAD").fields
    texts = {path: read_blob(git_here, "HEAD", path) for path in paths}
    assert [path for path, text in texts.items() if text is None] == []
    assert texts["a\nb.po"] == b'msgid "a"\n'
    assert read_blob(git_here, "HEAD", "docs") is None
    assert read_blob(git_here, "HEAD", "*.py") is None


@pytest.mark.usefixtures("acts")
def test_new_texts_in_a_file_of_any_name_are_committed(infested: Worktree, trap: Path) -> None:
    (infested.path / "a\nb.po").write_text('msgid "a"\nmsgid "b"\n')
    with own_checkout(infested.git, trap.parent / "run" / "texts", infested.start) as tree:
        (tree.folder / "a\nb.po").write_text('msgid "a"\nmsgid "b"\n')
        kept = commit_texts(tree, infested.start, paths=["."], message="texts")
        assert read_blob(tree, kept.commit, "a\nb.po") == b'msgid "a"\nmsgid "b"\n'
    assert not trap.exists()


LINKS = {
    "out of it": lambda path, outside: path.symlink_to(outside / "private.txt"),
    "out of it, by dots": lambda path, _: path.symlink_to("../outside/private.txt"),
    "to what is not there": lambda path, outside: path.symlink_to(outside / "new.txt"),
    "round in a circle": lambda path, _: path.symlink_to(path.name),
    "to a folder out of it": lambda path, outside: path.symlink_to(outside),
    "to the settings of git": lambda path, _: path.symlink_to(".git/config"),
    "to a hook": lambda path, _: path.symlink_to(".git/hooks/pre-commit"),
}
Link = Callable[[Path, Path], None]


@pytest.mark.parametrize("link", LINKS.values(), ids=LINKS)
def test_a_link_leads_nowhere_else(repository: Repository, outside: Path, link: Link) -> None:
    before = held(outside, repository.path / ".git" / "hooks")
    for file in FILES:
        (repository.path / file).unlink()
        link(repository.path / file, outside)
    changelog = ChangelogFile(repository.path, "CHANGELOG.md")
    written = [Written("setup.py", "1.8", "1.9", r"(\d+\.\d+)")]
    for act in (
        changelog.read,
        lambda: changelog.write("# 1.9\n"),
        changelog.remove,
        lambda: repository.set_version("1.9", written),
    ):
        with pytest.raises(UsageError, match="expected a file (in|at)"):
            act()
    assert held(outside, repository.path / ".git" / "hooks") == before


def test_what_a_file_is_written_by_is_not_written_through(
    repository: Repository, outside: Path
) -> None:
    before = held(outside)
    for file in FILES:
        for ending in ("part", "new"):
            (repository.path / f".{file}.{ending}").symlink_to(outside / "private.txt")
    ChangelogFile(repository.path, "CHANGELOG.md").write("# 1.9\n")
    repository.set_version("1.9", SAID)
    assert (repository.path / "CHANGELOG.md").read_text() == "# 1.9\n"
    assert held(outside) == before


def test_a_link_that_is_taken_away_leaves_what_it_leads_to(repository: Repository) -> None:
    (repository.path / "fragment.md").symlink_to("setup.py")
    ChangelogFile(repository.path, "fragment.md").remove()
    assert (repository.path / "setup.py").is_file()
    assert not (repository.path / "fragment.md").is_symlink()


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("ext::sh -c touch% {trap}", "not allowed"),
        ("file://{outside}", "transport 'file' not allowed"),
        ("{outside}", "transport 'file' not allowed"),
        ("--upload-pack=touch {trap}", ""),
        ("ssh://-oProxyCommand=touch%20{trap}/x", "strange hostname"),
        ("https://git.example.org/x\n\tupdate = !touch {trap}", "invalid value"),
    ],
)
def test_a_submodule_of_what_is_elsewhere_is_not_taken_from_here(
    upstream: Upstream, tmp_path: Path, repository: Repository, trap: Path, url: str, words: str
) -> None:
    outside = tmp_path / "outside.git"
    outside.mkdir()
    git(outside, "init", "--quiet")
    inner = commit(outside, "feat: private", private__txt="private")
    address = url.format(trap=trap, outside=outside)
    (upstream.clone / ".gitmodules").write_text(MODULES.format(name="part", url=address))
    git(upstream.clone, "update-index", "--add", "--cacheinfo", f"160000,{inner},part")
    git(upstream.clone, "add", ".gitmodules")
    git(upstream.clone, "commit", "--quiet", "-m", "feat: a part")
    git(upstream.clone, "push", "--quiet", "origin", "master")
    repository.remote.fetch()
    place, origin = tmp_path / "run" / "tests", "https://git.example.org/harbor.git"
    whole = whole_checkout(repository.git, place, upstream.head, origin=origin)
    with pytest.raises(RunbookError) as failed, whole as folder:
        assert not (folder / "part" / "private.txt").exists()
    assert words in str(failed.value)
    assert not trap.exists() and not place.exists()
