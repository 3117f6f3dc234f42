"""Tables of one's own: what a profile says of a service that comes with a runbook."""

import os
from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

from pydantic import ValidationError

from runbook_lib.errors import UsageError
from runbook_lib.profile.configuration import explain, find_configuration
from runbook_lib.profile.section import Section
from runbook_lib.secrets.credentials import SecretPlace
from runbook_lib.secrets.masking import Secret, worth_masking

Own = TypeVar("Own", bound=Section)
NAMES_SECRET = "_variable"
"""How a key ends that names the environment variable of a secret."""


class Settings(Section):
    """A table of a profile for a service of one's own: subclass it with the keys that it has.

    A key `secret_variable` names the environment variable with the service's secret; the keyring
    is asked as well, for the address in `url`, where the table has one.
    """

    def secret_place(self) -> SecretPlace | None:
        """Where the secret is that `secret_variable` names; None without that key."""
        variable = str(getattr(self, "secret_variable", ""))
        service = type(self).__name__.removesuffix("Settings").lower()
        return SecretPlace(variable, service, str(getattr(self, "url", ""))) if variable else None


def read_own(profile: str, name: str, model: type[Own], said: Mapping[str, Any] | None) -> Own:
    """The table `name` of a profile, as its model reads it.

    Without the table, the model's own defaults. Raises `UsageError` with every unknown, missing or
    wrong key.
    """
    try:
        return model.model_validate(said or {})
    except ValidationError as error:
        place = ("profiles", profile, name)
        problems = [explain({**one, "loc": (*place, *one["loc"])}, model) for one in error.errors()]
    missing = "" if said else f"; add [profiles.{profile}.{name}]"
    file = find_configuration() or "a runbook.toml"
    lines = "\n".join(f"  {problem}" for problem in problems)
    raise UsageError(f"{file} is not what was expected{missing}:\n{lines}")


def own_secrets(tables: Mapping[str, Any]) -> Iterator[Secret]:
    """What the environment has of the secrets that some tables name, whoever will ask for them."""
    for key, said in tables.items():
        if isinstance(said, Mapping):
            yield from own_secrets(said)
        elif key.endswith(NAMES_SECRET) and worth_masking(os.environ.get(str(said), "")):
            yield Secret(os.environ[str(said)])
