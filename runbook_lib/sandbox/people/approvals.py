"""Approvals: what a run's gates ask of the sandbox's people, and what they answer."""

from dataclasses import asdict
from typing import Any

from runbook_lib.frozen import frozen
from runbook_lib.sandbox.samples.team.week import coming_push, has_team, morning_in
from runbook_lib.sandbox.world.world import World

SCHEMA = """
CREATE TABLE IF NOT EXISTS approval (
    id INTEGER PRIMARY KEY, at TEXT NOT NULL, run TEXT NOT NULL, gate TEXT NOT NULL,
    digest TEXT NOT NULL, title TEXT NOT NULL, text TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'pending', by TEXT NOT NULL DEFAULT '',
    reason TEXT NOT NULL DEFAULT '', UNIQUE (run, gate, digest));
"""

STATES = ("pending", "approved", "rejected")
QA_GATE = "qa"
"""What the gates are called, or begin with, that a team's QA answers itself."""


@frozen
class Approval:
    """One question of a gate, bound to the digest of what is to be approved."""

    id: int
    at: str
    run: str
    gate: str
    digest: str
    title: str
    text: str
    state: str
    by: str
    reason: str


def ask_approval(
    world: World, who: str, *, run: str, gate: str, digest: str, title: str, text: str
) -> Approval:
    """Ask for an approval; the same run, gate and digest are asked once, and keep their answer."""
    with world.transaction() as database:
        made = database.execute(
            "INSERT OR IGNORE INTO approval (at, run, gate, digest, title, text)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (world.now().isoformat(), run, gate, digest, title, text),
        ).rowcount
        row = database.execute(
            "SELECT * FROM approval WHERE run = ? AND gate = ? AND digest = ?", (run, gate, digest)
        ).fetchone()
        approval = Approval(**dict(row))
        if made:
            tell(world, who, approval, f"asked for an approval: {title}")
    return approval


def answer_approval(world: World, who: str, number: int, *, state: str, reason: str) -> Approval:
    """Answer a pending approval; an answer that was given stays as it is.

    By the time that QA approves a push it is the push's morning, where the clock stands still.
    """
    with world.transaction() as database:
        changed = database.execute(
            "UPDATE approval SET state = ?, by = ?, reason = ? WHERE id = ? AND state = 'pending'",
            (state, who, reason, number),
        ).rowcount
        approval = find_approval(world, number)
        assert approval is not None, "the caller has found it"
        if changed:
            if state == "approved" and asked_of(world, approval.gate) == "qa":
                said = f"{approval.title}\n{approval.text}"
                world.pass_time(morning_in(said, otherwise=coming_push(world.now())))
            tell(world, who, approval, f"{state}: {approval.title}")
    return approval


def asked_of(world: World, gate: str) -> str:
    """Whose answer a gate asks for: QA's, in a team's world, for QA's own gates."""
    return "qa" if has_team(world) and is_of_quality(gate) else "approver"


def as_told(world: World, approval: Approval) -> dict[str, Any]:
    """An approval as those who asked for it are told it, and whether who answers it is away."""
    person = world.people()[asked_of(world, approval.gate)]
    return asdict(approval) | {"away": person.mode == "off"}


def is_of_quality(gate: str) -> bool:
    """Whether a gate's name says that it is QA's."""
    return gate.lower().startswith(QA_GATE)


def find_approval(world: World, number: int) -> Approval | None:
    """The approval of that number, or None."""
    with world.transaction() as database:
        row = database.execute("SELECT * FROM approval WHERE id = ?", (number,)).fetchone()
    return None if row is None else Approval(**dict(row))


def list_approvals(world: World) -> list[Approval]:
    """All approvals, oldest first."""
    with world.transaction() as database:
        rows = database.execute("SELECT * FROM approval ORDER BY id").fetchall()
    return [Approval(**dict(row)) for row in rows]


def tell(world: World, who: str, approval: Approval, what: str) -> None:
    """Note what happened to an approval."""
    of = asked_of(world, approval.gate)
    world.tell(who, "approval", what, id=approval.id, state=approval.state, of=of)
