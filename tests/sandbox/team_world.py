"""A sandbox with the sample team, as its tests use it."""

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from runbook_lib.policy.push.notes import Notes
from tests.sandbox.conftest import Sandbox
from tests.sandbox.running import run_quick

TAG = "2026.03.12"
THURSDAY = datetime.fromisoformat("2026-03-12T09:30-07:00")
TRAIN = f"server {TAG}, frontend {TAG}, code-manager {TAG}"


@dataclass(frozen=True)
class TeamSandbox(Sandbox):
    """A running sandbox with the team."""

    def api(self, name: str, path: str) -> Any:
        """What GitHub answers the operator about one of the team's repositories."""
        return self.client().expect("GET", f"/api/v3/repos/pelican/{name}/{path}")

    def head(self, name: str) -> str:
        """The commit at main's head."""
        return str(self.api(name, "git/ref/heads/main")["object"]["sha"])

    def notes(self) -> Notes:
        """The notes of this week's push."""
        found = self.api("notes", "contents/releases/2026/03/12.md")
        return Notes.parse(base64.b64decode(found["content"]).decode())

    def tag(self, name: str, tag: str = TAG, *, login: str = "operator") -> str:
        """Tag main's head, as somebody; returns the commit."""
        sha = self.head(name)
        body = {"ref": f"refs/tags/{tag}", "sha": sha}
        self.client(login).expect("POST", f"/api/v3/repos/pelican/{name}/git/refs", body)
        return sha

    def version(self, environment: str, name: str) -> str:
        """The tag that runs on an environment."""
        return str(self.client().expect("GET", f"/{environment}/{name}/__version__")["version"])

    def versions(self, environment: str) -> set[str]:
        """The tags that run on an environment."""
        return {self.version(environment, name) for name in ("server", "frontend", "code-manager")}

    def ask(self, *, gate: str = "qa", text: str = TRAIN) -> str:
        """Ask for an approval; returns its path."""
        body = {"run": "live_push/pelican/x", "gate": gate, "digest": f"sha256:{text}"}
        asked = self.client().expect(
            "POST", "/sandbox/approvals", body | {"title": "The push", "text": text}
        )
        return f"/sandbox/approvals/{asked['id']}"

    def answer(self, path: str) -> Any:
        """The answer that an approval has by now, or None."""
        found = self.client().expect("GET", path)
        return found if found["state"] != "pending" else None

    def now(self) -> datetime:
        """The world's time."""
        return datetime.fromisoformat(self.client().expect("GET", "/sandbox/clock")["now"])

    def until(self, until: str) -> None:
        """Have a colleague do the week up to there."""
        self.client().expect("PUT", "/sandbox/team", {"until": until})


def run_team(folder: Path) -> Iterator[TeamSandbox]:
    """A sandbox with the sample team, for as long as it is needed; its people are quick."""
    yield from run_quick(TeamSandbox, folder, team=True)
