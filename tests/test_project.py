"""The project around the library: what it says it needs is what it needs."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
CONDA_NAMES = {"playwright-python": "playwright", "python-build": "build"}
BESIDE = {"python", "git", "openssh", "pip"}
"""What environment.yml names beside pyproject.toml's requirements."""
APART = ("airflow",)
"""The extras that are for an environment of their own."""


def requirement(text: str) -> tuple[str, str]:
    """A requirement as its name, in lower case, and the versions that fit."""
    found = re.fullmatch(r"([\w.-]+?)((?:[<>=!~]=?.*)?)", text)
    assert found, text
    return CONDA_NAMES.get(found[1].lower(), found[1].lower()), found[2]


def wanted() -> dict[str, str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"].items()
    optional = [each for name, extra in extras for each in extra if name not in APART]
    return dict(map(requirement, [*project["dependencies"], *optional]))


def offered() -> dict[str, str]:
    lines = (ROOT / "environment.yml").read_text().partition("dependencies:")[2].splitlines()
    named = [line.strip().removeprefix("- ") for line in lines if line.strip().startswith("- ")]
    kept = [name for name in named if not name.startswith("--") and name != "pip:"]
    return {name: versions for name, versions in map(requirement, kept) if name not in BESIDE}


def test_environment_and_project_name_the_same_requirements() -> None:
    assert offered() == wanted()


def test_the_readme_sets_up_with_commands_that_are_there() -> None:
    text = (ROOT / "README.md").read_text()
    commands = re.findall(r"^python3 -m venv .*$", text, re.MULTILINE)
    assert any("papermill runbooks/release.ipynb out.ipynb" in command for command in commands)
    assert any(command.endswith("pytest") for command in commands)


@pytest.mark.parametrize("path", sorted(ROOT.glob("runbooks/*.ipynb")), ids=lambda path: path.stem)
def test_a_runbook_reads_like_its_procedure(path: Path) -> None:
    import json

    cells = json.loads(path.read_text())["cells"]
    code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    text = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
    assert "parameters" in cells[2]["metadata"]["tags"]
    for heading in ("Parameters", "Open the run", "Preflight", "If it fails", "Close"):
        assert f"## {heading}" in text
    for line in code[0].splitlines():
        assert re.fullmatch(r"\w+: (str|bool|int|float) = .+?  # .+", line), line
    for cell in code[1:]:
        assert not re.search(r"^\s*(def|if|try|for|while|class)\b", cell, re.MULTILINE), cell
        assert len([line for line in cell.splitlines() if line.strip()]) <= 9, cell
    assert not re.search(r"token|password|secret", code[0], re.IGNORECASE)


def test_what_is_slow_is_there() -> None:
    from conftest import SLOW, TESTS

    assert [place for place in SLOW if not (TESTS / place).exists()] == []
