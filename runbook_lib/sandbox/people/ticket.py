"""Deployment tickets: what operations and QA work from, at whatever desk."""

import re
from collections.abc import Iterator
from typing import Any

from runbook_lib.frozen import frozen
from runbook_lib.sandbox.people.desks import Desk, desk_of
from runbook_lib.sandbox.people.shift import Shift

SUMMARY = re.compile(r"Please deploy (\S+) (\S+) to (STAGE|PRODUCTION)")


@frozen
class Ticket:
    """A ticket that asks for a deployment: what its title says, and the desk where it is."""

    desk: Desk
    project: str
    version: str
    environment: str


def find_ticket(shift: Shift) -> Ticket | None:
    """The ticket of a job, or None where it is about something else."""
    desk = desk_of(shift)
    match = SUMMARY.fullmatch(desk.title)
    return Ticket(desk, match[1], match[2], match[3].lower()) if match else None


def deployed_version(shift: Shift, ticket: Ticket, environment: str) -> dict[str, Any]:
    """What runs on an environment, by its `/__version__`; empty before the first deployment."""
    found: dict[str, Any] = shift.get(f"/{environment}/{ticket.project}/__version__") or {}
    return found


def tag_names(version: str) -> Iterator[str]:
    """The tags that a version may have: 1.9 as 1.9, v1.9, 1.9.0, v1.9.0."""
    forms = [version, version.removeprefix("v")]
    plain = forms[1]
    if plain.count(".") == 1:
        forms.append(f"{plain}.0")
    elif plain.endswith(".0"):
        forms.append(plain.removesuffix(".0"))
    for form in dict.fromkeys(forms):
        yield form
        yield f"v{form}"
