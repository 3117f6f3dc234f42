"""GitHub's OpenAPI description itself, where OCTOKIT_OPENAPI names it: a second, independent judge.

It is `generated/api.github.com.json` of the npm package @octokit/openapi.
"""

import json
import os
import re
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jsonschema import Draft202012Validator, FormatChecker

from .description import Exchange, is_json, path_pattern

VARIABLE = "OCTOKIT_OPENAPI"
NEWER = {"archived_at", "archived_by"}
"""Keys that GitHub's newest description has and a release of the package may not have yet."""

OUTDATED = re.compile(r"\.labels\[\d+\]\.description: None is not of type 'string'$")
"""What a release of the package denies and GitHub's newest description allows."""

FORMATS = FormatChecker(())


@FORMATS.checks("uri")
def is_address(value: object) -> bool:
    """Whether a text is a whole address."""
    return not isinstance(value, str) or bool(urlsplit(value).scheme and urlsplit(value).netloc)


@FORMATS.checks("date-time", raises=ValueError)
def is_time(value: object) -> bool:
    """Whether a text is a time with its zone."""
    return not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is not None


class OpenDescription:
    """The description: operations by method and path, and schemas that know of null."""

    def __init__(self, path: Path) -> None:
        self.document = as_json_schema(json.loads(path.read_text()))
        self.operations = {
            (method.upper(), place): operation
            for place, methods in self.document["paths"].items()
            for method, operation in methods.items()
            if isinstance(operation, dict) and "responses" in operation
        }

    def problems(self, exchange: Exchange) -> list[str]:
        """Where an answer is not as GitHub describes it."""
        schema = self.schema(exchange)
        if schema is None or not exchange.body:
            return []
        said = json.loads(exchange.body)
        whole = {**schema, "components": self.document["components"]}
        judge = Draft202012Validator(whole, format_checker=FORMATS)
        wrong = [f"{one.json_path}: {one.message}" for one in judge.iter_errors(said)]
        if exchange.status < 300:
            wrong += self.unknown_keys([schema], said, "$")
        return [f"{exchange}: {one[:500]}" for one in wrong if not OUTDATED.search(one)]

    def schema(self, exchange: Exchange) -> dict[str, Any] | None:
        """The schema of an answer's JSON, or None where the description has none."""
        path = exchange.path.removeprefix("/api/v3").removeprefix("/api/uploads") or "/"
        if not is_json(exchange) or exchange.status >= 400:
            return None
        operation = self.find(exchange.method, path)
        response = (
            self.follow(operation["responses"].get(str(exchange.status), {})) if operation else {}
        )
        content = response.get("content", {})
        kinds = [kind for kind in content if kind == "application/json"] or list(content)
        schemas = [content[kind]["schema"] for kind in kinds]
        return {"anyOf": schemas} if len(schemas) > 1 else schemas[0] if schemas else None

    def find(self, method: str, path: str) -> dict[str, Any] | None:
        """The operation that a request calls, or None."""
        fitting = [
            place
            for verb, place in self.operations
            if verb == method and patterns(place).fullmatch(path)
        ]
        best = min(fitting, key=lambda place: (place.count("{"), -len(place)), default=None)
        return self.operations[method, best] if best else None

    def follow(self, node: dict[str, Any]) -> dict[str, Any]:
        """A node, or what it refers to."""
        while "$ref" in node:
            target: dict[str, Any] = self.document
            for part in node["$ref"].removeprefix("#/").split("/"):
                target = target[part]
            node = target
        return node

    def unknown_keys(self, schemas: list[dict[str, Any]], said: Any, place: str) -> list[str]:
        """Keys that none of some schemas knows."""
        flat = list(self.flatten(schemas))
        if isinstance(said, list):
            items = [one["items"] for one in flat if "items" in one]
            return [word for one in said for word in self.unknown_keys(items, one, f"{place}[]")]
        known = [one["properties"] for one in flat if one.get("properties")]
        if not isinstance(said, dict) or not known:
            return []
        strange = said.keys() - {key for one in known for key in one} - NEWER
        return [f"{place}.{key} is unknown" for key in strange] + [
            word
            for key in said.keys() - strange - NEWER
            for word in self.unknown_keys(
                [one[key] for one in known if key in one], said[key], f"{place}.{key}"
            )
        ]

    def flatten(self, schemas: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        """Schemas, and all that they are combined of."""
        for schema in map(self.follow, schemas):
            yield schema
            for word in ("allOf", "anyOf", "oneOf"):
                yield from self.flatten(schema.get(word, []))


patterns = cache(path_pattern)


def as_json_schema(node: Any) -> Any:
    """OpenAPI 3.0's `nullable` in the words of JSON Schema."""
    if isinstance(node, list):
        return [as_json_schema(one) for one in node]
    if not isinstance(node, dict):
        return node
    made = {key: as_json_schema(value) for key, value in node.items() if key != "example"}
    if made.pop("nullable", None) is not True:
        return made
    return {"anyOf": [{"type": "null"}, made]}


@cache
def open_description() -> OpenDescription | None:
    """The description, or None where nobody says where it is."""
    path = os.environ.get(VARIABLE)
    return OpenDescription(Path(path)) if path else None
