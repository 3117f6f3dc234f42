"""The repository under the archive: bare, quiet and on disk; trees, commits and refs made in it."""

import os
import re
import secrets
import shutil
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import field, replace
from pathlib import Path

from runbook_lib.errors import Failed, RunbookError
from runbook_lib.frozen import frozen
from runbook_lib.services.git.failures import NOBODY, failure
from runbook_lib.services.git.git import Git, configured
from runbook_lib.services.git.tags.signing import WHAT_TO_DO

NOTHING = "0" * 40
"""What git takes for the id of a ref that is not there."""
INITIAL = ("--initial-branch=main", "--object-format=sha1")

IDENTITY = re.compile(r"(.+) <(.*)> \d+ [+-]\d+")

AS_IT_IS = {"GIT_NO_REPLACE_OBJECTS": "1", "GIT_GRAFT_FILE": os.devnull}
"""Nothing stands in for an object here (git-replace), and no parent is made up."""
STEADY = {
    "advice.graftFileDeprecated": "false",
    "color.ui": "false",
    "core.commitGraph": "true",
    "core.fsync": "committed,reference",
    "core.hooksPath": "/dev/null",
    "fastimport.unpackLimit": "1000",
    "fetch.unpackLimit": "1000",
    "gc.auto": "0",
    "i18n.commitEncoding": "utf-8",
    "i18n.logOutputEncoding": "utf-8",
    "log.mailmap": "false",
    "log.showSignature": "false",
    "maintenance.auto": "false",
    "push.gpgSign": "false",
    "transfer.unpackLimit": "1000",
}
"""What the operator's own settings must not change here.

Objects are on disk before a ref names them. A few objects stay loose: a pack an addition would make
every look slower; `packing.tidy` packs them now and then.
"""


@frozen
class File:
    """A file of a tree to be made: its bytes, or the id of a blob that is there already."""

    path: str
    content: bytes | str

    def order(self) -> bytes:
        """The file as `git fast-import` is told of it."""
        if isinstance(self.content, str):
            return f"M 100644 {self.content} {self.path}\n".encode()
        head = f"M 100644 inline {self.path}\ndata {len(self.content)}\n"
        return head.encode() + self.content + b"\n"


@frozen
class Author:
    """Who a commit is by, and when: seconds since 1970."""

    name: str
    email: str
    time: int

    def variables(self) -> dict[str, str]:
        """The same for `git commit-tree`."""
        named = {"GIT_AUTHOR_NAME": self.name, "GIT_AUTHOR_EMAIL": self.email}
        return {**named, "GIT_AUTHOR_DATE": f"@{self.time} +0000"}


@frozen
class Store:
    """A bare repository; `environment` holds identity, signing, credentials, and is never shown."""

    folder: Path
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def git(self) -> Git:
        """git in the repository."""
        settings = configured({**self.environment, **AS_IT_IS}, STEADY)
        return Git(self.folder, settings, whose="nobody's")

    @property
    def exists(self) -> bool:
        """Whether the repository has been made."""
        return (self.folder / "HEAD").exists()

    def make(self) -> None:
        """Make the repository if it is not there yet, whole or not at all."""
        if self.exists:
            return
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        part = self.folder.with_name(f".{self.folder.name}.{secrets.token_hex(4)}")
        part.mkdir()
        try:
            here = replace(self, folder=part).git
            here.run("init", "--quiet", "--bare", "--template=", *INITIAL)
            here.run("mktree")  # the empty tree, which locks have
            for name in ("gc.auto", "maintenance.auto", "core.fsync"):
                here.run("config", name, STEADY[name])
            with suppress(OSError):  # another process was faster
                part.rename(self.folder)
        finally:
            shutil.rmtree(part, ignore_errors=True)
        if not self.exists:
            raise Failed(
                f"expected an empty folder, or none, for the archive at {self.folder}; found one "
                "that is no git repository: move it away, or name another in the profile"
            )

    def refs(self, *patterns: str) -> dict[str, str]:
        """The refs under some prefixes, by name, each with the id that it names."""
        if not self.exists:
            return {}
        lines = self.git.run("for-each-ref", "--format=%(objectname) %(refname)", *patterns).lines
        return {name: commit for commit, name in (line.split(" ", 1) for line in lines)}

    def ref(self, name: str) -> str | None:
        """The id that a ref names, or None."""
        return self.refs(name).get(name)

    def message(self, commit: str) -> str:
        """The message of a commit."""
        return self.git.run("log", "-1", "--format=%B", commit, "--").text

    def present(self, paths: Sequence[str]) -> list[str | None]:
        """The id of each object, named as `revision:path`; None where it is not there."""
        if not self.exists or not paths:
            return [None] * len(paths)
        return self.git.objects_at(paths)

    def blob(self, name: str) -> bytes:
        """The bytes of a blob."""
        return self.git.run("cat-file", "blob", name).written

    def trees(self, start: str | None, additions: Iterable[Sequence[File]]) -> list[str]:
        """The ids of trees: of the commit `start` with files added, then with more added, …

        No ref is left behind: the commits that carry the trees in here are nobody's.
        """
        scratch = f"refs/scratch/{secrets.token_hex(4)}"
        orders = [b"feature done\n"]
        for number, files in enumerate(additions, start=1):
            parent = f"from {start}\n" if start and number == 1 else ""
            head = f"commit {scratch}\nmark :{number}\ncommitter r <r> 0 +0000\ndata 0\n{parent}"
            shown = f'\nls :{number} ""\n'
            orders += [head.encode(), *(file.order() for file in files), shown.encode()]
        orders.append(f"reset {scratch}\nfrom {NOTHING}\n\ndone\n".encode())
        answer = self.git.run("fast-import", "--quiet", "--done", stdin=b"".join(orders))
        return [line.split()[2] for line in answer.lines]

    def commit(self, tree: str, message: str, author: Author, parent: str | None = None) -> str:
        """Make a commit, signed where git is set up to sign."""
        if self.git.signs():
            return self.signed(tree, message, author, parent)
        return self.commit_tree(tree, message, author, parent)

    def commit_tree(
        self, tree: str, message: str, author: Author, parent: str | None = None, *more: str
    ) -> str:
        """Make a commit."""
        variables = {**self.environment, **self.committer(author), **author.variables()}
        parents = ("-p", parent) if parent else ()
        here = replace(self, environment=variables).git
        return here.run("commit-tree", *more, *parents, tree, stdin=message.encode()).text

    def signed(self, tree: str, message: str, author: Author, parent: str | None) -> str:
        """Make a signed commit, or raise `Failed`; git itself may leave a signature out."""
        try:
            made = self.commit_tree(tree, message, author, parent, "-S")
            headers = self.git.run("cat-file", "commit", made).text.partition("\n\n")[0]
            found = "an unsigned commit"
        except RunbookError as error:
            headers, found = "", str(error)
        if "\ngpgsig" not in headers:
            raise Failed(
                f"expected a signed record, for commit.gpgSign is set; found: {found}. "
                f"Nothing was archived, and it is tried again next time: {WHAT_TO_DO}"
            )
        return made

    def author(self, otherwise: Author) -> Author:
        """Who git says is at work here, at that time; `otherwise` where it does not know."""
        found = IDENTITY.match(self.identity("AUTHOR"))
        return replace(otherwise, name=found[1], email=found[2]) if found else otherwise

    def committer(self, author: Author) -> dict[str, str]:
        """What git is to be told of who commits, where it does not know."""
        if self.identity("COMMITTER"):
            return {}
        return {"GIT_COMMITTER_NAME": author.name, "GIT_COMMITTER_EMAIL": author.email}

    def identity(self, role: str) -> str:
        """Who has that role as git is set up here, and when; empty where nobody was named."""
        told = configured(self.environment, {"user.useConfigOnly": "true"})
        answer = Git(self.folder, told).ask("var", f"GIT_{role}_IDENT")
        if answer.status and not NOBODY.search(answer.said):
            raise failure("var", answer.status, answer.said)
        return answer.text

    def move(self, name: str, old: str | None, new: str | None, *, without: str = "") -> bool:
        """Move a ref from one id to another if it still names the first; None is no ref.

        `without` is a ref that goes in the same moment.
        """
        if old == new and not without:
            return self.ref(name) == old
        order = (
            f"update {name} {new} {old or NOTHING}\n"
            if new
            else f"delete {name} {old or NOTHING}\n"
        )
        if without:
            order += f"delete {without}\n"
        answer = self.git.ask("update-ref", "--stdin", stdin=order.encode())
        if answer.status and self.ref(name) == old and "File exists" not in answer.said:
            raise failure("update-ref", answer.status, answer.said)
        return answer.status == 0
