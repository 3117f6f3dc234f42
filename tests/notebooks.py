"""Keeps the runbooks tidy: `python tests/notebooks.py [--execute] NOTEBOOK…`.

Tidying leaves each notebook as git should have it: no metadata of the machine that executed it, no
widget state, no execution times. With `--execute` it is first run by papermill in a new sandbox, so
that its outputs are those that nbval compares with. The exit status is 1 where something changed.
"""

import json
import os
import re
import sys
import tempfile
from pathlib import Path
from typing import Any

KEPT = ("kernelspec", "language_info")
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
INJECTED = "injected-parameters"
IGNORED = "nbval-ignore-output"


def tidy(notebook: dict[str, Any]) -> dict[str, Any]:
    """The notebook as it is committed."""
    cells = [tidy_cell(cell, number) for number, cell in enumerate(notebook["cells"])]
    own = {"runbook": {"private": True}} if is_private(notebook) else {}
    return {
        "cells": cells,
        "metadata": {"kernelspec": KERNEL, "language_info": {"name": "python"}, **own},
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def is_private(notebook: dict[str, Any]) -> bool:
    """Whether its outputs are kept apart, and so are never committed."""
    return bool(notebook["metadata"].get("runbook", {}).get("private"))


def tidy_cell(cell: dict[str, Any], number: int) -> dict[str, Any]:
    """One cell: its id, source, tags and outputs."""
    tags = cell["metadata"].get("tags", [])
    kept = {
        "cell_type": cell["cell_type"],
        "id": f"cell-{number:02d}",
        "metadata": {"tags": tags} if tags else {},
        "source": lines("".join(cell["source"])),
    }
    if cell["cell_type"] == "code":
        outputs = [] if IGNORED in tags else [tidy_output(out) for out in cell["outputs"]]
        kept |= {
            "execution_count": cell["execution_count"] if outputs else None,
            "outputs": outputs,
        }
    return kept


def tidy_output(output: dict[str, Any]) -> dict[str, Any]:
    """One output, with what differs from run to run in its usual form."""
    kept = {**output, "metadata": {}} if "metadata" in output else dict(output)
    if "text" in kept:
        kept["text"] = lines(steady("".join(kept["text"])))
    if "data" in kept:
        kept["data"] = {kind: lines(steady("".join(data))) for kind, data in kept["data"].items()}
    return kept


def steady(text: str) -> str:
    """A text with nothing of this machine or moment in it; what nbval's sanitising makes of it."""
    for pattern, stands_for in sanitising():
        text = re.sub(pattern, stands_for, text)
    return text


def sanitising() -> list[tuple[str, str]]:
    """The patterns that nbval applies to both sides before it compares."""
    text = (Path(__file__).parent / "nbval.cfg").read_text()
    return re.findall(r"^regex: (.*)\nreplace: (.*)$", text, re.MULTILINE)


def lines(text: str) -> list[str]:
    """A text as notebooks keep it."""
    return text.splitlines(keepends=True)


def execute(path: Path) -> dict[str, Any]:
    """The notebook as papermill leaves it in a new sandbox, without the cell it injects."""
    import papermill

    with tempfile.TemporaryDirectory() as home:
        os.environ["RUNBOOK_HOME"] = home
        output = Path(home) / "executed.ipynb"
        papermill.execute_notebook(str(path), str(output), progress_bar=False)
        found: dict[str, Any] = json.loads(output.read_text())
    cells = [cell for cell in found["cells"] if INJECTED not in cell["metadata"].get("tags", [])]
    return {**found, "cells": cells}


def main(arguments: list[str]) -> int:
    """Tidy the notebooks that are named; 1 where one changed."""
    changed = 0
    for path in [Path(name) for name in arguments if name != "--execute"]:
        before = path.read_text()
        found = json.loads(before)
        if "--execute" in arguments and not is_private(found):
            found = execute(path)
        after = json.dumps(tidy(found), indent=1, ensure_ascii=False) + "\n"
        path.write_text(after)
        changed |= after != before
    return changed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
