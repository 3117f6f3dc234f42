"""git's objects and refs, read and made by plumbing; no name can be taken for an option."""

import re
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from runbook_lib.frozen import frozen
from runbook_lib.sandbox.services.github.object_format import Commit, GitObject, Stamp, parse_commit
from runbook_lib.sandbox.world.git_objects import ZEROS, ask_git, git
from runbook_lib.sandbox.world.world import Account

SHA = re.compile(r"[0-9a-f]{40}")
SHORT_SHA = re.compile(r"[0-9a-f]{4,40}")
BAD_IN_REF = re.compile(r"[\x00-\x20\x7f~^:?*\[\\]|\.\.|@\{|//|/\.|\.lock(/|$)|\.$|/$|^/|^\.")
EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"


@frozen
class Ref:
    """A ref, the object it points at, and the commit behind that (empty where there is none)."""

    name: str
    sha: str
    kind: str
    commit: str


def lines(output: bytes) -> list[str]:
    """The lines of what git put out."""
    return output.decode("utf-8", "replace").splitlines()


def stamp_environment(author: Stamp, committer: Stamp) -> dict[str, str]:
    """The environment in which git writes a commit of these people at these times."""
    values: dict[str, str] = {}
    for role, stamp in (("AUTHOR", author), ("COMMITTER", committer)):
        values |= {
            f"GIT_{role}_NAME": stamp.name,
            f"GIT_{role}_EMAIL": stamp.email,
            f"GIT_{role}_DATE": f"{int(stamp.date.timestamp())} {stamp.date.strftime('%z')}",
        }
    return values


def stamp_of(account: Account, date: datetime) -> Stamp:
    """An account, as it signs what it makes."""
    return Stamp(account.name, account.email, date)


def is_ref_name(name: str) -> bool:
    """Whether git would take a text for a ref's name; https://git-scm.com/docs/git-check-ref-format."""
    return bool(name) and not BAD_IN_REF.search(name) and not name.startswith("-") and name != "@"


def read_objects(folder: Path, names: Iterable[str]) -> list[GitObject | None]:
    """Objects by their names, in their order, None where one is missing: one git process."""
    asked = list(names)
    if not asked:
        return []
    output = git(folder, "cat-file", "--batch", text="\n".join(asked).encode() + b"\n")
    found: list[GitObject | None] = []
    position = 0
    for _ in asked:
        end = output.index(b"\n", position)
        words, position = output[position:end].split(b" "), end + 1
        if words[-1] in (b"missing", b"ambiguous") or len(words) != 3:
            found.append(None)
            continue
        size = int(words[2])
        data, position = output[position : position + size], position + size + 1
        found.append(GitObject(words[0].decode(), words[1].decode(), data))
    return found


def read_commits(folder: Path, shas: Iterable[str]) -> list[Commit]:
    """Commits by their ids, in their order; what is no commit is left out."""
    objects = read_objects(folder, shas)
    return [parse_commit(one) for one in objects if one is not None and one.kind == "commit"]


def candidates(name: str) -> list[str]:
    """What a name in a path may mean, the likeliest first: an id, a branch, a tag, a whole ref."""
    if not is_ref_name(name):
        return []
    ids = [f"{name}^{{commit}}"] if SHA.fullmatch(name) else []
    refs = [f"refs/heads/{name}", f"refs/tags/{name}^{{commit}}"]
    whole = [f"refs/{name}^{{commit}}"] if name.startswith(("heads/", "tags/")) else []
    whole += [f"{name}^{{commit}}"] if name.startswith("refs/") or name == "HEAD" else []
    short = [f"{name}^{{commit}}"] if SHORT_SHA.fullmatch(name) and not ids else []
    return ids + refs + whole + short


def find_commit(folder: Path, name: str) -> Commit | None:
    """The commit that a branch, a tag or an id means, or None: one git process."""
    objects = read_objects(folder, candidates(name))
    commits = [one for one in objects if one is not None and one.kind == "commit"]
    return parse_commit(commits[0]) if commits else None


def list_refs(folder: Path, *prefixes: str) -> list[Ref]:
    """The refs below prefixes such as `refs/heads/`, by name."""
    form = "%(refname)%00%(objectname)%00%(objecttype)%00%(*objectname)%00%(*objecttype)"
    found = []
    for line in lines(git(folder, "for-each-ref", f"--format={form}", *prefixes)):
        name, sha, kind, peeled, peeled_kind = line.split("\0")
        commit = sha if kind == "commit" else peeled if peeled_kind == "commit" else ""
        found.append(Ref(name, sha, kind, commit))
    return found


def branch_heads(folder: Path) -> dict[str, str]:
    """The commit of each branch."""
    return {ref.name[len("refs/heads/") :]: ref.sha for ref in list_refs(folder, "refs/heads/")}


def is_empty(folder: Path) -> bool:
    """Whether a repository has no ref at all."""
    return not git(folder, "for-each-ref", "--count=1", "--format=%(refname)")


def set_ref(folder: Path, ref: str, *, new: str, old: str) -> bool:
    """Make, move or delete (`new` of zeros) a ref; false where it is not at `old` any more."""
    if new == ZEROS:
        return ask_git(folder, "update-ref", "-d", ref, old).status == 0
    return ask_git(folder, "update-ref", ref, new, old).status == 0


def is_ancestor(folder: Path, older: str, newer: str) -> bool:
    """Whether all of one commit's history is in another's."""
    return ask_git(folder, "merge-base", "--is-ancestor", older, newer).status == 0


@lru_cache(maxsize=4096)
def merge_base(folder: Path, one: str, other: str) -> str | None:
    """The best common ancestor of two commits, or None."""
    answer = ask_git(folder, "merge-base", one, other)
    return answer.text if answer.status == 0 else None


def list_commits(folder: Path, *arguments: str) -> list[str]:
    """The ids that `git rev-list` finds."""
    return lines(git(folder, "rev-list", *arguments))


@lru_cache(maxsize=256)
def commits_between(folder: Path, base: str, head: str) -> tuple[str, ...]:
    """The ids of the commits that the head has and the base has not, the oldest first."""
    return tuple(list_commits(folder, "--topo-order", "--reverse", head, f"^{base}"))


def make_commit(
    folder: Path, tree: str, parents: Iterable[str], message: str, author: Stamp, committer: Stamp
) -> str:
    """Write a commit, and return its id."""
    flags = [word for parent in parents for word in ("-p", parent)]
    text = message.rstrip("\n").encode() + b"\n"
    environment = stamp_environment(author, committer)
    made = git(folder, "commit-tree", tree, *flags, text=text, environment=environment)
    return made.decode().strip()
