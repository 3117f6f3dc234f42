"""How git is let in by a token, and how it is kept from what a machine's own is set up for."""

import base64
import os
from collections.abc import Callable

from runbook_lib.profile import GitHubPlace


def git_access(
    place: GitHubPlace, urls: tuple[str, ...], token: Callable[[], str]
) -> dict[str, str]:
    """git's settings that let it in by a GitHub token, where one of the addresses is there."""
    web = f"{place.web_url.rstrip('/')}/"
    if not any(url.startswith(web) for url in urls):
        return {}
    return {f"http.{web}.extraHeader": basic_header(token())}


def basic_header(token: str) -> str:
    """The HTTP header that lets git in by a token (any user name does, on GitHub too)."""
    code = base64.b64encode(f"x-access-token:{token}".encode()).decode()
    return f"Authorization: Basic {code}"


def plain_git(name: str, email: str) -> dict[str, str]:
    """git as somebody uses it who has set up nothing else than who they are."""
    return {
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_AUTHOR_NAME": name,
        "GIT_AUTHOR_EMAIL": email,
        "GIT_COMMITTER_NAME": name,
        "GIT_COMMITTER_EMAIL": email,
    }
