"""How an Etherpad lets one in: by its API key, or as a client of its own OAuth2 provider.

1.8 has the key alone; 2.x has the provider, unless `authenticationMethod` in its settings.json says
`apikey`. https://github.com/ether/etherpad-lite/blob/develop/doc/api/http_api.md#authentication
"""

from collections.abc import Mapping
from typing import Protocol
from urllib.parse import urlsplit

import requests

from runbook_lib.errors import AccessDenied, Failed, UsageError
from runbook_lib.services.api import Key, json_object
from runbook_lib.services.http import excerpt, host, send


class LetIn(Protocol):
    """What goes with each call of the API."""

    advice: str
    """What to do where the Etherpad does not accept it."""

    def fields(self) -> Mapping[str, str]:
        """Fields of the call's form."""

    def auth(self, session: requests.Session) -> Key | None:
        """A header of the call; asks for what it needs."""

    def renewed(self) -> bool:
        """Whether a call that was refused may be sent again, for its token may have been old."""

    def hide(self, text: str) -> str:
        """The text without the secrets, should the Etherpad repeat one."""


class ApiKey:
    """The key of an Etherpad's APIKEY.txt; it goes into no address."""

    advice = (
        "set ETHERPAD_API_KEY to what its APIKEY.txt says; an Etherpad 2.x has a key only where "
        "authenticationMethod is apikey: else name a client of its OAuth2 provider in "
        "push.notes.client_id"
    )

    def __init__(self, key: str) -> None:
        if not key:
            raise UsageError("expected the Etherpad's API key, found none; set ETHERPAD_API_KEY")
        self.key = key

    def fields(self) -> Mapping[str, str]:
        """The key."""
        return {"apikey": self.key}

    def auth(self, _: requests.Session) -> None:
        """No header."""

    def renewed(self) -> bool:
        """A key gets no better."""
        return False

    def hide(self, text: str) -> str:
        """The text without the key."""
        return text.replace(self.key, "…")


class OAuthClient:
    """A client of the provider at `url`, with the grant *client credentials*.

    Its tokens hold for an hour, and until the Etherpad is started again: one is asked for when it
    is first needed, and another one when it is not accepted any more.
    """

    advice = (
        "give the client the grant client_credentials and the extraParams admin: true in sso of "
        "its settings.json; where that says authenticationMethod apikey, leave push.notes.client_id"
        " out, and set ETHERPAD_API_KEY to what its APIKEY.txt says"
    )

    def __init__(self, url: str, client_id: str, secret: str) -> None:
        if not secret:
            raise UsageError(
                f"expected the secret of the Etherpad's client {client_id}, found none; set "
                "ETHERPAD_API_KEY to its client_secret"
            )
        self.url = url
        self.client_id = client_id
        self.secret = secret
        self.token: Key | None = None

    def fields(self) -> Mapping[str, str]:
        """None: the token is a header."""
        return {}

    def auth(self, session: requests.Session) -> Key:
        """The token, which is asked for where there is none."""
        if self.token is None:
            self.token = self.ask(session)
        return self.token

    def renewed(self) -> bool:
        """Forget the token."""
        self.token = None
        return True

    def hide(self, text: str) -> str:
        """The text without secret and token."""
        text = text.replace(self.secret, "…")
        return self.token.hide(text) if self.token else text

    def ask(self, session: requests.Session) -> Key:
        """A new token; the resource is named, for not every version knows its own (RFC 8707)."""
        parts = urlsplit(self.url)
        form = {
            "grant_type": "client_credentials",
            "client_id": self.client_id,
            "client_secret": self.secret,
            "resource": f"{parts.scheme}://{parts.netloc}",
        }
        address = f"{self.url}/oidc/token"
        answer = send(session, "POST", address, may_act=False, service="Etherpad", data=form)
        said = json_object(answer) or {}
        if answer.status_code >= 400:
            raise self.refusal(answer, said)
        token = str(said.get("access_token") or "")
        return Key(token, f"an access token from {host(self.url)}", "check the address")

    def refusal(self, answer: requests.Response, said: Mapping[str, object]) -> Exception:
        """What it means that no token is given."""
        at = f"{host(self.url)}/oidc/token"
        if "error" not in said:
            return Failed(
                f"expected the OAuth2 provider of an Etherpad 2.x at {at}, found status "
                f"{answer.status_code}; check the address; for 1.8, leave push.notes.client_id out"
            )
        why = self.hide(excerpt(f"{said['error']}: {said.get('error_description', '')}"))
        return AccessDenied(
            f"expected a token for the client {self.client_id} from {at}, found {why}; set "
            f"ETHERPAD_API_KEY to its client_secret, and {self.advice}"
        )
