"""Every course that some sessions can take: who goes on at each point, what is lost, who dies.

Stateless: a course is a list of choices; the sessions are run anew for each (Godefroid, VeriSoft).
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field

Program = Callable[["Course"], None]


class Crashed(BaseException):
    """The session has died at this point."""


@dataclass
class Course:
    """One course: at each choice the first of its options, or what `chosen` says."""

    chosen: list[int]
    preemptions: int
    faults: int
    """How often a session may be held up, and how often something may go wrong, at most."""
    options: list[int] = field(default_factory=list)
    turn: int = 0
    ended: set[int] = field(default_factory=set)
    troubles: list[BaseException] = field(default_factory=list)
    moved: threading.Condition = field(default_factory=threading.Condition)

    def choose(self, options: int) -> int:
        """One of so many options; which, is noted."""
        at = len(self.options)
        self.options.append(options)
        found = self.chosen[at] if at < len(self.chosen) else 0
        if at >= len(self.chosen):
            self.chosen.append(found)
        return found

    def point(self, own: int, *kinds: str) -> str:
        """A point at which another may go on instead, or something goes wrong; what does."""
        others = [n for n in range(2) if n != own and n not in self.ended]
        if others and self.preemptions and self.choose(2):
            self.preemptions -= 1
            self.hand_over(own, others[0])
        if kinds and self.faults and (kind := self.choose(len(kinds) + 1)):
            self.faults -= 1
            if kinds[kind - 1] == "crash":
                raise Crashed
            return kinds[kind - 1]
        return ""

    def hand_over(self, own: int, to: int) -> None:
        """Let another go on, until it is this one's turn again."""
        with self.moved:
            self.turn = to
            self.moved.notify_all()
            self.moved.wait_for(lambda: self.turn == own)

    def live(self, own: int, program: Program) -> None:
        """A session's whole life."""
        with self.moved:
            self.moved.wait_for(lambda: self.turn == own)
        try:
            with suppress(Crashed):
                program(self)
        except BaseException as trouble:
            self.troubles.append(trouble)
        with self.moved:
            self.ended.add(own)
            self.turn = 1 - own
            self.moved.notify_all()

    def run(self, programs: list[Program]) -> None:
        """Run both sessions to their ends; raises what one of them has failed with."""
        lives = [
            threading.Thread(target=self.live, args=(own, program))
            for own, program in enumerate(programs)
        ]
        for life in lives:
            life.start()
        for life in lives:
            life.join()
        if self.troubles:
            raise AssertionError(f"after the choices {self.chosen}") from self.troubles[0]


def courses(*, preemptions: int, faults: int) -> Iterator[Course]:
    """All courses, one after the other; each is to be run before the next is asked for."""
    chosen: list[int] = []
    while True:
        course = Course(list(chosen), preemptions, faults)
        yield course
        chosen = course.chosen[: len(course.options)]
        while chosen and chosen[-1] + 1 >= course.options[len(chosen) - 1]:
            chosen.pop()
        if not chosen:
            return
        chosen[-1] += 1
