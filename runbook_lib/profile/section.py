"""What every table of a profile is made from."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict

from runbook_lib.secrets.credentials import holds_secret


def without_secret(address: str) -> str:
    """The address; raises `ValueError` where a password or a token stands in it."""
    if holds_secret(address):
        raise ValueError("no user or password may stand in an address here: keep it as a secret")
    return address


Address = Annotated[str, AfterValidator(without_secret)]


class Section(BaseModel):
    """A table of the file: nothing unknown in it, nothing changed after it was read."""

    model_config = ConfigDict(extra="forbid", frozen=True)
