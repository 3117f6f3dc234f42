"""Has a runbook's errors explained in every kernel of this environment that opens one.

An IPython extension that is installed beside the library, with the configuration that names it: a
kernel of another notebook imports nothing of the library.
"""

import os
from pathlib import Path
from typing import Any


def load_ipython_extension(shell: Any) -> None:
    """Load the library's own extension, where a front end says that the notebook is a runbook."""
    if is_runbook(Path(os.environ.get("JPY_SESSION_NAME", ""))):
        from runbook_lib.run import refusals

        refusals.load_ipython_extension(shell)


def is_runbook(notebook: Path) -> bool:
    """Whether a notebook uses the library."""
    try:
        return b"runbook_lib" in notebook.read_bytes()
    except (OSError, ValueError):
        return False
