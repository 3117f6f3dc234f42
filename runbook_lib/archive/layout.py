"""Where things are in the archive: paths in its tree, and names of its refs.

    refs/heads/main                           one commit a session; it only ever adds files
                                              (the remote may have it on another branch)
      YYYY/MM/DD/{session}/                   record.ipynb and journal.jsonl
      runs/{h[:2]}/{h[2:4]}/{h}/{session}     an empty file for each session of a run
    refs/sessions/{session}                   a session that is still open
    refs/locks/{h}                            who is at work on a run
    refs/remotes/origin/                      the remote's, as they were last seen

`h` is the SHA-256 of the run's name, so that its sessions are found without reading any other.
"""

import re

from runbook_lib.errors import UsageError
from runbook_lib.journal.events import digest
from runbook_lib.journal.session import JOURNAL

MAIN = "refs/heads/main"
SEEN_MAIN = "refs/remotes/origin/main"
SESSIONS = "refs/sessions/"
SEEN_SESSIONS = "refs/remotes/origin/sessions/"
LOCKS = "refs/locks/"
SEEN_LOCKS = "refs/remotes/origin/locks/"
RECORD = "record.ipynb"
FILES = (RECORD, JOURNAL)
ARCHIVED = "archived"
"""The empty file that says of a session's folder that the archive has it for good."""
BROUGHT = "brought"
"""The empty file that says that a session lives on another machine, which will archive it."""
SESSION = re.compile(r"(\d{4})(\d{2})(\d{2})T[\w.]+-\w+", re.ASCII)
PLACES = re.compile(r"runs|\d{4}|(?:README|LICENSE|CODEOWNERS)(?:\.\w+)?|\.git\w+", re.ASCII)
"""What lies at the top of an archive: its own folders, and what a new repository may begin with."""
PATH = re.compile(r"[\w./-]+", re.ASCII)
"""What a path in the archive is made of."""


def session_path(session: str) -> str:
    """The folder of a session; raises `UsageError` for what is no session's name."""
    found = SESSION.fullmatch(session)
    if found is None:
        raise UsageError(
            "expected the name of a session, such as 20261123T090712.123456Z-abc123; "
            f"found {session!r}"
        )
    return f"{found[1]}/{found[2]}/{found[3]}/{session}"


def run_path(run: str) -> str:
    """The folder that lists a run's sessions."""
    name = digest(run)
    return f"runs/{name[:2]}/{name[2:4]}/{name}"


def lock_name(run: str) -> str:
    """The last part of the name of a run's lock."""
    return digest(run)
