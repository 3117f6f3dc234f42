"""Finds somebody for a blocking bug: who touched it last is asked in the team's room, once."""

from collections.abc import Iterator, Sequence

from runbook_lib.frozen import frozen
from runbook_lib.policy.chat import Announcement
from runbook_lib.policy.commits import Commit
from runbook_lib.policy.push.named_files import named_files
from runbook_lib.policy.visible import Shown
from runbook_lib.push.blockers import Blockers, Blocking, BlockingBug
from runbook_lib.push.chat import Chatting
from runbook_lib.push.repositories import PushedRepository
from runbook_lib.push.week import Week
from runbook_lib.services.git.history import SHORT
from runbook_lib.services.git.touched import last_touch
from runbook_lib.steps.attempt import Planned
from runbook_lib.steps.step import look

ROBOT = "[bot]"
"""How the names of GitHub's robots end."""


@frozen
class Remark:
    """What somebody has written on a bug; the first is its description."""

    who: str
    text: str


@frozen
class Asked(Shown):
    """Who is asked about a bug, by the name that the team knows, and what they did to it."""

    who: str = ""
    did: str = ""

    def __str__(self) -> str:
        return f"{self.who}, you {self.did}" if self.who else "To everybody"


class HelpWanted(Chatting, Blocking):
    """The search for somebody to work on a bug."""

    def ask_for_help(
        self, week: Week, blockers: Blockers
    ) -> tuple[Announcement | str | Planned, ...]:
        """Ask in the team's room who takes each bug that nobody works on, once for each.

        Who touched last what it is about is named. Whoever takes it is assigned to it, where it
        is: that is the answer, and it is found with the bugs from then on.
        """
        return tuple(self.ask_about(bug, week) for bug in blockers.orphans)

    def ask_about(self, bug: BlockingBug, week: Week) -> Announcement | str | Planned:
        """Ask who takes a bug."""
        asked = self.find_last_touch(bug)
        text = (
            f"{bug.name} blocks the push of {week.date}, and nobody works on it: {bug.title} "
            f"({bug.link}). {asked}: will you take it, or who does? Please assign it there."
        )
        called = (asked.who,) if asked.who else ()
        return self.announce(f"{self.name} blocker {bug.name}", text, calls=called)

    @look
    def find_last_touch(self, bug: BlockingBug) -> Asked:
        """Who touched last what a bug is about, and how.

        That is the newest commit of the lines and files that it names, else who has written last
        on it, others first than who has filed it.
        """
        remarks = self.read_remarks(bug)
        commits = [commit for remark in remarks for commit in self.touches(bug, remark.text)]
        if commits:
            last = max(commits, key=lambda commit: commit.date)
            did = f"touched that last ({last.id:.{SHORT}} {last.subject})"
            return self.asked(last.author.partition(" <")[0], did)
        others = [one.who for one in remarks[1:] if one.who != remarks[0].who]
        if others:
            return self.asked(others[-1], "wrote on it last")
        filed = remarks[0].who
        return self.asked(filed, "filed it") if is_person(filed) else Asked()

    def asked(self, name: str, did: str) -> Asked:
        """Somebody by the name that everything shows."""
        return Asked(self.team.who.name(name), did)

    def read_remarks(self, bug: BlockingBug) -> Sequence[Remark]:
        """What people have written on a bug, oldest first."""
        if not bug.place:
            comments = self.bugzilla.bugs.comments(bug.number)
            return [Remark(one.who, one.text) for one in comments]
        github = self.github(bug.place)
        filed, said = github.read_filed(bug.number), github.find_comments(bug.number)
        people = [Remark(one.author, one.text) for one in said if is_person(one.author, one.by_app)]
        return [Remark(filed.author, filed.text), *people]

    def touches(self, bug: BlockingBug, text: str) -> Iterator[Commit]:
        """The newest commit of each file or line that a text names, by people alone."""
        for repository in self.repositories_of(bug):
            git, head = repository.mirror.git, repository.mirror.head(repository.branch).id
            for file in named_files(text, repository.mirror.paths(head)):
                found = last_touch(git, head, file.path, file.line)
                if found and is_person(found.author.partition(" <")[0]):
                    yield found

    def repositories_of(self, bug: BlockingBug) -> tuple[PushedRepository, ...]:
        """The repository that a bug is of; all of them, where that is none of these."""
        place = bug.place.casefold()
        own = tuple(one for one in self.repositories if one.settings.github.casefold() == place)
        return own or self.repositories


def is_person(name: str, by_app: bool = False) -> bool:
    """Whether somebody can be asked: no robot, and no account that is gone."""
    return bool(name) and not by_app and not name.endswith(ROBOT)
