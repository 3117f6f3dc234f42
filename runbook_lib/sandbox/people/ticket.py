"""Deployment tickets: the bugs that operations and QA work from."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from runbook_lib.sandbox.people.shift import Shift

SUMMARY = re.compile(r"Please deploy (\S+) (\S+) to (STAGE|PRODUCTION)")


@dataclass(frozen=True)
class Ticket:
    """A bug that asks for a deployment: what its summary says, and the bug as Bugzilla has it."""

    id: int
    project: str
    version: str
    environment: str
    bug: dict[str, Any]


def find_ticket(shift: Shift) -> Ticket | None:
    """The ticket of a job, or None where the bug is about something else."""
    number = shift.job.data["id"]
    answer = shift.get(f"/bugzilla/rest/bug/{number}")
    if answer is None:
        return None
    bug = answer["bugs"][0]
    match = SUMMARY.fullmatch(bug["summary"])
    if match is None:
        return None
    return Ticket(bug["id"], match[1], match[2], match[3].lower(), bug)


def comment_once(shift: Shift, ticket: Ticket, text: str) -> None:
    """Comment on a ticket unless the person has said just that there already."""
    path = f"/bugzilla/rest/bug/{ticket.id}/comment"
    comments = shift.get(path)["bugs"][str(ticket.id)]["comments"]
    if not any((said["creator"], said["text"]) == (shift.email, text) for said in comments):
        shift.send("POST", path, {"comment": text})


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
