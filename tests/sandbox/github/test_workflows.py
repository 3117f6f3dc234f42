"""Workflows that are started by hand."""

import pytest

from .served import Served

PATH = ".github/workflows/ci.yml"
HEAD = "refs/heads/master"
DISPATCH = ":/actions/workflows/ci.yml/dispatches"


def test_a_workflow_is_started_on_a_branch_or_a_tag_and_its_run_is_listed(github: Served) -> None:
    sha = github.commit(HEAD, {PATH: "on: [push, workflow_dispatch]\n"}, "Test by hand")
    github.git("tag", "1.9", sha)
    for ref in ("master", "1.9", HEAD):
        assert github.post(DISPATCH, {"ref": ref}).status_code == 204
    runs = github.get(f":/actions/runs?head_sha={sha}").json()["workflow_runs"]
    assert [(one["name"], one["status"]) for one in runs] == [("ci", "queued")]
    told = github.told("workflow_dispatch")
    assert [one["ref"] for one in told] == [HEAD, "refs/tags/1.9", HEAD]
    assert {one["after"] for one in told} == {sha}


@pytest.mark.parametrize(
    ("text", "ref", "status", "said"),
    [
        (None, "master", 404, "Not Found"),
        ("on: push\n", "master", 422, "Workflow does not have 'workflow_dispatch' trigger"),
        ("on: workflow_dispatch\n", "nowhere", 422, "No ref found for: nowhere"),
    ],
)
def test_what_cannot_be_started_is_refused(
    github: Served, text: str | None, ref: str, status: int, said: str
) -> None:
    if text is not None:
        github.commit(HEAD, {PATH: text}, "CI")
    refused = github.post(DISPATCH, {"ref": ref})
    assert (refused.status_code, refused.json()["message"]) == (status, said)
    assert github.told("workflow_dispatch") == []
