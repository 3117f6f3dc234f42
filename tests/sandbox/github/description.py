"""GitHub's description of its API, as githubkit's models hold it: every answer is held to it."""

import inspect
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache, cached_property
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

from githubkit_schemas.v2022_11_28.models import (
    BasicError,
    ValidationError,
    ValidationErrorSimple,
)
from githubkit_schemas.v2022_11_28.rest.actions import ActionsClient
from githubkit_schemas.v2022_11_28.rest.checks import ChecksClient
from githubkit_schemas.v2022_11_28.rest.git import GitClient
from githubkit_schemas.v2022_11_28.rest.issues import IssuesClient
from githubkit_schemas.v2022_11_28.rest.pulls import PullsClient
from githubkit_schemas.v2022_11_28.rest.repos import ReposClient
from githubkit_schemas.v2022_11_28.rest.search import SearchClient
from githubkit_schemas.v2022_11_28.rest.users import UsersClient
from pydantic import TypeAdapter
from pydantic import ValidationError as Mismatch

CLIENTS = (
    ActionsClient,
    ChecksClient,
    GitClient,
    IssuesClient,
    PullsClient,
    ReposClient,
    SearchClient,
    UsersClient,
)
ERRORS = BasicError | ValidationError | ValidationErrorSimple
ANYWHERE = {400, 401, 403, 404, 429}
"""Statuses that GitHub answers with everywhere, whether its description says so or not."""

UNLISTED = {
    ("POST", "/repos/{owner}/{repo}/releases/generate-notes", 422),
    ("PATCH", "/repos/{owner}/{repo}/releases/{release_id}", 422),
    ("POST", "/repos/{owner}/{repo}/releases/{release_id}/assets", 422),
    ("POST", "/repos/{owner}/{repo}/statuses/{sha}", 422),
    ("POST", "/repos/{owner}/{repo}/check-runs", 422),
    ("PATCH", "/repos/{owner}/{repo}/check-runs/{check_run_id}", 422),
    ("POST", "/repos/{owner}/{repo}/check-suites", 422),
    ("GET", "/repos/{owner}/{repo}/commits/{ref}/status", 422),
    ("GET", "/repos/{owner}/{repo}/commits/{ref}/check-runs", 422),
    ("GET", "/repos/{owner}/{repo}/git/matching-refs/{ref}", 409),
    ("DELETE", "/repos/{owner}/{repo}/git/refs/{ref}", 422),
    ("POST", "/repos/{owner}/{repo}/merges", 409),
    ("POST", "/repos/{owner}/{repo}/releases", 422),
    ("POST", "/repos/{owner}/{repo}/deployments", 409),
    ("POST", "/repos/{owner}/{repo}/deployments/{deployment_id}/statuses", 422),
    ("PUT", "/repos/{owner}/{repo}/environments/{environment_name}", 422),
    ("POST", "/repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches", 422),
}
"""What GitHub answers although its description, as githubkit has it, does not say so."""


@dataclass(frozen=True)
class Operation:
    """One operation: the model of its success (None: no content), and those of its errors."""

    method: str
    path: str
    success: Any
    errors: dict[str, Any] = field(compare=False)

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The path as a regular expression."""
        return path_pattern(self.path)


def path_pattern(path: str) -> re.Pattern[str]:
    """A described path as a regular expression; a ref or a path may hold slashes."""
    return re.compile(
        re.sub(
            r"\\\{(\w+)\\\}",
            lambda name: ".*" if name[1] == "path" else ".+" if name[1] in WIDE else "[^/]+",
            re.escape(path),
        )
    )


WIDE = ("ref", "branch", "tag")


@dataclass(frozen=True)
class Exchange:
    """One request and its answer."""

    method: str
    path: str
    status: int
    headers: dict[str, str]
    body: bytes

    def __str__(self) -> str:
        return f"{self.method} {self.path} → {self.status} {self.body[:400]!r}"


class Asked:
    """Stands in for githubkit's connection: notes what a method would ask, and how it reads it."""

    def __init__(self) -> None:
        self.config = SimpleNamespace(rest_api_validate_body=False)
        self.operations: list[Operation] = []

    def request(self, method: str, url: str, **said: Any) -> None:
        errors = {str(status): model for status, model in said.get("error_models", {}).items()}
        self.operations.append(Operation(method, url, said.get("response_model"), errors))


@cache
def operations() -> list[Operation]:
    """All operations, those with the fewest variable parts first."""
    asked = Asked()
    for client in CLIENTS:
        for method in methods(client(asked)):
            fill(method)
    return sorted(asked.operations, key=lambda one: (one.path.count("{"), -len(one.path)))


def methods(client: object) -> Iterator[Callable[..., object]]:
    """The methods of one of githubkit's clients that stand for an operation."""
    for name, method in inspect.getmembers(client, inspect.ismethod):
        if not name.startswith(("_", "async_")):
            yield method


def fill(method: Callable[..., object]) -> None:
    """Call a method with the names of its parameters as their values."""
    parameters = inspect.signature(method).parameters.values()
    needed = [one for one in parameters if one.default is inspect.Parameter.empty]
    named = [one for one in needed if one.kind is not inspect.Parameter.VAR_KEYWORD]
    method(**{one.name: f"{{{one.name}}}" for one in named})


def find_operation(method: str, path: str) -> Operation | None:
    """The operation that a request calls, or None."""
    return next(
        (one for one in operations() if one.method == method and one.pattern.fullmatch(path)),
        None,
    )


@cache
def adapter(model: Any) -> TypeAdapter[Any]:
    """What reads a model."""
    return TypeAdapter(model)


def problems(exchange: Exchange) -> list[str]:
    """Where an answer is not as GitHub describes it."""
    api = exchange.path.removeprefix("/api/v3").removeprefix("/api/uploads") or "/"
    operation = find_operation(exchange.method, api)
    found = [f"{exchange}: {one}" for one in wrong_headers(exchange)]
    if operation is None:
        unknown = exchange.status != 404
        return found + ([f"{exchange}: GitHub describes no such operation"] if unknown else [])
    if not is_json(exchange):
        return found
    return found + [f"{exchange}: {one}" for one in wrong_body(operation, exchange)]


def is_json(exchange: Exchange) -> bool:
    """Whether an answer is JSON about something, and not a file that may be JSON."""
    kind = exchange.headers.get("content-type", "")
    return "json" in kind and "raw" not in kind


def wrong_headers(exchange: Exchange) -> Iterator[str]:
    """Headers that every answer of GitHub has, and this one lacks."""
    for name in ("x-github-request-id", "x-github-media-type", "x-ratelimit-limit"):
        if name not in exchange.headers and exchange.status not in (400, 401):
            yield f"no {name}"
    if exchange.status not in (204, 302, 304) and not exchange.body and exchange.method != "HEAD":
        yield "no content"


def wrong_body(operation: Operation, exchange: Exchange) -> Iterator[str]:
    """Where a JSON body does not fit its model, or has keys that the model does not know."""
    said, status = json.loads(exchange.body), exchange.status
    model = operation.success if status < 300 else error_model(operation, status)
    if model is None:
        yield f"GitHub does not describe an answer of status {status}"
        return
    if status >= 400 and said.get("status") == str(status):
        said = {key: value for key, value in said.items() if key != "status"}
    elif status >= 400:
        yield "an error without its status"
    try:
        adapter(model).validate_json(json.dumps(said), strict=True, extra="forbid")
    except Mismatch as error:
        yield str(error)
    yield from wrong_addresses(said)


def error_model(operation: Operation, status: int) -> Any:
    """The model of an error, or None where the description knows no such status."""
    if str(status) in operation.errors:
        return operation.errors[str(status)] | ERRORS
    known = status in ANYWHERE or (operation.method, operation.path, status) in UNLISTED
    return ERRORS if known else None


def wrong_addresses(said: Any, name: str = "") -> Iterator[str]:
    """Addresses that lead nowhere."""
    if isinstance(said, dict):
        for key, value in said.items():
            yield from wrong_addresses(value, key)
    elif isinstance(said, list):
        for value in said:
            yield from wrong_addresses(value, name)
    elif isinstance(said, str) and (name == "url" or name.endswith("_url") or name == "href"):
        place = urlsplit(said)
        if not place.scheme or not place.netloc or "None" in said or "//" in place.path:
            yield f"{name} is no address: {said!r}"
