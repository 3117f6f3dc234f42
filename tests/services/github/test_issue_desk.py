"""Issues as a desk: opened once, asked about once, answered; over a line that breaks."""

from typing import Any

import pytest

from runbook_lib.errors import AccessDenied, Conflict, Refused, RunbookError, Unavailable, Waiting
from runbook_lib.services.github import GitHub as Issues
from runbook_lib.services.github.desk import IssueDesk
from runbook_lib.services.github.settings import IssuesSettings
from runbook_lib.services.github.tickets import Ticket
from runbook_lib.steps.step import Patience, Planned
from tests.services.github.conftest import REPOSITORY, Hub

TITLE = "Please deploy tidewatch 1.9 to STAGE"
ALIAS, WHOLE = "deploy-tidewatch-1.9", "https://hub.example/whole"
MARK = f"<!-- runbook ticket: {ALIAS} -->"
TEXT = "## 1.9\n\n* a fix"
QUESTION = "Please run the load test."


def desk(
    hub: Hub, login: str = "operator", *, plan: bool = False, wait: float = 0.05, **said: Any
) -> IssueDesk:
    """The repository's desk, in a new session of somebody's."""
    runner = hub.runner(plan=plan)
    runner.patience = Patience(attempts=3, settling=(0.0, 0.0), first_pause=0.01, waiting=wait)
    place = f"{hub.url}/api/v3"
    settings = IssuesSettings(**{"qa": "qa", **said})
    where = settings.repository or REPOSITORY
    issues = Issues(place, where, token=hub.token(login), runner=runner, throttle=False)
    return IssueDesk(issues, settings)


def file(desk: IssueDesk, **change: str) -> Ticket:
    said = {"title": TITLE, "text": TEXT, "alias": ALIAS, "whole": WHOLE, **change}
    return desk.file(said.pop("title"), said.pop("text"), **said)


def issues(hub: Hub, **asked: str) -> list[dict[str, Any]]:
    query = "&".join(f"{name}={value}" for name, value in {"state": "all", **asked}.items())
    return list(hub.ask("operator", "GET", f"/issues?{query}"))


def comments(hub: Hub, number: int) -> list[str]:
    return [one["body"] for one in hub.ask("operator", "GET", f"/issues/{number}/comments")]


def say(hub: Hub, ticket: Ticket, login: str, text: str) -> None:
    hub.ask(login, "POST", f"/issues/{ticket.id}/comments", {"body": text})


def close(hub: Hub, ticket: Ticket, reason: str) -> None:
    said = {"state": "closed", "state_reason": reason}
    hub.ask("operator", "PATCH", f"/issues/{ticket.id}", said)


def outcomes(desk: IssueDesk) -> list[str]:
    return [report.outcome for report in desk.runner.reports]


def test_an_issue_is_opened_with_its_labels_and_assignees_and_a_mark_that_no_page_shows(
    hub: Hub,
) -> None:
    done = desk(hub, labels=("deployment", "stage"), assignees=("reviewer",))
    ticket = file(done)
    (opened,) = issues(hub)
    assert opened["title"] == TITLE
    assert opened["body"] == f"{TEXT}\n\n{MARK}"
    assert [one["name"] for one in opened["labels"]] == ["deployment", "stage"]
    assert [one["login"] for one in opened["assignees"]] == ["reviewer"]
    assert outcomes(done) == ["done"]
    assert str(ticket) == f"issue #{opened['number']} (open): {TITLE}"
    assert ticket.link == opened["html_url"]
    assert done.result(ticket) == f"issue #{ticket.id} asks operations"


def test_it_is_found_again_by_whoever_goes_on_and_not_opened_twice(hub: Hub) -> None:
    first = file(desk(hub))
    for login in ("operator", "reviewer"):
        again = desk(hub, login)
        assert file(again) == first
        assert outcomes(again) == ["already"]
    assert len(issues(hub)) == 1


def test_it_is_found_by_its_opener_where_somebody_has_taken_its_label(hub: Hub) -> None:
    first = file(desk(hub))
    hub.ask("operator", "PATCH", f"/issues/{first.id}", {"labels": []})
    assert file(desk(hub)) == first
    assert len(issues(hub)) == 1


def test_an_issue_that_quotes_the_mark_or_bears_another_releases_is_not_ours(hub: Hub) -> None:
    for body in (f"> {MARK}", "<!-- runbook ticket: deploy-tidewatch-1.9.1 -->"):
        said = {"title": TITLE, "body": body, "labels": ["deployment"]}
        hub.ask("operator", "POST", "/issues", said)
    file(desk(hub))
    assert len(issues(hub)) == 3


def test_a_strangers_issue_with_our_mark_is_not_taken_for_ours(hub: Hub) -> None:
    hub.ask("reader", "POST", "/issues", {"title": TITLE, "body": MARK, "labels": ["deployment"]})
    file(desk(hub))
    assert len(issues(hub)) == 2


def test_a_plan_opens_nothing(hub: Hub) -> None:
    planned = desk(hub, plan=True)
    ticket = file(planned)
    assert isinstance(ticket, Planned)
    planned.ask(ticket, comment=QUESTION)
    assert issues(hub) == []
    assert outcomes(planned) == ["planned", "planned"]


TROUBLES: list[Any] = [None, (502, {}, "<html>Bad Gateway</html>"), (500, {}, {"message": "no"})]


@pytest.mark.parametrize("trouble", TROUBLES)
def test_an_issue_whose_answer_is_lost_is_looked_for(hub: Hub, trouble: Any) -> None:
    hub.spoil("POST", "/issues$", answer=trouble)
    done = desk(hub)
    file(done)
    assert len(issues(hub)) == 1
    assert outcomes(done) == ["done"]


@pytest.mark.parametrize("times", [1, 2])
def test_looks_that_fail_are_repeated_and_nothing_is_opened_blindly(hub: Hub, times: int) -> None:
    hub.spoil("GET", "/issues$", times=times, answer=(503, {}, {"message": "later"}))
    file(desk(hub))
    assert len(issues(hub)) == 1


def test_where_no_look_is_answered_nothing_is_opened(hub: Hub) -> None:
    hub.spoil("GET", "/issues$", times=9, answer=(503, {}, {"message": "later"}))
    with pytest.raises(Unavailable):
        file(desk(hub))
    hub.faults.faults.clear()
    assert issues(hub) == []


class Killed(BaseException):
    """The session's end."""


@pytest.mark.parametrize("before", [True, False])
def test_a_session_that_is_killed_as_it_opens_one_is_gone_on_with(hub: Hub, before: bool) -> None:
    killed = desk(hub)
    post = killed.post

    def die(title: str, body: str) -> Ticket:
        if not before:
            post(title, body)
        raise Killed

    killed.post = die  # type: ignore[method-assign]
    with pytest.raises(Killed):
        file(killed)
    assert outcomes(killed) == ["unknown"]
    again = desk(hub)
    file(again)
    assert len(issues(hub)) == 1
    assert outcomes(again) == ["done" if before else "already"]


@pytest.mark.parametrize("other", ["operator", "reviewer"])
def test_of_two_that_are_opened_at_once_the_older_counts_and_the_other_is_closed(
    hub: Hub, other: str
) -> None:
    mine, theirs = desk(hub), desk(hub, other)
    post, made = mine.post, []

    def meanwhile(title: str, body: str) -> Ticket:
        made.append(file(theirs))
        return post(title, body)

    mine.post = meanwhile  # type: ignore[method-assign]
    assert file(mine) == made[0]
    assert [(one["number"], one["state"]) for one in issues(hub)[::-1]] == [
        (made[0].id, "open"),
        (made[0].id + 1, "closed"),
    ]
    assert file(desk(hub, other)).id == made[0].id


def test_a_second_one_that_a_killed_session_has_left_is_closed_by_the_next(hub: Hub) -> None:
    first = file(desk(hub))
    desk(hub).runner.perform("open another", lambda: second(desk(hub), first.title), {})
    done = desk(hub)
    assert file(done) == first
    assert [one["state"] for one in issues(hub)] == ["closed", "open"]
    assert (
        done.runner.reports[0].announced == f"close issue #2, which was opened beside #{first.id}"
    )


def second(desk: IssueDesk, title: str) -> Any:
    """Opens one more, as a session would that was killed before it looked again."""
    if len(desk.marked(MARK)) > 1:
        return "there are two"
    yield "open another"
    desk.post(title, MARK)
    return "opened"


def test_an_issue_that_is_titled_otherwise_is_a_conflict(hub: Hub) -> None:
    first = file(desk(hub))
    hub.ask("operator", "PATCH", f"/issues/{first.id}", {"title": "Deploy it"})
    with pytest.raises(Conflict, match="titled 'Deploy it'"):
        file(desk(hub))
    assert len(issues(hub)) == 1


@pytest.mark.parametrize("title", ["", " \n", "x" * 256])
def test_a_title_that_github_would_not_take_is_refused_before_anything_is_sent(
    hub: Hub, title: str
) -> None:
    with pytest.raises(Refused, match="expected a title"):
        file(desk(hub), title=title)
    assert issues(hub) == []


def test_a_text_that_is_too_long_is_cut_above_a_link_to_the_whole(hub: Hub) -> None:
    file(desk(hub), text="* a fix\n" * 20_000)
    (opened,) = issues(hub)
    assert len(opened["body"]) <= 65_536
    assert WHOLE in opened["body"]
    assert opened["body"].endswith(MARK)


def test_qa_are_asked_once_and_mentioned(hub: Hub) -> None:
    done = desk(hub)
    ticket = file(done)
    for each in (done, desk(hub, "reviewer")):
        each.ask(ticket, comment=QUESTION)
    (asked,) = comments(hub, ticket.id)
    assert asked.startswith(f"@qa {QUESTION}\n\n<!-- runbook asks ")
    assert outcomes(done) == ["done", "done"]


@pytest.mark.parametrize("trouble", TROUBLES)
def test_a_question_whose_answer_is_lost_is_asked_once(hub: Hub, trouble: Any) -> None:
    done = desk(hub)
    ticket = file(done)
    hub.spoil("POST", "/comments$", answer=trouble)
    done.ask(ticket, comment=QUESTION)
    assert len(comments(hub, ticket.id)) == 1


def asked(hub: Hub) -> tuple[IssueDesk, Ticket]:
    done = desk(hub)
    ticket = file(done)
    done.ask(ticket, comment=QUESTION)
    return done, ticket


def test_the_answer_is_all_that_qa_say_after_it(hub: Hub) -> None:
    done, ticket = asked(hub)
    with pytest.raises(Waiting, match=rf"qa has not answered on issue #{ticket.id}"):
        done.await_answer(ticket)
    say(hub, ticket, "ops", "deployed")
    with pytest.raises(Waiting, match="ops wrote there: 'deployed'"):
        done.await_answer(ticket)
    say(hub, ticket, "qa", "passed")
    first = done.await_answer(ticket)
    assert first.question.endswith(":\n\npassed")
    assert first.question.startswith(f"qa answered ({ticket.link}#issuecomment-")
    say(hub, ticket, "qa", "no, it failed")
    assert done.await_answer(ticket).question != first.question
    assert done.await_answer(ticket).text == "passed\n\nno, it failed"


def test_what_qa_said_before_the_question_is_no_answer(hub: Hub) -> None:
    done = desk(hub)
    ticket = file(done)
    say(hub, ticket, "qa", "passed, I think")
    done.ask(ticket, comment=QUESTION)
    with pytest.raises(Waiting):
        done.await_answer(ticket)


def test_an_issue_that_is_closed_as_not_planned_is_a_no(hub: Hub) -> None:
    done, ticket = asked(hub)
    close(hub, ticket, "not_planned")
    with pytest.raises(Refused, match="operator refused: .closed it without a word."):
        done.await_answer(ticket)
    say(hub, ticket, "qa", "stage is frozen")
    with pytest.raises(Refused, match="qa refused: stage is frozen"):
        done.await_answer(ticket)


def test_an_issue_that_somebody_else_has_closed_as_done_is_no_answer(hub: Hub) -> None:
    done, ticket = asked(hub)
    close(hub, ticket, "completed")
    with pytest.raises(Waiting):
        done.await_answer(ticket)


def test_an_answer_is_only_waited_for_where_somebody_was_asked(hub: Hub) -> None:
    done = desk(hub)
    with pytest.raises(Refused, match="expected a question to qa"):
        done.await_answer(file(done))


def test_qas_ticket_is_found_by_its_very_title(hub: Hub) -> None:
    done, title = desk(hub), "Please deploy tidewatch 1.9 to PRODUCTION"
    hub.ask("qa", "POST", "/issues", {"title": f"{title}, please"})
    with pytest.raises(Waiting, match="nobody has opened an issue titled"):
        done.await_ticket(title)
    made = hub.ask("qa", "POST", "/issues", {"title": title})
    assert done.await_ticket(title).id == made["number"]


def test_preflight_says_who_may_open_issues(hub: Hub) -> None:
    assert str(desk(hub).check_access()) == f"operator may open issues in {REPOSITORY}"


@pytest.mark.parametrize(
    ("login", "said", "told"),
    [
        ("reader", {}, "expected that reader may label issues in harbor/tidewatch"),
        ("operator", {"qa": "nobody-here"}, "expected an account nobody-here, found none"),
        ("operator", {"assignees": ("stranger",)}, "can be assigned to stranger"),
    ],
)
def test_preflight_says_what_is_lacking(
    hub: Hub, login: str, said: dict[str, Any], told: str
) -> None:
    with pytest.raises(RunbookError, match=told):
        desk(hub, login, **said).check_access()
    assert hub.writes() == 0


def test_preflight_of_a_repository_that_is_not_there_is_refused(hub: Hub) -> None:
    with pytest.raises(AccessDenied, match=r"expected the repository harbor/other for issues"):
        desk(hub, repository="harbor/other").check_access()
