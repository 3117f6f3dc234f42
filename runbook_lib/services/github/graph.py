"""GraphQL, for what GitHub tells in no other way; a query can change nothing.

https://docs.github.com/en/graphql/guides/forming-calls-with-graphql
"""

from collections.abc import Sequence
from typing import Any

from runbook_lib.errors import AccessDenied, Unavailable
from runbook_lib.frozen import frozen
from runbook_lib.services.github.client import Client
from runbook_lib.services.http import excerpt


@frozen
class Answered:
    """What GitHub's graph answers; `problems` are its words where it does not do what was said."""

    data: dict[str, Any]
    problems: str


class GraphSteps(Client):
    """The look at GitHub's graph."""

    def ask_graph(self, query: str, **variables: object) -> dict[str, Any]:
        """What is answered to a query about the repository, by its `$owner` and `$name`.

        Raises `AccessDenied` with what GitHub says instead, and `Unavailable` at its limit.
        """
        owner, _, name = self.repository.partition("/")
        with self.asker.connection.asking():
            answer = self.post_graph(query, owner=owner, name=name, **variables)
        if answer.problems:
            raise AccessDenied(f"GitHub says: {answer.problems}")
        return dict(answer.data.get("repository") or {})

    def post_graph(self, query: str, **variables: object) -> Answered:
        """What is answered to a query, or a mutation; raises `Unavailable` at GitHub's limit."""
        said = {"query": query, "variables": variables}
        _, answer = self.asker.requestJsonAndCheck("POST", self.asker.graphql_url, input=said)
        return Answered(dict(answer.get("data") or {}), read_errors(answer.get("errors") or []))


def read_errors(errors: Sequence[Any]) -> str:
    """What GitHub says instead of an answer, with status 200; raises `Unavailable` at its limit."""
    said = excerpt("; ".join(error["message"] for error in errors))
    if any(error.get("type") == "RATE_LIMITED" for error in errors):
        raise Unavailable(f"GitHub's GraphQL API is at its limit for this token: {said}")
    return said
