"""What the page shows of a world: its people and repositories, deployments, bugs, approvals."""

import json
from dataclasses import asdict
from shlex import quote as quote_shell

from runbook_lib.policy.pages import render
from runbook_lib.sandbox.page import rows
from runbook_lib.sandbox.page.decisions import questions
from runbook_lib.sandbox.page.rows import Row
from runbook_lib.sandbox.page.week import week
from runbook_lib.sandbox.services.jira.call import PLACES
from runbook_lib.sandbox.services.jira.tables import PROJECT
from runbook_lib.sandbox.services.jira.texts import wiki
from runbook_lib.sandbox.world.leases import holders
from runbook_lib.sandbox.world.repositories import Repository, list_repositories
from runbook_lib.sandbox.world.world import World

MOST_TAGS = 40
MOST_HAPPENINGS = 300


def world_sections(world: World) -> str:
    """The whole world in HTML; what is newest stands first."""
    return render(
        __package__,
        "world.html.j2",
        world=world,
        kept=(world.folder / "keep").exists(),
        option=option(world),
        holders=", ".join(map(str, holders(world.folder))) or "just starting",
        people=[asdict(person) for person in world.people().values()],
        week=week(world),
        repositories=[contents(world, each) for each in list_repositories(world)],
        deployments=rows.read(world, rows.DEPLOYMENTS),
        bugs=[bug(world, row) for row in rows.read(world, rows.BUGS)],
        tickets=[ticket(world, row) for row in rows.read(world, rows.TICKETS)],
        questions=[*questions(world).values()][::-1],
        story=world.happenings()[-MOST_HAPPENINGS:][::-1],
    )


def option(world: World) -> str:
    """What a command takes to mean a world."""
    return f"--world {quote_shell(str(world.folder))}"


def contents(world: World, repository: Repository) -> Row:
    """A repository with what is in it."""
    heads = rows.refs(world, repository, "refs/heads/", sort="refname")
    tags = rows.refs(world, repository, "refs/tags/", sort="-version:refname")
    pulls = rows.read(world, rows.PULLS, repository.id)
    return asdict(repository) | {
        "branches": [
            ref | {"statuses": rows.statuses(world, repository, ref["sha"])} for ref in heads
        ],
        "pulls": [pull | {"reviews": rows.read(world, rows.REVIEWS, pull["id"])} for pull in pulls],
        "issues": rows.read(world, rows.ISSUES, repository.id),
        "releases": rows.read(world, rows.RELEASES, repository.id),
        "tags": tags[:MOST_TAGS],
        "more_tags": max(len(tags) - MOST_TAGS, 0),
    }


def bug(world: World, row: Row) -> Row:
    """A bug with its flags and comments."""
    said = rows.read(world, rows.COMMENTS, row["id"])
    return row | {
        "flags": rows.read(world, rows.FLAGS, row["id"]),
        "comments": "\n\n".join(f"{each['creator']}:\n{each['text']}" for each in said),
    }


def ticket(world: World, row: Row) -> Row:
    """An issue in Jira with its text and comments."""
    said = rows.read(world, rows.TICKET_COMMENTS, row["id"])
    texts = [(row["login"], row["description"]), *((each["login"], each["body"]) for each in said)]
    key = f"{PROJECT}-{row['number']}"
    return row | {
        "key": key,
        "place": f"{PLACES[row['kind']].strip('/')}-{key}",
        "labels": ", ".join(json.loads(row["labels"])),
        "comments": "\n\n".join(f"{who}:\n{wiki(json.loads(kept))}" for who, kept in texts),
    }
