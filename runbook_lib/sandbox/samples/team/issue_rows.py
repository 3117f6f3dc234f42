"""The team's issues and bugs, put into GitHub's and Bugzilla's tables."""

import json
from datetime import UTC, datetime

from runbook_lib.sandbox.samples.team.issues import BUGS, ISSUES, MILESTONES, PRODUCT, Bug, Issue
from runbook_lib.sandbox.samples.team.rows import Rows
from runbook_lib.sandbox.world.repositories import Repository


def add_issue(
    rows: Rows, repository: Repository, issue: Issue, when: str, milestone: int | None = None
) -> int:
    """An issue, or what a pull request is as one; returns its row's number."""
    assignees = [rows.account(login) for login in issue.assigned]
    return rows.add(
        "github_issue",
        repository=repository.id,
        number=issue.number,
        title=issue.title,
        body=issue.text or None,
        state="closed" if issue.closed else "open",
        state_reason="completed" if issue.closed else None,
        author=rows.account(issue.author),
        milestone=milestone,
        assignees=json.dumps(assignees),
        created_at=when,
        updated_at=when,
        closed_at=when if issue.closed else None,
    )


def add_issues(rows: Rows, repository: Repository, when: str) -> None:
    """The issues of the server, with labels and milestones."""
    milestones = {
        title: rows.add(
            "github_milestone",
            repository=repository.id,
            number=number,
            title=title,
            state=state,
            creator=rows.account("operator"),
            created_at=when,
            updated_at=when,
            closed_at=when if state == "closed" else None,
        )
        for number, (title, state) in enumerate(MILESTONES, start=1)
    }
    labels = {
        name: rows.add(
            "github_label", repository=repository.id, name=name, color=color, description=None
        )
        for name, color in (("blocker", "b60205"), ("bug", "d73a4a"))
    }
    for issue in ISSUES:
        number = add_issue(rows, repository, issue, when, milestones.get(issue.milestone))
        for label in issue.labels:
            rows.add("github_issue_label", issue=number, label=labels[label])


def add_bugs(rows: Rows, when: datetime) -> None:
    """The team's bugs in Bugzilla, in a product of their own."""
    for component in sorted({bug.component for bug in BUGS}):
        rows.add("bugzilla_component", product=PRODUCT, name=component)
    for bug in BUGS:
        add_bug(rows, bug, when.astimezone(UTC).isoformat())


def add_bug(rows: Rows, bug: Bug, when: str) -> None:
    """One bug, with its description."""
    creator = "qa@sandbox.example"
    number = rows.add(
        "bugzilla_bug",
        product=PRODUCT,
        component=bug.component,
        version="unspecified",
        summary=bug.summary,
        status=bug.status,
        resolution=bug.resolution,
        whiteboard=bug.whiteboard,
        creator=creator,
        assigned_to=bug.assigned,
        creation_time=when,
        last_change_time=when,
    )
    rows.add("bugzilla_comment", bug=number, creator=creator, time=when, text=bug.summary)
