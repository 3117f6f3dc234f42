"""Secrets: found where their users keep them already (`masking` masks them)."""

import ipaddress
import os
from pathlib import Path
from urllib.parse import urlsplit

from runbook_lib.errors import UsageError
from runbook_lib.frozen import frozen
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
    "gh_login",
    "holds_secret",
    "host_of",
    "keeps_secrets",
    "on_this_machine",
    "same_github",
    "token_variables",
    "web_host",
]


GITHUB = ("", "github.com", "api.github.com")
"""The hosts that are github.com; the first is where none is named."""
ENTERPRISE = ("GH_ENTERPRISE_TOKEN", "GITHUB_ENTERPRISE_TOKEN")
"""The variables with a token for another GitHub, as GitHub's own command line has them."""


@frozen
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
    names = token_variables(variable, host) if service == "github" else (variable,)
    found = next((os.environ[name] for name in names if os.environ.get(name)), None)
    found = (
        found
        or ask_keyring(service, host or variable)
        or (ask_gh(host) if service == "github" else None)
    )
    if not found:
        at = f" at {host}" if host else ""
        login = f"; or log in with: {gh_login(host)}" if service == "github" else ""
        kept = f" ({variable} is not sent there)" if variable not in names else ""
        raise UsageError(
            f"expected a secret for {service}{at}, found none: set {' or '.join(names)}{kept}; "
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


def token_variables(variable: str, host: str) -> tuple[str, ...]:
    """The variables that may hold a GitHub's token: one of github.com's is never sent elsewhere.

    Within a job of Actions', GITHUB_TOKEN is for the server that runs it. What this machine serves
    to itself may be told any of them. https://cli.github.com/manual/gh_help_environment
    """
    in_job = os.environ.get("GITHUB_ACTIONS") == "true"
    job = host_of(os.environ.get("GITHUB_API_URL", "")) if in_job else ""
    here, dotcom = on_this_machine(host), host in GITHUB
    fits = {
        "GITHUB_TOKEN": here or (dotcom and job in GITHUB) or (in_job and host == job),
        "GH_TOKEN": here or dotcom,
        **dict.fromkeys(ENTERPRISE, not dotcom),
    }
    return tuple(name for name in dict.fromkeys((variable, *fits)) if fits.get(name, True))


def ask_gh(host: str) -> str | None:
    """The token that GitHub's command line is logged in with, or None.

    It would give what the environment has, too, and for a wider circle of hosts.
    """
    tokens = ("GITHUB_TOKEN", "GH_TOKEN", *ENTERPRISE)
    plain = {name: value for name, value in os.environ.items() if name not in tokens}
    command = ["gh", "auth", "token", "--hostname", web_host(host)]
    try:
        answer = run(command, folder=Path("/"), environment=plain, limit=10)
    except OSError:
        return None
    return answer.text.strip() or None


def gh_login(host: str) -> str:
    """How GitHub's command line is logged in at a host."""
    known = host in GITHUB or on_this_machine(host)
    elsewhere = "" if known else f" --hostname {web_host(host)}"
    return f"gh auth login{elsewhere}"


def web_host(host: str) -> str:
    """The host where people find the GitHub whose API is at another.

    An Enterprise Server has both at one; see "Getting started with the REST API" for the others.
    """
    apart = host in GITHUB or host.endswith(".ghe.com")
    return host.removeprefix("api.") or "github.com" if apart else host


def same_github(api_url: str, web_url: str) -> bool:
    """Whether two addresses are both github.com's, or both not: what has a token goes to both."""
    return (host_of(api_url) in GITHUB) == (host_of(web_url) in GITHUB)


def host_of(url: str) -> str:
    """The host that an address names."""
    return urlsplit(url).hostname or url


def keeps_secrets(url: str) -> bool:
    """Whether nobody can read on the way what is sent to an address: http does not see to it.

    Of what is no address that can't be said.
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme != "http" or on_this_machine(parts.hostname or "")


def on_this_machine(host: str) -> bool:
    """Whether a host is this machine, as itself alone sees it."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
