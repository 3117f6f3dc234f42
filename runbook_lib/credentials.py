"""Secrets: found where their users keep them already, and masked wherever text leaves the run."""

import base64
import os
import re
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from runbook_lib.errors import UsageError

PASSWORD = re.compile(r"(://[^/\s:@]*:)[^/\s@]+@")
TOKEN = re.compile(r"(\bhttps?://)[^/\s:@]+@")
"""A user alone, in a web address: GitHub takes a token there."""
MASK = "•••"
"""What stands where a secret would."""


@dataclass(frozen=True)
class Secret:
    """A secret's value; never shown by accident."""

    value: str

    def __repr__(self) -> str:
        return f"Secret({MASK})"

    __str__ = __repr__


def find_secret(variable: str, *, service: str, host: str) -> Secret:
    """The secret for a service: from the environment, the keyring, or (GitHub) what `gh` has.

    Raises `UsageError` that names every place that was looked at.
    """
    names = (variable, "GH_TOKEN") if service == "github" else (variable,)
    found = next((os.environ[name] for name in names if os.environ.get(name)), None)
    found = found or ask_keyring(service, host) or (ask_gh(host) if service == "github" else None)
    if not found:
        login = "; or log in with: gh auth login" if service == "github" else ""
        raise UsageError(
            f"expected a secret for {service} at {host}, found none: set {' or '.join(names)}; "
            f"or keep it in the keyring: keyring set runbook-{service} {host}{login}"
        )
    return Secret(found.strip())


def ask_keyring(service: str, host: str) -> str | None:
    """What the user's keyring keeps for a service, or None; without a keyring, None too."""
    import keyring
    from keyring.errors import KeyringError

    try:
        return keyring.get_password(f"runbook-{service}", host)
    except KeyringError:
        return None


def ask_gh(host: str) -> str | None:
    """The token that GitHub's command line is logged in with, or None."""
    name = "github.com" if host == "api.github.com" else host
    try:
        answer = subprocess.run(
            ["gh", "auth", "token", "--hostname", name], capture_output=True, text=True, timeout=10
        )
    except (FileNotFoundError, subprocess.TimeoutExpired):
        return None
    return answer.stdout.strip() or None


def host_of(url: str) -> str:
    """The host that an address names."""
    return urlsplit(url).hostname or url


class Masking:
    """Replaces each known secret in a text, as it is and in its usual encodings."""

    def __init__(self, secrets: Iterable[Secret] = ()) -> None:
        self.forms: list[str] = []
        for secret in secrets:
            self.add(secret)

    def add(self, secret: Secret) -> None:
        """Mask this one too from now on."""
        forms = {secret.value, quote(secret.value, safe=""), *base64_forms(secret.value)}
        known = forms.union(self.forms)
        self.forms = sorted((form for form in known if len(form) >= 4), key=len, reverse=True)

    def __call__(self, text: str) -> str:
        """The text with every secret masked, and every password or token in an address."""
        for form in self.forms:
            text = text.replace(form, MASK)
        return TOKEN.sub(rf"\1{MASK}@", PASSWORD.sub(rf"\1{MASK}@", text))


def holds_secret(address: str) -> bool:
    """Whether a password, or what may be a token, stands in an address."""
    return bool(PASSWORD.search(address) or TOKEN.search(address))


def base64_forms(value: str) -> set[str]:
    """How a secret looks inside base64, whatever stands before it (a user's name, say)."""
    forms = set()
    for lead in range(3):
        padded = b"\0" * lead + value.encode()
        coded = base64.b64encode(padded).decode().rstrip("=")
        # The first and last character also hold bits of what stands around the secret.
        forms.add(coded[(lead * 4 + 2) // 3 : len(padded) * 4 // 3])
    return forms
