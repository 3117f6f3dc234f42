"""A small runbook that breaks no rule, and how to write one that breaks a single one."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

GOOD = {
    "title": "# Publish\n\nPuts a built package onto the index.",
    "parameters-heading": "## Parameters",
    "parameters": (
        'package: str = "tidewatch"  # its name on the index\n'
        "plan: bool = False  # only say what would be done"
    ),
    "open-heading": "## Open the run",
    "open": (
        "from runbook_lib import open_run\n"
        "from publish import Index, note\n\n"
        'run = open_run("publish", parameters=globals(), subject=package)\n'
        "index = run.use(Index)"
    ),
    "preflight": "## Preflight\n**Good:** *may upload*.",
    "access": "access = index.check_access()",
    "first": "### 1 · Build",
    "build": "built = run.command(f'python -m build {package}')",
    "second": "### 2 · Upload\n**The point of no return.**",
    "approve": 'approved = run.approve("upload", built, title=f"Upload {built}")',
    "upload": "uploaded = index.upload(built)\nnoted = note(run, uploaded)",
    "failing": "## If it fails\nRead the message.\n\n## Close",
    "close": 'run.close(f"{package} is on the index")',
}
"""Its cells by their names; what begins with # is prose."""
MODULE = '''
"""The index as steps."""

import subprocess

import requests
from runbook_lib import Service, check, step


class Index(Service):
    @check
    def check_access(self):
        return requests.request("HEAD", "http://127.0.0.1/").status_code

    @step
    def upload(self, built):
        """Upload a package."""
        yield f"upload {built}"
        requests.post("http://127.0.0.1/", data=built)


@step
def note(run, uploaded):
    yield f"note {uploaded}"
    subprocess.run(["logger", uploaded])
'''


def write(
    folder: Path, change: Mapping[str, str | None] = {}, *, module: str = MODULE, **raw: Any
) -> Path:
    """Write the good runbook with some of its cells changed, left out (None) or added at its end.

    `raw` are keys of cells as the file has them, for the cell named in front of each.
    """
    notebook = new_notebook()
    for number, (name, source) in enumerate({**GOOD, **change}.items()):
        if source is not None:
            make = new_markdown_cell if source.startswith("#") else new_code_cell
            tags = {"tags": ["parameters"]} if name == "parameters" else {}
            cell = make(source, id=f"cell-{number:02d}", metadata=tags)
            cell.update(raw.get(name, {}))
            if cell["id"] is None:
                del cell["id"]
            notebook.cells.append(cell)
    path = folder / "publish.ipynb"
    path.write_text(nbformat.writes(notebook) if not raw else as_it_stands(notebook))
    (folder / "publish.py").write_text(module)
    return path


def as_it_stands(notebook: Any) -> str:
    """A notebook as JSON, whatever is wrong with it."""
    import json

    return json.dumps(notebook)
