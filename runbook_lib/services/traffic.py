"""How many requests this process has really sent, by service: what a run says in the end."""

import threading
from collections import Counter
from collections.abc import Mapping
from itertools import chain, repeat

from runbook_lib.policy.plural import plural

sent: Counter[str] = Counter()
"""The requests of this process so far, in the order in which services were first asked."""
unmodified: Counter[str] = Counter()
"""Those of them that were answered by a 304: what was known already still holds."""
lock = threading.Lock()


def count_call(service: str) -> None:
    """Note that a service was sent a request; what has no name is nobody's business."""
    if service:
        with lock:
            sent[service] += 1


def count_unmodified(service: str) -> None:
    """Note that a request, which is counted already, was answered by a 304."""
    with lock:
        unmodified[service] += 1


def calls_since(before: Counter[str], *, of: Counter[str] = sent) -> dict[str, int]:
    """How often each service was called since `sent`, or another of these, was as it says."""
    return dict(of - before)


def called(calls: Mapping[str, int], unmodified: Mapping[str, int] | None = None) -> list[str]:
    """The line that says how often each service was called; none where none was."""
    verbs, same = chain(["was called "], repeat("")), unmodified or {}
    said = [
        f"{service} {verb}{plural(number, 'time')}"
        + (f" ({same[service]} not modified)" if same.get(service) else "")
        for (service, number), verb in zip(calls.items(), verbs, strict=False)
    ]
    return [f"{', '.join(said)}."] if said else []
