"""QA and a team's pushes: approves what stage shows."""

from runbook_lib.sandbox.people.shift import Shift, TooEarly
from runbook_lib.sandbox.people.train import running_tag
from runbook_lib.sandbox.samples.team.week import Train, read_train, tag_key
from runbook_lib.sandbox.world.world import Happening


def asks_quality(happening: Happening) -> bool:
    """Whether somebody asks for an approval that is QA's to give."""
    return happening.data["state"] == "pending" and happening.data.get("of") == "qa"


def answer_push(shift: Shift) -> None:
    """Approve a push that stage shows just as it is asked for, or reject it with a reason."""
    path = f"/sandbox/approvals/{shift.job.data['id']}"
    asked = shift.get(path)
    if asked is None or asked["state"] != "pending":
        return
    train = read_train(f"{asked['title']}\n{asked['text']}")
    reason = objection(shift, train)
    if reason:
        shift.send("PATCH", path, {"state": "rejected", "reason": reason})
        return
    for name, tag in train.tags:
        if (shown := running_tag(shift, "stage", name)) != tag:
            raise TooEarly(f"stage shows {name} {shown}, not {tag}")
    tested = ", ".join(f"{name} {tag}" for name, tag in train.tags)
    body = {"state": "approved", "reason": f"Tested on stage: {tested}."}
    shift.send("PATCH", path, body)


def objection(shift: Shift, train: Train) -> str:
    """Why QA says no; empty where it does not."""
    if not shift.willing:
        return "On stage the newest sightings are missing from the list: please don't push this."
    if not train.tags:
        return "Please name each repository with its tag, as in: server 2026.03.12."
    for name, tag in train.tags:
        shown = running_tag(shift, "stage", name)
        if tag_key(shown) > tag_key(tag):
            return f"Stage shows {name} {shown} by now, not {tag}: please ask for that."
    return ""
