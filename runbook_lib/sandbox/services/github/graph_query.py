"""GraphQL queries, read and answered as far as release tools use the language.

https://spec.graphql.org/ describes it; there are no directives here.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from runbook_lib.frozen import frozen

TOKEN = re.compile(r'"(?:\\.|[^"\\])*"|\.\.\.|-?\d+(?:\.\d+)?|\w+|[^\s,]')
COMMENT = re.compile(r'("(?:\\.|[^"\\\n])*")|#[^\n]*')
CLOSING = {"(": ")", "[": "]", "{": "}"}
WORDS: dict[str, Any] = {"true": True, "false": False, "null": None}


class GraphProblem(Exception):
    """A query that can't be read, or asks for what is not there."""


@frozen
class Field:
    """One field that is asked for; one of no name stands for a fragment on the type `on`."""

    name: str
    alias: str
    arguments: dict[str, Any]
    fields: tuple["Field", ...]
    on: str = ""


@frozen
class Variable:
    """A variable, where a value stands."""

    name: str


class Reader:
    """Reads a query, token by token."""

    def __init__(self, query: str) -> None:
        self.tokens = TOKEN.findall(COMMENT.sub(lambda found: found[1] or "", query))
        self.position = 0
        self.kind = "query"

    @property
    def next(self) -> str:
        """The token that comes next."""
        if self.position >= len(self.tokens):
            raise GraphProblem("Unexpected end of document")
        return str(self.tokens[self.position])

    def take(self, wanted: str = "") -> str:
        """Take the next token, which must be the one wanted where one is."""
        token = self.next
        if wanted and token != wanted:
            raise GraphProblem(f"Expected {wanted}, actual: {token}")
        self.position += 1
        return token

    def skip(self, opening: str) -> None:
        """Leave out a part in brackets."""
        self.take(opening)
        while self.next != CLOSING[opening]:
            self.take()
        self.take()

    def operation(self) -> tuple[Field, ...]:
        """What a query asks for."""
        if self.next != "{":
            self.kind = self.take()
            if self.kind not in ("query", "mutation"):
                raise GraphProblem(f"Expected a query, actual: {self.kind}")
            while self.next not in "({":
                self.take()
            if self.next == "(":
                self.skip("(")
        return self.selection()

    def selection(self) -> tuple[Field, ...]:
        """The fields between two braces."""
        self.take("{")
        fields = []
        while self.next != "}":
            fields.append(self.fragment() if self.next == "..." else self.field())
        self.take("}")
        return tuple(fields)

    def fragment(self) -> Field:
        """`... on Type { … }`."""
        self.take("...")
        self.take("on")
        kind = self.take()
        return Field("", "", {}, self.selection(), on=kind)

    def field(self) -> Field:
        """`alias: name(arguments) { … }`."""
        alias = name = self.take()
        if self.next == ":":
            self.take()
            name = self.take()
        arguments = self.pairs("(") if self.next == "(" else {}
        return Field(name, alias, arguments, self.selection() if self.next == "{" else ())

    def pairs(self, opening: str) -> dict[str, Any]:
        """`(name: value …)`, or the same in braces."""
        self.take(opening)
        pairs = {}
        while self.next != CLOSING[opening]:
            name = self.take()
            self.take(":")
            pairs[name] = self.value()
        self.take()
        return pairs

    def value(self) -> Any:
        """A value: a text, a number, a word, a variable, a list or an object."""
        if self.next == "{":
            return self.pairs("{")
        token = self.take()
        if token == "$":
            return Variable(self.take())
        if token == "[":
            values = []
            while self.next != "]":
                values.append(self.value())
            self.take()
            return values
        if token[0] == '"' or token[0] in "-0123456789":
            return json.loads(token)
        return WORDS.get(token, token)


def answer_query(
    query: str, variables: Mapping[str, Any], roots: Mapping[str, Mapping[str, Any]]
) -> Any:
    """What a query or a mutation comes to, on trees of values and functions of arguments."""
    reader = Reader(query)
    fields = reader.operation()
    return choose(fields, roots[reader.kind], variables)


def choose(
    fields: tuple[Field, ...], node: Mapping[str, Any], variables: Mapping[str, Any]
) -> dict[str, Any]:
    """The fields of a node that are asked for."""
    found: dict[str, Any] = {}
    for field in fields:
        if field.name:
            found[field.alias] = resolve(field, node, variables)
        elif field.on == node["__typename"]:
            found |= choose(field.fields, node, variables)
    return found


def resolve(field: Field, node: Mapping[str, Any], variables: Mapping[str, Any]) -> Any:
    """The value of one field."""
    if field.name not in node:
        kind = node["__typename"]
        raise GraphProblem(f"Field '{field.name}' doesn't exist on type '{kind}'")
    value = node[field.name]
    if callable(value):
        value = value(**{name: fill(one, variables) for name, one in field.arguments.items()})
    return select(field, value, variables)


def select(field: Field, value: Any, variables: Mapping[str, Any]) -> Any:
    """The parts of a value that are asked for."""
    if isinstance(value, list):
        return [select(field, one, variables) for one in value]
    return choose(field.fields, value, variables) if isinstance(value, dict) else value


def fill(value: Any, variables: Mapping[str, Any]) -> Any:
    """A value with the variables' values in their places."""
    if isinstance(value, Variable):
        return variables.get(value.name)
    if isinstance(value, list):
        return [fill(one, variables) for one in value]
    if isinstance(value, dict):
        return {name: fill(one, variables) for name, one in value.items()}
    return value
