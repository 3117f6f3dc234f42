"""QA: load-tests what is on stage, asks for production, and approves a team's pushes."""

from typing import Any

from runbook_lib.sandbox.people.push_quality import answer_push, asks_quality
from runbook_lib.sandbox.people.shift import Duty, Shift, TooEarly, part_of
from runbook_lib.sandbox.people.ticket import Ticket, comment_once, deployed_version, find_ticket
from runbook_lib.sandbox.world.world import Happening

ME = "qa@sandbox.example"


def is_question(happening: Happening) -> bool:
    """Whether QA is asked for information on a bug."""
    return happening.kind == "needinfo" and happening.data["requestee"] == ME


def load_test(shift: Shift) -> None:
    """Answer with a load test's result once stage has the version; then ask for production."""
    ticket = find_ticket(shift)
    if ticket is None or ticket.environment != "stage":
        return
    running = deployed_version(shift, ticket, "stage")
    if running.get("version") != ticket.version:
        raise TooEarly(f"stage runs {running.get('version')}, not {ticket.version}")
    what = f"{ticket.project} {ticket.version} ({running['commit'][:9]}) on stage"
    if shift.willing:
        text = f"load test passed: {what}, 600 requests a second for 30 minutes, no errors"
        answer(shift, ticket, text, status="X")
        ask_for_production(shift, ticket)
    else:
        text = f"load test failed: {what}, 3.1 % of the requests timed out"
        answer(shift, ticket, text, status="-")


def answer(shift: Shift, ticket: Ticket, text: str, *, status: str) -> None:
    """Comment, and then take the question away (`X`) or turn it down (`-`)."""
    comment_once(shift, ticket, text)
    asked = [flag for flag in ticket.bug.get("flags", []) if is_mine(flag)]
    if asked:
        flags = [{"id": flag["id"], "status": status} for flag in asked]
        shift.send("PUT", f"/bugzilla/rest/bug/{ticket.id}", {"flags": flags})


def is_mine(flag: dict[str, Any]) -> bool:
    """Whether a flag asks QA."""
    named = (flag["name"], flag["status"], flag.get("requestee"))
    return named == ("needinfo", "?", ME)


def ask_for_production(shift: Shift, ticket: Ticket) -> None:
    """File the production ticket, beside the stage ticket that it depends on; once."""
    alias = f"production-{ticket.id}"
    if shift.get(f"/bugzilla/rest/bug/{alias}"):
        return
    shift.send(
        "POST",
        "/bugzilla/rest/bug",
        {
            "product": ticket.bug["product"],
            "component": ticket.bug["component"],
            "version": ticket.bug.get("version", "unspecified"),
            "summary": f"Please deploy {ticket.project} {ticket.version} to PRODUCTION",
            "description": f"The load test on stage passed: see bug {ticket.id}.",
            "alias": alias,
            "depends_on": [ticket.id],
            "cc": ticket.bug.get("cc", []),
        },
    )


QUALITY = part_of(
    "qa",
    "qa",
    {"needinfo": Duty(is_question, load_test), "approval": Duty(asks_quality, answer_push)},
)
