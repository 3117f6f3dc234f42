"""A fleet to release: repositories of one sandbox, with profiles that take it for outside."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from runbook_lib.release.rehearsal import TEST
from tests.release.world import World, git

SAMPLE = "harbor/tidewatch"
RECORDS = "records"


def add_repository(world: World, name: str) -> None:
    """One more repository of the sample's history, with its last release on stage."""
    client, full_name = world.client(), f"harbor/{name}"
    source = str(world.folder / "git" / f"{SAMPLE}.git")
    client.expect("PUT", f"/sandbox/repositories/{full_name}", {"source": source})
    released = git(Path(source), "rev-parse", "refs/tags/1.8^{commit}")
    said = {"repository": full_name, "version": "1.8", "commit": released}
    client.expect("POST", "/sandbox/deployments", {"environment": "stage", **said})


def profile(world: World, name: str, **more: Any) -> dict[str, Any]:
    """What the profile of a repository says: no disk is shared, but for the signing key."""
    return {
        "project": name,
        "operator": "airflow",
        "repository.url": f"{world.url}/harbor/{name}.git",
        "github.repository": f"harbor/{name}",
        "github.api_url": f"{world.url}/api/v3",
        "github.web_url": world.url,
        "github.throttle": False,
        "bugzilla.url": f"{world.url}/bugzilla",
        "bugzilla.qa": "qa@sandbox.example",
        "stage.url": f"{world.url}/stage/{name}",
        "test.command": list(TEST),
        "signing.format": "ssh",
        "signing.key": str(world.running.keys / "operator"),
        "signing.allowed_signers": str(world.allowed_signers),
        "archive.remote": world.git_url,
        "archive.remote_branch": RECORDS,
        "archive.silent": 5,
        "wait.limit": 20,
        "wait.pause": 0.1,
        "wait.longest_pause": 0.5,
        **more,
    }


def write_profiles(file: Path, profiles: Mapping[str, Mapping[str, Any]]) -> Path:
    """A runbook.toml with some profiles."""
    lines = []
    for name, keys in profiles.items():
        lines += [f"[profiles.{name}]", *(f"{key} = {as_toml(keys[key])}" for key in keys), ""]
    file.write_text("\n".join(lines))
    return file


def as_toml(value: Any) -> str:
    """A value as TOML has it."""
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{key} = {as_toml(one)}' for key, one in value.items())} }}"
    if isinstance(value, list):
        return f"[{', '.join(map(as_toml, value))}]"
    return json.dumps(value)
