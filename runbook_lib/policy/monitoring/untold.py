"""What the points of a graph can't tell, and why."""

from runbook_lib.policy.monitoring.baseline import ENOUGH
from runbook_lib.policy.monitoring.comparison import Comparison, number
from runbook_lib.policy.monitoring.drift import find_drift
from runbook_lib.policy.plural import plural

POINTS = 3
"""The fewest points that say anything."""
TELLS = 3.0
"""A graph that would not show three times what is usual is said to be too small."""


def too_little(comparison: Comparison) -> str:
    """Why nothing can be said, or nothing."""
    judged, weeks = comparison.judged, len(comparison.weeks)
    present = [i for i in judged if comparison.now[i] is not None]
    known = sum(any(week[i] is not None for i in judged) for week in comparison.weeks)
    if not present and not known:
        return f"no data at all, neither since the push nor in the {weeks} weeks before it"
    if len(judged) < POINTS:
        return f"only {plural(len(judged), 'point')} since the push; run this again later"
    if not present:
        return f"no data since the push; {known} of {weeks} weeks have data for these hours"
    comparable = sum(comparison.usual[i] is not None for i in present)
    if comparable < max(POINTS, len(present) / 2):
        return (
            f"only {comparable} of {plural(len(judged), 'point')} can be compared: "
            f"{weeks - known} of {weeks} weeks have no data for these hours, and it takes {ENOUGH}"
        )
    return ""


def say_unseen(comparison: Comparison, distances: dict[int, float]) -> list[str]:
    """How much could not be seen of what is so rare that chance hides it."""
    drift = find_drift(comparison, list(distances))
    if drift is None or drift.visible < TELLS:
        return []
    return [f"too few to tell less than {number(drift.visible)} times as many from chance"]
