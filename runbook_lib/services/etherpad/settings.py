"""What a profile says of an Etherpad, and how it is opened."""

from typing import TYPE_CHECKING, Self

from runbook_lib.profile.section import Address, Section
from runbook_lib.secrets.credentials import SecretPlace
from runbook_lib.steps.runner import Runner

if TYPE_CHECKING:
    from runbook_lib.services.etherpad.client import Client


class EtherpadSettings(Section):
    """An Etherpad, and how it lets one in."""

    url: Address
    """The Etherpad's address."""
    client_id: str = ""
    """Of an Etherpad 2.x, the client of its OAuth2 provider: one of its settings' `sso.clients`."""
    key_variable: str = "ETHERPAD_API_KEY"
    """The environment variable with the API key, or with the client's secret."""

    def secret_place(self) -> SecretPlace:
        """Where the key is, or the client's secret."""
        return SecretPlace(self.key_variable, "etherpad", self.url)

    def open(self, secret: str, _: Runner) -> "Client":
        """The Etherpad."""
        from runbook_lib.services.etherpad.client import Client

        return Client(self.url, secret, client_id=self.client_id)

    @classmethod
    def in_sandbox(cls, url: str) -> Self:
        """The sandbox's."""
        return cls(url=f"{url}/etherpad")
