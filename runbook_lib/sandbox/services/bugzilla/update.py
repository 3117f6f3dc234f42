"""PUT /rest/bug/{id or alias}: everything that can be changed on a bug at once."""

import json
from typing import Any

from runbook_lib.sandbox.services.bugzilla.call import Answer, Call
from runbook_lib.sandbox.services.bugzilla.flag import set_flag
from runbook_lib.sandbox.services.bugzilla.problem import Problem
from runbook_lib.sandbox.services.bugzilla.read import texts, visible_bug
from runbook_lib.sandbox.services.bugzilla.write import (
    CLOSED,
    OPEN,
    RESOLUTIONS,
    Change,
    add_cc,
    add_comment,
    changed,
    check_summary,
    touch,
)


def update_bug(call: Call) -> Answer:
    """Change a bug, all of it or nothing."""
    call.caller  # noqa: B018 — who is not logged in is told so before anything else
    said = call.said
    change = Change(call, visible_bug(call, call.path["bug"]))
    update_text(change, said)
    update_status(change, said)
    add_cc(change, texts((said.get("cc") or {}).get("add")))
    for flag in (said.get("flags") or []) if "no_flags" not in call.dialect else []:
        set_flag(change, flag)
    comment = str((said.get("comment") or {}).get("body") or "")
    if comment.strip():
        add_comment(change, comment)
    if change.changes:
        touch(change)
        remember(change)
        told = ", ".join(change.changes)
        change.tell("bug", f"changed bug {change.id}: {told}", action="changed")
    if comment.strip():
        change.tell("comment", f"commented on bug {change.id}")
        tell_asked(change, texts((said.get("cc") or {}).get("add")))
    return Answer({"bugs": [changed(change)]})


def tell_asked(change: Change, people: list[str]) -> None:
    """Where no flag asks anybody, let those know who are put on CC with a comment: by mail."""
    for email in people if "no_flags" in change.call.dialect else ():
        asked = {"requestee": email, "requester": change.call.caller.email}
        change.tell("needinfo", f"asked {email} on bug {change.id}", **asked)


def remember(change: Change) -> None:
    """Keep what was changed in the bug's history."""
    changes = [{"field_name": name, **change.changes[name]} for name in change.changes]
    change.database.execute(
        "INSERT INTO bugzilla_history (bug, who, time, changes) VALUES (?, ?, ?, ?)",
        (change.id, change.call.caller.email, change.now, json.dumps(changes)),
    )


def update_text(change: Change, said: dict[str, Any]) -> None:
    """Change summary and whiteboard."""
    if "summary" in said:
        change.set("summary", check_summary(str(said["summary"])))
    if "whiteboard" in said:
        change.set("whiteboard", str(said["whiteboard"]).strip())


def update_status(change: Change, said: dict[str, Any]) -> None:
    """Change status and resolution: a closed bug has a resolution, an open one has none."""
    status = str(said.get("status") or change.bug["status"])
    kept = change.bug["resolution"] if status in CLOSED else ""
    resolution = str(said.get("resolution", kept))
    if status not in OPEN + CLOSED:
        raise Problem("object_does_not_exist", f"There is no status named '{status}'.")
    if resolution and resolution not in RESOLUTIONS:
        raise Problem("object_does_not_exist", f"There is no resolution named '{resolution}'.")
    if status in CLOSED and not resolution:
        raise Problem(
            "missing_resolution",
            f"A valid resolution is required to mark bugs as {status}.",
        )
    if status in OPEN and resolution:
        raise Problem("resolution_not_allowed", "You cannot set a resolution for open bugs.")
    if status == "VERIFIED" and change.bug["status"] not in CLOSED:
        raise Problem(
            "illegal_bug_status_transition",
            f"You are not allowed to change the bug status from {change.bug['status']} "
            f"to {status}.",
        )
    change.set("status", status)
    change.set("resolution", resolution)
