"""The approver: answers what the gates of runs ask."""

from runbook_lib.sandbox.people.round import Part, Visit
from runbook_lib.sandbox.world.world import Happening


def is_question(happening: Happening) -> bool:
    """Whether somebody asks for an approval that is the approver's to give."""
    data = happening.data
    pending = happening.kind == "approval" and data["state"] == "pending"
    return pending and data.get("of", "approver") == "approver"


def answer(visit: Visit) -> None:
    """Approve, or reject with a reason."""
    path = f"/sandbox/approvals/{visit.errand.data['id']}"
    asked = visit.get(path)
    if asked is None or asked["state"] != "pending":
        return
    if visit.willing:
        body = {"state": "approved", "reason": "Looks right to me."}
    else:
        body = {"state": "rejected", "reason": "Not like this: please look at it once more."}
    visit.send("PATCH", path, body)


APPROVER = Part("approver", "approver", is_question, answer)
