"""Secrets: found where their users keep them already (`masking` masks them)."""

import ipaddress
import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from runbook_lib.errors import UsageError
from runbook_lib.programs import run
from runbook_lib.secrets.forms import base64_forms
from runbook_lib.secrets.masking import MASK, Masking, Secret, holds_secret

__all__ = [
    "MASK",
    "Masking",
    "Secret",
    "SecretPlace",
    "ask_gh",
    "ask_keyring",
    "base64_forms",
    "find_secret",
    "holds_secret",
    "host_of",
    "keeps_secrets",
    "on_this_machine",
]


@dataclass(frozen=True)
class SecretPlace:
    """Where the secret of a service may be: a variable, or what is kept for its address."""

    variable: str
    service: str
    """What the service is called here: `github`, `bugzilla`, …"""
    url: str = ""

    def find(self) -> Secret:
        """The secret; raises `UsageError` that names where it was looked for."""
        return find_secret(self.variable, service=self.service, host=host_of(self.url))


def find_secret(variable: str, *, service: str, host: str) -> Secret:
    """The secret for a service: from the environment, the keyring, or (GitHub) what `gh` has.

    Raises `UsageError` that names every place that was looked at.
    """
    names = (variable, "GH_TOKEN") if service == "github" else (variable,)
    found = next((os.environ[name] for name in names if os.environ.get(name)), None)
    found = (
        found
        or ask_keyring(service, host or variable)
        or (ask_gh(host) if service == "github" else None)
    )
    if not found:
        at = f" at {host}" if host else ""
        login = "; or log in with: gh auth login" if service == "github" else ""
        raise UsageError(
            f"expected a secret for {service}{at}, found none: set {' or '.join(names)}; "
            f"or keep it in the keyring: keyring set runbook-{service} {host or variable}{login}"
        )
    return Secret(found.strip())


def ask_keyring(service: str, host: str) -> str | None:
    """What the user's keyring keeps for a service, or None; without a keyring, None too."""
    try:
        import keyring

        return keyring.get_password(f"runbook-{service}", host)
    except Exception:
        # What a backend raises that can't be loaded, or is broken, is its own affair.
        return None


def ask_gh(host: str) -> str | None:
    """The token that GitHub's command line is logged in with, or None."""
    name = "github.com" if host == "api.github.com" else host
    try:
        answer = run(["gh", "auth", "token", "--hostname", name], folder=Path("/"), limit=10)
    except OSError:
        return None
    return answer.text.strip() or None


def host_of(url: str) -> str:
    """The host that an address names."""
    return urlsplit(url).hostname or url


def keeps_secrets(url: str) -> bool:
    """Whether nobody can read on the way what is sent to an address: http does not see to it."""
    parts = urlsplit(url)
    return parts.scheme != "http" or on_this_machine(parts.hostname or "")


def on_this_machine(host: str) -> bool:
    """Whether a host is this machine, as itself alone sees it."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
