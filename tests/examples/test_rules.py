"""The examples: small, by public names alone, and with the skeleton of every runbook."""

import ast
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import runbook_lib
from tests.examples.example import EXAMPLES, EXPECTED
from tests.notebooks import bare

NAMES = sorted(path.parent.name for path in EXAMPLES.glob("*/*.ipynb"))
LINES = 60
"""So many lines of Python an example has at most, besides its notebook; empty ones are none."""
SKELETON = ("## Parameters", "## Open the run", "## Preflight", "## Verify", "## If it fails")


def notebook(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((EXAMPLES / name / f"{name}.ipynb").read_text())
    return found


def cells(name: str, kind: str) -> list[str]:
    found = [cell for cell in notebook(name)["cells"] if cell["cell_type"] == kind]
    return ["".join(cell["source"]) for cell in found]


def modules(name: str) -> list[str]:
    return [path.read_text() for path in sorted((EXAMPLES / name).rglob("*.py"))]


def nodes(name: str) -> Iterator[ast.AST]:
    """All that stands in an example's Python: its modules' and its notebook's."""
    for source in (*modules(name), *cells(name, "code")):
        yield from ast.walk(ast.parse(source))


@pytest.mark.parametrize("name", NAMES)
def test_an_example_is_small(name: str) -> None:
    lines = [line for source in modules(name) for line in source.splitlines() if line.strip()]
    assert len(lines) <= LINES


@pytest.mark.parametrize("name", NAMES)
def test_an_example_uses_public_names_alone(name: str) -> None:
    for node in nodes(name):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("runbook_lib"):
            assert node.module == "runbook_lib"
            assert {alias.name for alias in node.names} <= set(runbook_lib.__all__)
        if isinstance(node, ast.Import):
            assert not any(alias.name.startswith("runbook_lib") for alias in node.names)
        if isinstance(node, ast.Attribute):
            assert not node.attr.startswith("_"), ast.unparse(node)


@pytest.mark.parametrize("name", NAMES)
def test_the_notebook_of_an_example_is_a_runbook(name: str) -> None:
    headings = [line for text in cells(name, "markdown") for line in text.splitlines()]
    assert [one for one in headings if one in SKELETON] == [*SKELETON]
    assert headings[-1] == "## Close"
    for source in cells(name, "code")[1:]:
        assert 1 <= len([line for line in source.splitlines() if line.strip()]) <= 5, source
        logic = (ast.FunctionDef, ast.If, ast.For, ast.While, ast.Try, ast.With, ast.ClassDef)
        assert not [node for node in ast.walk(ast.parse(source)) if isinstance(node, logic)]


@pytest.mark.parametrize("name", NAMES)
def test_an_example_carries_nothing_that_could_be_taken_for_a_run(name: str) -> None:
    assert notebook(name) == bare(notebook(name))


@pytest.mark.parametrize("name", NAMES)
def test_what_is_compared_is_the_example_as_it_is(name: str) -> None:
    again = f"python -m tests.examples {name}"
    assert bare(json.loads((EXPECTED / f"{name}.ipynb").read_text())) == notebook(name), again


@pytest.mark.parametrize("name", NAMES)
def test_an_example_is_told_of(name: str) -> None:
    assert f"| [`{name}`]({name}/{name}.ipynb) |" in (EXAMPLES / "README.md").read_text()
    assert (EXAMPLES / name / "runbook.toml").exists()


def test_nothing_else_is_compared() -> None:
    assert sorted(path.stem for path in EXPECTED.iterdir()) == NAMES


def test_each_example_has_its_tests() -> None:
    there = {path.stem.removeprefix("test_") for path in Path(__file__).parent.glob("test_*.py")}
    assert set(NAMES) <= there
