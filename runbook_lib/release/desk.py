"""A desk: where a release asks operations for its deployment, and QA for the load test.

Each kind of desk has a module of its own, which carries these out as steps, checks and waits of its
service; who is told, who QA is, and where tickets are filed come from the desk's own settings. What
one finds has the form below, whatever its class: each service hands on its own values.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, Self, TypeVar, runtime_checkable

from runbook_lib.policy.visible import Shown

if TYPE_CHECKING:
    from runbook_lib.run.services import Opens
    from runbook_lib.services.github.settings import GitHubSettings

Opened = TypeVar("Opened")


class Ticket(Protocol):
    """A ticket at a desk: a bug, an issue."""

    @property
    def id(self) -> int | str:
        """What people call it there: `1234`, `OPS-12`."""

    @property
    def link(self) -> str:
        """Where it can be read."""


class Answer(Protocol):
    """What QA have answered on a ticket."""

    @property
    def question(self) -> str:
        """What a person has to judge: who said what, in their own words, and where.

        Empty where nobody was asked: then nothing has to be approved.
        """


class Desk(Protocol):
    """Where tickets are filed, once each, and answered on.

    A ticket is given back as it was handed out, or as what stands for it in a plan.
    """

    def check_access(self) -> Shown:
        """Check who we are there, and that such a ticket can be filed, and asked about.

        Raises `Refused` with all that stands against it, and how to mend that.
        """

    def file(self, title: str, text: str, *, alias: str, whole: str) -> Ticket:
        """File the ticket that asks for the deployment: exactly one, found again by its alias.

        Of a text that is too long, the first lines are sent with a link to the `whole`.
        """

    def ask(self, ticket: Any, *, comment: str) -> Shown:
        """Ask QA on the ticket, once."""

    def await_answer(self, ticket: Any) -> Answer:
        """Wait for QA's answer; raises `Refused` where it is a no."""

    def await_ticket(self, title: str) -> Ticket:
        """Wait until QA have filed the ticket of that title, which is the one for production."""

    def result(self, ticket: Any) -> str:
        """What came of it, as the run's last word says it: `bug 12 asks operations`."""


class OpensService(Protocol):
    """Opens a service by what a profile says of it."""

    def __call__(self, settings: "Opens[Opened]", /) -> Opened:
        """The service."""


@runtime_checkable
class DeskSettings(Protocol):
    """A table of the profile that names a desk."""

    asks: ClassVar[str]
    """The step of its service by which QA are asked."""

    @property
    def qa(self) -> str:
        """Who is asked for the load test; empty for nobody."""

    def desk(self, hub: "GitHubSettings", open_service: OpensService, /) -> Desk:
        """The desk; `hub` is the repository that is released."""

    def filed_at(self, repository: str, /) -> str:
        """Where tickets are filed: an address, or the repository whose issues they are."""

    def rehearsed(self, url: str, /) -> Self:
        """Such a desk in the sandbox at `url`, of the same kind, with a QA."""

    def model_copy(self, *, update: Mapping[str, Any] | None = None) -> Self:
        """The same with other values."""
