"""People as a chat knows them: found by any of their names, and never one of two."""

from collections.abc import Iterable, Sequence

from runbook_lib.errors import Refused
from runbook_lib.frozen import frozen
from runbook_lib.policy.people import plain
from runbook_lib.policy.visible import Shown


@frozen
class Person(Shown):
    """Somebody in a chat: their id, what they are called there, and how a message names them."""

    id: str
    names: tuple[str, ...]
    """The best first."""
    mention: str

    def __str__(self) -> str:
        return f"{self.names[0]} ({self.id})" if self.names else self.id

    def is_called(self, name: str) -> bool:
        """Whether one of their names is this, in whatever case, or their id."""
        wanted = plain(name)
        return wanted != "" and wanted in map(plain, (self.id, *self.names))


def one_person(people: Iterable[Person], name: str, *, where: str) -> Person:
    """Who is called so; raises `Refused` where nobody is, or several are."""
    found = [person for person in people if person.is_called(name)]
    if len(found) == 1:
        return found[0]
    told = f"several: {candidates(found)}; name one by the id" if found else "nobody; correct it"
    raise Refused(f"expected one person called {name!r} in {where}, found {told}")


def candidates(found: Sequence[Person]) -> str:
    """People with all of their names."""
    return ", ".join(f"{person.id} ({' / '.join(person.names)})" for person in found)
