"""The merged pull requests that commits came by, with their labels: asked for by the hundred."""

from collections.abc import Sequence
from typing import Any

from runbook_lib.errors import AccessDenied
from runbook_lib.policy.commits import Pull
from runbook_lib.services.github.client import checked_commit
from runbook_lib.services.github.graph import GraphSteps

AT_ONCE = 100
"""How many commits are asked about in one call."""
PULLS = """... on Commit { associatedPullRequests(first: 5) { nodes {
  number title merged mergeCommit { oid } labels(first: 20) { nodes { name } } } } }"""
QUERY = """query ($owner: String!, $name: String!) {
  repository(owner: $owner, name: $name) { %s } }"""


class AssociatedSteps(GraphSteps):
    """The look at what was merged by which pull request."""

    def find_pulls_of(self, commits: Sequence[str]) -> dict[str, tuple[Pull, ...]]:
        """The merged pull requests that commits came by; one call for each hundred commits.

        https://docs.github.com/en/graphql/reference/commits#commit
        """
        found: dict[str, tuple[Pull, ...]] = {}
        for start in range(0, len(commits), AT_ONCE):
            some = [checked_commit(one) for one in commits[start : start + AT_ONCE]]
            answers = self.ask_pulls(some)
            found |= {commit: pulls_in(answers.get(f"c{n}")) for n, commit in enumerate(some)}
        return found

    def ask_pulls(self, commits: Sequence[str]) -> dict[str, Any]:
        """What GitHub knows of some commits, by their numbers."""
        try:
            return self.ask_graph(query_of(commits))
        except AccessDenied as denied:
            raise AccessDenied(
                f"expected the pull requests by which commits of {self.repository} were merged, "
                f"found that {denied}. Use a token that may read pull requests, or have the "
                'messages read instead (commits.source = "messages" in the profile)'
            ) from denied


def query_of(commits: Sequence[str]) -> str:
    """The question for the pull requests of some commits, each called by its number."""
    asked = (f'c{n}: object(oid: "{one}") {{ {PULLS} }}' for n, one in enumerate(commits))
    return QUERY % "\n".join(asked)


def pulls_in(answer: Any) -> tuple[Pull, ...]:
    """The merged pull requests in what is said of one commit."""
    associated = (answer or {}).get("associatedPullRequests") or {}
    return tuple(
        Pull(one["number"], one["title"], labels_in(one), one["mergeCommit"]["oid"])
        for one in filter(None, associated.get("nodes") or ())
        if one["merged"] and one["mergeCommit"]
    )


def labels_in(pull: Any) -> tuple[str, ...]:
    """The names of a pull request's labels."""
    nodes = (pull["labels"] or {}).get("nodes") or ()
    return tuple(one["name"] for one in filter(None, nodes))
