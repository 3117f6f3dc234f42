"""A job of GitHub Actions, carried out here: the script steps of an action, one after the other."""

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "deploy" / "github"
ACTION = FOLDER / "actions" / "runbook" / "action.yml"
EXPRESSION = re.compile(r"\$\{\{ *([\w.-]+)(?: != '')? *(?:\(\))? *\}\}")
INSTALL = "Install the kit"


def read(path: Path) -> Any:
    """A workflow, or an action; YAML 1.1 takes the key `on` for a truth value."""
    said = yaml.safe_load(path.read_text())
    return {**said, "on": said[True]} if True in said else said


def filled(text: str, known: Mapping[str, str]) -> str:
    """A text with its expressions replaced by what they stand for; an unknown one fails."""
    assert "${{" not in EXPRESSION.sub("", text), (
        f"an expression that the test does not know: {text}"
    )
    return EXPRESSION.sub(lambda found: known[found[1]], text)


@dataclass
class Job:
    """A machine that is thrown away: its folders, and what GitHub tells it."""

    folder: Path
    known: dict[str, str]
    environment: Mapping[str, str] = field(repr=False)
    ended: dict[str, "subprocess.CompletedProcess[str]"] = field(default_factory=dict)

    @property
    def temp(self) -> Path:
        return self.folder / "temp"

    @property
    def summary(self) -> str:
        return (self.folder / "summary.md").read_text()

    def run(self, *arguments: str, **inputs: str) -> int:
        """Carry out the action's scripts as a runner does; the status of the first that fails."""
        action = read(ACTION)
        self.temp.mkdir(parents=True)
        given = {name: str(one.get("default", "")) for name, one in action["inputs"].items()}
        given |= {"arguments": "\n".join(arguments), **inputs}
        self.known |= {f"inputs.{name}": filled(value, self.known) for name, value in given.items()}
        self.known["runner.temp"] = str(self.temp)
        failed = 0
        for step in action["runs"]["steps"]:
            if "run" not in step or step["name"] == INSTALL:
                continue
            if self.wanted(step.get("if", ""), failed):
                failed = self.script(step) or failed
        return failed

    def wanted(self, condition: str, failed: int) -> bool:
        """Whether a step's condition holds; without one, where no step has failed."""
        if "always()" in condition:
            return True
        return not failed and (not condition or bool(filled(condition, self.known)))

    def script(self, step: Mapping[str, Any]) -> int:
        """Carry out one script, as `shell: bash` does; keep what it puts out."""
        output = self.folder / "output"
        output.write_text("")
        told = {name: filled(text, self.known) for name, text in step.get("env", {}).items()}
        files = {
            "GITHUB_OUTPUT": str(output),
            "GITHUB_PATH": str(self.folder / "path"),
            "GITHUB_STEP_SUMMARY": str(self.folder / "summary.md"),
            "RUNNER_TEMP": str(self.temp),
        }
        ended = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
            cwd=self.folder,
            env={**self.environment, **files, **told},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
        )
        self.ended[step["name"]] = ended
        for line in output.read_text().splitlines():
            name, _, value = line.partition("=")
            self.known[f"steps.{step.get('id')}.outputs.{name}"] = value
        return ended.returncode

    def said(self) -> str:
        """All that its scripts have printed."""
        return "".join(f"── {name}\n{one.stdout}{one.stderr}" for name, one in self.ended.items())


def machine(**variables: str) -> dict[str, str]:
    """The environment of a runner's job, with the kit installed."""
    programs = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    kept = {name: os.environ[name] for name in ("LANG", "TMPDIR") if name in os.environ}
    return {**kept, "PATH": programs, "CI": "true", "GITHUB_ACTIONS": "true", **variables}
