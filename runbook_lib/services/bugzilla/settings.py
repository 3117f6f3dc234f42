"""What a profile says of a Bugzilla, and how it is opened."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, ClassVar, Self

from pydantic import Field

from runbook_lib.policy.diagnosis import Diagnosis
from runbook_lib.profile.section import Address, Means, Section
from runbook_lib.secrets.credentials import SecretPlace
from runbook_lib.steps.runner import Runner

if TYPE_CHECKING:
    from runbook_lib.services.bugzilla.bugzilla_desk import BugzillaDesk
    from runbook_lib.services.bugzilla.fields import Wanted
    from runbook_lib.services.bugzilla.service import Bugzilla


class BugzillaSettings(Section):
    """Where deployments are asked for, and who is told."""

    asks: ClassVar[str] = "request_information"

    url: Address
    """The Bugzilla's address."""
    product: str = "Cloud Services"
    """The product that deployment bugs are filed under."""
    component: str = "Operations: Deployment Requests"
    """The component that they are filed under."""
    version: str = "unspecified"
    """The version that they name."""
    cc: tuple[str, ...] = ()
    """Accounts on CC of the deployment bug."""
    qa: str = ""
    """The account that is asked for the load test; without one nobody is, and none is judged."""
    fields: dict[str, str] = Field(default_factory=dict)
    """What this Bugzilla asks for besides: op_sys, platform, type, severity, its own fields."""
    account: str = ""
    """The login name that the key belongs to: Bugzilla 5.0 and 5.2 can't say it, and 4.4, which has
    no keys, lets in by it and its password."""
    key_variable: str = "BUGZILLA_API_KEY"
    """The environment variable with the API key; for Bugzilla 4.4, with the account's password."""

    def secret_place(self) -> SecretPlace:
        """Where the API key is."""
        return SecretPlace(self.key_variable, "bugzilla", self.url)

    def open(self, secret: str, runner: Runner) -> "Bugzilla":
        """The Bugzilla."""
        from runbook_lib.services.bugzilla.service import Bugzilla

        return Bugzilla(self.url, key=secret, account=self.account, runner=runner)

    def desk(
        self,
        _hub: object,
        open_service: Callable[["BugzillaSettings"], "Bugzilla"],
    ) -> "BugzillaDesk":
        """The desk that it is."""
        from runbook_lib.services.bugzilla.bugzilla_desk import BugzillaDesk

        return BugzillaDesk(open_service(self), self)

    def filed_at(self, _repository: str) -> str:
        """Where tickets are filed."""
        return self.url

    def rehearsed(self, url: str) -> Self:
        """Such a desk in the sandbox."""
        return self.in_sandbox(url)

    def wanted(self) -> "Wanted":
        """What has to be there before a bug can be filed, and somebody asked on it."""
        from runbook_lib.services.bugzilla.fields import Wanted

        return Wanted(self.product, self.component, self.version, self.fields, self.qa, self.cc)

    def examine(self, means: Means) -> Iterable[Diagnosis]:
        """Whether it answers, and whom it takes us for."""
        from runbook_lib.services.diagnosis import examine_service

        return examine_service("Bugzilla", f"{self.url}/rest/version", self, means, self.wanted())

    @classmethod
    def in_sandbox(cls, url: str) -> Self:
        """The sandbox's."""
        return cls(url=f"{url}/bugzilla", cc=("ops@sandbox.example",), qa="qa@sandbox.example")
