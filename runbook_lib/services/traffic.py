"""How many requests this process has really sent, by service: what a run says in the end."""

import threading
from collections import Counter
from collections.abc import Mapping
from itertools import chain, repeat

from runbook_lib.policy.plural import plural

sent: Counter[str] = Counter()
"""The requests of this process so far, in the order in which services were first asked."""
lock = threading.Lock()


def count_call(service: str) -> None:
    """Note that a service was sent a request; what has no name is nobody's business."""
    if service:
        with lock:
            sent[service] += 1


def calls_since(before: Counter[str]) -> dict[str, int]:
    """How often each service was called since `sent` was as it says."""
    return dict(sent - before)


def called(calls: Mapping[str, int]) -> list[str]:
    """The line that says how often each service was called; none where none was."""
    verbs = chain(["was called "], repeat(""))
    said = [
        f"{service} {verb}{plural(number, 'time')}"
        for (service, number), verb in zip(calls.items(), verbs, strict=False)
    ]
    return [f"{', '.join(said)}."] if said else []
