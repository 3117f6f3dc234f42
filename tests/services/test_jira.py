"""Issues in the sandbox's Jira, of both kinds: over a line that breaks, with an index behind."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests
from starlette.applications import Starlette

from runbook_lib.errors import (
    AccessDenied,
    Conflict,
    Failed,
    Refused,
    RunbookError,
    Unavailable,
    Waiting,
)
from runbook_lib.journal.journal import Journal
from runbook_lib.sandbox.services.jira import routes
from runbook_lib.sandbox.world.world import World
from runbook_lib.services.jira.service import Jira
from runbook_lib.services.jira.settings import JiraSettings
from runbook_lib.services.jira.values import Ticket, read_ticket, reading, ticket_label, ticket_mark
from runbook_lib.steps.step import Patience, Planned, Runner
from tests.conftest import Quiet
from tests.services.bugzillas import Line, server  # noqa: F401 - a fixture

TITLE = "Please deploy tidewatch 1.9 to STAGE"
ALIAS, WHOLE = "deploy-tidewatch-1.9", "https://hub.example/whole"
TEXT = "## 1.9\n\n* a **fix** of `{code}` [not a link] https://hub.example/r_e_l"
QUESTION = "Please run the load test."
MARK, LABEL = ticket_mark(ALIAS), ticket_label(ALIAS)
KINDS = ("Cloud", "Server")
LONG = "3600"
"""An index that is an hour behind, as far as a test goes."""


@dataclass(frozen=True)
class Desk:
    """A Jira of one kind that is running, the line to it, and a journal's folder."""

    kind: str
    world: World
    line: Line
    url: str
    folder: Path

    @property
    def cloud(self) -> bool:
        return self.kind == "Cloud"

    @property
    def place(self) -> str:
        return f"{self.url}/jira-cloud" if self.cloud else f"{self.url}/jira"

    def token(self, who: str) -> str:
        account = self.world.account(who)
        assert account is not None
        return account.token

    def jira(
        self, who: str = "operator", *, key: str = "", plan: bool = False, **said: Any
    ) -> Jira:
        number = len(list(self.folder.glob("*/journal.jsonl")))
        place = self.folder / str(number) / "journal.jsonl"
        journal = Journal(place, session=str(number), operator=who)
        patience = Patience(
            attempts=3, settling=(0.01, 0.02), first_pause=0.01, waiting=0.3, longest_poll=0.05
        )
        runner = Runner(journal, Quiet(), plan=plan, patience=patience)
        own = JiraSettings.in_sandbox(self.url, cloud=self.cloud)
        user = {"user": f"{who}@sandbox.example"} if self.cloud else {}
        settings = JiraSettings(**{**own.model_dump(), **user, **said})
        return Jira(settings, token=key or self.token(who), runner=runner, timeout=self.line.waits)

    def set(self, name: str, value: str) -> None:
        self.world.set_setting(name, value)

    def speak(self, *names: str) -> None:
        self.set("jira_dialect", " ".join(names))

    def ask(self, method: str, path: str, *, who: str = "operator", **request: Any) -> Any:
        """A request of one of the people, by another line."""
        token = self.token(who)
        basic = (f"{who}@sandbox.example", token) if self.cloud else None
        headers = {} if self.cloud else {"Authorization": f"Bearer {token}"}
        address = f"{self.place}/rest/api/2{path}"
        answer = requests.request(
            method, address, auth=basic, headers=headers, timeout=60, **request
        )
        assert answer.ok, answer.text
        return answer.json() if answer.content else None

    def issues(self) -> list[dict[str, Any]]:
        """All issues, past the index."""
        with self.world.transaction() as database:
            rows = database.execute(
                "SELECT number FROM jira_issue WHERE kind = ? ORDER BY number", (self.kind,)
            ).fetchall()
        return [self.ask("GET", f"/issue/OPS-{row['number']}") for row in rows]

    def comments(self, key: str) -> list[str]:
        found = self.ask("GET", f"/issue/{key}/comment")["comments"]
        return [str(one["body"]) for one in found]

    def file(self, summary: str, who: str = "operator", **fields: Any) -> str:
        """An issue that somebody files by hand."""
        own = {"project": {"key": "OPS"}, "issuetype": {"name": "Task"}, "summary": summary}
        return str(self.ask("POST", "/issue", who=who, json={"fields": {**own, **fields}})["key"])

    def say(self, key: str, who: str, text: str) -> None:
        self.ask("POST", f"/issue/{key}/comment", who=who, json={"body": text})

    def resolve(self, key: str, who: str, resolution: str) -> None:
        said = {"transition": {"id": "31"}, "fields": {"resolution": {"name": resolution}}}
        self.ask("POST", f"/issue/{key}/transitions", who=who, json=said)


@pytest.fixture(params=KINDS)
def desk(
    request: pytest.FixtureRequest,
    server: tuple[Line, str],  # noqa: F811 - the fixture
    tmp_path: Path,
) -> Iterator[Desk]:
    line, url = server
    with World(tmp_path / "world") as world:
        line.begin(Starlette(routes=routes(world)))
        yield Desk(request.param, world, line, url, tmp_path / "run")


def file(jira: Jira, **change: str) -> Ticket:
    said = {"title": TITLE, "text": TEXT, "alias": ALIAS, "whole": WHOLE, **change}
    return jira.file(said.pop("title"), said.pop("text"), **said)


def outcomes(jira: Jira) -> list[str]:
    return [report.outcome for report in jira.runner.reports]


def test_an_issue_is_filed_with_its_label_and_mark_and_reads_as_it_was_written(
    desk: Desk,
) -> None:
    jira = desk.jira()
    ticket = file(jira)
    (filed,) = desk.issues()
    fields = filed["fields"]
    assert (fields["summary"], fields["labels"]) == (TITLE, [LABEL])
    lines = fields["description"].splitlines()
    assert lines[0] == "h2. 1.9"
    assert lines[-1] == MARK
    code = "{{{code}}}" if desk.cloud else r"{{\{code\}}}"
    assert f"* a *fix* of {code} " in fields["description"]
    assert outcomes(jira) == ["done"]
    assert str(ticket) == f"OPS-1 (To Do): {TITLE}"
    assert ticket.link == f"{desk.place}/browse/OPS-1" == jira.runner.reports[0].link
    assert jira.result(ticket) == "OPS-1 asks operations"


def test_texts_are_written_by_version_3_in_the_cloud_and_by_version_2_elsewhere(
    desk: Desk,
) -> None:
    jira = desk.jira()
    jira.ask(file(jira), comment=QUESTION)
    place = f"{desk.place}/rest/api/{3 if desk.cloud else 2}".removeprefix(desk.url)
    wrote = [one for one in desk.line.writes if "bulkfetch" not in one]
    assert wrote == [f"POST {place}/issue", f"POST {place}/issue/OPS-1/comment"]


@pytest.mark.parametrize("lag", ["0", LONG])
def test_filing_it_again_finds_it_though_the_index_is_behind(desk: Desk, lag: str) -> None:
    desk.set("jira_lag", lag)
    first = file(desk.jira())
    for who in ("operator", "ops"):
        again = desk.jira(who)
        assert file(again) == first
        assert outcomes(again) == ["already"]
    assert len(desk.issues()) == 1


def test_it_is_found_behind_others_that_are_not_indexed_and_behind_numbers_that_are_gone(
    desk: Desk,
) -> None:
    for number in range(3):
        desk.file(f"Something else {number}")
    desk.set("jira_lag", LONG)
    first = file(desk.jira())
    with desk.world.transaction() as database:
        database.execute("DELETE FROM jira_issue WHERE number = 2")
    assert file(desk.jira()) == first
    assert len(desk.issues()) == 3


def test_it_is_found_by_its_mark_where_somebody_has_taken_the_label(desk: Desk) -> None:
    first = file(desk.jira())
    with desk.world.transaction() as database:
        database.execute("UPDATE jira_issue SET labels = '[]'")
    desk.set("jira_lag", LONG)
    assert file(desk.jira()).id == first.id


def test_another_issue_is_not_taken_for_ours(desk: Desk) -> None:
    desk.file(TITLE, description="Just the same, by hand.")
    desk.file(TITLE, labels=[f"{LABEL}.1"], description=f"> {MARK}")
    assert file(desk.jira()).id == "OPS-3"


def test_a_plan_files_nothing(desk: Desk) -> None:
    jira = desk.jira(plan=True)
    ticket = file(jira)
    assert isinstance(ticket, Planned)
    jira.ask(ticket, comment=QUESTION)
    assert desk.issues() == []
    assert outcomes(jira) == ["planned", "planned"]


TROUBLES = ("cut", "502", "429", "lost: cut", "lost: slow", "lost: 502", "lost: page")


@pytest.mark.parametrize("lag", ["0", LONG])
@pytest.mark.parametrize("trouble", TROUBLES)
def test_an_issue_whose_answer_is_lost_is_filed_once(desk: Desk, trouble: str, lag: str) -> None:
    desk.set("jira_lag", lag)
    # In the cloud, the look that comes before is a POST, too: the second one is the act.
    desk.line.troubles += ["", trouble] if desk.cloud else [trouble]
    jira = desk.jira()
    file(jira)
    assert len(desk.issues()) == 1
    assert outcomes(jira) == ["done"]


@pytest.mark.parametrize("trouble", ["cut", "502", "429"])
def test_a_look_that_fails_is_repeated_and_nothing_is_filed_blindly(
    desk: Desk, trouble: str
) -> None:
    first = file(desk.jira())
    desk.line.reading += [trouble]
    assert file(desk.jira()) == first
    desk.line.reading += [trouble] * 30
    with pytest.raises(Unavailable):
        file(desk.jira())
    desk.line.reading.clear()
    assert len(desk.issues()) == 1


class Killed(BaseException):
    """The session's end."""


@pytest.mark.parametrize("before", [True, False])
def test_a_session_that_is_killed_as_it_files_one_is_gone_on_with(desk: Desk, before: bool) -> None:
    desk.set("jira_lag", LONG)
    killed = desk.jira()
    post = killed.post

    def die(title: str, text: str, alias: str) -> Ticket:
        if not before:
            post(title, text, alias)
        raise Killed

    killed.post = die  # type: ignore[method-assign]
    with pytest.raises(Killed):
        file(killed)
    assert outcomes(killed) == ["unknown"]
    again = desk.jira()
    file(again)
    assert len(desk.issues()) == 1
    assert outcomes(again) == ["done" if before else "already"]


@pytest.mark.parametrize("lag", ["0", LONG])
@pytest.mark.parametrize("other", ["operator", "ops"])
def test_of_two_that_are_filed_at_once_the_older_counts_and_the_other_is_closed(
    desk: Desk, other: str, lag: str
) -> None:
    desk.set("jira_lag", lag)
    mine, theirs = desk.jira(), desk.jira(other)
    post, made = mine.post, []

    def meanwhile(title: str, text: str, alias: str) -> Ticket:
        made.append(file(theirs))
        return post(title, text, alias)

    mine.post = meanwhile  # type: ignore[method-assign]
    assert file(mine).id == made[0].id == "OPS-1"
    states = [one["fields"]["status"]["name"] for one in desk.issues()]
    assert states == ["To Do", "Done"]
    assert desk.issues()[1]["fields"]["resolution"]["name"] == "Duplicate"


def test_a_second_one_that_cannot_be_closed_is_said(desk: Desk) -> None:
    desk.speak("no_way_out")
    file(desk.jira())
    desk.file(TITLE, labels=[LABEL])
    with pytest.raises(Conflict, match="found OPS-1 and OPS-2, which its workflow"):
        file(desk.jira())


def test_a_copy_that_somebody_else_has_made_or_titled_otherwise_is_left_alone(
    desk: Desk,
) -> None:
    first = file(desk.jira())
    desk.file(TITLE, "qa", labels=[LABEL])
    desk.file("Please deploy tidewatch 1.9 to PRODUCTION", labels=[LABEL])
    assert file(desk.jira()) == first
    assert {one["fields"]["status"]["name"] for one in desk.issues()} == {"To Do"}


def test_an_issue_that_is_titled_otherwise_is_a_conflict(desk: Desk) -> None:
    desk.file("Deploy it", labels=[LABEL])
    with pytest.raises(Conflict, match="titled 'Deploy it'"):
        file(desk.jira())
    assert len(desk.issues()) == 1


@pytest.mark.parametrize("title", ["", " \n", "x" * 256])
def test_a_title_that_jira_would_not_take_is_refused_before_anything_is_sent(
    desk: Desk, title: str
) -> None:
    with pytest.raises(Refused, match="expected a title"):
        file(desk.jira(), title=title)
    assert desk.line.addresses == []


@pytest.mark.parametrize("line", ["* a fix\n", "{[!*\n", "# x\n\n"])
def test_a_text_that_is_too_long_is_cut_above_a_link_to_the_whole(desk: Desk, line: str) -> None:
    file(desk.jira(), text=line * 20_000)
    (filed,) = desk.issues()
    assert WHOLE in filed["fields"]["description"]
    assert filed["fields"]["description"].endswith(MARK)


def test_qa_are_asked_once_and_mentioned(desk: Desk) -> None:
    jira = desk.jira()
    ticket = file(jira)
    for each in (jira, desk.jira("ops")):
        asked = each.ask(ticket, comment=QUESTION)
        assert (asked.of, asked.ticket) == ("Quinn Quality", "OPS-1")
        assert asked.link.startswith(f"{desk.place}/browse/OPS-1?focusedCommentId=")
    (comment,) = desk.comments("OPS-1")
    mention = f"[~accountid:{jira.issues.qa.id}]" if desk.cloud else "[~qa]"
    assert comment.startswith(f"{mention}\n\n{QUESTION}\n\nrunbook asks ")
    assert outcomes(jira) == ["done", "done"]


@pytest.mark.parametrize("trouble", TROUBLES)
def test_a_question_whose_answer_is_lost_is_asked_once(desk: Desk, trouble: str) -> None:
    ticket = file(desk.jira())
    desk.line.troubles += [trouble]
    desk.jira().ask(ticket, comment=QUESTION)
    assert len(desk.comments("OPS-1")) == 1


def asked(desk: Desk) -> tuple[Jira, Ticket]:
    jira = desk.jira()
    ticket = file(jira)
    jira.ask(ticket, comment=QUESTION)
    return jira, ticket


def test_the_answer_is_all_that_qa_say_after_it(desk: Desk) -> None:
    jira, ticket = asked(desk)
    with pytest.raises(Waiting, match=r"Quinn Quality has not answered on OPS-1"):
        jira.await_answer(ticket)
    desk.say("OPS-1", "ops", "deployed")
    with pytest.raises(Waiting, match="Opal Operations wrote there: 'deployed'"):
        jira.await_answer(ticket)
    desk.say("OPS-1", "qa", "passed")
    first = jira.await_answer(ticket)
    assert first.question.endswith(":\n\npassed")
    assert first.question.startswith(f"Quinn Quality answered ({ticket.link}?focusedCommentId=")
    desk.say("OPS-1", "qa", "no, it failed")
    assert jira.await_answer(ticket).text == "passed\n\nno, it failed"
    assert jira.await_answer(ticket).question != first.question


def test_more_comments_than_fit_a_page_are_all_read(desk: Desk) -> None:
    jira, ticket = asked(desk)
    for number in range(101):
        desk.say("OPS-1", "ops", f"attempt {number}")
    desk.say("OPS-1", "qa", "passed")
    assert jira.await_answer(ticket).text == "passed"


def test_what_qa_said_before_the_question_is_no_answer(desk: Desk) -> None:
    jira = desk.jira()
    ticket = file(jira)
    desk.say("OPS-1", "qa", "passed, I think")
    jira.ask(ticket, comment=QUESTION)
    with pytest.raises(Waiting):
        jira.await_answer(ticket)


def test_an_issue_that_is_resolved_as_not_done_is_a_no_whoever_says_it(desk: Desk) -> None:
    jira, ticket = asked(desk)
    desk.resolve("OPS-1", "ops", "Won't Do")
    with pytest.raises(Refused, match="Opal Operations refused: .closed it without a word."):
        jira.await_answer(ticket)
    desk.say("OPS-1", "qa", "stage is frozen")
    with pytest.raises(Refused, match="Quinn Quality refused: stage is frozen"):
        jira.await_answer(ticket)


def test_an_issue_that_qa_have_closed_as_done_is_answered_and_by_others_is_not(
    desk: Desk,
) -> None:
    jira, ticket = asked(desk)
    desk.resolve("OPS-1", "ops", "Done")
    with pytest.raises(Waiting):
        jira.await_answer(ticket)
    desk.ask("POST", "/issue/OPS-1/transitions", json={"transition": {"id": "21"}})
    desk.resolve("OPS-1", "qa", "Done")
    assert jira.await_answer(ticket).text == "(closed it without a word)"


def test_what_says_no_can_be_named_otherwise(desk: Desk) -> None:
    _, ticket = asked(desk)
    desk.resolve("OPS-1", "qa", "Won't Do")
    assert desk.jira(refusals=("Verworfen",)).await_answer(ticket).verdict == "answered"


def test_an_answer_is_only_waited_for_where_somebody_was_asked(desk: Desk) -> None:
    jira = desk.jira()
    with pytest.raises(Refused, match="expected a question to Quinn Quality"):
        jira.await_answer(file(jira))


@pytest.mark.parametrize("title", ["Please deploy tidewatch 1.9 to PRODUCTION", 'A "b" \\ c, d'])
def test_qas_ticket_is_found_by_its_very_title(desk: Desk, title: str) -> None:
    jira = desk.jira()
    desk.file(f"{title}, please", "qa")
    with pytest.raises(Waiting, match="nobody has filed an issue titled"):
        jira.await_ticket(title)
    desk.file(title, "qa")
    assert jira.await_ticket(title).id == "OPS-2"


def test_preflight_says_who_may_file_issues(desk: Desk) -> None:
    jira = desk.jira()
    kind = "the cloud" if desk.cloud else "a data center"
    assert str(jira.check_access()) == f"Olive Operator may file a Task in OPS (Jira in {kind})"
    assert desk.issues() == []


@pytest.mark.parametrize(
    ("dialect", "said", "told"),
    [
        ("", {"project": "NOPE"}, "expected a project NOPE at .*, found none that Olive Operator"),
        ("", {"issue_type": "Epic"}, "expected a type Epic in OPS, found Task, Bug: correct"),
        (
            "read_only",
            {},
            "may file issues in OPS, found that it may not: .* CREATE_ISSUES",
        ),
        ("old", {}, "expected Jira 8.4 or later at .*, found an older one"),
        ("no_labels", {}, "expected the field labels .* have it put on the create screen"),
        ("required_field", {}, "Cost centre .customfield_10042.* one of Blue, Green"),
        ("", {"fields": {"Colour": "red"}}, "expected a field Colour, found none"),
        ("", {"fields": {"cost centre": "Red"}}, "one of Blue, Green; found 'Red'"),
        ("", {"qa": "nobody@sandbox.example"}, "one active account nobody@.*, found none"),
        ("disabled_qa", {}, "expected one active account qa.*, found none"),
    ],
)
def test_preflight_says_all_that_is_lacking(
    desk: Desk, dialect: str, said: dict[str, Any], told: str
) -> None:
    desk.speak(dialect)
    with pytest.raises(RunbookError, match=told):
        desk.jira(**said).check_access()


def test_two_accounts_of_an_address_are_told_apart_by_their_ids(desk: Desk) -> None:
    if not desk.cloud:
        return
    desk.speak("two_qas")
    with pytest.raises(Refused, match=r"found Quinn Quality \(557058:.*\), Olive Operator"):
        desk.jira().check_access()
    own = desk.ask("GET", "/user/search", params={"query": "qa@sandbox.example"})[0]["accountId"]
    assert desk.jira(qa=own).issues.qa.name == "Quinn Quality"


@pytest.mark.parametrize("name", ["customfield_10042", "cost centre"])
@pytest.mark.parametrize("value", ["Green", {"value": "Green"}])
def test_fields_are_sent_as_their_kind_wants_them(desk: Desk, name: str, value: Any) -> None:
    desk.speak("required_field")
    jira = desk.jira(fields={name: value, "Priority": "High"})
    jira.check_access()
    file(jira)
    fields = desk.issues()[0]["fields"]
    assert (fields["customfield_10042"], fields["priority"]) == (
        {"value": "Green"},
        {"name": "High"},
    )


def test_a_token_that_is_not_accepted_is_told_and_never_shown(desk: Desk) -> None:
    with pytest.raises(AccessDenied, match=r"check the profile's jira\.user") as told:
        desk.jira(key="sandbox_wrong").check_access()
    assert "sandbox_wrong" not in str(told.value)


def test_the_cloud_asks_for_the_address_of_the_tokens_account(desk: Desk) -> None:
    if not desk.cloud:
        return
    with pytest.raises(AccessDenied, match=r"jira\.user \(the cloud asks for the address"):
        desk.jira(user="").check_access()


def test_a_login_page_in_front_of_it_is_no_answer_of_jiras(desk: Desk) -> None:
    desk.line.reading += ["page"] * 9
    with pytest.raises(Failed, match="to answer GET 2/serverInfo with JSON"):
        desk.jira().check_access()


def test_the_token_is_in_one_header_and_in_no_address(desk: Desk) -> None:
    jira, token = desk.jira(), desk.token("operator")
    file(jira)
    assert all(token not in address for address in desk.line.addresses)
    assert token not in repr(jira) + repr(jira.client) + repr(jira.client.key)


def test_an_issue_whose_key_ends_in_no_number_is_refused_where_it_is_read() -> None:
    said = {"key": "SVC-\u2167", "fields": {"summary": "x", "status": {"name": "Open"}}}
    with pytest.raises(RunbookError, match="an issue"), reading("an issue"):
        read_ticket(said, "https://jira.example.org")
