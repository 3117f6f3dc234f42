"""What is changed in GraphQL alone: pull requests put into the queue, or merged by themselves."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from runbook_lib.sandbox.services.github.accounts import may_see
from runbook_lib.sandbox.services.github.auto_merge import enable
from runbook_lib.sandbox.services.github.call import Call
from runbook_lib.sandbox.services.github.graph_query import GraphProblem
from runbook_lib.sandbox.services.github.pull_rows import Row, pull_rows
from runbook_lib.sandbox.services.github.queue import enqueue, queue_node

Node = dict[str, Any]
SHY = "You do not have permission to do this"


def mutations(call: Call, show: Callable[[Call, Row], Node]) -> Node:
    """Where every mutation begins; `show` shows a pull request."""

    def enqueue_pull(input: Node) -> Node:
        found, row = find(call, input)
        enqueue(found, row)
        return {
            "__typename": "EnqueuePullRequestPayload",
            "mergeQueueEntry": queue_node(found, row),
        }

    def enable_auto_merge(input: Node) -> Node:
        found, row = find(call, input)
        enable(found, row, str(input.get("mergeMethod", "MERGE")).lower())
        kind = "EnablePullRequestAutoMergePayload"
        return {"__typename": kind, "clientMutationId": None, "pullRequest": show(found, row)}

    return {
        "__typename": "Mutation",
        "enqueuePullRequest": enqueue_pull,
        "enablePullRequestAutoMerge": enable_auto_merge,
    }


def find(call: Call, said: Node) -> tuple[Call, Row]:
    """The pull request that is meant, in its repository; for who may write there."""
    if not call.writes:
        raise GraphProblem(SHY)
    wanted = said.get("pullRequestId")
    for repository in may_see(call):
        within = replace(call, found=repository)
        for row in pull_rows(within):
            if f"PR_{row['id']}" == wanted:
                return within, row
    raise GraphProblem(f"Could not resolve to a node with the global id of '{wanted}'")
