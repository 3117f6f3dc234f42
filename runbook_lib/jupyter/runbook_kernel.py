"""Has a runbook's errors explained in every kernel of this environment that opens one.

An IPython extension that is installed beside the library, with the configuration that names it: a
kernel of another notebook imports nothing of the library.
"""

import os
import re
from pathlib import Path
from typing import Any

LIBRARY = b"runbook_lib"
IMPORTED = re.compile(rb"\b(?:from|import)\s+([A-Za-z]\w*)")


def load_ipython_extension(shell: Any) -> None:
    """Load the library's own extension, where a front end says that the notebook is a runbook."""
    named = os.environ.get("RUNBOOK_NOTEBOOK") or os.environ.get("JPY_SESSION_NAME") or ""
    if is_runbook(Path(named)):
        from runbook_lib.run import refusals

        refusals.load_ipython_extension(shell)


def is_runbook(notebook: Path) -> bool:
    """Whether a notebook says that it is one, or uses the library, or a module beside it does."""
    content = read(notebook)
    if LIBRARY in content or b'"runbook"' in content:
        return True
    beside = {notebook.parent / f"{name.decode()}.py" for name in IMPORTED.findall(content)}
    return any(LIBRARY in read(path) for path in beside)


def read(path: Path) -> bytes:
    """What stands in a file; nothing where it can't be read."""
    try:
        return path.read_bytes()
    except (OSError, ValueError):
        return b""
