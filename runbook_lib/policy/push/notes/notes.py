"""Push notes: a document per push, read as people write it, given back byte for byte."""

from collections.abc import Sequence
from datetime import date
from functools import cached_property

from runbook_lib.errors import Refused
from runbook_lib.frozen import frozen
from runbook_lib.policy.people import NOBODY, People
from runbook_lib.policy.push.notes.adding import section_to_write
from runbook_lib.policy.push.notes.blockers import Blocker, find_blockers
from runbook_lib.policy.push.notes.headings import Form
from runbook_lib.policy.push.notes.hero import find_hero
from runbook_lib.policy.push.notes.lines import without_comments
from runbook_lib.policy.push.notes.links import CompareLink, find_compare_links
from runbook_lib.policy.push.notes.picks import Pick, find_picks
from runbook_lib.policy.push.notes.sections import Layout, Section, open_notes
from runbook_lib.policy.push.notes.stats import Stats, find_stats
from runbook_lib.policy.push.notes.title import find_title, long_date, read_date
from runbook_lib.policy.push.notes.wording import USUAL, Kind, Wording


@frozen
class Notes:
    """The notes of a push; `str(notes)` is their text, whatever it is.

    Nothing here raises: a text that is no push notes has no sections (see `check_notes`).
    Comments and fenced code are no content.
    """

    text: str
    wording: Wording = USUAL

    @classmethod
    def parse(cls, text: str, wording: Wording = USUAL) -> "Notes":
        """Read any text."""
        return cls(text, wording)

    def __str__(self) -> str:
        return self.text

    @cached_property
    def layout(self) -> Layout:
        """Its lines and sections."""
        return Layout.of(self.text, self.wording)

    @property
    def form(self) -> Form:
        """Whether it is of the markdown form, or of the plain form of 2017."""
        return self.layout.form

    @property
    def sections(self) -> tuple[Section, ...]:
        """Its sections, those that people added with an empty `kind`."""
        return self.layout.sections

    @property
    def title(self) -> str:
        """The words of its first heading; empty in the plain form."""
        found = find_title(self.layout)
        return found[1] if found else ""

    @property
    def hero(self) -> str:
        """The login of the push hero, without @; empty where the notes name nobody."""
        found = find_hero(self.layout)
        return found.login if found else ""

    @property
    def heroes(self) -> tuple[str, ...]:
        """Everybody whom the notes name as push hero, by login; several may share the duty."""
        found = find_hero(self.layout)
        return found.logins if found else ()

    @cached_property
    def compare_links(self) -> tuple[CompareLink, ...]:
        """The compare links of the whole document; each knows its section."""
        found = find_compare_links(self.layout)
        return tuple(link for link in found if not link.is_placeholder)

    @cached_property
    def picks(self) -> tuple[Pick, ...]:
        """The cherry-picks that the document asks for, picked and not."""
        return tuple(find_picks(self.layout))

    @cached_property
    def blockers(self) -> tuple[Blocker, ...]:
        """What blocks the push, or did."""
        return tuple(find_blockers(self.layout))

    @cached_property
    def stats(self) -> Stats:
        """When the push began and ended."""
        return find_stats(self.layout)


def check_notes(notes: Notes, sections: Sequence[Kind] = ()) -> None:
    """Raise `Refused` for a text that is no push notes, or hides what follows from its readers.

    And for one without a section of each kind in `sections`, or in which one can't be written.
    """
    layout = open_notes(notes.text, notes.wording)
    for kind in sections:
        section_to_write(layout, kind)
    visible = without_comments(notes.text)
    if "<!--" in without_code(visible):
        number = visible[: visible.index("<!--")].count("\n") + 1
        raise Refused(
            "expected each comment of the push notes to be closed by -->; found that the one of "
            f"line {number} is not, and hides all after it from readers: close it"
        )


def hero_problem(notes: Notes, hero: str, who: People = NOBODY) -> str:
    """That the notes name another push hero than whose turn it is; empty where they do not."""
    if not notes.heroes or not hero or any(who.same(one, hero) for one in notes.heroes):
        return ""
    named = " and ".join(map(who.name, notes.heroes))
    return f"they name {named} as push hero, and it is the turn of {hero}"


def without_code(text: str) -> str:
    """The text without what stands between backticks."""
    return "".join(text.split("`")[::2])


def title_problem(notes: Notes, push: date) -> str:
    """What is wrong with the date in the title of the notes of a push; empty where nothing is.

    The plain form has no title, and so nothing wrong in it.
    """
    if not notes.title:
        return "" if notes.form == "plain" else "the notes have no title"
    found = read_date(notes.title)
    if found is None:
        return f"the title has no date, the push is {push}"
    if found.is_right(push):
        return ""
    return f"title says {found.words}, the push is {push}, a {long_date(push).split()[0]}"
