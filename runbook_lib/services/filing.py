"""A ticket where a tracker takes any number of one title: filed exactly once, and answered."""

from collections.abc import Callable, Generator
from typing import Generic, Protocol, TypeVar

from runbook_lib.errors import Refused
from runbook_lib.frozen import frozen
from runbook_lib.policy.tickets import Answer, refuse_other_title
from runbook_lib.steps.wait import NotYet


class Filed(Protocol):
    """A ticket as it was when it was looked at."""

    @property
    def title(self) -> str:
        """What it is called."""

    @property
    def open(self) -> bool:
        """Whether it is still to be done."""

    @property
    def link(self) -> str:
        """Where it can be read."""


Ticket = TypeVar("Ticket", bound=Filed)


@frozen
class Filing(Generic[Ticket]):
    """How one ticket is looked for, filed and closed; `look` finds the oldest first."""

    look: Callable[[], list[Ticket]]
    is_mine: Callable[[Ticket], bool]
    post: Callable[[], Ticket]
    close: Callable[[Ticket, Ticket], None]

    def once(
        self, title: str, filing: str, closing: Callable[[Ticket, Ticket], str]
    ) -> Generator[str, None, Ticket]:
        """The part of a step that files it, announced by `filing`.

        Of two that were filed at the same moment the older counts, and who has filed the other
        closes it. Raises `Conflict` where the one that is there is titled otherwise.
        """
        found = self.look()
        second = self.second(found)
        if found and second is None:
            refuse_other_title(found[0].title, title, link=found[0].link)
            return found[0]
        yield closing(second, found[0]) if second else filing
        made = found[0] if found else self.post()
        if second := self.second(self.look()):
            self.close(second, made)
        return made

    def second(self, found: list[Ticket]) -> Ticket | None:
        """An open one of ours that was filed beside an older one, or None."""
        others = (one for one in found[1:] if one.title == found[0].title)
        return next((one for one in others if one.open and self.is_mine(one)), None)


class Asked(Protocol):
    """A question on a ticket."""

    @property
    def answer(self) -> Answer | None:
        """What was said to it, if anything was."""


def answered(question: Asked, *, link: str, whom: str, of: str) -> Answer:
    """The answer; raises `NotYet` while there is none, and `Refused` where it is a no.

    It was asked `of` somebody; `whom` is waited for.
    """
    answer = question.answer
    if answer is None:
        raise NotYet(str(question), link=link, whom=whom)
    if answer.refused:
        raise Refused(f"{answer}; read {answer.link}, and settle it with {of}")
    return answer
