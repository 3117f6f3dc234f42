"""Mirrors: a real repository's branches and tags in the world; the original is only read."""

import os
import shutil
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from runbook_lib.errors import Conflict, Failed, UsageError
from runbook_lib.frozen import frozen
from runbook_lib.sandbox.world.git_objects import (
    COPYING,
    LIMIT,
    ZEROS,
    all_refs,
    outer_environment,
    reaching,
    run_git,
)
from runbook_lib.sandbox.world.repositories import (
    Repository,
    find_repository,
    make_bare,
    refuse_bad_name,
    register,
    tell_push,
)
from runbook_lib.sandbox.world.world import World

PARTIAL = r"^(remote\..*\.(promisor|partialclonefilter)|extensions\.partialclone)$"
"""What git is set up with to fetch the objects that a repository lacks."""


@frozen
class Source:
    """A repository to mirror: `address` is for git, `shown` for people (no password in it).

    `clone` says that it is one on this machine, which may know branches of its origin alone, `ours`
    that it is a copy which nobody else has, and whose objects may be shared.
    """

    address: str
    shown: str
    clone: bool
    ours: bool = False


def mirror_repository(
    world: World,
    source: str | Path,
    full_name: str,
    *,
    default_branch: str | None = None,
    who: str = "operator",
    copy_of: str = "",
) -> Repository:
    """Copy a repository's branches and tags into the world, once, and tell CI of its head.

    Without `default_branch` it is origin's HEAD of a clone, else HEAD. A clone that has the default
    branch as its origin's alone gives that one. Where the source is a copy of our own, `copy_of`
    says what of. Raises UsageError for what is no repository, is
    empty or has not all of its history, and Conflict where the world has one of that name.
    """
    refuse_bad_name(full_name)
    if find_repository(world, full_name):
        raise Conflict(f"the sandbox has a repository {full_name} already; choose another name")
    found = find_source(str(source))
    if copy_of:
        found = replace(found, shown=without_password(copy_of), ours=True)
    branch = default_branch or find_default_branch(found)
    folder = world.git_folder(full_name)
    half_made = folder.with_suffix(".new")
    make_bare(half_made, branch)
    copy_refs(found, half_made, branch)
    shutil.rmtree(folder, ignore_errors=True)
    half_made.rename(folder)
    repository = register(world, full_name, True, branch, f"A mirror of {found.shown}")
    head = all_refs(folder)[f"refs/heads/{branch}"]
    tell_push(world, who, full_name, f"refs/heads/{branch}", before=ZEROS, after=head)
    return repository


def find_source(text: str) -> Source:
    """A path or an address as something that can be mirrored; raises UsageError where it can't."""
    if text.startswith("-"):
        raise UsageError(f"a repository's path or URL does not begin with '-'; found {text!r}")
    if "://" in text or (":" in text.split("/")[0] and not Path(text).exists()):
        return Source(text, without_password(text), clone=False)
    return find_clone(Path(text).expanduser().resolve())


def find_clone(folder: Path) -> Source:
    """A repository on this machine; raises UsageError where it is none, or not a whole one."""
    if not folder.is_dir():
        raise UsageError(f"expected a git repository in {folder}; there is no such folder")
    ask = ["rev-parse", "--path-format=absolute", "--git-common-dir", "--is-shallow-repository"]
    try:
        common, shallow = ask_source(folder, *ask).splitlines()
    except Failed as error:
        raise UsageError(f"expected a git repository in {folder}; {error}") from error
    if shallow == "true":
        raise UsageError(
            f"expected all of the history in {folder}, found a shallow clone; "
            "run `git fetch --unshallow` in it first"
        )
    refuse_partial(folder)
    return Source(common, str(folder), clone=True)


def refuse_partial(folder: Path) -> None:
    """Raise UsageError for a partial clone: reading it would fetch into it."""
    try:
        ask_source(folder, "config", "--get-regexp", PARTIAL)
    except Failed:
        return
    raise UsageError(
        f"expected all objects in {folder}, found a partial clone; "
        "give the URL of its origin, or a full clone"
    )


def find_default_branch(source: Source) -> str:
    """The branch that releases of a repository start from, as the repository itself says."""
    heads = list_remote(source, "--heads")
    if not heads and not (source.clone and list_origin_branches(source)):
        raise UsageError(f"expected commits in {source.shown}, found an empty repository")
    branch = origin_head(source) if source.clone else None
    branch = branch or remote_head(source)
    if branch is None:
        raise UsageError(
            f"{source.shown} does not say which branch is its default one (its HEAD is detached); "
            "name it with default_branch (a runbook's parameter: source)"
        )
    return branch


def origin_head(source: Source) -> str | None:
    """The default branch of a clone's origin, as the clone remembers it."""
    try:
        ref = ask_source(Path(source.address), "symbolic-ref", "-q", "refs/remotes/origin/HEAD")
    except Failed:
        return None
    return ref.strip().removeprefix("refs/remotes/origin/")


def remote_head(source: Source) -> str | None:
    """The branch that a repository's HEAD names."""
    prefix = "ref: refs/heads/"
    lines = list_remote(source, "--symref", "HEAD").splitlines()
    named = [line.removeprefix(prefix) for line in lines if line.startswith(prefix)]
    return named[0].split("\t")[0] if named else None


def list_origin_branches(source: Source) -> str:
    """The branches of a clone's origin, as the clone remembers them."""
    return ask_source(Path(source.address), "for-each-ref", "refs/remotes/origin/")


def list_remote(source: Source, *options: str) -> str:
    """What `git ls-remote` says of a source; raises UsageError where it can't be read."""
    what = [option for option in options if not option.startswith("-")]
    flags = [option for option in options if option.startswith("-")]
    try:
        return ask_at(source, Path("/"), "ls-remote", *flags, "--", source.address, *what)
    except Failed as error:
        raise unreadable(source, error) from None


def copy_refs(source: Source, folder: Path, branch: str) -> None:
    """Fetch branches and tags; a clone may know the default branch as its origin's alone."""
    if source.ours:
        share_objects(Path(source.address) / "objects", folder / "objects")
    fetch(source, folder, "+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*")
    head = f"refs/heads/{branch}"
    if head not in all_refs(folder) and source.clone:
        fetch(source, folder, f"+refs/remotes/origin/{branch}:{head}", optional=True)
    if head not in all_refs(folder):
        found = ", ".join(ref[11:] for ref in all_refs(folder) if ref.startswith("refs/heads/"))
        raise UsageError(
            f"expected a branch {branch} in {source.shown}, found {found or 'none'}; "
            "name another with default_branch (a runbook's parameter: source)"
        )
    run_git(folder, "commit-graph", "write", "--reachable")


def share_objects(theirs: Path, ours: Path) -> None:
    """Have what another repository has, by links, where the file system lets us.

    git looks for a pack by its index, so that comes last; what is missing then is fetched.
    """
    files = [file for file in theirs.glob("*/*") if not file.name.startswith("tmp_")]
    with suppress(OSError):
        for file in sorted(files, key=lambda file: (file.suffix == ".idx", file)):
            place = ours / file.relative_to(theirs)
            place.parent.mkdir(exist_ok=True)
            os.link(file, place)


def fetch(source: Source, folder: Path, *refspecs: str, optional: bool = False) -> None:
    """Fetch refs from a source with the user's own access to it."""
    options = ["--quiet", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules"]
    try:
        ask_at(source, folder, "fetch", *options, "--", source.address, *refspecs, limit=COPYING)
    except Failed as error:
        if not optional:
            raise unreadable(source, error) from None


def ask_source(folder: Path, *arguments: str) -> str:
    """Run git with the user's own configuration and access, and change nothing of theirs."""
    return run_git(folder, *arguments, base=outer_environment())


def ask_at(source: Source, folder: Path, *arguments: str, limit: float = LIMIT) -> str:
    """The same for what speaks to the source, whatever the way to it."""
    return run_git(folder, *arguments, base=reaching(source.address), limit=limit)


def unreadable(source: Source, error: Failed) -> UsageError:
    """What to say of a source that git can't read."""
    said = str(error).replace(source.address, source.shown)
    return UsageError(f"expected a git repository at {source.shown} that can be read; {said}")


def without_password(address: str) -> str:
    """An address without its user's name and password."""
    parts = urlsplit(address)
    if "@" not in parts.netloc:
        return address
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
