"""`python -m runbook_lib.sandbox serve FOLDER`: one sandbox, in the foreground."""

import gc
import sys
from argparse import ArgumentParser
from datetime import datetime
from pathlib import Path

from runbook_lib.errors import RunbookError


def main() -> int:
    """Serve the world that the command line names; returns the exit status."""
    parser = ArgumentParser(prog="python -m runbook_lib.sandbox", description=__doc__)
    parser.add_argument("command", choices=["serve"])
    parser.add_argument("folder", type=Path, help="the world's folder; made where it is missing")
    parser.add_argument(
        "--clock", type=datetime.fromisoformat, help="a new world's time, which stands still"
    )
    options = parser.parse_args()
    gc.disable()  # while it imports, nothing is garbage: looking for it is a sixth of the start
    from runbook_lib.sandbox.server.server import serve

    gc.freeze()
    gc.enable()
    try:
        serve(options.folder, clock=options.clock)
    except RunbookError as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
