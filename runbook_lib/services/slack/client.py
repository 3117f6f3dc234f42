"""Requests to Slack's Web API, and what its refusals mean.

slack_sdk sends them; it repeats nothing here, and says nothing of its own on stderr. The token
travels in its header alone.
"""

import logging
from collections.abc import Iterator
from functools import cached_property
from http.client import HTTPException
from typing import TYPE_CHECKING, Any

from runbook_lib.errors import AccessDenied, Failed, Refused, RunbookError, Unavailable, UsageError
from runbook_lib.services.http import check_url, deepest, excerpt, host

if TYPE_CHECKING:
    from slack_sdk import WebClient
    from slack_sdk.errors import SlackApiError

PAGE = 200
PAGES = 25
"""So many pages of so many messages or channels are read at most."""
TIMEOUT = 30
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


class Client:
    """Slack's Web API with one token."""

    def __init__(self, api_url: str, token: str) -> None:
        self.api_url = check_url(api_url, service="Slack")
        if not token or not token.isascii() or not token.isprintable() or " " in token:
            raise UsageError(
                "expected a Slack token of visible ASCII characters, found "
                f"{'something else' if token else 'none'}; make a bot token in the app's settings"
            )
        self.token = token

    def __repr__(self) -> str:
        """The address; never the token."""
        return f"<Slack at {self.api_url}>"

    @cached_property
    def web(self) -> "WebClient":
        """slack_sdk's client, which repeats nothing."""
        from slack_sdk import WebClient

        quiet = logging.Logger("slack", logging.CRITICAL + 1)
        return WebClient(
            self.token,
            base_url=f"{self.api_url}/",
            timeout=TIMEOUT,
            retry_handlers=[],
            logger=quiet,
        )

    def ask(self, method: str, **fields: Any) -> dict[str, Any]:
        """What a method answers; raises what its refusal means."""
        from slack_sdk.errors import SlackApiError, SlackClientError

        may_act = method in WRITES
        try:
            found = self.web.api_call(method, params=fields).data
        except SlackApiError as error:
            raise self.refusal(method, error, may_act=may_act) from None
        except (OSError, HTTPException, SlackClientError) as error:
            raise Unavailable(
                f"{host(self.api_url)} gave no answer for {method}: {deepest(error)}; "
                "check the address and the network, then run this again",
                may_have_acted=may_act,
            ) from None
        if not isinstance(found, dict):
            raise Failed(f"expected JSON from Slack's {method}, found something else")
        return found

    def refusal(self, method: str, error: "SlackApiError", *, may_act: bool) -> RunbookError:
        """What a refusal means to whoever asked."""
        answer = error.response
        code = excerpt(str(answer.get("error") or "no reason")).replace(self.token, "***")
        said = f"Slack refused {method}: {code}"
        if answer.status_code == 429 or code in LATER or answer.status_code >= 500:
            limited = answer.status_code == 429 or code in LATER[:2]
            headers = {name.lower(): value for name, value in answer.headers.items()}
            pause = str(headers.get("retry-after", ""))
            return Unavailable(
                f"{said}; run this again later",
                retry_after=float(pause) if pause.isdecimal() else None,
                may_have_acted=may_act and not limited,
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
        for _ in range(PAGES):
            more = {"cursor": cursor} if cursor else {}
            found = self.ask(method, limit=PAGE, **fields, **more)
            yield from found.get(name) or ()
            cursor = str((found.get("response_metadata") or {}).get("next_cursor") or "")
            if not cursor:
                return
        raise Failed(
            f"expected at most {PAGES * PAGE} {name} from Slack's {method}, found more: what is "
            "looked for may be behind them; look in the channel yourself"
        )
