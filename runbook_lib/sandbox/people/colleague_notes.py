"""What a colleague writes into the notes of a push."""

import base64
from collections.abc import Callable
from datetime import date, datetime

from runbook_lib.policy.push.notes.stats import Stat, write_stat
from runbook_lib.sandbox.people.shift import Shift, github_path
from runbook_lib.sandbox.samples.team.week import ZONE, document_path, full_name, tag_of


def edit_notes(edith: Shift, push: date, message: str, change: Callable[[str], str]) -> None:
    """Change a push's notes; nothing where the change is in them, or there are none."""
    path = github_path(full_name("notes"), "contents", *document_path(push).split("/"))
    found = edith.get(path)
    text = base64.b64decode(found["content"]).decode() if found else ""
    changed = change(text)
    if found and changed != text:
        body = {
            "message": message,
            "content": base64.b64encode(changed.encode()).decode(),
            "sha": found["sha"],
        }
        edith.send("PUT", path, body)


def write_time(edith: Shift, push: date, what: Stat, moment: datetime) -> None:
    """Write when the push began or ended, unless somebody has."""
    clock = f"{moment.astimezone(ZONE):%H:%M %Z}"
    message = f"Write the {what} of {tag_of(push)}"
    edit_notes(edith, push, message, lambda text: write_stat(text, what, clock) if text else text)
