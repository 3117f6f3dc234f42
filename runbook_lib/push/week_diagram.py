"""The week of a push as a diagram: on which day which runbook is due, and how it stands."""

from collections.abc import Iterable, Sequence
from datetime import date

from runbook_lib.display.table import Table
from runbook_lib.frozen import frozen
from runbook_lib.policy.colours import GREY, LEAF, ORANGE, SKY, STONE, VERMILION
from runbook_lib.policy.visible import as_html, one_line

STATES = {
    "done": ("✔", LEAF, "done"),
    "alive": ("▶", ORANGE, "under way"),
    "waiting": ("…", ORANGE, "under way, waiting"),
    "next": ("▷", SKY, "next"),
    "to come": ("○", STONE, "to come"),
    "as needed": ("◇", STONE, "as needed"),
}
"""Each state with its sign, its colour and how it is called."""
STOPPED = ("✘", VERMILION, "stopped")
"""What any other state of a run is: it has to be seen to."""
TAGGING = ("security_fixes", "tag_push", "extract_locales")
"""What is done on the day of the tags."""
PICKING = ("cherry_pick",)
"""What is done between that day and the push, where it has to be."""


@frozen
class Part:
    """A runbook of a week: how it stands, and a word on it."""

    runbook: str
    state: str
    note: str = ""

    @property
    def name(self) -> str:
        """The runbook in words."""
        return self.runbook.replace("_", " ")

    @property
    def look(self) -> tuple[str, str, str]:
        """Its sign, its colour, and its state in words."""
        sign, colour, words = STATES.get(self.state, STOPPED)
        return sign, colour, words if self.state in STATES else f"{words}: {self.state}"

    def __str__(self) -> str:
        sign, _, words = self.look
        return f"{sign} {self.name} ({words})"

    def html(self) -> str:
        """It in a frame with the colour of its state, which is said in words beside it."""
        sign, colour, words = self.look
        note = f'<div style="color:{GREY}">{as_html(self.note)}</div>' if self.note else ""
        return (
            f'<div style="{FRAME};border-left-color:{colour}"><b>{as_html(self.name)}</b>'
            f"<div>{sign} {as_html(words)}</div>{note}</div>"
        )


FRAME = (
    "border:1px solid var(--jp-border-color1, #999999);border-left-width:.5em;border-radius:3px;"
    "padding:.2em .6em;margin:.3em 0;overflow-wrap:anywhere"
)


@frozen
class Days:
    """The runbooks that are due on a day, or on the days between two; `today` is one of these."""

    title: str
    parts: tuple[Part, ...]
    today: bool = False

    @property
    def headline(self) -> str:
        """Which days, and whether today is one of them."""
        return f"{self.title} (today)" if self.today else self.title

    def __str__(self) -> str:
        return f"{self.headline:<24} {' → '.join(map(one_line, map(str, self.parts)))}"

    def html(self) -> str:
        """The runbooks one below the other, below the day."""
        lined = ";border-bottom:2px solid currentcolor" if self.today else ""
        parts = "".join(part.html() for part in self.parts)
        return (
            f'<div style="flex:1 1 13em;max-width:22em"><b style="display:inline-block{lined}">'
            f"{as_html(self.headline)}</b>{parts}</div>"
        )


@frozen
class WeekDiagram:
    """The days of a push in their order."""

    days: tuple[Days, ...]

    def __str__(self) -> str:
        return "\n".join(map(str, self.days))

    def html(self) -> str:
        """The days side by side, below each other where there is no room."""
        arrow = f'<div style="color:{GREY}">→</div>'
        return (
            '<div style="display:flex;flex-wrap:wrap;gap:.2em .8em;margin:.4em 0">'
            f"{arrow.join(day.html() for day in self.days)}</div>"
        )


@frozen
class WeekTable:
    """How the runbooks of a push stand: as a diagram, and with how to run each as a table."""

    table: Table
    diagram: WeekDiagram

    def __str__(self) -> str:
        return f"{self.table}\n\n{self.diagram}"

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return {"text/plain": str(self), "text/html": self.diagram.html() + self.table.html()}


def week_diagram(parts: Iterable[Part], *, tagging: date, push: date, today: date) -> WeekDiagram:
    """The diagram of a push that is tagged on one day, and goes to production on another."""
    every = [*parts]
    between = f"until {day_of(push)}"
    days = (
        Days(day_of(tagging), of(every, TAGGING), today == tagging),
        Days(between, of(every, PICKING), tagging < today < push),
        Days(day_of(push), the_rest(every), today == push != tagging),
    )
    return WeekDiagram(tuple(day for day in days if day.parts))


def of(parts: Sequence[Part], runbooks: Sequence[str]) -> tuple[Part, ...]:
    """Those of some runbooks."""
    return tuple(part for part in parts if part.runbook in runbooks)


def the_rest(parts: Sequence[Part]) -> tuple[Part, ...]:
    """What is done on the day of the push itself."""
    return tuple(part for part in parts if part.runbook not in (*TAGGING, *PICKING))


def day_of(day: date) -> str:
    """A day with its day of the week."""
    return f"{day:%a} {day}"
