"""What DAGs import of the library is there: they are carried out where it is installed alone."""

import ast
from importlib import import_module
from pathlib import Path

import pytest

DAGS = Path(__file__).parent.parent.parent / "deploy" / "airflow" / "dags"


@pytest.mark.parametrize("file", sorted(DAGS.rglob("*.py")), ids=lambda file: file.name)
def test_each_name_of_the_library_is_there(file: Path) -> None:
    missing = [
        f"{node.module}.{name.name}"
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("runbook_lib")
        for name in node.names
        if not hasattr(import_module(node.module or ""), name.name)
    ]
    assert missing == []
