"""Issues that block a push, merged pull requests to pick from, and newest releases."""

import pytest

from runbook_lib.errors import Refused, Unavailable
from tests.services.github.conftest import Hub


def milestone(hub: Hub, title: str) -> int:
    return int(hub.ask("operator", "POST", "/milestones", {"title": title})["number"])


def issue(hub: Hub, title: str, **said: object) -> int:
    body = {"title": title, "labels": ["blocker"], **said}
    return int(hub.ask("operator", "POST", "/issues", body)["number"])


def test_open_issues_of_a_label_and_milestone_are_found_with_who_works_on_them(hub: Hub) -> None:
    this, other = milestone(hub, "2026.03.12"), milestone(hub, "2026.03.19")
    first = issue(hub, "Downloads fail", milestone=this, assignees=["reviewer"])
    second = issue(hub, "Search is slow", milestone=this)
    issue(hub, "Next week", milestone=other)
    issue(hub, "No milestone")
    issue(hub, "Another label", milestone=this, labels=["bug"])
    closed = issue(hub, "Fixed", milestone=this)
    hub.ask("operator", "PATCH", f"/issues/{closed}", {"state": "closed"})
    github = hub.github()
    found = github.find_issues(label="blocker", milestone="2026.03.12")
    assert [(one.number, one.assignees) for one in found] == [(first, ("reviewer",)), (second, ())]
    assert str(found[1]) == f"harbor/tidewatch#{second} Search is slow (nobody)"
    assert found[0].link.endswith(f"/harbor/tidewatch/issues/{first}")
    assert github.calls == 2


def test_more_issues_than_fit_a_page_are_all_found(hub: Hub) -> None:
    numbers = [issue(hub, f"Blocker {number}") for number in range(103)]
    assert [one.number for one in hub.github().find_issues(label="blocker")] == numbers


def test_a_milestone_that_is_not_there_has_no_issues(hub: Hub) -> None:
    issue(hub, "No milestone")
    assert hub.github().find_issues(label="blocker", milestone="2026.03.12") == ()


def test_pull_requests_are_no_issues(hub: Hub) -> None:
    body = {"title": "Fix", "head": "release/1.9", "base": "master"}
    number = hub.ask("operator", "POST", "/pulls", body)["number"]
    hub.ask("operator", "POST", f"/issues/{number}/labels", {"labels": ["blocker"]})
    assert hub.github().find_issues(label="blocker") == ()


def test_no_answer_is_no_empty_list(hub: Hub) -> None:
    hub.spoil("GET", "/issues$", answer=(502, {}, {"message": "Bad gateway"}))
    with pytest.raises(Unavailable):
        hub.github().find_issues(label="blocker")


def merged_pull(hub: Hub) -> int:
    body = {"title": "Fix", "head": "release/1.9", "base": "master"}
    number = int(hub.ask("operator", "POST", "/pulls", body)["number"])
    hub.ask("operator", "PUT", f"/pulls/{number}/merge", {"merge_method": "merge"})
    return number


def test_a_merged_pull_request_names_its_commits_and_its_merge(hub: Hub) -> None:
    found = hub.github().find_merged_pull(merged_pull(hub))
    assert found.commits == (hub.commit("refs/heads/release/1.9"),)
    assert found.merge == hub.commit("refs/heads/master")


def test_a_pull_request_that_is_not_merged_or_not_there_is_refused(hub: Hub) -> None:
    body = {"title": "Fix", "head": "release/1.9", "base": "master"}
    number = hub.ask("operator", "POST", "/pulls", body)["number"]
    with pytest.raises(Refused, match="merge it first"):
        hub.github().find_merged_pull(number)
    with pytest.raises(Refused, match="found none"):
        hub.github().find_merged_pull(999)


def test_the_newest_release_is_neither_a_draft_nor_a_pre_release(hub: Hub) -> None:
    assert hub.github().find_newest_release() is None
    hub.ask("operator", "POST", "/releases", {"tag_name": "1.8"})
    hub.ask("operator", "POST", "/releases", {"tag_name": "1.9", "prerelease": True})
    hub.ask("operator", "POST", "/releases", {"tag_name": "2.0", "draft": True})
    found = hub.github().find_newest_release()
    assert found is not None and found.tag == "1.8"
