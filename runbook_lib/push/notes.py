"""The notes of a push: found, read, and edited, each time in one section only."""

from collections.abc import Sequence
from datetime import date, datetime

from runbook_lib.display.output import say
from runbook_lib.errors import Refused
from runbook_lib.policy.push.notes import (
    Blocker,
    CompareLink,
    Document,
    Kind,
    Notes,
    Pick,
    check_notes,
    hero_problem,
    list_blockers,
    put_compare_link,
    strike_picks,
    title_problem,
)
from runbook_lib.policy.push.tags import is_newer
from runbook_lib.push.blockers import Blockers
from runbook_lib.push.deployment import all_of
from runbook_lib.push.notes_places import open_store
from runbook_lib.push.picks import Picks
from runbook_lib.push.session import PushSession
from runbook_lib.push.train import Tagged, Tags
from runbook_lib.push.week import Week
from runbook_lib.services.notes import PushNotes
from runbook_lib.steps.attempt import Planned
from runbook_lib.steps.step import check, look


class Noting(PushSession):
    """The edits of a push's notes."""

    def notes_of(self, day: date) -> PushNotes:
        """The notes of the push of a day, wherever the team keeps them."""
        return PushNotes(open_store(self, day), self.runner)

    def find_notes(self, week: Week, *sections: Kind) -> PushNotes:
        """The notes of a push, with the sections that will be written into.

        Raises `Refused` where there are none, or they can't be read, or lack one of the sections.
        Another date in the title, or another hero, is only said: the text is people's.
        """
        notes = self.notes_of(week.date)
        found = self.parsed(notes.read().text)
        check_notes(found, sections)
        for problem in self.problems(found, week):
            say(f"Look at the notes: {problem}.")
        return notes

    def problems(self, notes: Notes, week: Week) -> tuple[str, ...]:
        """What the notes of a push say otherwise than its week."""
        found = title_problem(notes, week.date), hero_problem(notes, week.hero, self.team.who)
        return tuple(filter(None, found))

    @look
    def find_document(self, week: Week) -> tuple[str, str]:
        """What the notes say of themselves, and where they are."""
        document = self.notes_of(week.date).store.read()
        if document is None:
            raise Refused("no notes yet; tag_push begins them, or close_push of the push before")
        notes = self.parsed(document.text)
        return "; ".join(self.problems(notes, week)) or notes.title, document.link

    def write_compare_links(self, notes: PushNotes, tags: Tags | Tagged) -> Document | Planned:
        """Write what each tag is compared with under *Pushing*."""
        if isinstance(tags, Planned):
            return tags.write_compare_links()
        wanted = all_of(tags)
        what = ", ".join(f"{one.name} {one.base}...{one.tag}" for one in wanted)
        return notes.edit(f"compare links {what}", lambda text: self.with_links(text, wanted))

    @check
    def check_compare_links(self, notes: PushNotes, tags: Tags | Tagged) -> str:
        """Check that the notes name every tag, with what it is compared with."""
        links = self.parsed(notes.read_text()).compare_links
        missing = [one for one in all_of(tags) if one.base and not self.is_linked(one, links)]
        if missing:
            raise Refused(
                f"expected {', '.join(one.compare for one in missing)} in the notes, found other "
                "links; run the cell that writes them again, or put them there"
            )
        return f"the notes name {', '.join(f'{one.name} {one.tag}' for one in all_of(tags))}"

    def write_picks(self, notes: PushNotes, picks: Picks, tag: Tagged) -> Document | Planned:
        """Strike what was picked, and have the compare link end at the new tag."""
        if isinstance(tag, Planned):
            return tag.write_picks()
        done = [as_link(pick, tag.page) for pick in picks.wishes]

        def change(text: str) -> str:
            return self.with_links(strike_picks(text, done, self.push.wording), (tag,))

        return notes.edit(f"what was picked into {tag.name} {tag.tag}", change)

    def write_blockers(self, notes: PushNotes, blockers: Blockers) -> Document:
        """List the blocking bugs, each with who works on it."""
        found = [
            Blocker(bug.title, bug.link, self.on_github(bug.people[0]) if bug.people else "")
            for bug in blockers
        ]
        what = f"blockers {', '.join(bug.name for bug in blockers) or 'none'}"
        wording = self.push.wording
        return notes.edit(what, lambda text: list_blockers(text, found, wording) if found else text)

    def parsed(self, text: str) -> Notes:
        """Notes, read with the team's own words."""
        return Notes.parse(text, self.push.wording)

    def with_links(self, text: str, tags: Sequence[Tagged]) -> str:
        """The notes with the compare link of each tag that something can be compared with.

        A link to a tag that came after it stays: a link never goes back.
        """
        for one in tags:
            if one.base and not self.is_linked(one, self.parsed(text).compare_links):
                link = CompareLink.between(one.page, one.base, one.tag)
                text = put_compare_link(text, link, self.push.wording)
        return text

    def is_linked(self, tag: Tagged, links: Sequence[CompareLink]) -> bool:
        """Whether one of the links is that of the tag, or of one that came after it."""
        wanted = CompareLink.between(tag.page, tag.base, tag.tag)
        ends = (tag.base, tag.tag)
        return any(
            (link.base, link.head) == ends or is_newer(self.push.tag_form, link.head, tag.tag)
            for link in links
            if link.is_of(wanted.repository)
        )

    def written(self, moment: datetime) -> str:
        """A moment as the notes have it, in the team's time zone."""
        return f"{moment.astimezone(self.push.zone):%H:%M %Z}"


def as_link(pick: Pick, page: str) -> Pick:
    """A wish with a link to its commit or pull request, where it was only named by its id."""
    if pick.url:
        return pick
    home = page.rstrip("/")
    repository = "/".join(home.split("/")[-2:])
    place = f"pull/{pick.pull}" if pick.pull else f"commit/{pick.commit}"
    return Pick(repository, pick.commit, f"{home}/{place}", pick.pull)
