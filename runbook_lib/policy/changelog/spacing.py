"""How many empty lines a changelog has where, learnt from its newest entries."""

import re
from collections import Counter
from collections.abc import Iterable
from typing import TypeVar

from runbook_lib.frozen import frozen
from runbook_lib.policy.changelog.samples import Sample

T = TypeVar("T")


@frozen
class Spacing:
    """How many empty lines there are: between entries, below headings, above groups, at items."""

    between: int = 1
    after_head: int = 1
    after_group: int = 1
    before_group: int = 1
    apart: int = 0


def learn_spacing(samples: list[Sample]) -> Spacing:
    """How many empty lines are where, as in most of the entries."""
    labelled = [(sample.body, label) for sample in samples for label in sample.labels]
    further = [(sample.body, label) for sample in samples for label in sample.labels[1:]]
    told = [sample.body for sample in samples if sample.body.strip()]
    return Spacing(
        between=usual((ends_with(sample.body) for sample in samples if not sample.is_last), 1),
        after_head=usual(map(begins_with, told), 1),
        after_group=usual((begins_with(body[label.end + 1 :]) for body, label in labelled), 1),
        before_group=usual((ends_with(body[: label.start]) for body, label in further), 1),
        apart=learn_apart(samples),
    )


def usual(found: Iterable[T], otherwise: T) -> T:
    """What is found most often, of two the one that is found first."""
    counted = Counter(found).most_common(1)
    return counted[0][0] if counted else otherwise


def learn_apart(samples: list[Sample]) -> int:
    """How many empty lines are between two items."""
    found: list[int] = []
    for sample in samples:
        starts = {label.start for label in sample.labels}
        for one, other in zip(sample.items, sample.items[1:], strict=False):
            if not any(one.end() < start < other.start() for start in starts):
                found.append(ends_with(sample.body[: other.start()]))
    return usual(found, 0)


def begins_with(text: str) -> int:
    """How many empty lines a text begins with."""
    return len(re.match(r"(?:[ \t]*\n)*", text)[0].split("\n")) - 1  # type: ignore[index]


def ends_with(text: str) -> int:
    """How many empty lines a text ends with, its last line's end aside."""
    return max(text[len(text.rstrip()) :].count("\n") - bool(text.strip()), 0)
