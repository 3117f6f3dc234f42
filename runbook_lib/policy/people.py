"""People by their several names: in a list, on GitHub, in the chat, in the calendar, in commits."""

from collections.abc import Iterator

from runbook_lib.frozen import frozen


@frozen
class KnownPerson:
    """Somebody by the name that everything shows, and by what they are called elsewhere.

    `accounts` are pairs of a place, such as `github`, and their name there; `others` all the rest.
    """

    name: str
    accounts: tuple[tuple[str, str], ...] = ()
    others: tuple[str, ...] = ()

    @property
    def names(self) -> Iterator[str]:
        """All their names."""
        yield self.name
        yield from (name for _, name in self.accounts)
        yield from self.others

    def at(self, place: str) -> str:
        """Their name in a place; empty where it is not known."""
        return dict(self.accounts).get(place, "")


@frozen
class People:
    """A team's people; whoever is not among them has the one name that they are met by."""

    known: tuple[KnownPerson, ...] = ()

    def find(self, name: str) -> KnownPerson | None:
        """Whose name it is, in any case of letters, with an @ before it or without."""
        wanted = plain(name)
        return next((one for one in self.known if wanted in map(plain, one.names)), None)

    def name(self, name: str) -> str:
        """What everything calls them who have this name."""
        found = self.find(name)
        return found.name if found else name

    def same(self, one: str, other: str) -> bool:
        """Whether two names are one person's."""
        return plain(self.name(one)) == plain(self.name(other))

    def at(self, place: str, name: str) -> str:
        """What they who have this name are called in a place; empty where nobody says."""
        found = self.find(name)
        return found.at(place) if found else ""

    @property
    def shared(self) -> str:
        """A name that two of them have; empty where each is one person's."""
        seen = dict[str, str]()
        for one in self.known:
            for name in one.names:
                if seen.setdefault(plain(name), one.name) != one.name:
                    return name
        return ""


NOBODY = People()
"""Where no table says who is who."""


def plain(name: str) -> str:
    """A name as two spellings of it are compared."""
    return " ".join(name.strip().removeprefix("@").split()).casefold()
