"""What a profile says of a Slack channel, and how it is opened."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Self

from runbook_lib.policy.diagnosis import Diagnosis
from runbook_lib.profile.section import Address, Means, Section
from runbook_lib.secrets.credentials import SecretPlace
from runbook_lib.steps.runner import Runner

if TYPE_CHECKING:
    from runbook_lib.services.slack.service import Slack


class SlackSettings(Section):
    """The channel with the deployments, where the topic is set and the push is announced."""

    channel: str
    """The channel's name (`#deploys`) or id."""
    api_url: Address = "https://slack.com/api"
    """Where Slack's API is."""
    token_variable: str = "SLACK_BOT_TOKEN"
    """The environment variable with the bot's token."""
    bot: str = ""
    """Who writes the deployment messages, by id or any name in Slack; by default anybody."""
    deployment: str = ""
    """A regular expression with groups service, tag, environment (and commit, where it is said)."""

    def secret_place(self) -> SecretPlace:
        """Where the bot's token is."""
        return SecretPlace(self.token_variable, "slack", self.api_url)

    def open(self, secret: str, runner: Runner) -> "Slack":
        """The channel."""
        from runbook_lib.services.slack.service import Slack

        return Slack(
            self.channel,
            secret,
            runner,
            api_url=self.api_url,
            bot=self.bot,
            deployment=self.deployment,
        )

    def examine(self, means: Means) -> Iterable[Diagnosis]:
        """Whether it answers, and whom it takes us for."""
        from runbook_lib.services.diagnosis import examine_service

        return examine_service("Slack", f"{self.api_url}/api.test", self, means)

    @classmethod
    def in_sandbox(cls, url: str, *, channel: str, bot: str) -> Self:
        """A channel of the sandbox's."""
        return cls(channel=channel, bot=bot, api_url=f"{url}/slack/api")
