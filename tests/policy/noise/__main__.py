"""How often verdicts are wrong: `python -m tests.policy.noise [WEEKS [FIRST]]`, by kind.

So many quiet weeks of each panel, and as many incidents, are looked at three times each. The first
seed is FIRST: with another one the weeks are others.
"""

import sys
from collections.abc import Mapping

from tests.policy.noise.harder import HARDER, SMALLER
from tests.policy.noise.looks import HOURS, looked_at, unchanged
from tests.policy.noise.panels import PANELS, PLANTED, Change


def measure(seeds: range) -> None:
    """Print what is wrong of the plain panels, and of the harder ones."""
    for name, panels, incidents in (("", PANELS, PLANTED), ("harder, ", HARDER, SMALLER)):
        print(f"{name}not quiet, of quiet weeks:")
        tell({each: count(each, unchanged, seeds, "quiet") for each in panels}, "false")
        print(f"{name}quiet, of incidents:")
        found = {
            each: count(planted.panel, planted.change, seeds, "")
            for each, planted in incidents.items()
        }
        tell(found, "missed")


def count(panel: str, change: Change, seeds: range, right: str) -> list[bool]:
    """Whether each look was right: quiet where that is, and else anything but quiet."""
    levels = [looked_at(panel, seed, hours, change).level for seed in seeds for hours in HOURS]
    return [(level == "quiet") == bool(right) for level in levels]


def tell(found: Mapping[str, list[bool]], what: str) -> None:
    """Print what is wrong of each kind, and of all."""
    together = [each for right in found.values() for each in right]
    for name, right in [*found.items(), ("all", together)]:
        wrong = right.count(False)
        print(f"  {name}: {wrong} of {len(right)} {what} ({wrong / len(right):.1%})", flush=True)


if __name__ == "__main__":
    many, first = [*map(int, sys.argv[1:]), *(60, 0)[len(sys.argv) - 1 :]]
    measure(range(first, first + many))
