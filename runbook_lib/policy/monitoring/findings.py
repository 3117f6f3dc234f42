"""What was found of what is watched, and has to be judged: the same findings are judged once.

Each look has new numbers. What a person judges is where something was found, and how bad it is: a
later look at the same finding asks nobody anew, and one that finds it better than it was does not
make it so. What could not be told yet is another matter: it gives way to what can be told.
"""

from collections.abc import Iterable, Sequence

from runbook_lib.frozen import frozen
from runbook_lib.policy.monitoring.verdict import LEVELS, Level


@frozen
class Finding:
    """One thing that is not quiet: where, how bad, and what a look said of it, in one line.

    It is not `told` where nothing could be said of it yet.
    """

    where: str
    level: Level
    said: str
    told: bool = True

    @property
    def name(self) -> tuple[str, str]:
        """What it is, whatever its numbers are."""
        return self.where, self.level

    @property
    def badness(self) -> int:
        """More is worse."""
        return LEVELS.index(self.level)


def add_findings(earlier: Sequence[Finding], now: Iterable[Finding]) -> tuple[Finding, ...]:
    """The worst of each thing that was found earlier or is found now; of equals the earlier one."""
    kept = {each.where: each for each in earlier if each.told}
    untold = {each.where: each for each in earlier if not each.told}
    for each in now:
        before = kept.get(each.where)
        if before is None or (each.told and each.badness > before.badness):
            known = untold.get(each.where)
            kept[each.where] = known if known and not each.told else each
    return tuple(kept.values())
