"""The merge queue: GitHub tells of it in GraphQL alone.

https://docs.github.com/en/graphql/reference/objects#mergequeueentry
"""

from runbook_lib.errors import AccessDenied
from runbook_lib.frozen import frozen
from runbook_lib.services.github.answers import Rejected
from runbook_lib.services.github.graph import GraphSteps

PLACE = """
query($owner: String!, $name: String!, $number: Int!) {
  repository(owner: $owner, name: $name) {
    pullRequest(number: $number) { mergeQueueEntry { position state } }
  }
}
"""


@frozen
class QueueEntry:
    """A pull request's place in the merge queue, the first is 1; and how it stands there."""

    position: int
    state: str

    def __str__(self) -> str:
        state = self.state.lower().replace("_", " ")
        return f"it is in the merge queue, in place {self.position} ({state})"


class QueueSteps(GraphSteps):
    """The look at the merge queue."""

    def queue_entry(self, number: int) -> QueueEntry | None:
        """A pull request's place in the merge queue; None where it has none, or none is told."""
        try:
            found = self.ask_graph(PLACE, number=number)
        except (AccessDenied, Rejected):
            return None
        entry = (found.get("pullRequest") or {}).get("mergeQueueEntry")
        return QueueEntry(entry["position"], entry["state"]) if entry else None
