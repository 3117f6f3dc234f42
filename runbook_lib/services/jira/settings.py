"""What a profile says of a Jira, and how it is opened."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, ClassVar, Self

from pydantic import Field

from runbook_lib.policy.diagnosis import Diagnosis
from runbook_lib.profile.section import Address, Means, Section
from runbook_lib.secrets.credentials import SecretPlace
from runbook_lib.steps.runner import Runner

if TYPE_CHECKING:
    from runbook_lib.services.jira.service import Jira

NO = ("Won't Do", "Won't Fix", "Declined", "Rejected", "Canceled", "Cancelled", "Invalid")


class JiraSettings(Section):
    """The Jira on which deployments are asked for: Atlassian's cloud, or one's own data center."""

    asks: ClassVar[str] = "ask_on_issue"

    url: Address
    """Its address: `https://TEAM.atlassian.net`, or where one's own is."""
    project: str = Field(pattern=r"^[A-Z][A-Z0-9_]+$")
    """The key of the project that issues are filed in."""
    issue_type: str = "Task"
    """Their type."""
    qa: str = ""
    """The account that is asked for the load test: in the cloud its address or account id, else its
    user name; without one nobody is asked."""
    user: str = ""
    """The address of the token's account: the cloud asks for it; without one the token is sent
    alone, as a personal access token of a data center is."""
    fields: dict[str, str | dict[str, Any] | list[Any]] = Field(default_factory=dict)
    """What else this project asks for, by the field's id or name: a text, or the value as Jira's
    API takes it."""
    refusals: tuple[str, ...] = NO
    """The resolutions and states that say no to what is asked."""
    token_variable: str = "JIRA_TOKEN"
    """The environment variable with the token."""

    def secret_place(self) -> SecretPlace:
        """Where the token is."""
        return SecretPlace(self.token_variable, "jira", self.url)

    def open(self, secret: str, runner: Runner) -> "Jira":
        """The Jira."""
        from runbook_lib.services.jira.service import Jira

        return Jira(self, token=secret, runner=runner)

    def desk(
        self,
        _hub: object,
        open_service: Callable[["JiraSettings"], "Jira"],
    ) -> "Jira":
        """The desk that it is."""
        return open_service(self)

    def filed_at(self, _repository: str) -> str:
        """Where tickets are filed."""
        return self.url

    def rehearsed(self, url: str) -> Self:
        """Such a desk in the sandbox, of the same kind."""
        return self.in_sandbox(url, cloud=bool(self.user))

    def examine(self, means: Means) -> Iterable[Diagnosis]:
        """Whether it answers, and whom it takes us for."""
        from runbook_lib.services.diagnosis import examine_service

        return examine_service("Jira", f"{self.url}/rest/api/2/serverInfo", self, means)

    @classmethod
    def in_sandbox(cls, url: str, *, cloud: bool = False) -> Self:
        """The sandbox's: both kinds are there."""
        if cloud:
            user, qa = "operator@sandbox.example", "qa@sandbox.example"
            return cls(url=f"{url}/jira-cloud", project="OPS", qa=qa, user=user)
        return cls(url=f"{url}/jira", project="OPS", qa="qa")
