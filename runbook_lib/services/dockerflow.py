"""What a deployed service says of itself: on any page, or at `/__version__` as Dockerflow has it.

https://github.com/mozilla-services/Dockerflow describes the latter.
"""

from dataclasses import replace
from typing import Any

import requests

from runbook_lib.errors import Failed, Refused
from runbook_lib.frozen import frozen
from runbook_lib.policy.same_version import is_tagged_so
from runbook_lib.policy.version_page import Place, same_commit
from runbook_lib.policy.visible import Shown
from runbook_lib.services.api import Key
from runbook_lib.services.http import (
    TIMEOUT,
    Timeout,
    check_public_url,
    check_url,
    excerpt,
    json_of,
    open_session,
    send,
)
from runbook_lib.steps.step import Runner, look
from runbook_lib.steps.wait import NotYet, wait

KEYS = ("source", "version", "commit", "build")


@frozen
class Deployment(Shown):
    """What is deployed at `link`: the source repository, its version and commit, and the build.

    A page that is none of Dockerflow's tells the version, and a commit perhaps.
    """

    source: str
    version: str
    commit: str
    build: str
    link: str

    def __str__(self) -> str:
        commit = f" at {self.commit:.9}" if self.commit else ""
        return f"{self.link} shows {self.version or 'no version'}{commit}"


class VersionPage:
    """One deployed service; `page` is where it tells its version, below its address.

    `version` and `commit` say where on that page these stand; without the latter the version alone
    is compared. A `key` is sent with each request.
    """

    service = "the version page"

    def __init__(
        self,
        url: str,
        runner: Runner,
        *,
        page: str,
        version: Place,
        commit: Place,
        key: Key | None = None,
        timeout: Timeout = TIMEOUT,
        session: requests.Session | None = None,
    ) -> None:
        checked = check_url if key else check_public_url
        self.url = checked(url, service="the deployed service")
        self.page = page
        self.version, self.commit = version, commit
        self.key = key
        self.runner = runner
        self.timeout = timeout
        self.session = session or open_session(self.url)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.url!r})"

    @property
    def link(self) -> str:
        """Where it tells what is deployed."""
        return f"{self.url}/{self.page}"

    @look
    def read_version(self) -> Deployment:
        """What is deployed now.

        Raises `Unavailable` where there is no answer, `Refused` where the service has no
        such page, `Failed` where it is not what it should be.
        """
        link = self.link
        answer = send(
            self.session, "GET", link, service=self.service, auth=self.key, timeout=self.timeout
        )
        if answer.status_code == requests.codes.not_found:
            raise Refused(
                f"expected what is deployed at {link}, found nothing there (404); check the "
                "address, and whether anything has been deployed yet"
            )
        if answer.status_code != requests.codes.ok:
            said = self.key.hide(answer.text) if self.key else answer.text
            raise Failed(
                f"expected what is deployed at {link}, found status {answer.status_code}: "
                f"{excerpt(said)}; ask the service's operations"
            )
        return self.read(answer, link)

    def read(self, answer: requests.Response, link: str) -> Deployment:
        """The deployment that the page tells of."""
        page = answer.text
        commit = self.commit.read(page, link) if self.commit else ""
        return Deployment("", self.version.read(page, link), commit, "", link)

    def shows(self, found: Deployment, tag: str, commit: str) -> bool:
        """Whether the release of that tag and commit is what was found, as far as the page says."""
        return shows(found if self.commit else replace(found, commit=commit), tag, commit)

    @wait
    def await_version(self, tag: str, *, commit: str) -> Deployment:
        """Wait until that tag and that commit are what is deployed."""
        try:
            found = self.read_version()
        except Refused as missing:
            raise NotYet(str(missing), link=self.link) from missing
        if not self.shows(found, tag, commit):
            raise NotYet(f"{found}, not yet {tag} at {commit:.9}", link=found.link)
        return found


class Dockerflow(VersionPage):
    """A deployed service whose page is as Dockerflow describes it."""

    service = "Dockerflow"

    def __init__(
        self,
        url: str,
        runner: Runner,
        *,
        page: str = "__version__",
        key: Key | None = None,
        timeout: Timeout = TIMEOUT,
        session: requests.Session | None = None,
    ) -> None:
        super().__init__(
            url,
            runner,
            page=page,
            version=Place("/version"),
            commit=Place("/commit"),
            key=key,
            timeout=timeout,
            session=session,
        )

    def read(self, answer: requests.Response, link: str) -> Deployment:
        """The deployment that `/__version__` describes."""
        return read_deployment(read_json(answer, link), link)


def read_json(answer: requests.Response, link: str) -> Any:
    """An answer's body as JSON."""
    try:
        return json_of(answer)
    except ValueError as error:
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

    Versions are the same with and without a `v` before them and zeros behind (`1.9`, `v1.9.0`), and
    whatever stands before them in the tag; a commit may be cut short, to 7 digits at least.
    """
    return is_tagged_so(deployment.version, tag) and same_commit(deployment.commit, commit)
