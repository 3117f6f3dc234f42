"""Whom to tell of a run, and of what: each is reached by one of Apprise's addresses."""

import re
from typing import Annotated, ClassVar, Literal, get_args
from urllib.parse import parse_qs, unquote, urlsplit

from pydantic import AfterValidator

from runbook_lib.profile.section import Section
from runbook_lib.secrets.credentials import SecretPlace

Occasion = Literal["gate", "waiting", "refused", "failed", "ended"]
"""When people are told: a gate opens, or a session ends so."""
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
OPEN_SCHEMAS = ("form", "forms", "json", "jsons", "mailto", "mailtos", "xml", "xmls")
"""Those of Apprise's in whose addresses a password is the only secret."""
MAIL = ("mailto", "mailtos")
HARMLESS = {"bcc", "cc", "format", "from", "mode", "name", "reply", "smtp", "to", "verify"}
"""What such an address may say beside where it leads: others may hold a password or a token."""


def destination(text: str) -> str:
    """The name or the address; raises `ValueError` for an address in which a secret may stand."""
    if NAME.fullmatch(text) or may_stand_open(text):
        return text
    raise ValueError(
        "expected the name under which an address is kept as a secret (an environment variable, or "
        f"in the keyring), or one of {', '.join(OPEN_SCHEMAS)} without a password or a token"
    )


def may_stand_open(address: str) -> bool:
    """Whether an address is one of Apprise's, and has no place where a secret can stand."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    user = unquote(parts.netloc.rpartition("@")[0])
    known = parts.scheme in OPEN_SCHEMAS and bool(parts.netloc)
    safe_user = ":" not in user and (parts.scheme in MAIL or not user)
    asked = parse_qs(parts.query, keep_blank_values=True)
    return known and safe_user and set(asked) <= HARMLESS and not parts.fragment


class NotifySettings(Section):
    """Whom to tell of a run, and of what."""

    examined_by: ClassVar[str] = "runbook_lib.services.apprise"

    on: tuple[Occasion, ...] = get_args(Occasion)
    """When they are told: a gate opens, or a session waits, is refused, fails, or ends its run."""
    to: tuple[Annotated[str, AfterValidator(destination)], ...] = ()
    """Where: an address of Apprise's without a secret in it, or the name of the variable (or of
    the secret in the keyring) that holds one: https://github.com/caronc/apprise/wiki."""

    def secret_places(self) -> tuple[SecretPlace, ...]:
        """Where the addresses are that are kept as secrets."""
        return tuple(SecretPlace(to, service_of(to), to) for to in self.to if NAME.fullmatch(to))


def service_of(name: str) -> str:
    """What the secret of that name is called among those of a profile."""
    return f"notify-{name}"
