"""The approver: answers what the gates of runs ask."""

from runbook_lib.sandbox.people.shift import Part, Shift
from runbook_lib.sandbox.world.world import Happening


def is_question(happening: Happening) -> bool:
    """Whether somebody asks for an approval that is the approver's to give."""
    data = happening.data
    pending = happening.kind == "approval" and data["state"] == "pending"
    return pending and data.get("of", "approver") == "approver"


def answer(shift: Shift) -> None:
    """Approve, or reject with a reason."""
    path = f"/sandbox/approvals/{shift.job.data['id']}"
    asked = shift.get(path)
    if asked is None or asked["state"] != "pending":
        return
    if shift.willing:
        body = {"state": "approved", "reason": "Looks right to me."}
    else:
        body = {"state": "rejected", "reason": "Not like this: please look at it once more."}
    shift.send("PATCH", path, body)


APPROVER = Part("approver", "approver", is_question, answer)
