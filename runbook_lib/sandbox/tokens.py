"""Tokens in requests: where each kind of client puts its own."""

import base64
import binascii
from collections.abc import Mapping

from starlette.exceptions import HTTPException
from starlette.requests import Request

from runbook_lib.sandbox.world import Account, Permission, World

COOKIE = "sandbox_token"


def token_in(headers: Mapping[str, str]) -> str | None:
    """The token that a request's headers carry, or None.

    `Authorization: token X`, `Bearer X` or Basic with the token as the password (as git sends it),
    or Bugzilla's `X-BUGZILLA-API-KEY`.
    """
    kind, _, value = headers.get("authorization", "").partition(" ")
    if kind.lower() == "basic":
        return basic_password(value.strip())
    return value.strip() or headers.get("x-bugzilla-api-key") or None


def basic_password(value: str) -> str:
    """The password of HTTP's Basic credentials; what can't be read is given back as it is."""
    try:
        return base64.b64decode(value, validate=True).decode().partition(":")[2] or value
    except (binascii.Error, UnicodeDecodeError):
        return value


def require_account(world: World, request: Request, *allowed: Permission | str) -> Account:
    """Who calls the sandbox's control: 401 for a token nobody has, 403 for those not `allowed`.

    `allowed` are permissions and logins; none means everybody with a token.
    """
    account = world.account_by_token(token_in(request.headers) or "")
    if account is None:
        raise HTTPException(401, "A token of one of the sandbox's accounts is needed.")
    if allowed and not {account.login, account.permission}.intersection(allowed):
        raise HTTPException(403, f"{account.login} may not do this; {' or '.join(allowed)} may.")
    return account
