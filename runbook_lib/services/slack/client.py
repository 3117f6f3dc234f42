"""Requests to Slack's Web API, and what its refusals mean.

https://docs.slack.dev/apis/web-api/ describes the API. The token travels in its header alone.
"""

from collections.abc import Iterator
from typing import Any

import requests
from requests.auth import AuthBase

from runbook_lib.errors import AccessDenied, Failed, Refused, RunbookError, Unavailable, UsageError
from runbook_lib.services.http import Timeout, check_url, excerpt, host, open_session, pages, send

PAGE = 200
PAGES = 25
"""So many pages of so many messages or channels are read at most."""
TIMEOUT: Timeout = (10.0, 30.0)
WRITES = ("conversations.setTopic", "chat.postMessage")

DENIED = {
    "invalid_auth": "make a new token in the app's settings",
    "not_authed": "name a bot token (xoxb-…)",
    "token_revoked": "make a new token in the app's settings",
    "token_expired": "make a new token in the app's settings",
    "account_inactive": "the token's account is gone: make another token",
    "missing_scope": "give the app the scope that is needed, and install it again",
    "no_permission": "give the app the permission in the workspace",
    "not_in_channel": "invite the bot into the channel",
    "restricted_action": "ask the workspace's owners to let the bot do this",
}
REFUSED = {
    "channel_not_found": "check the channel's name, or name its id, and invite the bot",
    "is_archived": "unarchive the channel, or name another",
    "too_long": "shorten the topic",
    "msg_too_long": "shorten the message",
}
LATER = ("ratelimited", "rate_limited", "service_unavailable", "internal_error", "fatal_error")


class Bearer(AuthBase):
    """Puts the token into its header; shows itself without it."""

    def __init__(self, token: str) -> None:
        if not token or not token.isascii() or not token.isprintable() or " " in token:
            raise UsageError(
                "expected a Slack token of visible ASCII characters, found "
                f"{'something else' if token else 'none'}; make a bot token in the app's settings"
            )
        self.token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Put the token into the request's header."""
        request.headers["Authorization"] = f"Bearer {self.token}"
        return request

    def __repr__(self) -> str:
        return "Bearer(***)"


class Client:
    """Slack's Web API with one token."""

    def __init__(self, api_url: str, token: str) -> None:
        self.api_url = check_url(api_url, service="Slack")
        self.bearer = Bearer(token)
        self.session = open_session(self.api_url)

    def __repr__(self) -> str:
        """The address; never the token."""
        return f"<Slack at {self.api_url}>"

    def ask(self, method: str, **fields: Any) -> dict[str, Any]:
        """What a method answers; raises what its refusal means."""
        may_act = method in WRITES
        answer = send(
            self.session,
            "POST",
            f"{self.api_url}/{method}",
            may_act=may_act,
            auth=self.bearer,
            timeout=TIMEOUT,
            data=fields,
        )
        try:
            found = answer.json()
        except requests.exceptions.JSONDecodeError:
            found = None
        if not isinstance(found, dict):
            raise Failed(
                f"expected a JSON object from {host(self.api_url)} for {method}, found "
                f"{excerpt(answer.text, 60)!r}; check Slack's address"
            )
        if found.get("ok") is not True:
            raise self.refusal(method, found, may_act=may_act)
        return found

    def refusal(self, method: str, answer: dict[str, Any], *, may_act: bool) -> RunbookError:
        """What a refusal means to whoever asked."""
        code = excerpt(str(answer.get("error") or "no reason")).replace(self.bearer.token, "***")
        said = f"Slack refused {method}: {code}"
        if code in LATER:
            return Unavailable(
                f"{said}; run this again later", may_have_acted=may_act and code not in LATER[:2]
            )
        if code in DENIED:
            needed = answer.get("needed")
            scope = f" ({needed})" if needed else ""
            return AccessDenied(f"{said}{scope}; {DENIED[code]}")
        if code in REFUSED:
            return Refused(f"{said}; {REFUSED[code]}")
        return Failed(f"{said}; look it up in Slack's reference of {method}")

    def pages(self, method: str, name: str, **fields: Any) -> Iterator[dict[str, Any]]:
        """The items of all pages that a method has, within bounds."""
        cursor = ""
        behind = "what is looked for may be behind them: look in the channel yourself"
        for _ in pages(PAGES, of=f"{name} from Slack's {method}", narrowed=behind):
            more = {"cursor": cursor} if cursor else {}
            found = self.ask(method, limit=PAGE, **fields, **more)
            yield from found.get(name) or ()
            cursor = str((found.get("response_metadata") or {}).get("next_cursor") or "")
            if not cursor:
                return
