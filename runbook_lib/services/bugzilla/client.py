"""Requests to Bugzilla's API, and what its refusals mean.

https://bmo.readthedocs.io/en/latest/api/ describes REST; `age` says who is asked otherwise, `calls`
how.
"""

from functools import cached_property
from typing import Any

import requests

from runbook_lib.errors import AccessDenied, Failed, Refused, RunbookError, Unavailable, UsageError
from runbook_lib.services.api import Api, Key, json_object
from runbook_lib.services.bugzilla.age import OLDEST, Age
from runbook_lib.services.bugzilla.calls import Call, as_call
from runbook_lib.services.bugzilla.reply import Reply, read_code
from runbook_lib.services.http import Timeout, send

KEY_HEADER = "X-BUGZILLA-API-KEY"
JSON_RPC = "jsonrpc.cgi"
ENTERABLE = "enterable"


class Client(Api):
    """Bugzilla's API at one address, with one key: REST, or for older ones JSON-RPC."""

    def __init__(
        self,
        url: str,
        key: str,
        *,
        account: str = "",
        timeout: Timeout,
        session: requests.Session | None,
    ) -> None:
        advice = "make one in Bugzilla's preferences"
        secret = Key(key, "a Bugzilla API key", advice, header=KEY_HEADER, scheme="")
        super().__init__("Bugzilla", url, secret, below="/rest", timeout=timeout, session=session)
        self.secret = secret
        self.account = account
        """The login name that the key belongs to, where the profile says it."""

    @cached_property
    def age(self) -> Age:
        """How old this Bugzilla is: asked first, and of nobody in particular.

        Raises `Refused` for one that is too old.
        """
        answer = self.unsigned("GET", "rest/version")
        found = json_object(answer)
        if found is None:
            call = {"method": "Bugzilla.version", "params": [{}], "id": 1}
            found = (json_object(self.unsigned("POST", JSON_RPC, json=call)) or {}).get("result")
        if not isinstance(found, dict):
            raise self.stranger(answer, "GET version", may_act=False)
        age = Age(str(found.get("version") or ""))
        if age.too_old:
            raise Refused(
                f"expected Bugzilla {'.'.join(map(str, OLDEST))} or later, found {age.version} at "
                f"{self.url}: name another in the profile, or have this one brought up to date"
            )
        return age

    def get(self, *path: str | int, **parameters: str) -> Reply:
        """Ask for something; the path's parts are quoted."""
        return self.ask("GET", path, parameters)

    def post(self, *path: str | int, said: dict[str, Any]) -> Reply:
        """Make something."""
        return self.ask("POST", path, said)

    def put(self, *path: str | int, said: dict[str, Any]) -> Reply:
        """Change something."""
        return self.ask("PUT", path, said)

    def ask(self, method: str, path: tuple[str | int, ...], said: dict[str, Any]) -> Reply:
        """Send one request, as this Bugzilla takes it."""
        if not self.age.calls:
            form = "params" if method == "GET" else "json"
            return self.rest(method, path, **{form: said})
        call = as_call(method, path, said)
        if call.given.get("type") == ENTERABLE:
            return self.enterable(call)
        return self.call(call, may_act=method != "GET")

    def rest(self, method: str, path: tuple[str | int, ...], **request: Any) -> Reply:
        """Send one request; a page of anything but a JSON object is no answer of Bugzilla's."""
        may_act, asked = method != "GET", f"{method} {'/'.join(map(str, path))}"
        answer = self.send(method, *path, **request)
        body = json_object(answer)
        if body is None:
            raise self.stranger(answer, asked, may_act)
        message = self.shown(str(body.get("message") or "no reason given"), 500)
        refused = answer.status_code >= 400 or bool(body.get("error"))
        code = read_code(body.get("code")) if refused else 0
        where = f"{self.host}: {asked}"
        return Reply(where, answer.status_code, body, code, message if refused else "")

    def call(self, call: Call, *, may_act: bool) -> Reply:
        """Make one call; the secret travels in its body alone."""
        said = {"method": call.method, "params": [{**call.given, **self.credentials()}], "id": 1}
        answer = self.unsigned("POST", JSON_RPC, may_act=may_act, json=said)
        body = json_object(answer)
        if body is None or not {"result", "error"} & body.keys():
            raise self.stranger(answer, call.method, may_act)
        where, error = f"{self.host}: {call.method}", body.get("error")
        if not error:
            result = body.get("result")
            found = result if isinstance(result, dict) else {"result": result}
            return Reply(where, answer.status_code, found, 0, "")
        told = error if isinstance(error, dict) else {"message": error}
        message = self.shown(str(told.get("message") or "no reason given"), 500)
        code = read_code(told.get("code"))
        return Reply(where, answer.status_code, {"error": True}, code, message)

    def enterable(self, call: Call) -> Reply:
        """The products in which bugs may be filed: older ones tell their numbers first."""
        numbers = self.call(Call("Product.get_enterable_products"), may_act=False)
        ids = numbers.require().get("ids") or []
        if not ids:
            return Reply(numbers.asked, numbers.status, {"products": []}, 0, "")
        given = {key: value for key, value in call.given.items() if key != "type"}
        return self.call(Call(call.method, {**given, "ids": ids}), may_act=False)

    def credentials(self) -> dict[str, str]:
        """What lets a call in; raises `UsageError` where the profile does not say whose it is."""
        if self.age.knows_keys:
            return {"Bugzilla_api_key": self.secret.value}
        if not self.account:
            raise UsageError(
                f"expected the login name of an account, with which Bugzilla {self.age.version} "
                "lets in: it has no API keys; found none: add account to the profile's bugzilla, "
                "and keep its password where the key would be"
            )
        return {"Bugzilla_login": self.account, "Bugzilla_password": self.secret.value}

    def unsigned(
        self, method: str, path: str, *, may_act: bool = False, **request: Any
    ) -> requests.Response:
        """Send one request that carries no secret in its address or headers."""
        return send(
            self.session,
            method,
            f"{self.url}/{path}",
            may_act=may_act,
            service=self.service,
            timeout=self.timeout,
            headers={"Accept": "application/json"},
            **request,
        )

    def stranger(self, answer: requests.Response, asked: str, may_act: bool) -> RunbookError:
        """What it means that something else than Bugzilla's API answered."""
        found = self.strange(answer, asked)
        if answer.status_code in (401, 403, 407):
            return AccessDenied(found)
        lost = may_act and answer.status_code < 300
        return Unavailable(found) if lost else Failed(found)
