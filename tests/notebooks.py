"""Keeps the runbooks tidy: `python -m tests.notebooks [--execute] runbooks/NOTEBOOK…`.

Tidying leaves each as git should have it: without outputs, which a reader would take for those of
a run, and without metadata of the machine that executed it. With `--execute` papermill also runs
it in a new sandbox, and the executed copy, with whose outputs nbval compares, goes to
`tests/runbooks/`. The exit status is 1 where something changed.
"""

import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

from runbook_lib.testing.sanitising import steady

KEPT = ("kernelspec", "language_info")
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
INJECTED = "injected-parameters"
IGNORED = "nbval-ignore-output"


def bare(notebook: dict[str, Any]) -> dict[str, Any]:
    """The notebook as it is committed in `runbooks/`: no output of any execution."""
    cells = [{**cell, "outputs": [], "execution_count": None} for cell in notebook["cells"]]
    return tidy({**notebook, "cells": cells})


def tidy(notebook: dict[str, Any]) -> dict[str, Any]:
    """The notebook with its outputs, as it is compared."""
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


def lines(text: str) -> list[str]:
    """A text as notebooks keep it."""
    return text.splitlines(keepends=True)


def execute(path: Path) -> dict[str, Any]:
    """The notebook as papermill leaves it in a new sandbox, without the cell it injects."""
    import papermill

    from runbook_lib.sandbox.server.process import stop

    with tempfile.TemporaryDirectory() as home:
        os.environ["RUNBOOK_HOME"] = home
        output = Path(home) / "executed.ipynb"
        papermill.execute_notebook(str(path), str(output), progress_bar=False)
        found: dict[str, Any] = json.loads(output.read_text())
        for world in Path(home).glob("sandbox/*"):
            stop(world)
    cells = [cell for cell in found["cells"] if INJECTED not in cell["metadata"].get("tags", [])]
    return {**found, "cells": cells}


def expected(path: Path) -> Path:
    """The copy of a runbook with the outputs that are expected of it."""
    return path.absolute().parent.parent / "tests" / "runbooks" / path.name


def write(path: Path, notebook: dict[str, Any]) -> bool:
    """Write a notebook's file; whether that changed it."""
    text = json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"
    changed = not path.exists() or path.read_text() != text
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return changed


def main(arguments: list[str]) -> int:
    """Tidy the notebooks that are named; 1 where one changed."""
    changed = False
    for path in [Path(name) for name in arguments if name != "--execute"]:
        found = bare(json.loads(path.read_text()))
        changed |= write(path, found)
        if "--execute" in arguments:
            executed = found if is_private(found) else tidy(execute(path))
            changed |= write(expected(path), executed)
    return int(changed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
