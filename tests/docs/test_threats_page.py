"""The page of threats: each line is shown by tests that are there."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "threats.md").read_text()
TESTS = sorted(set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE)))
ROWS = [line for line in PAGE.splitlines() if line.startswith("| ") and "---" not in line]


@pytest.mark.parametrize(("path", "name"), TESTS)
def test_a_named_test_is_there(path: str, name: str) -> None:
    tree = ast.parse((ROOT / path).read_text())
    functions = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    values = [
        target for node in tree.body if isinstance(node, ast.Assign) for target in node.targets
    ]
    assert name in functions | {value.id for value in values if isinstance(value, ast.Name)}


def test_each_line_names_a_test() -> None:
    heads = [row for row in ROWS if row.endswith("| shown by |")]
    assert len(heads) == 6
    assert [row for row in ROWS if row not in heads and "::" not in row] == []
