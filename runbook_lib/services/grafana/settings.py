"""What a profile says of Grafana, and how it is opened."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Self

from pydantic import Field

from runbook_lib.policy.diagnosis import Diagnosis
from runbook_lib.policy.monitoring.judgement import Direction
from runbook_lib.profile.section import Address, Means, Section
from runbook_lib.secrets.credentials import SecretPlace
from runbook_lib.steps.runner import Runner

if TYPE_CHECKING:
    from runbook_lib.services.grafana.service import Grafana


class GrafanaSettings(Section):
    """The dashboards that are watched."""

    url: Address
    """The Grafana's address."""
    dashboards: tuple[str, ...] = Field(min_length=1)
    """Their uids, as in their addresses: `/d/{uid}/…`."""
    weeks: int = Field(default=6, ge=3, le=26)
    """With how many weeks before the push its hours are compared."""
    directions: dict[str, Direction] = Field(default_factory=dict)
    """Which way is bad, by panels' titles: `up` for errors, `down` for traffic; else `both`."""
    token_variable: str = "GRAFANA_TOKEN"
    """The environment variable with the token."""

    def secret_place(self) -> SecretPlace:
        """Where the token is."""
        return SecretPlace(self.token_variable, "grafana", self.url)

    def open(self, secret: str, runner: Runner) -> "Grafana":
        """The Grafana."""
        from runbook_lib.services.grafana.service import Grafana

        return Grafana(self.url, secret, runner)

    def examine(self, means: Means) -> Iterable[Diagnosis]:
        """Whether it answers, and whom it takes us for."""
        from runbook_lib.services.diagnosis import examine_service

        return examine_service("Grafana", f"{self.url}/api/health", self, means)

    @classmethod
    def in_sandbox(cls, url: str, *, dashboards: tuple[str, ...]) -> Self:
        """The sandbox's."""
        return cls(url=f"{url}/grafana", dashboards=dashboards)
