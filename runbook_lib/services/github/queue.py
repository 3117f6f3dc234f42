"""The merge queue: GitHub tells of it in GraphQL alone.

https://docs.github.com/en/graphql/reference/objects#mergequeueentry
"""

from dataclasses import dataclass
from typing import Any

from runbook_lib.errors import AccessDenied
from runbook_lib.services.github.answers import Rejected
from runbook_lib.services.github.client import Client

PLACE = """
query($owner: String!, $name: String!, $number: Int!) {
  repository(owner: $owner, name: $name) {
    pullRequest(number: $number) { mergeQueueEntry { position state } }
  }
}
"""


@dataclass(frozen=True)
class QueueEntry:
    """A pull request's place in the merge queue, the first is 1; and how it stands there."""

    position: int
    state: str

    def __str__(self) -> str:
        state = self.state.lower().replace("_", " ")
        return f"it is in the merge queue, in place {self.position} ({state})"


class QueueSteps(Client):
    """The look at the merge queue."""

    def queue_entry(self, number: int) -> QueueEntry | None:
        """A pull request's place in the merge queue; None where it has none, or none is told."""
        owner, _, name = self.repository.partition("/")
        found = self.ask_graph(PLACE, owner=owner, name=name, number=number)
        pull = ((found or {}).get("repository") or {}).get("pullRequest") or {}
        entry = pull.get("mergeQueueEntry")
        return QueueEntry(entry["position"], entry["state"]) if entry else None

    def ask_graph(self, query: str, **variables: Any) -> dict[str, Any] | None:
        """What GraphQL answers; None where it is told to nobody like us, or has no such thing."""
        said = {"query": query, "variables": variables}
        try:
            with self.asker.connection.asking():
                _, found = self.asker.requestJsonAndCheck(
                    "POST", self.asker.graphql_url, input=said
                )
        except (AccessDenied, Rejected):
            return None
        data: dict[str, Any] | None = found.get("data")
        return data
