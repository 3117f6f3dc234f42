"""The words of push notes that are a team's own: its headings, and how it calls its tags."""

import re
from collections.abc import Mapping
from dataclasses import field
from functools import cached_property
from types import MappingProxyType
from typing import Literal, get_args

from runbook_lib.errors import UsageError
from runbook_lib.frozen import frozen
from runbook_lib.policy.push.tag_form import USUAL as USUAL_TAGS
from runbook_lib.policy.push.tag_form import TagForm

Kind = Literal[
    "shipping",
    "blockers",
    "picks",
    "pushing",
    "before_push",
    "before_start",
    "before_promote",
    "after",
    "stats",
]

HEADINGS: Mapping[Kind, str] = MappingProxyType(
    {
        "shipping": "Notable things shipping:",
        "blockers": "Blockers:",
        "picks": "Cherry-picks:",
        "pushing": "Pushing:",
        "before_push": "Before we push:",
        "before_start": "Before we start:",
        "before_promote": "Before we promote:",
        "after": "After we're done:",
        "stats": "Stats",
    }
)
"""The kinds of sections in the order of a document, and what each is called in the template."""


@frozen
class Wording:
    """What a team calls the sections of its notes, by their kind, and its tags.

    Its own `headings` count beside the usual ones, and before them where both read the same.
    """

    headings: Mapping[Kind, str] = field(default_factory=dict)
    tags: TagForm = USUAL_TAGS

    def __post_init__(self) -> None:
        unknown = [kind for kind in self.headings if kind not in get_args(Kind)]
        empty = [kind for kind, name in self.headings.items() if not plain_words(name)]
        if unknown or empty or len(self.own) < len(self.headings) or self.broken:
            raise UsageError(
                "expected headings of one line each that differ in their words, by "
                f"{', '.join(HEADINGS)}; found {dict(self.headings)}"
            )

    @property
    def broken(self) -> bool:
        """Whether a heading is not one line."""
        return any(len(name.splitlines()) > 1 for name in self.headings.values())

    @cached_property
    def own(self) -> dict[str, Kind]:
        """The kinds of the team's own headings, by their plain words."""
        return {plain_words(name): kind for kind, name in self.headings.items()}

    @cached_property
    def tag(self) -> re.Pattern[str]:
        """What finds a tag in a line."""
        return re.compile(rf"(?<![\w.-])(?:{self.tags.expression})(?![\w-]|\.\d)")

    def name(self, kind: Kind) -> str:
        """What a section of a kind is called where it is written."""
        return self.headings.get(kind) or HEADINGS[kind]

    def listed(self, *kinds: Kind) -> str:
        """Headings, as a message names them."""
        return ", ".join(self.name(kind).rstrip(":") for kind in kinds)

    def written(self, template: str) -> str:
        """A template of ours with the team's headings."""
        for kind, heading in self.headings.items():
            template = template.replace(f"## {HEADINGS[kind]}\n", f"## {heading}\n")
        return template


def plain_words(heading: str) -> str:
    """A heading as it is recognised: its words in lower case, without remarks in parentheses."""
    return " ".join(re.sub(r"\([^()]*\)|\W|_", " ", heading.lower()).split())


USUAL = Wording()
"""The procedure's own words."""
