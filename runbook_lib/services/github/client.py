"""One repository on one GitHub, and where its things are on the web."""

import re
import threading
from urllib.parse import quote, urlsplit

from github.Auth import Token
from github.Repository import Repository

from runbook_lib.errors import Unavailable, UsageError
from runbook_lib.profile.github import web_address
from runbook_lib.secrets.credentials import host_of, keeps_secrets
from runbook_lib.services.github.answers import Missing, Rejected, token_advice
from runbook_lib.services.github.asker import Asker
from runbook_lib.services.github.connection import Traffic
from runbook_lib.steps.step import Runner

REPOSITORY = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*/[A-Za-z0-9_.-]+")
COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


class Client:
    """What all steps on GitHub share: who carries them out, and a connection for each thread.

    `api_url` is the API's root (`https://api.github.com`, or `https://…/api/v3`), `repository` an
    `owner/name`. `throttle` keeps a second between writes, as GitHub asks for. `of` tells it from a
    run's other repositories.
    """

    def __init__(
        self,
        api_url: str,
        repository: str,
        *,
        token: str,
        runner: Runner,
        web_url: str | None = None,
        throttle: bool = True,
        of: str = "",
    ) -> None:
        self.api_url = checked_address(api_url)
        self.repository = checked_repository(repository)
        self.web_url = (web_url or web_address(self.api_url)).rstrip("/")
        self.runner = runner
        self.throttle = throttle
        self.of = of
        self.traffic = Traffic()
        self.token = Token(checked_token(token, host_of(self.api_url)))
        self.local = threading.local()

    def __repr__(self) -> str:
        """The repository and the API that it is asked at; never the token."""
        return f"<GitHub {self.repository} at {self.api_url}>"

    @property
    def calls(self) -> int:
        """How many requests were sent so far, pages and polls included."""
        return self.traffic.calls

    @property
    def writes(self) -> int:
        """How many of the calls could have changed something."""
        return self.traffic.writes

    @property
    def asker(self) -> Asker:
        """This thread's own connection."""
        if not hasattr(self.local, "asker"):
            self.local.asker = Asker(self.api_url, self.token, self.traffic, throttle=self.throttle)
        asker: Asker = self.local.asker
        return asker

    @property
    def remote(self) -> Repository:
        """The repository, unasked: nothing is sent until an attribute is read."""
        return Repository(self.asker, url=f"/repos/{self.repository}")

    def refuse_unless_able(self, path: str, said: dict[str, str]) -> bool:
        """Refuse a token that may not do something, by a request that can have no effect.

        A classic token names its scopes, and needs not be tried; others don't tell what they may.
        False where GitHub's answer tells nothing; whatever else it is, the token was let in.
        """
        if self.asker.oauth_scopes is not None:
            return True
        place = f"/repos/{self.repository}/{path}"
        try:
            with self.asker.connection.asking():
                self.asker.requestJsonAndCheck("POST", place, input=said)
        except (Missing, Unavailable):
            return False
        except Rejected:
            pass
        return True

    def compare_link(self, base: str, head: str) -> str:
        """Where two refs or commits are compared."""
        return f"{self.web_url}/{self.repository}/compare/{quote(base)}...{quote(head)}"

    def tag_link(self, tag: str) -> str:
        """Where the tree of a tag is."""
        return f"{self.web_url}/{self.repository}/tree/{quote(tag)}"

    def commit_link(self, commit: str) -> str:
        """Where a commit is."""
        return f"{self.web_url}/{self.repository}/commit/{quote(commit)}"


def checked_address(api_url: str) -> str:
    """The API's address; a token goes over TLS, or stays on this machine."""
    parts = urlsplit(api_url)
    safe = parts.scheme in ("http", "https") and keeps_secrets(api_url)
    if not safe or parts.username or parts.password:
        raise UsageError(
            "expected the address of a GitHub API over https, without a user in it, such as "
            f"https://api.github.com, found {parts.scheme}://{parts.hostname}{parts.path}"
        )
    return api_url.rstrip("/")


def checked_repository(repository: str) -> str:
    """The repository's name, if it is one."""
    if not REPOSITORY.fullmatch(repository):
        raise UsageError(f"expected a repository as owner/name, found {repository!r}")
    return repository


def checked_token(token: str, host: str) -> str:
    """The token, if it can be sent at all; the error does not show it."""
    if not token or not token.isascii() or not token.isprintable() or " " in token:
        raise UsageError(
            "expected a GitHub token, found "
            + ("none" if not token else "one with characters that no token has")
            + f"; {token_advice(host)}"
        )
    return token


def checked_commit(commit: str) -> str:
    """The commit's full id; a name or a short id may mean another commit tomorrow."""
    if not COMMIT.fullmatch(commit):
        raise UsageError(f"expected the full id of a commit, found {commit!r}")
    return commit
