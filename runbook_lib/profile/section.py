"""What every table of a profile is made from."""

from collections.abc import Iterable, Iterator, Mapping
from importlib import import_module
from typing import Annotated, Any, ClassVar, Protocol

from pydantic import AfterValidator, BaseModel, ConfigDict

from runbook_lib.policy.diagnosis import Diagnosis
from runbook_lib.secrets.credentials import SecretPlace, holds_secret


def without_secret(address: str) -> str:
    """The address; raises `ValueError` where a password or a token stands in it."""
    if holds_secret(address):
        raise ValueError("no user or password may stand in an address here: keep it as a secret")
    return address


Address = Annotated[str, AfterValidator(without_secret)]
"""An address in a profile: one that a user or a password stands in is refused."""


class Means(Protocol):
    """What a table is examined with."""

    profile: Any
    """The whole profile, as the kind reads it that has the table."""

    @property
    def runner(self) -> Any:
        """Who carries out the checks of a service; nothing is ever changed."""

    def secret(self, place: SecretPlace) -> str:
        """The secret at a place; raises `UsageError` where it is found nowhere."""


class Section(BaseModel):
    """A table of the file: nothing unknown in it, nothing changed after it was read."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)
    examined_by: ClassVar[str] = ""
    """The module whose `examine` does so, where that is in a room above the profile's."""

    def examine(self, means: Means) -> Iterable[Diagnosis]:
        """What this machine has and lacks for the table, each as soon as it is known.

        Raises what a look raises: the rest of the table is not looked at then.
        """
        return import_module(self.examined_by).examine(self, means) if self.examined_by else ()

    def secret_place(self) -> SecretPlace | None:
        """Where the secret of the service is that the table is about; None where it wants none."""
        return None

    def secret_places(self) -> tuple[SecretPlace, ...]:
        """Where all secrets are that the table itself wants."""
        place = self.secret_place()
        return (place,) if place else ()


def secret_places(section: Section) -> dict[str, SecretPlace]:
    """Where the secrets are that a table and those in it want, by service; the first counts."""
    places = [place for one in sections(section) for place in one.secret_places()]
    return {place.service: place for place in reversed(places)}


def sections(value: Any) -> Iterator[Section]:
    """A table and all tables in it, in the order of their fields."""
    if isinstance(value, Section):
        yield value
        value = [getattr(value, name) for name in type(value).model_fields]
    elif isinstance(value, Mapping):
        value = value.values()
    elif not isinstance(value, tuple):
        return
    for one in value:
        yield from sections(one)
