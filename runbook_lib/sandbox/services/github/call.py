"""One request to the sandbox's GitHub: who asks for what, and what is answered."""

from collections.abc import Callable, Mapping
from dataclasses import field
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from starlette.requests import Request

from runbook_lib.frozen import frozen
from runbook_lib.sandbox.services.github.links import Links
from runbook_lib.sandbox.services.github.refusal import (
    Refusal,
    not_found,
    not_supplied,
    requires_authentication,
    unprocessable,
    wrong_type,
)
from runbook_lib.sandbox.world.grants import Grant
from runbook_lib.sandbox.world.repositories import Repository
from runbook_lib.sandbox.world.world import Account, World

Access = Literal["anyone", "account", "read", "write", "admin"]
"""Who may call: anyone, everybody with a token, or who may do that to the repository."""

PER_PAGE = 30
MOST_PER_PAGE = 100


@frozen
class Answer:
    """What a request is answered with: JSON, bytes, or nothing."""

    body: Any = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


@frozen
class Call:
    """What a request says; `account` is None for somebody without a token.

    `grant` is what a token of another kind than an account's own was granted.
    """

    world: World
    request: Request
    account: Account | None
    found: Repository | None
    said: dict[str, Any]
    raw: bytes
    grant: Grant | None = None

    @property
    def caller(self) -> Account:
        """Who calls; a refusal where nobody is known."""
        if self.account is None:
            raise requires_authentication()
        return self.account

    @property
    def permission(self) -> str:
        """What the caller may do to repositories."""
        return self.account.permission if self.account else "none"

    @property
    def writes(self) -> bool:
        """Whether the caller may push to repositories."""
        return self.permission in ("write", "admin")

    @property
    def repository(self) -> Repository:
        """The repository that the path names."""
        if self.found is None:
            raise not_found()
        return self.found

    @property
    def folder(self) -> Path:
        """Where the repository's git objects are."""
        return self.world.git_folder(self.repository.full_name)

    @cached_property
    def links(self) -> Links:
        """Where the things of the repository, or of GitHub, are."""
        base = str(self.request.base_url).rstrip("/")
        return Links(base, self.found.full_name if self.found else "")

    def path(self, name: str) -> str:
        """One part of the path, as the route names it."""
        return str(self.request.path_params[name])

    def number(self, name: str) -> int:
        """One part of the path as a number; what is none can't be found."""
        value = self.path(name)
        if not value.isdecimal() or len(value) > 15:
            raise not_found()
        return int(value)

    def query(self, name: str, default: str = "") -> str:
        """One parameter of the query."""
        return self.request.query_params.get(name, default)

    def count(self, name: str, default: int, most: int) -> int:
        """One parameter of the query as a number from 1 to `most`."""
        value = self.query(name)
        wanted = int(value) if value.isdecimal() and len(value) < 9 else default
        return min(wanted, most) if wanted > 0 else default

    @property
    def per_page(self) -> int:
        """How many things the caller wants on a page."""
        return self.count("per_page", PER_PAGE, MOST_PER_PAGE)

    @property
    def page(self) -> int:
        """Which page the caller wants; the first is 1."""
        return self.count("page", 1, 10**8)

    def text(self, name: str, default: str = "") -> str:
        """A text of the request's JSON; null counts as not said."""
        value = self.said.get(name)
        if value is None:
            return default
        if not isinstance(value, str):
            raise wrong_type(name, value, "string")
        if "\0" in value:
            raise unprocessable(f"{name} contains a NUL character")
        return value

    def needed_text(self, name: str) -> str:
        """A text that the request's JSON must have."""
        if name not in self.said:
            raise not_supplied(name)
        if self.said[name] is None:
            raise wrong_type(name, None, "string")
        return self.text(name)

    def flag(self, name: str, default: bool = False) -> bool:
        """A boolean of the request's JSON."""
        value = self.said.get(name)
        if value is None:
            return default
        if not isinstance(value, bool):
            raise wrong_type(name, value, "boolean")
        return value

    def texts(self, name: str) -> list[str]:
        """A list of texts of the request's JSON; one text alone is a list of one."""
        value = self.said.get(name)
        listed = [value] if isinstance(value, str) else value or []
        if not isinstance(listed, list) or not all(isinstance(one, str) for one in listed):
            raise wrong_type(name, value, "array")
        return listed

    def part(self, name: str, key: str) -> str | None:
        """A text of an object within the request's JSON, or None."""
        value = self.said_object(name).get(key)
        if value is not None and not isinstance(value, str):
            raise wrong_type(f"{name}/{key}", value, "string")
        return value

    def said_object(self, name: str) -> dict[str, Any]:
        """An object within the request's JSON."""
        value = self.said.get(name) or {}
        if not isinstance(value, dict):
            raise wrong_type(name, value, "object")
        return value

    def all(self, query: str, *values: object) -> list[dict[str, Any]]:
        """The rows that a database query finds."""
        with self.world.transaction() as database:
            return [dict(row) for row in database.execute(query, values).fetchall()]

    def one(self, query: str, *values: object) -> dict[str, Any] | None:
        """The first row that a database query finds, or None."""
        with self.world.transaction() as database:
            row = database.execute(query, values).fetchone()
        return None if row is None else dict(row)

    def change(self, statement: str, *values: object) -> int:
        """Change the database; the number of the row that was put in, if one was."""
        with self.world.transaction() as database:
            return int(database.execute(statement, values).lastrowid or 0)

    def add(self, table: str, **values: object) -> int:
        """Put a row into a table, and return its number."""
        names, marks = ", ".join(values), ", ".join("?" * len(values))
        return self.change(f"INSERT INTO {table} ({names}) VALUES ({marks})", *values.values())

    def update(self, table: str, number: int, **values: object) -> None:
        """Change the row of that number."""
        names = ", ".join(f"{name} = ?" for name in values)
        self.change(f"UPDATE {table} SET {names} WHERE id = ?", *values.values(), number)

    @property
    def now(self) -> str:
        """The world's time as GitHub writes it."""
        return self.world.now().strftime("%Y-%m-%dT%H:%M:%SZ")

    def tell(self, kind: str, what: str, link: str = "", **data: Any) -> None:
        """Note what the caller did to the repository."""
        whole = self.repository.full_name
        self.world.tell(self.caller.login, kind, what, link=link, repository=whole, **data)


@frozen
class Endpoint:
    """One operation of the API; `docs` is its place below docs.github.com/rest.

    `needs` is the permission that GitHub names where the caller may only read; `listed` is the key
    that a list stands for where one is sent in place of an object.
    """

    method: str
    path: str
    handler: Callable[[Call], Answer]
    docs: str
    access: Access = "read"
    needs: str = "contents=write"
    listed: str = ""


def chosen(call: Call, name: str, allowed: tuple[str, ...], default: str, resource: str) -> str:
    """A text of the request's JSON that must be one of a few."""
    value = call.text(name, default)
    if value not in allowed:
        raise Refusal(
            422,
            "Validation Failed",
            errors=[{"resource": resource, "code": "invalid", "field": name}],
        )
    return value
