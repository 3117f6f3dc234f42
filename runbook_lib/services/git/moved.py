"""Where a repository is that was renamed or transferred: its old address leads on."""

from urllib.parse import urlsplit, urlunsplit

from runbook_lib.errors import RunbookError
from runbook_lib.services.http import Moved, open_session, send


def new_address(url: str) -> str:
    """The address that a server names in the place of a repository's; empty where it names none.

    It is asked as anybody would: a redirect is no reason to show credentials.
    """
    parts = urlsplit(url.rstrip("/"))
    bare = urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))
    asked = f"{bare}/info/refs?service=git-upload-pack"
    try:
        with open_session(asked) as session:
            send(session, "GET", asked, service="")
    except Moved as moved:
        return moved.location.partition("/info/refs")[0]
    except RunbookError:
        pass
    return ""
