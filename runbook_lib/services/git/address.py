"""The addresses of repositories: what git may be given as one."""

import re
from pathlib import Path

from runbook_lib.errors import UsageError
from runbook_lib.secrets.credentials import keeps_secrets
from runbook_lib.services.git.failures import mask_passwords


def clone_address(url: str) -> str:
    """The address of a repository, with a folder's path made absolute.

    Raises `UsageError` for what git would take for an option, where it holds a password, and where
    a token could be read on the way.
    """
    if not url or url.startswith("-"):
        raise UsageError(f"expected the address of a repository, found {url!r}")
    if not keeps_secrets(url):
        raise UsageError(
            f"expected a repository at an https or ssh address, found {mask_passwords(url)}: a "
            "token could be read on the way; only this machine is asked without TLS"
        )
    if mask_passwords(url) != url and (":" in url.split("://")[1].split("@")[0] or secretive(url)):
        raise UsageError(
            f"the address {mask_passwords(url)} holds a password; "
            "name it without, and give the token in the environment"
        )
    return str(Path(url).absolute()) if "://" not in url and is_there(url) else url


def is_there(path: str) -> bool:
    """Whether there is something by that path, which may be none."""
    try:
        return Path(path).exists()
    except (OSError, ValueError):
        return False


def secretive(url: str) -> bool:
    """Whether the user's name in a URL has the look of a token."""
    return bool(re.search(r"://(gh[a-z]_|github_pat_|glpat-|[0-9a-f]{32})", url))
