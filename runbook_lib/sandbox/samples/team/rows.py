"""What GitHub and Bugzilla know of the team's repositories beside git, put into their tables."""

from dataclasses import field
from datetime import UTC, datetime

from runbook_lib.frozen import frozen
from runbook_lib.sandbox.people.ci import CHECK, CONTEXT, IMAGE
from runbook_lib.sandbox.samples.team.git import Built
from runbook_lib.sandbox.samples.team.linter import LINTER_RELEASES
from runbook_lib.sandbox.samples.team.week import is_deployed
from runbook_lib.sandbox.services.bugzilla.tables import furnish as furnish_bugzilla
from runbook_lib.sandbox.services.github.tables import furnish as furnish_github
from runbook_lib.sandbox.world.repositories import Repository
from runbook_lib.sandbox.world.world import World


@frozen
class Planted:
    """A repository of the team, with its commits, the oldest first."""

    repository: Repository
    commits: tuple[Built, ...] = field(repr=False)

    def head(self, ref: str) -> Built:
        """The last commit that was made on a ref."""
        return [one for one in self.commits if one.change.ref == ref][-1]

    def by_sha(self, sha: str) -> Built:
        """The commit of an id."""
        return next(one for one in self.commits if one.sha == sha)


@frozen
class Rows:
    """The tables of a world, for planting."""

    world: World

    def add(self, table: str, **values: object) -> int:
        """Put a row into a table; returns its number."""
        names, marks = ", ".join(values), ", ".join("?" * len(values))
        statement = f"INSERT INTO {table} ({names}) VALUES ({marks})"
        with self.world.transaction() as database:
            return int(database.execute(statement, tuple(values.values())).lastrowid or 0)

    def account(self, login: str) -> int:
        """An account's number."""
        account = self.world.account(login)
        assert account is not None, f"the team's world has an account {login}"
        return account.id


def time_of(moment: datetime) -> str:
    """A moment as GitHub writes it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def author_of(commit: Built) -> str:
    """The login of who wrote a commit."""
    return commit.change.author.partition("<")[2].partition("@")[0]


def furnish(world: World) -> None:
    """Make the tables that are planted into."""
    furnish_github(world)
    furnish_bugzilla(world)


def add_checks(rows: Rows, planted: Planted) -> None:
    """CI has tested every commit, and built the images of the pushes."""
    for commit in planted.commits:
        checked = {"repository": planted.repository.id, "sha": commit.sha}
        when = time_of(commit.change.when)
        said = {"state": "success", "context": CONTEXT, "description": "The tests ended: success."}
        rows.add("github_status", **checked, **said, creator=rows.account("ci"), created_at=when)
        suite = rows.add("github_check_suite", **checked, created_at=when)
        names = [CHECK]
        if is_deployed(planted.repository.full_name) and tags_of(commit):
            names.append(IMAGE)
        for name in names:
            rows.add(
                "github_check_run",
                suite=suite,
                name=name,
                status="completed",
                conclusion="success",
                external_id=" ".join(tags_of(commit)) if name == IMAGE else "",
                started_at=when,
                completed_at=when,
            )


def tags_of(commit: Built) -> tuple[str, ...]:
    """The tags of a commit, also where it was made for one."""
    own = commit.change.ref.removeprefix("refs/tags/")
    return (*commit.change.tags, *([own] if own != commit.change.ref else []))


def add_releases(rows: Rows, planted: Planted) -> None:
    """The linter's releases; the last is GitHub's latest."""
    for version in LINTER_RELEASES:
        commit = next(one for one in planted.commits if version in one.change.tags)
        when = time_of(commit.change.when)
        rows.add(
            "github_release",
            repository=planted.repository.id,
            tag=version,
            target="main",
            name=version,
            body=commit.change.title,
            draft=False,
            prerelease=False,
            author=rows.account(author_of(commit)),
            created_at=when,
            updated_at=when,
            published_at=when,
        )
