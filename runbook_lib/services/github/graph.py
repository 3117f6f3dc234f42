"""GraphQL, for what GitHub tells in no other way; a query can change nothing.

https://docs.github.com/en/graphql/guides/forming-calls-with-graphql
"""

from collections.abc import Sequence
from typing import Any

from runbook_lib.errors import AccessDenied, Unavailable
from runbook_lib.services.github.client import Client
from runbook_lib.services.http import excerpt


class GraphSteps(Client):
    """The look at GitHub's graph."""

    def ask_graph(self, query: str, **variables: object) -> dict[str, Any]:
        """What is answered to a query about the repository, by its `$owner` and `$name`.

        Raises `AccessDenied` with what GitHub says instead, and `Unavailable` at its limit.
        """
        owner, _, name = self.repository.partition("/")
        said = {"query": query, "variables": {"owner": owner, "name": name, **variables}}
        with self.asker.connection.asking():
            _, answer = self.asker.requestJsonAndCheck("POST", self.asker.graphql_url, input=said)
        refuse_errors(answer.get("errors") or [])
        return dict((answer.get("data") or {}).get("repository") or {})


def refuse_errors(errors: Sequence[Any]) -> None:
    """Raise for what GitHub says instead of an answer; it says so with status 200."""
    if not errors:
        return
    said = excerpt("; ".join(error["message"] for error in errors))
    if any(error.get("type") == "RATE_LIMITED" for error in errors):
        raise Unavailable(f"GitHub's GraphQL API is at its limit for this token: {said}")
    raise AccessDenied(f"GitHub says: {said}")
