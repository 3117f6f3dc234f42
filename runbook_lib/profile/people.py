"""Who is who: a person's names wherever they are met, in one table of the profile."""

from collections.abc import Mapping

from pydantic import Field

from runbook_lib.policy.people import KnownPerson, People
from runbook_lib.profile.section import Section


class PersonSettings(Section):
    """What somebody is called elsewhere; what the table calls them is shown, and decides."""

    github: str = Field(default="", pattern=r"^([A-Za-z\d][A-Za-z\d-]*(_[A-Za-z\d]+)?)?$")
    """Their login on GitHub."""
    slack: str = Field(default="", pattern=r"^([UW][A-Z0-9]{5,})?$")
    """Their member ID in Slack, as `U012AB3CD`: a message that is for them calls them by it."""
    matrix: str = Field(default="", pattern=r"^(@[^\s:]+:\S+)?$")
    """Their Matrix ID, as `@mia:example.org`; likewise."""
    names: tuple[str, ...] = ()
    """All other names: in the calendar, in commits (a name or an address), on their machines."""

    def known_as(self, name: str) -> KnownPerson:
        """The person whom the table calls so."""
        found = {"github": self.github, "slack": self.slack, "matrix": self.matrix}
        accounts = tuple((place, account) for place, account in found.items() if account)
        return KnownPerson(name, accounts, self.names)


def as_people(table: Mapping[str, PersonSettings]) -> People:
    """The people of a table."""
    return People(tuple(one.known_as(name) for name, one in table.items()))
