"""A gate that is answered by comments, over HTTP, whoever writes them and whatever is lost."""

from typing import Any

import pytest

from runbook_lib.errors import Refused, Unavailable, UsageError, Waiting
from runbook_lib.journal.decision import Decision
from runbook_lib.policy.gate_comment import question_mark
from runbook_lib.profile import Team
from runbook_lib.services.github import GitHub
from runbook_lib.services.github.gate_comments import GateComments, key_of
from runbook_lib.steps.decisions import find_question, record_decision
from runbook_lib.steps.gate import Gates
from runbook_lib.steps.runner import Runner
from tests.services.github.conftest import REPOSITORY, Hub

RUN = "release/tidewatch/1.9"
PEOPLE = ["approver", "quinn@example.org"]
LOGINS = {"approver": {"github": "approver"}, "quinn": {"github": "qa"}}
ENTRY = "1.9: a fix"


class HubTeam(Team):
    """A team with one repository on GitHub."""

    @property
    def hub_repository(self) -> str:
        return REPOSITORY


class Desk:
    """Sessions of a run whose changelog is answered on issue 1."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self.settings: dict[str, Any] = {"comments": "#1", "people": PEOPLE}
        self.runner = Runner.__new__(Runner)
        hub.ask("operator", "POST", "/issues", {"title": "Releases"})

    def gates(self, login: str = "operator", *, operator: str = "", plan: bool = False) -> Gates:
        """The gates of a new session, under somebody's token."""
        runner = self.runner = self.hub.runner(plan=plan)
        runner.journal.operator = operator or login
        runner.journal.join(RUN, self.hub.folder / "run" / "sessions")
        gates = {"changelog": self.settings}
        team = HubTeam.model_validate({"project": "tidewatch", "gates": gates, "people": LOGINS})

        def open_hub(repository: str) -> GitHub:
            return self.hub.github(login, runner=runner)

        comments = GateComments(runner, team, open_hub, web_url=self.hub.url)
        rules = {name: one.rule() for name, one in team.gates.items()}
        return Gates(runner, approver=None, rules=rules, elsewhere=comments)

    def ask(self, gates: Gates, entry: str = ENTRY) -> Decision:
        return gates.approve("changelog", entry, title="The changelog of 1.9")

    def waits(self, gates: Gates, entry: str = ENTRY) -> str:
        """Ask where it is not answered yet; what is said then."""
        with pytest.raises(Waiting) as waiting:
            self.ask(gates, entry)
        return str(waiting.value)

    def digest(self, entry: str = ENTRY) -> str:
        return find_question(self.runner.journal, "changelog").digest

    def comment(self, login: str, text: str) -> dict[str, Any]:
        made: dict[str, Any] = self.hub.ask(login, "POST", "/issues/1/comments", {"body": text})
        return made

    def comments(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.hub.ask("operator", "GET", "/issues/1/comments")
        return found

    def questions(self) -> list[str]:
        return [one["body"] for one in self.comments() if "runbook:question" in one["body"]]

    def found(self) -> str:
        """What the last look for answers has found."""
        return [one for one in self.runner.reports if one.step == "find_answers"][-1].detail


@pytest.fixture
def desk(hub: Hub) -> Desk:
    return Desk(hub)


def test_a_gate_is_asked_once_and_approved_by_a_comment(desk: Desk) -> None:
    said = desk.waits(desk.gates())
    short = desk.digest()[:12]
    link = f"{desk.hub.url}/{REPOSITORY}/issues/1"
    assert f"or by a comment on {link}: approve {short}" in said
    desk.waits(desk.gates())
    (question,) = desk.questions()
    assert "@approver @qa" in question
    assert "1.9: a fix" in question
    made = desk.comment("approver", f"approve {short}: every fix is listed")
    decision = desk.ask(desk.gates())
    assert (decision.verdict, decision.by, decision.how) == ("approved", "approver", "comment")
    assert (decision.host, decision.account) == ("127.0.0.1", "approver")
    assert (decision.reason, decision.link) == ("every fix is listed", made["html_url"])


def test_eight_characters_are_enough_and_the_login_is_taken_in_any_case(desk: Desk) -> None:
    desk.waits(desk.gates())
    desk.comment("qa", f"Approve {desk.digest()[:8].upper()}")
    decision = desk.ask(desk.gates())
    assert (decision.by, decision.account) == ("quinn", "qa")


def test_a_rejection_holds_until_the_same_person_thinks_again(desk: Desk) -> None:
    desk.waits(desk.gates())
    short = desk.digest()[:12]
    desk.comment("approver", f"reject {short} a fix is missing")
    for _ in range(2):
        with pytest.raises(Refused, match=r"rejected by approver \(comment\): a fix is missing"):
            desk.ask(desk.gates())
    desk.comment("approver", f"approve {short} it is there after all")
    assert desk.ask(desk.gates()).verdict == "approved"
    events = [event.said for event in desk.runner.journal.events() if event.kind == "approved"]
    assert [said["instead"] for said in events] == ["rejected"]


def test_a_rejection_and_an_approval_that_are_read_at_once_stay_in_order(desk: Desk) -> None:
    desk.waits(desk.gates())
    short = desk.digest()[:12]
    desk.comment("approver", f"approve {short}")
    desk.comment("approver", f"reject {short} no: a fix is missing")
    with pytest.raises(Refused, match="a fix is missing"):
        desk.ask(desk.gates())


def test_what_was_decided_otherwise_since_is_not_undone_by_an_older_comment(desk: Desk) -> None:
    desk.waits(desk.gates())
    desk.comment("approver", f"approve {desk.digest()[:12]}")
    question = find_question(desk.runner.journal, "changelog")
    made = Decision("changelog", question.digest, "rejected", "approver", "desk", "command", "no")
    desk.hub.sleep(0)
    record_decision(desk.runner.journal, made)
    with pytest.raises(Refused, match="rejected by approver"):
        desk.ask(desk.gates())


def test_a_comment_that_was_edited_does_not_count_and_that_is_said(desk: Desk) -> None:
    desk.waits(desk.gates())
    made = desk.comment("approver", "let me see")
    body = {"body": f"approve {desk.digest()[:12]}"}
    desk.hub.ask("approver", "PATCH", f"/issues/comments/{made['id']}", body)
    desk.waits(desk.gates())
    assert (
        f"! {made['html_url']} does not count: it was edited since it was written" in desk.found()
    )
    desk.comment("approver", body["body"])
    assert desk.ask(desk.gates()).verdict == "approved"


def test_what_was_counted_counts_though_the_comment_is_gone_or_edited(desk: Desk) -> None:
    desk.settings["approvals"] = 2
    desk.waits(desk.gates())
    short = desk.digest()[:12]
    made = desk.comment("approver", f"approve {short}")
    desk.waits(desk.gates())
    desk.hub.ask("approver", "DELETE", f"/issues/comments/{made['id']}")
    desk.comment("qa", f"approve {short}")
    assert desk.ask(desk.gates()).verdict == "approved"


def test_two_approvals_are_two_people(desk: Desk) -> None:
    desk.settings["approvals"] = 2
    desk.waits(desk.gates())
    short = desk.digest()[:12]
    desk.comment("approver", f"approve {short}")
    desk.comment("approver", f"approve {short} once more")
    assert "1 of 2" in desk.waits(desk.gates())
    desk.comment("qa", f"approve {short}")
    assert desk.ask(desk.gates()).verdict == "approved"


def test_one_person_counts_once_by_a_comment_and_by_a_command(desk: Desk) -> None:
    desk.settings["approvals"] = 2
    desk.waits(desk.gates())
    question = find_question(desk.runner.journal, "changelog")
    made = Decision("changelog", question.digest, "approved", "quinn", "desk", "command", "yes")
    record_decision(desk.runner.journal, made)
    desk.comment("qa", f"approve {question.digest[:12]}")
    assert "1 of 2" in desk.waits(desk.gates())


@pytest.mark.parametrize("login", ["reader", "reviewer", "willow"])
def test_somebody_whom_the_profile_does_not_name_does_not_count(desk: Desk, login: str) -> None:
    desk.waits(desk.gates())
    desk.comment(login, f"approve {desk.digest()[:12]}")
    desk.waits(desk.gates())
    assert f"it is by {login}, whom the profile does not name" in desk.found()


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("approve {0:.7}", "at least 8 characters are needed"),
        ("approve 0123456789ab", "is about 0123456789ab, not about what is asked now"),
    ],
)
def test_an_answer_to_something_else_does_not_count(desk: Desk, said: str, why: str) -> None:
    desk.waits(desk.gates())
    desk.comment("approver", said.format(desk.digest()))
    desk.waits(desk.gates())
    assert why in desk.found()


def test_an_answer_counts_that_stands_below_its_question_alone(desk: Desk) -> None:
    """What is approved in advance was not read."""
    desk.waits(desk.gates())
    for one in desk.comments():
        desk.hub.ask("operator", "DELETE", f"/issues/comments/{one['id']}")
    desk.comment("approver", f"approve {desk.digest()[:12]}")
    desk.waits(desk.gates())
    assert len(desk.questions()) == 1
    assert desk.found().startswith("nobody has answered")


def test_what_changes_is_asked_anew_and_old_answers_are_void(desk: Desk) -> None:
    desk.waits(desk.gates())
    old = desk.digest()[:12]
    desk.waits(desk.gates(), "1.9: two fixes")
    assert len(desk.questions()) == 2
    desk.comment("approver", f"approve {old}")
    desk.waits(desk.gates(), "1.9: two fixes")
    assert f"is about {old}, not about what is asked now" in desk.found()
    desk.comment("approver", f"approve {desk.digest()[:12]}")
    assert desk.ask(desk.gates(), "1.9: two fixes").verdict == "approved"
    assert desk.ask(desk.gates()).verdict == "approved"
    assert len(desk.questions()) == 2


def test_an_answer_that_two_questions_begin_with_does_not_count(desk: Desk) -> None:
    desk.waits(desk.gates())
    question = find_question(desk.runner.journal, "changelog")
    twin = question.digest[:10] + "0" * 54
    desk.comment("operator", question_mark(key_of(question), twin))
    desk.comment("approver", f"approve {question.digest[:8]}")
    desk.waits(desk.gates())
    assert "more than one question here begins" in desk.found()


def test_a_lost_answer_asks_no_second_time(desk: Desk) -> None:
    desk.hub.spoil("POST", "/issues/1/comments$")
    desk.waits(desk.gates())
    assert len(desk.questions()) == 1
    asked = [one for one in desk.runner.reports if one.step == "ask_in_comment"]
    assert [one.outcome for one in asked] == ["done"]


def test_a_refused_question_is_told_and_can_be_answered_by_command(desk: Desk) -> None:
    answer = (403, {}, {"message": "Issue is locked"})
    desk.hub.spoil("POST", "/issues/1/comments$", times=9, answer=answer)
    with pytest.raises(Refused, match="Issue is locked"):
        desk.ask(desk.gates())
    question = find_question(desk.runner.journal, "changelog")
    made = Decision("changelog", question.digest, "approved", "approver", "desk", "command", "yes")
    record_decision(desk.runner.journal, made)
    assert desk.ask(desk.gates()).how == "command"


def test_a_github_that_is_away_is_waited_for(desk: Desk) -> None:
    answer = (502, {}, {"message": "bad gateway"})
    desk.hub.spoil("GET", "/issues/1/comments$", times=99, answer=answer)
    with pytest.raises(Unavailable):
        desk.ask(desk.gates())


def test_a_second_operator_goes_on_with_the_question_of_the_first(desk: Desk) -> None:
    desk.waits(desk.gates())
    desk.waits(desk.gates("reviewer"))
    assert len(desk.questions()) == 1
    desk.comment("approver", f"approve {desk.digest()[:12]}")
    assert desk.ask(desk.gates("reviewer")).verdict == "approved"


def test_who_poses_as_a_question_asks_nothing(desk: Desk) -> None:
    """A comment with the mark, and another text, is not the question: it is asked all the same."""
    desk.waits(desk.gates())
    (body,) = desk.questions()
    for one in desk.comments():
        desk.hub.ask("operator", "DELETE", f"/issues/comments/{one['id']}")
    desk.comment("reader", body.replace("1.9: a fix", "1.9: nothing at all"))
    desk.waits(desk.gates())
    assert [one["user"]["login"] for one in desk.comments()] == ["reader", "operator"]


def test_the_account_of_our_own_token_is_the_operator(desk: Desk) -> None:
    desk.settings["operator_counts"] = False
    gates = desk.gates("qa", operator="olive")
    desk.waits(gates)
    desk.comment("qa", f"approve {desk.digest()[:12]}")
    said = desk.waits(desk.gates("qa", operator="olive"))
    assert "olive is the operator, who does not count" in said


@pytest.mark.parametrize(
    "change",
    [
        {"performed_via_github_app": {"id": 7, "slug": "helper"}},
        {"user": {"login": "qa", "id": 9, "type": "Bot"}},
    ],
)
def test_what_an_app_has_written_does_not_count(desk: Desk, change: dict[str, Any]) -> None:
    desk.waits(desk.gates())
    desk.comment("qa", f"approve {desk.digest()[:12]}")
    comments = desk.comments()
    comments[-1].update(change)
    desk.hub.spoil("GET", "/issues/1/comments$", times=9, answer=(200, {}, comments))
    desk.waits(desk.gates())
    assert "does not count: it is by an app" in desk.found()


def test_a_plan_only_says_that_it_would_ask(desk: Desk) -> None:
    gates = desk.gates(plan=True)
    desk.ask(gates)
    outcomes = [(one.step, one.outcome) for one in desk.runner.reports]
    assert outcomes == [("ask_in_comment", "planned"), ("approve", "planned")]
    assert desk.comments() == []
    assert not [event for event in desk.runner.journal.own if event.kind == "asked"]


def test_nothing_is_asked_of_anybody_where_there_is_nothing_to_approve(desk: Desk) -> None:
    assert desk.ask(desk.gates(), "").verdict == "not needed"
    assert desk.comments() == []


def test_a_gate_is_answered_on_the_pull_request_that_the_run_has_opened(desk: Desk) -> None:
    desk.settings["comments"] = "pull request"
    with pytest.raises(UsageError, match=r"expected the run's pull request.*comments = \"#12\""):
        desk.ask(desk.gates())
    gates = desk.gates()
    github = desk.hub.github(runner=gates.runner)
    pull = github.open_pull_request("release/1.9", into="master", title="Release 1.9", body="")
    assert f"or by a comment on {pull.link}: approve" in desk.waits(gates)
    path = f"/issues/{pull.number}/comments"
    desk.hub.ask("approver", "POST", path, {"body": f"approve {desk.digest()[:12]}"})
    assert desk.ask(desk.gates()).link.startswith(f"{pull.link}#issuecomment-")
