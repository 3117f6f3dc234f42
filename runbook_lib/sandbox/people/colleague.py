"""A colleague who does the earlier part of the team's week: Edith tags, and operations push.

So that what comes later in the week can be tried alone. All of it goes through the sandbox's own
services, and each thing is done only where it has not been done.
"""

import base64
import time
from dataclasses import dataclass

from runbook_lib.sandbox.people.colleague_notes import edit_notes, write_time
from runbook_lib.sandbox.people.jobs import Job
from runbook_lib.sandbox.people.shift import Shift, github_path, tag_commit
from runbook_lib.sandbox.people.train import deploy, pass_time, running_tag
from runbook_lib.sandbox.samples.team.notes import SITE, compare_link
from runbook_lib.sandbox.samples.team.week import (
    DEPLOYED,
    MONITORING_TIME,
    PUSH,
    TRAIN_TIME,
    full_name,
    morning_of,
    tag_key,
    tag_of,
)
from runbook_lib.sandbox.server.client import Client
from runbook_lib.sandbox.world.world import World

WEEK = ("", "tagged", "pushed")
"""How far the week has come: not begun, tagged, in production."""

COLLEAGUE = "edith"
STAGE_SECONDS, LOOK_SECONDS = 10.0, 0.1
PLACEHOLDER = "YYYY.MM.DD"
BEFORE = "## Pushing:"
"""What follows the cherry-picks in the notes."""


@dataclass(frozen=True)
class Ride:
    """A repository and the tag of it that this week's push takes, with where it began."""

    name: str
    base: str
    tag: str


@dataclass(frozen=True)
class Fix:
    """A change of one file, with what its commit says."""

    path: str
    old: str
    new: str
    message: str


FIX = Fix(
    "src/pelican/export.py",
    '    writer.writerow(["colony", "pairs"])\n',
    '    writer.writerow(["colony", "breeding pairs"])\n',
    "fix: say in the export that pairs breed (#430)",
)


def carry_on(world: World, url: str, until: str) -> None:
    """Have the week done as far as one of WEEK says, by the people of the world at `url`."""
    if until in ("tagged", "pushed"):
        edith, ops = caller(world, url, COLLEAGUE), caller(world, url, "ops")
        rides = tuple(tag(edith, name) for name in DEPLOYED)
        write_links(edith, rides)
        land_fix(edith)
        there = all(world.people()[role].mode == "on" for role in ("ci", "ops"))
        not_on_stage(ops, rides, within=STAGE_SECONDS if there else 0.0)
        if until == "pushed":
            push(world, edith, ops, rides)


def caller(world: World, url: str, login: str) -> Shift:
    """One of the people, as a caller of the world's services."""
    account = world.account(login)
    assert account is not None, f"the team's world has an account {login}"
    return Shift(Client(url, account.token), login, Job(0, login, "week", {}, 0.0, 0, 0), "on")


def tag(edith: Shift, name: str) -> Ride:
    """Tag main's head for this week's push, where the push has no tag yet."""
    repository, base = full_name(name), running_tag(edith, "production", name)
    refs = edith.get(github_path(repository, "git/matching-refs/tags", tag_of(PUSH)))
    tags = [ref["ref"].removeprefix("refs/tags/") for ref in refs]
    if not tags:
        head = edith.get(github_path(repository, "git/ref/heads/main"))["object"]["sha"]
        made = {"ref": f"refs/tags/{tag_of(PUSH)}", "sha": head}
        edith.send("POST", github_path(repository, "git/refs"), made)
        tags = [tag_of(PUSH)]
    return Ride(name, base, max(tags, key=tag_key))


def write_links(edith: Shift, rides: tuple[Ride, ...]) -> None:
    """Put the compare links into the notes, where these have still the template's."""

    def with_links(text: str) -> str:
        for ride in rides:
            blank = compare_link(ride.name, PLACEHOLDER, PLACEHOLDER)
            text = text.replace(blank, compare_link(ride.name, ride.base, ride.tag))
        return text

    edit_notes(edith, f"Link what is pushed on {tag_of(PUSH)}", with_links)


def land_fix(edith: Shift) -> None:
    """Mend something on the server's main after it was tagged, and ask for it to be picked."""
    repository = full_name("server")
    path = github_path(repository, "contents", *FIX.path.split("/"))
    found = edith.get(f"{path}?ref=main")
    text = base64.b64decode(found["content"]).decode()
    if FIX.old not in text:
        return
    body = {
        "message": FIX.message,
        "content": base64.b64encode(text.replace(FIX.old, FIX.new).encode()).decode(),
        "sha": found["sha"],
        "branch": "main",
    }
    made = edith.send("PUT", path, body)
    ask_to_pick(edith, made["commit"]["sha"])


def ask_to_pick(edith: Shift, sha: str) -> None:
    """List a commit of the server among the cherry-picks of this week's notes."""
    line = f"* {SITE}/{full_name('server')}/commit/{sha}\n\n"
    edit_notes(
        edith,
        f"Ask for a pick into {tag_of(PUSH)}",
        lambda text: text if line in text else text.replace(BEFORE, line + BEFORE, 1),
    )


def push(world: World, edith: Shift, ops: Shift, rides: tuple[Ride, ...]) -> None:
    """Have the tags deployed to stage and, on the push's morning, to production."""
    bring_to_stage(ops, rides)
    left = [ride for ride in rides if running_tag(ops, "production", ride.name) != ride.tag]
    world.move_clock(morning_of(PUSH))
    if not left:
        return
    write_time(edith, "start", world.now())
    for ride in left:
        pass_time(ops, TRAIN_TIME / len(rides))
        deploy(ops, "production", ride.name, ride.tag, commit_of(ops, ride))
    write_time(edith, "end", world.now())
    pass_time(ops, MONITORING_TIME)


def not_on_stage(ops: Shift, rides: tuple[Ride, ...], *, within: float = 0.0) -> list[Ride]:
    """What CI and operations have not brought to stage within so many seconds."""
    limit = time.monotonic() + within
    while left := [ride for ride in rides if running_tag(ops, "stage", ride.name) != ride.tag]:
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
