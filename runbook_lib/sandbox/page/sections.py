"""The sections of the page: repositories, deployments, bugs, approvals, people, and the story."""

from shlex import quote as quote_shell
from urllib.parse import quote

from runbook_lib.sandbox.page import rows
from runbook_lib.sandbox.page.decisions import approvals
from runbook_lib.sandbox.page.markup import (
    Content,
    Markup,
    badge,
    html,
    join,
    link,
    long_text,
    section,
    table,
    text,
)
from runbook_lib.sandbox.page.rows import Row
from runbook_lib.sandbox.page.week import issues, week
from runbook_lib.sandbox.world.leases import holders
from runbook_lib.sandbox.world.repositories import Repository, list_repositories
from runbook_lib.sandbox.world.world import World

MOST_TAGS = 40
MOST_HAPPENINGS = 300


def world_sections(world: World) -> Markup:
    """The whole world."""
    return text(
        "main",
        head(world),
        people(world),
        week(world),
        *(repository_section(world, each) for each in list_repositories(world)),
        deployments(world),
        bugs(world),
        approvals(world),
        story(world),
    )


def head(world: World) -> Markup:
    """Which world it is, what time it is in it, and how long it stays."""
    return text(
        "header",
        text("h1", "Sandbox"),
        text("p", f"{world.folder} · {moment(world.now().isoformat())} UTC", class_="soft"),
        text("p", how_long(world), class_="soft"),
    )


def how_long(world: World) -> Markup:
    """Until when a world is served, and how to have it served longer."""
    named = f"--world {quote_shell(str(world.folder))}"
    if (world.folder / "keep").exists():
        return join(["It stays until ", text("code", f"runbook sandbox stop {named}"), "."])
    held = ", ".join(map(str, holders(world.folder))) or "just starting"
    return join(
        [
            f"It stays while the kernel that uses it lives (process {held}); ",
            text("code", f"runbook sandbox start {named}"),
            " keeps it longer.",
        ]
    )


def moment(iso: str) -> str:
    """A time as people read it."""
    return iso[:16].replace("T", " ")


def short(sha: str) -> Markup:
    """A commit's id as people write it."""
    return text("code", sha[:9])


def people(world: World) -> Markup:
    """Who acts by themselves, and how."""
    modes = [join([person.role, " ", badge(person.mode)]) for person in world.people().values()]
    return section("People", text("p", join(modes, " &nbsp; ")), place="people")


def repository_section(world: World, repository: Repository) -> Markup:
    """One repository: its branches, tags, pull requests and releases."""
    name = repository.full_name
    kind = badge("private") if repository.private else ""
    return section(
        join([name, " ", kind]),
        text("p", repository.description, class_="soft"),
        text("h3", "Branches"),
        branches(world, repository),
        text("h3", "Pull requests"),
        pulls(world, repository),
        issues(world, repository.id, name),
        text("h3", "Releases"),
        releases(world, repository),
        text("h3", "Tags"),
        tags(world, repository),
        place=name,
    )


def branches(world: World, repository: Repository) -> Markup:
    """The branches, each with its head and what CI says of it."""
    found = rows.refs(world, repository, "refs/heads/", sort="refname")
    lines = [
        (
            join([ref(repository, name), badge_of(repository, name)], " "),
            commit(repository, sha),
            rows.subject(world, repository, sha),
            checks(world, repository, sha),
        )
        for name, sha in found
    ]
    return table(("Branch", "Head", "Subject", "Checks"), lines, empty="No branch yet.")


def badge_of(repository: Repository, branch: str) -> Markup:
    """What is special about a branch."""
    return badge("default") if branch == repository.default_branch else html("")


def ref(repository: Repository, name: str) -> Markup:
    """A branch or a tag, as the place that links to it lead to."""
    return text("span", name, id=f"{repository.full_name}/tree/{name}")


def commit(repository: Repository, sha: str) -> Markup:
    """A commit's id, as the place that links to the commit lead to."""
    return text("span", short(sha), id=f"{repository.full_name}/commit/{sha}")


def checks(world: World, repository: Repository, sha: str) -> Markup:
    """What CI says of a commit."""
    found = rows.statuses(world, repository, sha)
    return join([join([row["context"], " ", badge(row["state"])]) for row in found], " &nbsp; ")


def pulls(world: World, repository: Repository) -> Markup:
    """The pull requests, newest first."""
    lines = [
        pull_line(world, repository, row) for row in rows.read(world, rows.PULLS, repository.id)
    ]
    return table(("Number", "Title", "From", "By", "State", "Reviews"), lines, empty="None yet.")


def pull_line(world: World, repository: Repository, row: Row) -> list[Content]:
    """One pull request."""
    state = "merged" if row["merged_at"] else "draft" if row["draft"] else row["state"]
    reviews = [
        join([review["login"], " ", badge(review["state"])])
        for review in rows.read(world, rows.REVIEWS, row["id"])
    ]
    place = f"{repository.full_name}/pull/{row['number']}"
    return [
        text("span", f"#{row['number']}", id=place),
        row["title"],
        f"{row['head_ref']} → {row['base_ref']}",
        row["login"],
        badge(state),
        join(reviews, " "),
    ]


def releases(world: World, repository: Repository) -> Markup:
    """The releases and drafts, newest first."""
    found = rows.read(world, rows.RELEASES, repository.id)
    lines = [release_line(repository, row) for row in found]
    return table(("Tag", "Title", "State", "Published"), lines, empty="None yet.")


def release_line(repository: Repository, row: Row) -> list[Content]:
    """One release."""
    state = "draft" if row["draft"] else "prerelease" if row["prerelease"] else "published"
    return [
        text("span", row["tag"], id=f"{repository.full_name}/releases/tag/{row['tag']}"),
        row["name"],
        badge(state),
        moment(row["published_at"] or ""),
        long_text(row["body"] or ""),
    ]


def tags(world: World, repository: Repository) -> Markup:
    """The tags, highest version first."""
    found = rows.refs(world, repository, "refs/tags/", sort="-version:refname")
    lines = [
        (ref(repository, name), short(sha), rows.subject(world, repository, sha))
        for name, sha in found[:MOST_TAGS]
    ]
    more = f"{len(found) - MOST_TAGS} more" if len(found) > MOST_TAGS else ""
    shown = table(("Tag", "Commit", "Subject"), lines, empty="No tag yet.")
    return join([shown, text("p", more, class_="soft") if more else ""])


def deployments(world: World) -> Markup:
    """What was deployed where, newest first."""
    lines = [
        (
            moment(row["at"]),
            link(row["environment"], f"/{row['environment']}/{quote(row['project'])}/__version__"),
            f"{row['project']} {row['version']}",
            short(row["sha"]),
            row["who"],
        )
        for row in rows.read(world, rows.DEPLOYMENTS)
    ]
    heads = ("When", "Where", "What", "Commit", "Who")
    return section("Deployments", table(heads, lines, empty="None yet."), place="deployments")


def bugs(world: World) -> Markup:
    """The bugs, newest first."""
    lines = [bug_line(world, row) for row in rows.read(world, rows.BUGS)]
    heads = ("Bug", "Summary", "Status", "Flags", "By")
    return section("Bugs", table(heads, lines, empty="None yet."), place="bugs")


def bug_line(world: World, row: Row) -> list[Content]:
    """One bug, with its flags and comments."""
    flags = [
        badge(f"{flag['name']}{flag['status']} {flag['requestee'] or ''}".strip())
        for flag in rows.read(world, rows.FLAGS, row["id"])
    ]
    said = rows.read(world, rows.COMMENTS, row["id"])
    comments = "\n\n".join(f"{each['creator']}:\n{each['text']}" for each in said)
    status = " ".join(filter(None, (row["status"], row["resolution"])))
    return [
        text("span", str(row["id"]), id=f"bug-{row['id']}"),
        row["summary"],
        badge(status),
        join(flags, " "),
        row["creator"],
        long_text(comments),
    ]


def story(world: World) -> Markup:
    """Who did what when, newest first."""
    lines = [
        (moment(each.at.isoformat()), each.who, link(each.what, each.link))
        for each in reversed(world.happenings()[-MOST_HAPPENINGS:])
    ]
    heads = ("When", "Who", "What")
    return section("What happened", table(heads, lines, empty="Nothing yet."), place="story")
