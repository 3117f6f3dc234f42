"""The security merge, disturbed at each of its git commands: the fix is public by upstream first.

After every course: what the private mirror's main has, the public one has; the public repository
knew nothing of the fix before it was pushed there, and no message or report names it. Some courses
are tried in the ordinary tests; all (or all of some kinds, with commas), and how many, by

    PROOF_EMBARGO=all pytest -s tests/proof/test_embargo.py
"""

import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path

import pytest

from runbook_lib.errors import RunbookError, Unavailable
from runbook_lib.journal.journal import Journal
from runbook_lib.programs import Answer
from runbook_lib.services.git.git import COMMITS, Git
from runbook_lib.services.git.private_mirrors.mirror_pair import MirrorPair
from runbook_lib.steps.step import Runner
from tests.conftest import Quiet
from tests.services.git.conftest import FAST, git, home, template, upstream
from tests.services.git.mirrored import (
    BRANCH,
    SECRET,
    SUBJECT,
    Head,
    Pair,
    carry_out,
    merge,
    mirrors_of,
    pair,
)

__all__ = ["home", "pair", "template", "upstream"]

FAULTS = ("killed before", "killed after", "failed", "answer lost")
MEANWHILE = (
    "upstream moves on",
    "merged by the web's button",
    "merged upstream by the web's button",
    "squashed upstream by the web's button",
    "another operator",
    "another operator half way",
)
KINDS = (*FAULTS, *MEANWHILE)
WHOLE = os.environ.get("PROOF_EMBARGO", "")
TURNS = 6
"""So often the runbook is run again, at most, until it comes to its end."""
ask = Git.ask


class Killed(BaseException):
    """The session has died here."""


@dataclass
class Course:
    """What happens to one carrying-out: at its `at`th git command, one thing, once."""

    pair: Pair
    fix: Head
    kind: str
    at: int
    commands: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    happened: bool = False
    by_button: str = ""
    squashed: str = ""

    def asked(self, whose: Git, *arguments: str, stdin: bytes = b"") -> Answer:
        """A git command of the session; what is to happen at it, happens."""
        self.commands.append(arguments[0])
        if self.happened or len(self.commands) != self.at:
            return self.watched(whose, *arguments, stdin=stdin)
        self.happened = True
        if self.kind == "killed before":
            raise Killed
        if self.kind == "failed":
            raise Unavailable("the service is away", may_have_acted=False)
        self.somebody_else()
        answer = self.watched(whose, *arguments, stdin=stdin)
        if self.kind == "killed after":
            raise Killed
        if self.kind == "answer lost":
            raise Unavailable("no answer came")
        return answer

    def somebody_else(self) -> None:
        """Somebody else does something meanwhile."""
        if self.kind == "upstream moves on":
            self.pair.public.push("docs: tides", tides__md="high\n")
        if self.kind == "merged by the web's button" and not self.has_fix(self.pair.private):
            self.by_button = self.pair.merge_by_button(self.fix)
        if self.kind.startswith("another operator"):
            self.turn("another", by=half if self.kind.endswith("half way") else carry_out)
        if "upstream by" in self.kind and not self.has_fix(self.pair.public.bare):
            if self.kind.startswith("squashed"):
                self.squashed = self.pair.squash_in_public(self.fix)
            else:
                self.pair.merge_in_public(self.fix)

    def watched(self, whose: Git, *arguments: str, stdin: bytes = b"") -> Answer:
        """The command itself, and a look at both repositories where it may have changed them."""
        answer = ask(whose, *arguments, stdin=stdin)
        if arguments[0] == "push":
            self.check()
        return answer

    def check(self) -> None:
        """Check that what the private main has is public, and nothing of the fix is before that."""
        public, private = self.pair.mains
        bare = self.pair.public.bare
        ancestor = ask(Git(bare), "merge-base", "--is-ancestor", private, public).status == 0
        assert ancestor or private == self.by_button, "security/main is ahead of upstream/main"
        assert self.has_fix(self.pair.public.bare) or self.pair.secrets_in_public() == []

    def has_fix(self, bare: Path) -> bool:
        """Whether main of a repository has the fix, by its commit or the squashed one."""
        return any(
            ask(Git(bare), "merge-base", "--is-ancestor", commit, "master").status == 0
            for commit in filter(None, (self.fix.commit, self.squashed))
        )

    def turn(self, name: str, by: Callable[[MirrorPair, Head], object] = carry_out) -> bool:
        """One session, from its first step on; whether it came to its end."""
        journal = Journal(self.place / name / "j.jsonl", session=name, operator="olive")
        display = Quiet()
        runner = Runner(journal, display, patience=FAST, sleep=lambda _: None)
        whose = "another" if name == "another" else "mine"
        try:
            by(self.session(whose, runner), self.fix)
        except Killed:
            return False
        except RunbookError as error:
            self.said.append(f"{error}")
            return False
        finally:
            journal.close()
            self.said += [
                f"{one.title} {one.said}" for one in display.reports if one.step != "diff"
            ]
        return True

    def session(self, whose: str, runner: Runner) -> MirrorPair:
        """Both repositories, on somebody's machine."""
        made = mirrors_of(self.pair, self.place / whose, runner)
        return replace(made, environment={"GIT_COMMITTER_NAME": whose})

    @property
    def place(self) -> Path:
        """Where the people's machines are."""
        return self.pair.author.parent / "machines"

    def run(self) -> None:
        """Carry it out, again and again, until it is through; check what there is then."""
        ended = any(self.turn(f"session-{number}") for number in range(TURNS))
        self.check()
        public, private = self.pair.mains
        if self.kind == "upstream moves on" and ended and public != private:
            assert self.turn("later"), "what came after the last look is caught up with"
            public, private = self.pair.mains
        told = f"{self.kind} at command {self.at}"
        assert ended == (public == private) == (not self.by_button), told
        if ended:
            merges = ("rev-list", "--count", "--merges", "master")
            assert git(self.pair.public.bare, *merges) == "1", "it was merged once"
        else:
            assert "web page made" in "".join(self.said), "the button was told of"
        for word in (BRANCH, SUBJECT, SECRET):
            assert word not in "".join(self.said), "a message names the fix"


def half(mirrors: MirrorPair, fix: Head) -> None:
    """The procedure until the fix is public, by somebody who leaves then."""
    mirrors.push_upstream(merge(mirrors, fix))


@pytest.fixture
def begin(pair: Pair, tmp_path: Path) -> Callable[[str, int], Course]:
    """Begins a course, with both repositories as they were at first."""
    fix, numbers = pair.lantern(), count()

    def copy(path: Path, folder: Path) -> Path:
        return Path(shutil.copytree(path, folder / path.name))

    def begin(kind: str, at: int) -> Course:
        COMMITS.clear()
        folder = tmp_path / f"course-{next(numbers)}"
        bare, private = copy(pair.public.bare, folder), copy(pair.private, folder)
        clone, author = copy(pair.public.clone, folder), copy(pair.author, folder)
        git(clone, "remote", "set-url", "origin", str(bare))
        git(author, "remote", "set-url", "origin", str(private))
        public = replace(pair.public, bare=bare, clone=clone)
        return Course(Pair(public, private, author), fix, kind, at)

    return begin


def test_no_course_of_the_security_merge_has_the_fix_anywhere_before_upstream(
    begin: Callable[[str, int], Course], monkeypatch: pytest.MonkeyPatch
) -> None:
    def carry_out_a_course(kind: str, at: int) -> Course:
        course = begin(kind, at)
        monkeypatch.setattr(Git, "ask", lambda *given, **more: course.asked(*given, **more))
        course.run()
        shutil.rmtree(course.place.parent)
        return course

    commands = carry_out_a_course("nothing", 0).commands
    for kind in KINDS if WHOLE in ("", "all") else WHOLE.split(","):
        places = chosen(kind, commands)
        for at in places:
            assert carry_out_a_course(kind, at).happened, f"{kind} at command {at}"
        print(f"{kind}: {len(places)}", flush=True)


def chosen(kind: str, commands: list[str]) -> Sequence[int]:
    """At which commands a kind is tried: at all, or at one push."""
    if WHOLE:
        return range(1, len(commands) + 1)
    upstream, security = (n for n, one in enumerate(commands, start=1) if one == "push")
    return [security if kind in FAULTS[::2] else upstream]
