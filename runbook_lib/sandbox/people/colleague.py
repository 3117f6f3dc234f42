"""A colleague who does the earlier part of the team's week: Edith tags, and operations push.

So that what comes later in the week can be tried alone. All of it goes through the sandbox's own
services, and each thing is done only where it has not been done.
"""

import re
import time
from datetime import date

from runbook_lib.frozen import frozen
from runbook_lib.sandbox.people.colleague_notes import edit_notes, write_time
from runbook_lib.sandbox.people.colleague_work import begin_week, caller, commit_file, read_file
from runbook_lib.sandbox.people.shift import Shift, github_path, tag_commit
from runbook_lib.sandbox.people.train import deploy, is_older, pass_time, running_tag
from runbook_lib.sandbox.samples.team.later_weeks import fix_of
from runbook_lib.sandbox.samples.team.notes import SITE
from runbook_lib.sandbox.samples.team.week import (
    DEPLOYED,
    GROUP,
    MONITORING_TIME,
    TRAIN_TIME,
    document_path,
    due_push,
    full_name,
    morning_of,
    tag_key,
    tag_of,
)
from runbook_lib.sandbox.world.world import World

WEEK = ("", "tagged", "pushed")
"""How far the week has come: not begun, tagged, in production."""

COLLEAGUE = "edith"
STAGE_SECONDS, LOOK_SECONDS = 10.0, 0.1
PLACEHOLDER = "YYYY.MM.DD"
BEFORE = "## Pushing:"
"""What follows the cherry-picks in the notes."""


@frozen
class Ride:
    """A repository and the tag of it that a push takes, with where it began."""

    name: str
    base: str
    tag: str


def carry_on(world: World, url: str, until: str, *, push: str = "") -> None:
    """Have the week done as far as one of WEEK says, by the people of the world at `url`.

    That is the push whose tags are due; nothing is done of another one, where `push` names it.
    """
    begin_week(world, url)
    due = due_push(world.now())
    if until not in ("tagged", "pushed") or due is None or not is_of(push, due):
        return
    edith, ops = caller(world, url, COLLEAGUE), caller(world, url, "ops")
    if until == "pushed" and not has_notes(edith, due):
        return
    rides = tuple(tag(edith, due, name) for name in DEPLOYED)
    write_links(edith, due, rides)
    land_fix(edith, due)
    there = all(world.people()[role].mode == "on" for role in ("ci", "ops"))
    not_on_stage(ops, rides, within=STAGE_SECONDS if there else 0.0)
    if until == "pushed":
        bring_out(world, edith, ops, due, rides)


def is_of(asked: str, push: date) -> bool:
    """Whether what is asked for is that push: it is, where none is named."""
    return asked.strip() in ("", push.isoformat(), tag_of(push))


def has_notes(edith: Shift, push: date) -> bool:
    """Whether a push has its notes: else the one before is still to be closed."""
    return bool(read_file(edith, "notes", document_path(push)).sha)


def tag(edith: Shift, push: date, name: str) -> Ride:
    """Tag main's head for a push, where it has no tag yet."""
    repository, base = full_name(name), running_tag(edith, "production", name)
    refs = edith.get(github_path(repository, "git/matching-refs/tags", tag_of(push)))
    tags = [ref["ref"].removeprefix("refs/tags/") for ref in refs]
    if not tags:
        head = edith.get(github_path(repository, "git/ref/heads/main"))["object"]["sha"]
        made = {"ref": f"refs/tags/{tag_of(push)}", "sha": head}
        edith.send("POST", github_path(repository, "git/refs"), made)
        tags = [tag_of(push)]
    return Ride(name, base, max(tags, key=tag_key))


def write_links(edith: Shift, push: date, rides: tuple[Ride, ...]) -> None:
    """Put the compare links into the notes, where these have still the template's."""

    def with_links(text: str) -> str:
        for ride in rides:
            blank = f"(/{GROUP}/{ride.name}/compare/){PLACEHOLDER}\\.\\.\\.{PLACEHOLDER}"
            text = re.sub(blank, rf"\g<1>{ride.base}...{ride.tag}", text)
        return text

    edit_notes(edith, push, f"Link what is pushed on {tag_of(push)}", with_links)


def land_fix(edith: Shift, push: date) -> None:
    """Mend something on the server's main after it was tagged, and ask for it to be picked."""
    fix, found = fix_of(push), read_file(edith, "server", fix_of(push).path)
    if fix.old not in found.text:
        return
    text = found.text.replace(fix.old, fix.new)
    ask_to_pick(edith, push, commit_file(edith, "server", fix.path, text, fix.message, found.sha))


def ask_to_pick(edith: Shift, push: date, sha: str) -> None:
    """List a commit of the server among the cherry-picks of a push's notes."""
    line = f"* {SITE}/{full_name('server')}/commit/{sha}\n\n"
    edit_notes(
        edith,
        push,
        f"Ask for a pick into {tag_of(push)}",
        lambda text: text if line in text else text.replace(BEFORE, line + BEFORE, 1),
    )


def bring_out(world: World, edith: Shift, ops: Shift, push: date, rides: tuple[Ride, ...]) -> None:
    """Have the tags deployed to stage and, from the push's morning on, to production.

    A clock that stands still is set to that morning; one that runs is waited for by nobody.
    """
    bring_to_stage(ops, rides)
    left = [ride for ride in rides if is_behind(ops, "production", ride)]
    if world.pass_time(morning_of(push)) < morning_of(push) or not left:
        return
    write_time(edith, push, "start", world.now())
    for ride in left:
        pass_time(ops, TRAIN_TIME / len(rides))
        deploy(ops, "production", ride.name, ride.tag, commit_of(ops, ride))
    write_time(edith, push, "end", world.now())
    pass_time(ops, MONITORING_TIME)


def is_behind(ops: Shift, environment: str, ride: Ride) -> bool:
    """Whether an environment runs what is older than a ride's tag."""
    running = running_tag(ops, environment, ride.name)
    return running != ride.tag and not is_older(ride.tag, running)


def not_on_stage(ops: Shift, rides: tuple[Ride, ...], *, within: float = 0.0) -> list[Ride]:
    """What CI and operations have not brought to stage within so many seconds."""
    limit = time.monotonic() + within
    while left := [ride for ride in rides if is_behind(ops, "stage", ride)]:
        if time.monotonic() > limit:
            break
        time.sleep(LOOK_SECONDS)
    return left


def bring_to_stage(ops: Shift, rides: tuple[Ride, ...]) -> None:
    """Deploy to stage, without a word, what nobody has deployed there."""
    for ride in not_on_stage(ops, rides):
        body = {
            "environment": "stage",
            "repository": full_name(ride.name),
            "version": ride.tag,
            "commit": commit_of(ops, ride),
        }
        ops.send("POST", "/sandbox/deployments", body)


def commit_of(ops: Shift, ride: Ride) -> str:
    """The commit that a ride's tag names."""
    sha = tag_commit(ops, full_name(ride.name), ride.tag)
    assert sha is not None, f"{ride.tag} of {ride.name} was found or made just now"
    return sha
