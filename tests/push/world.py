"""The team's world as the tests of the push duty look at it, and change it, from outside."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from runbook_lib.push.rehearsal import team_profile
from runbook_lib.sandbox.samples.team.week import CLOCK
from runbook_lib.sandbox.server.process import start
from runbook_lib.sandbox.services.matrix import ROOM
from tests.release.world import World, git

TAG = "2026.03.12"
NAMES = ("server", "frontend", "code-manager")
NOTES = "releases/2026/03/12.md"
NEXT_NOTES = "releases/2026/03/19.md"


@dataclass(frozen=True)
class TeamWorld(World):
    """A running sandbox with the team; `repository` is the one that git and GitHub are asked of."""

    repository: str = "pelican/server"

    def of(self, name: str) -> "TeamWorld":
        """The same world, asked about another of the team's repositories."""
        return replace(self, repository=f"pelican/{name}")

    def until(self, until: str) -> None:
        """Have a colleague do the week up to `tagged` or `pushed`."""
        self.client().expect("PUT", "/sandbox/team", {"until": until})

    def tags(self, *, of: str = TAG) -> dict[str, dict[str, str]]:
        """The tags of a push on the remotes, by repository and name, with their commits."""
        refs = self.refs()
        begin = f"refs/tags/{of}"
        return {
            name: {
                ref.removeprefix("refs/tags/"): commit
                for ref, commit in refs[f"pelican/{name}"].items()
                if ref.startswith(begin)
            }
            for name in NAMES
        }

    def heads(self) -> dict[str, str]:
        """Main's commit in each tagged repository."""
        refs = self.refs()
        return {name: refs[f"pelican/{name}"]["refs/heads/main"] for name in NAMES}

    def tag(self, name: str, tag: str = TAG, *, at: str = "main", login: str = "edith") -> str:
        """Have a colleague tag a commit of a repository; returns the commit."""
        sha = git(self.of(name).bare, "rev-parse", f"{at}^{{commit}}")
        body = {"ref": f"refs/tags/{tag}", "sha": sha}
        path = f"/api/v3/repos/pelican/{name}/git/refs"
        self.client(login).expect("POST", path, body)
        return sha

    def notes(self, path: str = NOTES) -> str:
        """The text of notes, as the repository of notes has it."""
        return git(self.of("notes").bare, "show", f"main:{path}") + "\n"

    def has_notes(self, path: str) -> bool:
        """Whether there is such a document."""
        listed = git(self.of("notes").bare, "ls-tree", "-r", "--name-only", "main")
        return path in listed.splitlines()

    def edit_notes(self, old: str, new: str, *, path: str = NOTES, login: str = "edith") -> None:
        """Have a colleague edit the notes."""
        address = f"/api/v3/repos/pelican/notes/contents/{path}"
        found = self.client(login).expect("GET", address)
        text = base64.b64decode(found["content"]).decode()
        assert old in text, text
        body = {
            "message": "Edit the notes",
            "content": base64.b64encode(text.replace(old, new, 1).encode()).decode(),
            "sha": found["sha"],
        }
        self.client(login).expect("PUT", address, body)

    def slack(self, method: str, login: str = "operator", **fields: Any) -> dict[str, Any]:
        """What Slack answers one of the people."""
        return dict(self.client(login).expect("POST", f"/slack/api/{method}", fields))

    def channel(self) -> dict[str, Any]:
        """The team's channel."""
        found = self.slack("conversations.list")["channels"]
        return next(one for one in found if one["name"] == "remora")

    def messages(self) -> list[dict[str, Any]]:
        """What was said in the team's channel, oldest first."""
        found = self.slack("conversations.history", channel=self.channel()["id"], limit=200)
        return list(reversed(found["messages"]))

    def room(self) -> list[str]:
        """What was said in the team's Matrix room, newest first."""
        path = f"/matrix/_matrix/client/v3/rooms/{quote(ROOM)}/messages?dir=b&limit=200"
        events = [one for one in self.get(path)["chunk"] if one["type"] == "m.room.message"]
        return [str(one["content"]["body"]) for one in events]

    def topic(self) -> str:
        """The topic of the team's channel, as Slack keeps it."""
        found = self.slack("conversations.info", channel=self.channel()["id"])
        return str(found["channel"]["topic"]["value"])

    def state(self) -> tuple[object, ...]:
        """All that others see of a push: every ref, the notes among them, messages and topic."""
        return self.refs(), self.messages(), self.topic()

    def versions(self, environment: str) -> dict[str, str]:
        """The tag that runs in an environment, by repository."""
        return {
            name: str(self.get(f"/{environment}/{name}/__version__")["version"]) for name in NAMES
        }

    def now(self) -> datetime:
        """What time it is in the world."""
        return datetime.fromisoformat(self.get("/sandbox/clock")["now"])


def start_team(home: Path, *, delay: float = 0.02) -> TeamWorld:
    """The team's world in a data folder, running, with people who act at once."""
    running = start(home / "sandbox" / "team", clock=CLOCK, keep=True)
    world = TeamWorld(running)
    world.until("")
    world.hurry(delay)
    return world


def profile_keys(world: TeamWorld, changes: Mapping[str, Any]) -> dict[str, Any]:
    """A team's profile that takes the sandbox for the real world outside, as runbook.toml has it.

    `changes` go into its `push` table; None takes a key out.
    """
    profile = team_profile(world.running).model_dump(mode="json", exclude_defaults=True)
    push = profile["push"] | changes
    for place in [*push["repositories"], *filter(None, [push["security"]])]:
        place.pop("url", None)
    push = {key: value for key, value in push.items() if value is not None}
    wait = {"limit": 30, "pause": 0.05, "longest_pause": 0.2}
    return {"project": "pelican", "push": push, "wait": wait}


def toml(value: Any) -> str:
    """A value as TOML has it on one line."""
    if isinstance(value, dict):
        pairs = (f"{json.dumps(k)} = {toml(v)}" for k, v in value.items() if v is not None)
        return "{" + ", ".join(pairs) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(toml, value)) + "]"
    return json.dumps(value, ensure_ascii=False)
