"""The team's weeks: who they are, when they push, and which repositories they push.

A new world stands still on the Tuesday before its first push: 2026-03-10, 09:05 in Los Angeles,
where summer time began two days before. Each week after it is like this one.
"""

import re
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from runbook_lib.frozen import frozen
from runbook_lib.policy.push.tag_form import TagForm
from runbook_lib.sandbox.world.world import World

GROUP = "pelican"
ZONE = ZoneInfo("America/Los_Angeles")
CLOCK = datetime(2026, 3, 10, 9, 5, tzinfo=ZONE)
"""The time at which a team's new world stands still."""

PUSH = date(2026, 3, 12)
"""The first push of a new world."""
WEEK = timedelta(weeks=1)
LAST_PUSHES = tuple(PUSH - timedelta(weeks=weeks) for weeks in range(6, 0, -1))
ROTATION = ("willow", "edith", "matteo", "operator")
FIRST_TURN = date(2026, 2, 19)
"""A push of the first of the rotation."""

DEPLOYED = ("server", "frontend", "code-manager")
"""The repositories that are tagged for a push, built as images, and deployed."""

TAGGING, TAGGING_TIME = timedelta(days=2), time(9, 5)
"""How long before the day of a push its tags are due, and from what time on."""
PUSH_MORNING = time(9, 30)
TRAIN_TIME = timedelta(minutes=20)
MONITORING_TIME = timedelta(minutes=40)
TAGS = TagForm(
    earlier=(TagForm("v{year}.{week}.{number}"), TagForm("release-{year}-{month}-{day}"))
)
"""How the team calls its tags; its people read those of other teams, too."""
PAIR = re.compile(
    r"(?<![\w-])(?P<name>[a-z][a-z-]*[a-z])[^\w\n]{1,8}"
    rf"(?P<tag>{TAGS.expression})(?![\w-])"
)
PLANTED = "team"
"""The setting of a world that has the team."""


@frozen
class Train:
    """Which tag of each repository goes out together, in the order in which they were named."""

    tags: tuple[tuple[str, str], ...]

    @property
    def dates(self) -> set[str]:
        """The push dates in the tags, as tags have them; one in all but mistaken trains."""
        return {tag.partition("-")[0] for _, tag in self.tags}


def hero(push: date) -> str:
    """Who has push duty for the push of a day."""
    return ROTATION[(push - FIRST_TURN).days // 7 % len(ROTATION)]


def document_path(push: date) -> str:
    """Where the notes of a push are in the repository of notes."""
    return f"releases/{push:%Y/%m/%d}.md"


def day_of(push: date) -> str:
    """A push's day as its title has it: Thursday 12th March 2026."""
    ending = (
        "th" if push.day in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(push.day % 10, "th")
    )
    return f"{push:%A} {push.day}{ending} {push:%B %Y}"


def tag_of(push: date) -> str:
    """The tag of a push."""
    return TAGS.name(push)


def tag_key(tag: str) -> tuple[int, ...]:
    """What sorts tags by their push and suffix; nothing for one that is no push's."""
    found = TAGS.find(tag)
    return (found.day.toordinal(), found.suffix) if found else ()


def full_name(name: str) -> str:
    """`owner/name` of one of the team's repositories."""
    return f"{GROUP}/{name}"


def is_deployed(repository: str) -> bool:
    """Whether a repository `owner/name` is one that a push brings out."""
    return repository in map(full_name, DEPLOYED)


def read_train(text: str) -> Train:
    """The pairs of a repository and its tag that a text names, however it writes them."""
    pairs = ((match["name"], match["tag"]) for match in PAIR.finditer(text))
    return Train(tuple(dict(pair for pair in pairs if pair[0] in DEPLOYED).items()))


def has_team(world: World) -> bool:
    """Whether the team is in a world."""
    return world.setting(PLANTED) is not None


def morning_of(push: date) -> datetime:
    """When QA is through with a push, on its day."""
    return datetime.combine(push, PUSH_MORNING, ZONE)


def tagging_of(push: date) -> datetime:
    """When the tags of a push are due."""
    return datetime.combine(push - TAGGING, TAGGING_TIME, ZONE)


def coming_push(now: datetime) -> date:
    """The push that is today or comes next."""
    today = now.astimezone(ZONE).date()
    return today + (PUSH - today) % WEEK


def due_push(now: datetime) -> date | None:
    """The push that colleagues are at: its tags are due, and its day is not past; else None."""
    push = coming_push(now)
    return push if tagging_of(push) <= now else None


def next_tagging(now: datetime) -> datetime:
    """When the next tags are due after a moment: where the next week begins."""
    due = tagging_of(coming_push(now))
    return due if due > now else tagging_of(coming_push(now) + WEEK)


def push_of(tag: str) -> date | None:
    """The day of a tag's push, where the tag has a day in it, or its week; else None."""
    found = TAGS.find(tag)
    if found is None:
        return None
    weekly = any(form.by_week and next(form.readings(tag), None) for form in TAGS.earlier)
    return found.day + timedelta(days=PUSH.weekday()) if weekly else found.day


def morning_in(text: str, *, otherwise: date = PUSH) -> datetime:
    """The morning of the push that a text names by its tags, or else of another one."""
    pushes = (push_of(tag) for _, tag in read_train(text).tags)
    return morning_of(max(filter(None, pushes), default=otherwise))
