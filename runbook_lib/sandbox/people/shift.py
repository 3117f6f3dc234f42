"""How one of the people goes about a job: as a caller of the sandbox's own services."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from runbook_lib.frozen import frozen
from runbook_lib.sandbox.people.jobs import Job
from runbook_lib.sandbox.server.client import Client
from runbook_lib.sandbox.world.world import Happening, Mode


class TooEarly(Exception):
    """The world has not moved far enough yet for this job."""


@frozen
class Shift:
    """One try at a job, with the person's own token and in their present mode."""

    client: Client
    login: str
    job: Job
    mode: Mode

    @property
    def willing(self) -> bool:
        """Whether the person says yes these days."""
        return self.mode != "no"

    @property
    def email(self) -> str:
        """The person's address, as Bugzilla knows them."""
        return f"{self.login}@sandbox.example"

    def get(self, path: str) -> Any:
        """What is at a path, or None where there is nothing (404)."""
        answer = self.client.ask("GET", path)
        return None if answer.status == 404 else self.client.accepted("GET", path, answer)

    def send(self, method: str, path: str, body: dict[str, Any]) -> Any:
        """Change something; raises Failed where it is turned down."""
        return self.client.expect(method, path, body)

    def setting(self, name: str) -> str:
        """One setting of the world."""
        return str(self.get("/sandbox/settings")[name])


@frozen
class Part:
    """What one of the people does: what of all that happens concerns them, and how they act on it.

    `work` looks first, acts only where its effect is missing, and raises TooEarly to come again.
    """

    role: str
    login: str
    concerns: Callable[[Happening], bool]
    work: Callable[[Shift], None]


@frozen
class Duty:
    """One of the things that a person does: what of a kind concerns them, and how they act on it.

    `work` is as in a part.
    """

    concerns: Callable[[Happening], bool]
    work: Callable[[Shift], None]


def part_of(role: str, login: str, duties: dict[str, Duty]) -> Part:
    """The part of somebody who has several duties: one for each kind of happening."""

    def concerns(happening: Happening) -> bool:
        duty = duties.get(happening.kind)
        return duty is not None and duty.concerns(happening)

    def work(shift: Shift) -> None:
        duties[shift.job.kind].work(shift)

    return Part(role, login, concerns, work)


def github_path(repository: str, *parts: str | int) -> str:
    """A path of GitHub's API below a repository."""
    return "/".join(["/api/v3/repos", repository, *(quote(str(part)) for part in parts)])


def tag_commit(shift: Shift, repository: str, tag: str) -> str | None:
    """The commit that a tag names, or None where there is no such tag."""
    ref = shift.get(github_path(repository, "git/ref/tags", tag))
    if ref is None:
        return None
    target = ref["object"]
    while target["type"] == "tag":
        target = shift.get(github_path(repository, "git/tags", target["sha"]))["object"]
    return str(target["sha"])
