"""Requests to Slack's Web API, and what its refusals mean.

https://docs.slack.dev/apis/web-api/ describes the API."""

import time
from collections.abc import Callable, Iterator
from typing import Any

from runbook_lib.errors import AccessDenied, Failed, Refused, RunbookError, Unavailable
from runbook_lib.services.api import Api, Key
from runbook_lib.services.form import Form, check_form
from runbook_lib.services.http import Timeout, pages, retry_after
from runbook_lib.services.slack.forms import FORMS

PAGE = 200
PAGES = 25
"""So many pages of so many messages or channels are read at most."""
TIMEOUT: Timeout = (10.0, 30.0)
PAUSES, LONGEST = 5, 60.0
"""So often a page is asked for again after a pause that Slack wants, of so many seconds."""
WRITES = ("conversations.setTopic", "chat.postMessage", "chat.delete")

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
UNKNOWN = ("user_not_found", "user_not_visible", "users_not_found")
LATER = ("ratelimited", "rate_limited", "service_unavailable", "internal_error", "fatal_error")


class Unknown(Refused):
    """Slack tells nothing of that person."""

    waivable = False


class Client(Api):
    """Slack's Web API with one token."""

    def __init__(
        self, url: str, token: str, *, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        key = Key(token, "a Slack token", "make a bot token in the app's settings")
        super().__init__("Slack", url, key, timeout=TIMEOUT)
        self.sleep = sleep

    def ask(self, method: str, **fields: Any) -> dict[str, Any]:
        """What a method answers; raises what its refusal means."""
        may_act = method in WRITES
        answer = self.send("POST", method, may_act=may_act, data=fields)
        found = self.read(answer, method)
        if found.get("ok") is not True:
            raise self.refusal(method, found, pause=retry_after(answer), may_act=may_act)
        form = FORMS.get(method, Form)
        check_form(form, found, asked=method, by=self.service, may_act=may_act)
        return found

    def ask_on(self, method: str, **fields: Any) -> dict[str, Any]:
        """The same for a page of a list: one that Slack wants a pause before does not begin anew.

        https://docs.slack.dev/apis/web-api/rate-limits
        """
        for _ in range(PAUSES):
            try:
                return self.ask(method, **fields)
            except Unavailable as limited:
                if limited.retry_after is None or limited.retry_after > LONGEST:
                    raise
                self.sleep(limited.retry_after)
        return self.ask(method, **fields)

    def refusal(
        self, method: str, answer: dict[str, Any], *, pause: float | None, may_act: bool
    ) -> RunbookError:
        """What a refusal means to whoever asked."""
        code = self.shown(str(answer.get("error") or "no reason"))
        said = f"Slack refused {method}: {code}"
        if code in LATER:
            return Unavailable(
                f"{said}; run this again later",
                retry_after=pause,
                may_have_acted=may_act and code not in LATER[:2],
            )
        if code in DENIED:
            needed = answer.get("needed")
            scope = f" ({needed})" if needed else ""
            return AccessDenied(f"{said}{scope}; {DENIED[code]}")
        if code in UNKNOWN:
            return Unknown(f"{said}; check the person's id")
        if code in REFUSED:
            return Refused(f"{said}; {REFUSED[code]}")
        return Failed(f"{said}; look it up in Slack's reference of {method}")

    def pages(self, method: str, name: str, **fields: Any) -> Iterator[dict[str, Any]]:
        """The items of all pages that a method has, within bounds."""
        for page in self.each_page(method, name, **fields):
            yield from page

    def each_page(self, method: str, name: str, **fields: Any) -> Iterator[list[dict[str, Any]]]:
        """The pages that a method has, within bounds, each asked for when it is wanted."""
        cursor = ""
        behind = "what is looked for may be behind them: look in the channel yourself"
        for _ in pages(PAGES, of=f"{name} from Slack's {method}", narrowed=behind):
            more = {"cursor": cursor} if cursor else {}
            found = self.ask_on(method, limit=PAGE, **fields, **more)
            yield list(found.get(name) or ())
            cursor = str((found.get("response_metadata") or {}).get("next_cursor") or "")
            if not cursor:
                return
