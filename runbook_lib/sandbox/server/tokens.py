"""Tokens in requests: where each kind of client puts its own."""

import base64
import binascii
from collections.abc import Mapping

from starlette.exceptions import HTTPException
from starlette.requests import Request

from runbook_lib.sandbox.world.world import TOKEN_PREFIX, Account, Permission, World


def token_in(headers: Mapping[str, str]) -> str | None:
    """The token that a request's headers carry, or None.

    `Authorization: token X`, `Bearer X` or Basic with the token as the password or the user name
    (as git sends it), or Bugzilla's `X-BUGZILLA-API-KEY`.
    """
    kind, _, value = headers.get("authorization", "").partition(" ")
    if kind.lower() == "basic":
        return basic_token(value.strip())
    return value.strip() or headers.get("x-bugzilla-api-key") or None


def basic_token(value: str) -> str:
    """The token in HTTP's Basic credentials; what can't be read is given back as it is.

    A user name that is a token counts, whatever the password, as it does on GitHub.
    """
    try:
        user, _, password = base64.b64decode(value, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return value
    return (user if user.startswith(TOKEN_PREFIX) else password) or value


def known_account(
    world: World, token: str | None, *, unknown: Exception, missing: Exception | None = None
) -> Account:
    """Whose token it is; raises what a service answers to one that nobody has, and to none."""
    account = world.account_by_token(token) if token else None
    if account is None:
        raise unknown if token or missing is None else missing
    return account


def require_account(world: World, request: Request, *allowed: Permission | str) -> Account:
    """Who calls the sandbox's control: 401 for a token nobody has, 403 for those not `allowed`.

    `allowed` are permissions and logins; none means everybody with a token.
    """
    unknown = HTTPException(401, "A token of one of the sandbox's accounts is needed.")
    account = known_account(world, token_in(request.headers), unknown=unknown)
    if allowed and not {account.login, account.permission}.intersection(allowed):
        raise HTTPException(403, f"{account.login} may not do this; {' or '.join(allowed)} may.")
    return account
