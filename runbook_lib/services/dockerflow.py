"""Dockerflow: what a deployed service says of itself at `/__version__`.

https://github.com/mozilla-services/Dockerflow describes it.
"""

import re
from dataclasses import dataclass
from typing import Any

import requests

from runbook_lib.errors import Failed, Refused
from runbook_lib.policy.visible import Shown
from runbook_lib.services.http import (
    TIMEOUT,
    Timeout,
    check_public_url,
    excerpt,
    open_session,
    send,
)
from runbook_lib.steps.step import Runner, look
from runbook_lib.steps.wait import NotYet, wait

KEYS = ("source", "version", "commit", "build")
VERSION = re.compile(r"[vV]?(\d+(?:\.\d+)*)(.*)", re.DOTALL)
COMMIT = re.compile(r"[0-9a-f]{7,40}|[0-9a-f]{64}")


@dataclass(frozen=True)
class Deployment(Shown):
    """What is deployed at `link`: the source repository, its version and commit, and the build."""

    source: str
    version: str
    commit: str
    build: str
    link: str

    def __str__(self) -> str:
        return f"{self.link} shows {self.version or 'no version'} at {self.commit:.9}"


class Dockerflow:
    """One deployed service; `page` is where it tells its version, below its address."""

    def __init__(
        self,
        url: str,
        runner: Runner,
        *,
        page: str = "__version__",
        timeout: Timeout = TIMEOUT,
        session: requests.Session | None = None,
    ) -> None:
        self.url = check_public_url(url, service="the deployed service")
        self.page = page
        self.runner = runner
        self.timeout = timeout
        self.session = session or open_session(self.url)

    def __repr__(self) -> str:
        return f"Dockerflow({self.url!r})"

    @look
    def read_version(self) -> Deployment:
        """What is deployed now.

        Raises `Unavailable` where there is no answer, `Refused` where the service has no
        such page, `Failed` where it is not what Dockerflow says it should be.
        """
        link = f"{self.url}/{self.page}"
        answer = send(self.session, "GET", link, service="Dockerflow", timeout=self.timeout)
        if answer.status_code == requests.codes.not_found:
            raise Refused(
                f"expected what is deployed at {link}, found nothing there (404); check the "
                "address, and whether anything has been deployed yet"
            )
        if answer.status_code != requests.codes.ok:
            raise Failed(
                f"expected what is deployed at {link}, found status {answer.status_code}: "
                f"{excerpt(answer.text)}; ask the service's operations"
            )
        return read_deployment(read_json(answer, link), link)

    @wait
    def await_version(self, tag: str, *, commit: str) -> Deployment:
        """Wait until that tag and that commit are what is deployed."""
        try:
            found = self.read_version()
        except Refused as missing:
            raise NotYet(str(missing)) from missing
        if not shows(found, tag, commit):
            raise NotYet(f"{found}, not yet {tag} at {commit:.9}")
        return found


def read_json(answer: requests.Response, link: str) -> Any:
    """An answer's body as JSON."""
    try:
        return answer.json()
    except requests.exceptions.JSONDecodeError as error:
        kind = answer.headers.get("Content-Type", "no content type")
        raise Failed(
            f"expected JSON at {link}, found {kind} that begins {excerpt(answer.text, 60)!r}; "
            "check the address: is there something in front of the service?"
        ) from error


def read_deployment(said: Any, link: str) -> Deployment:
    """The deployment that `/__version__` describes; each of its keys must be there, as a text."""
    if not isinstance(said, dict):
        raise Failed(f"expected an object at {link}, found {excerpt(repr(said), 60)}")
    wrong = [key for key in KEYS if not isinstance(said.get(key), str)]
    if wrong:
        raise Failed(
            f"expected {', '.join(KEYS)} as texts at {link}, found {excerpt(repr(said))} without "
            f"{', '.join(wrong)}; mend the service's version.json"
        )
    return Deployment(said["source"], said["version"], said["commit"], said["build"], link)


def shows(deployment: Deployment, tag: str, commit: str) -> bool:
    """Whether the release of that tag and commit is what is deployed.

    Versions are the same with and without a `v` before them and zeros behind (`1.9`, `v1.9.0`); a
    commit may be cut short, to 7 digits at least.
    """
    return same_version(deployment.version, tag) and same_commit(deployment.commit, commit)


def same_version(one: str, other: str) -> bool:
    """Whether two texts name the same version."""
    return version_key(one) == version_key(other)


def version_key(text: str) -> tuple[tuple[int, ...], str]:
    """A version's numbers without the zeros at their end, and what stands behind them."""
    match = VERSION.fullmatch(text.strip())
    if match is None:
        return (), text.strip()
    numbers = [int(number) for number in match[1].split(".")]
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers), match[2]


def same_commit(one: str, other: str) -> bool:
    """Whether one of two commit ids is the other, or its beginning."""
    short, long = sorted((one.strip().lower(), other.strip().lower()), key=len)
    return all(COMMIT.fullmatch(each) for each in (short, long)) and long.startswith(short)
