"""What a profile says of a Matrix room, and how it is opened."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Self

from runbook_lib.policy.diagnosis import Diagnosis
from runbook_lib.profile.section import Address, Means, Section
from runbook_lib.secrets.credentials import SecretPlace
from runbook_lib.steps.runner import Runner

if TYPE_CHECKING:
    from runbook_lib.services.matrix.service import Matrix


class MatrixSettings(Section):
    """A Matrix room whose topic is set."""

    url: Address
    """The homeserver's address."""
    room: str
    """The room's alias (`#name:server.org`) or id (`!…`)."""
    token_variable: str = "MATRIX_ACCESS_TOKEN"
    """The environment variable with the access token."""

    def secret_place(self) -> SecretPlace:
        """Where the access token is."""
        return SecretPlace(self.token_variable, "matrix", self.url)

    def open(self, secret: str, runner: Runner) -> "Matrix":
        """The room."""
        from runbook_lib.services.matrix.service import Matrix

        return Matrix(self.url, self.room, secret, runner)

    def examine(self, means: Means) -> Iterable[Diagnosis]:
        """Whether it answers, and whom it takes us for."""
        from runbook_lib.services.diagnosis import examine_service

        return examine_service("Matrix", f"{self.url}/_matrix/client/versions", self, means)

    @classmethod
    def in_sandbox(cls, url: str, *, room: str) -> Self:
        """A room of the sandbox's."""
        return cls(url=f"{url}/matrix", room=room)
