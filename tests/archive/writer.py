"""Archives sessions, in a process of its own: `writer ARCHIVE REMOTE GO FOLDER…`.

It begins when the file GO is there; each session is pushed at once.
"""

import sys
import time
from pathlib import Path

from runbook_lib.archive import Archive


def main() -> None:
    """Archive each session, and push it."""
    archive_folder, remote, go, *folders = sys.argv[1:]
    archive = Archive(Path(archive_folder), remote=remote)
    until = time.monotonic() + 60
    while not Path(go).exists() and time.monotonic() < until:
        time.sleep(0.005)
    for folder in folders:
        archive.add(Path(folder))
        archive.push()


if __name__ == "__main__":
    main()
