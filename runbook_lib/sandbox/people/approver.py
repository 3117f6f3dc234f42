"""The approver: answers what the gates of runs ask, by a word or by a comment on an issue."""

from typing import Any

from runbook_lib.policy.gate_comment import MARK, NAMED
from runbook_lib.sandbox.people.shift import Duty, Shift, github_path, part_of
from runbook_lib.sandbox.world.world import Happening

ME = "approver"
YES, NO = "Looks right to me.", "Not like this: please look at it once more."


def is_question(happening: Happening) -> bool:
    """Whether somebody asks for an approval that is the approver's to give."""
    data = happening.data
    return bool(data["state"] == "pending" and data.get("of", ME) == ME)


def answer(shift: Shift) -> None:
    """Approve, or reject with a reason."""
    path = f"/sandbox/approvals/{shift.job.data['id']}"
    asked = shift.get(path)
    if asked is None or asked["state"] != "pending":
        return
    state, reason = ("approved", YES) if shift.willing else ("rejected", NO)
    shift.send("PATCH", path, {"state": state, "reason": reason})


def is_others(happening: Happening) -> bool:
    """Whether somebody else has commented."""
    return happening.who != ME


def answer_comment(shift: Shift) -> None:
    """Answer the newest question on an issue that calls the approver, by a comment; once."""
    data = shift.job.data
    path = github_path(data["repository"], "issues", data["number"], "comments")
    comments = shift.get(f"{path}?per_page=100") or []
    asked = [found for one in comments if (found := asked_in(one))]
    said = [one["body"] for one in comments if one["user"]["login"] == ME]
    if not asked or any(asked[-1] in body for body in said):
        return
    reply = f"approve {asked[-1]} {YES}" if shift.willing else f"reject {asked[-1]} {NO}"
    shift.send("POST", path, {"body": reply})


def asked_in(comment: dict[str, Any]) -> str:
    """What a comment asks the approver about, as it shows it; empty where it does not."""
    found = MARK.match(comment["body"])
    return found[2][:NAMED] if found and f"@{ME}" in comment["body"] else ""


APPROVER = part_of(
    ME,
    ME,
    {
        "approval": Duty(is_question, answer),
        "issue_comment": Duty(is_others, answer_comment),
    },
)
