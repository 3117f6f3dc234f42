"""Calls of an Etherpad's HTTP API 1.2.15, which 1.8 and 2.x have, and what its refusals mean.

https://etherpad.org/doc/v1.8.14/#index_http_api
"""

from typing import Any

import requests

from runbook_lib.errors import AccessDenied, Failed, Refused, Unavailable
from runbook_lib.services.etherpad.forms import FORMS
from runbook_lib.services.etherpad.letting_in import ApiKey, LetIn, OAuthClient
from runbook_lib.services.form import check_form
from runbook_lib.services.http import check_url, excerpt, host, json_of, open_session, send

VERSION = "1.2.15"


class Rejected(Refused):
    """Etherpad understood the request, and will not do it."""

    waivable = False


class NoPad(Rejected):
    """There is no such pad."""


class Client:
    """The Etherpad at `url`; `secret` is its API key, or that of its OAuth2 client `client_id`."""

    def __init__(self, url: str, secret: str, *, client_id: str = "") -> None:
        self.url = check_url(url, service="Etherpad")
        self.session = open_session(self.url)
        self.let_in: LetIn = (
            OAuthClient(self.url, client_id, secret) if client_id else ApiKey(secret)
        )

    def __repr__(self) -> str:
        """The address; never a secret."""
        return f"<Etherpad at {self.url}>"

    def call(self, function: str, pad: str, **arguments: str) -> Any:
        """What a function of the API says of a pad; raises what its refusal means."""
        answer = self.ask(function, pad, arguments)
        if answer.status_code == requests.codes.unauthorized and self.let_in.renewed():
            answer = self.ask(function, pad, arguments)
        try:
            said = json_of(answer)
            code, message = int(said["code"]), excerpt(str(said["message"]))
        except (ArithmeticError, ValueError, KeyError, TypeError):
            raise Failed(
                f"expected an Etherpad's answer from {host(self.url)} for {function}, found status "
                f"{answer.status_code}; check the address"
            ) from None
        if code:
            raise self.refusal(code, self.let_in.hide(message), f"{function} of {self.named(pad)}")
        if form := FORMS.get(function):
            check_form(form, said, asked=function, by="Etherpad", may_act=False)
        return said.get("data")

    def ask(self, function: str, pad: str, arguments: dict[str, str]) -> requests.Response:
        """Send one call, once; what lets us in goes into its form or its header."""
        auth = self.let_in.auth(self.session)
        return send(
            self.session,
            "POST",
            f"{self.url}/api/{VERSION}/{function}",
            may_act=not function.startswith("get"),
            service="Etherpad",
            auth=auth,
            data={**self.let_in.fields(), "padID": pad, **arguments},
        )

    def named(self, pad: str) -> str:
        """A pad and its server, as messages have them."""
        return f"pad {pad} at {host(self.url)}"

    def refusal(self, code: int, message: str, request: str) -> Refused | Unavailable:
        """What an Etherpad's code other than 0 stands for."""
        if code == 2:
            return Unavailable(f"Etherpad failed at {request}: {message}; run this again")
        if code == 4:
            return AccessDenied(
                f"expected Etherpad to let us in for {request}, found: {message}; "
                f"{self.let_in.advice}"
            )
        kind = NoPad if "does not exist" in message else Rejected
        return kind(f"Etherpad refuses {request}: {message} (code {code}); mend what it names")
