"""Bugs filed and asked about through the sandbox's Bugzilla, over a connection that breaks."""

import re
import socket
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from runbook_lib.errors import (
    AccessDenied,
    Conflict,
    Failed,
    NotHeld,
    Refused,
    RunbookError,
    Unavailable,
    UsageError,
    Waiting,
)
from runbook_lib.services.bugzilla.fields import Wanted
from runbook_lib.services.bugzilla.mark import make_alias
from runbook_lib.services.bugzilla.reply import Reply
from runbook_lib.services.bugzilla.service import Bugzilla
from runbook_lib.services.bugzilla.values import Bug, NeedInfo
from runbook_lib.services.http import Moved
from runbook_lib.steps.step import Planned
from tests.services.bugzillas import (
    ALIAS,
    COMPONENT,
    MARK,
    OPS,
    PRODUCT,
    QA,
    QUESTION,
    TITLE,
    Desk,
    file_bug,
)


def outcomes(bugzilla: Bugzilla) -> list[str]:
    return [report.outcome for report in bugzilla.runner.reports]


def test_a_bug_is_filed_with_everything_that_was_said(desk: Desk) -> None:
    bugzilla = desk.bugzilla()
    bug = file_bug(bugzilla)
    (filed,) = desk.bugs()
    assert (filed["summary"], filed["alias"], filed["cc"]) == (TITLE, ALIAS, [OPS])
    assert (filed["product"], filed["component"]) == (PRODUCT, COMPONENT)
    assert desk.comments(bug.id) == [f"## 1.9\n\n* a <b>fix</b>\n\n{MARK}"]
    assert outcomes(bugzilla) == ["done"]
    assert str(bug) == f"bug {filed['id']} (NEW): {TITLE}"
    assert bug.link == f"{desk.url}/show_bug.cgi?id={filed['id']}"
    assert bugzilla.runner.reports[0].link == bug.link


def test_filing_it_again_finds_it_and_writes_nothing(desk: Desk) -> None:
    first = file_bug(desk.bugzilla())
    desk.line.writes.clear()
    again = desk.bugzilla("ops")
    assert file_bug(again) == first
    assert outcomes(again) == ["already"]
    assert desk.line.writes == []


DIALECTS = [
    (),
    ("code_as_text",),
    ("created_201",),
    ("alias_400",),
    ("alias_list",),
    ("alias_refused",),
    ("alias_refused", "code_as_text"),
    ("alias_dropped",),
    ("alias_short",),
]


@pytest.mark.parametrize("dialect", DIALECTS, ids=" ".join)
@pytest.mark.parametrize("trouble", ["", "lost: cut", "lost: 502", "502", "429", "cut"])
def test_exactly_one_bug_exists_in_every_dialect_whatever_breaks(
    desk: Desk, dialect: tuple[str, ...], trouble: str
) -> None:
    desk.speak(*dialect)
    if trouble:
        desk.line.troubles.append(trouble)
    bugzilla = desk.bugzilla()
    bug = file_bug(bugzilla)
    (filed,) = desk.bugs()
    assert bug.id == filed["id"]
    assert outcomes(bugzilla) == ["done"]
    desk.line.writes.clear()
    again = desk.bugzilla()
    assert file_bug(again) == bug
    assert outcomes(again) == ["already"]
    assert desk.line.writes == []


@pytest.mark.parametrize("trouble", ["lost: slow", "lost: page"])
def test_an_answer_that_never_came_or_was_a_page_is_looked_after(desk: Desk, trouble: str) -> None:
    desk.line.troubles.append(trouble)
    bugzilla = desk.bugzilla()
    file_bug(bugzilla)
    assert len(desk.bugs()) == 1
    assert outcomes(bugzilla) == ["done"]
    assert len(desk.line.writes) == 1


@pytest.mark.parametrize("dialect", [(), ("alias_dropped",)], ids=" ".join)
def test_a_session_that_dies_right_after_the_act_leaves_one_bug_for_the_next(
    desk: Desk, dialect: tuple[str, ...]
) -> None:
    desk.speak(*dialect)
    dying = desk.bugzilla()
    post = dying.client.post

    def post_and_die(*path: str | int, said: dict[str, Any]) -> Any:
        post(*path, said=said)
        raise KeyboardInterrupt

    dying.client.post = post_and_die  # type: ignore[method-assign]
    with pytest.raises(KeyboardInterrupt):
        file_bug(dying)
    assert outcomes(dying) == ["unknown"]
    following = desk.bugzilla("ops")
    bug = file_bug(following)
    assert outcomes(following) == ["already"]
    assert [each["id"] for each in desk.bugs()] == [bug.id]


def test_a_bug_without_alias_is_found_by_its_description_when_the_whiteboard_was_wiped(
    desk: Desk,
) -> None:
    desk.speak("alias_dropped")
    bug = file_bug(desk.bugzilla())
    desk.ask("PUT", f"/bug/{bug.id}", json={"whiteboard": ""})
    assert file_bug(desk.bugzilla()).id == bug.id
    desk.ask("PUT", f"/bug/{bug.id}", json={"whiteboard": MARK, "summary": "Something else"})
    with pytest.raises(Conflict, match=f"found bug {bug.id} in Cloud Services titled 'Something"):
        file_bug(desk.bugzilla())
    assert len(desk.bugs()) == 1


def test_a_bug_that_was_filed_in_between_is_not_doubled(desk: Desk) -> None:
    """Between our look and our act, another session files the bug under the same alias."""
    bugzilla = desk.bugzilla()
    post = bugzilla.client.post

    def be_late(*path: str | int, said: dict[str, Any]) -> Any:
        bugzilla.client.post = post  # type: ignore[method-assign]
        file_bug(desk.bugzilla("ops"))
        return post(*path, said=said)

    bugzilla.client.post = be_late  # type: ignore[method-assign]
    bug = file_bug(bugzilla)
    assert [each["id"] for each in desk.bugs()] == [bug.id]


@pytest.mark.parametrize(
    "change", [{"title": "Please deploy 1.8 to STAGE"}, {"product": "Firefox", "component": "Sync"}]
)
def test_a_bug_of_that_alias_that_is_another_is_a_conflict(
    desk: Desk, change: dict[str, str]
) -> None:
    other = file_bug(desk.bugzilla(), **change)
    with pytest.raises(Conflict) as caught:
        file_bug(desk.bugzilla())
    assert f"found bug {other.id} in {other.product}" in str(caught.value)
    assert len(desk.line.writes) == 1


def test_a_plan_files_nothing_and_hands_on_a_stand_in(desk: Desk) -> None:
    bugzilla = desk.bugzilla(plan=True)
    bug = file_bug(bugzilla)
    asked = bugzilla.request_information(bug, of=QA, comment=QUESTION)
    assert isinstance(bug, Planned)
    assert isinstance(asked, Planned)
    assert outcomes(bugzilla) == ["planned", "planned"]
    assert desk.line.writes == []


def test_a_bug_that_bugzilla_loses_again_is_not_called_done(desk: Desk) -> None:
    bugzilla = desk.bugzilla()
    bugzilla.bugs.find = lambda *_, **__: None  # type: ignore[method-assign]
    with pytest.raises(NotHeld):
        file_bug(bugzilla)


def test_a_description_that_is_too_long_is_cut_with_a_link_and_the_bug_is_found_again(
    desk: Desk,
) -> None:
    text = "".join(f"* more tides {number}\n" for number in range(4000))
    whole = "https://example.org/blob/1.9/CHANGELOG.md"
    filed = [file_bug(desk.bugzilla(), description=text, whole=whole) for _ in range(2)]
    assert filed[0].id == filed[1].id
    (said, *_) = desk.bugzilla().bugs.comments(filed[0].id)
    assert f"All of it is in {whole}" in said.text and len(said.text) <= 65_535
    assert said.text.endswith("]")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"component": "Operations: Depolyment Requests"}, "no component named"),
        ({"product": "Nowhere"}, "does not exist"),
        ({"cc": ("nobody@sandbox.example",)}, "not a valid username"),
        ({"title": "x" * 256}, "at most|1 to 255 characters, found 256"),
        ({"description": "x" * 65530}, "at most 65535 characters"),
    ],
)
def test_what_bugzilla_refuses_is_refused_in_its_words(
    desk: Desk, change: dict[str, Any], message: str
) -> None:
    bugzilla = desk.bugzilla()
    with pytest.raises(Refused, match=message):
        file_bug(bugzilla, **change)
    assert desk.bugs() == []
    assert outcomes(bugzilla) == ["refused"]


@pytest.mark.parametrize("alias", ["", "1234", "a b", "a,b", "x" * 41, "../whoami", "a/b", "-a"])
def test_an_alias_that_is_none_is_refused_before_anything_is_asked(desk: Desk, alias: str) -> None:
    with pytest.raises(UsageError, match="make_alias"):
        file_bug(desk.bugzilla(), alias=alias)
    assert desk.line.addresses == []


@given(st.text())
@example("server-syncstorage 1.9 stage")
@example("1476181")
@example("- - -")
@example("x" * 300)
def test_every_text_has_an_alias_that_bugzilla_takes(text: str) -> None:
    alias = make_alias(text)
    assert len(alias) <= 40
    assert re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9._-]*", alias)
    assert not alias.isdecimal()
    assert make_alias(alias) == alias


@given(st.text(min_size=41, max_size=80), st.text(min_size=41, max_size=80))
def test_long_texts_that_differ_have_aliases_that_differ(one: str, other: str) -> None:
    same = " ".join(one.split()) == " ".join(other.split())
    long = min(len(" ".join(one.split())), len(" ".join(other.split()))) > 40
    assert not long or (make_alias(one) == make_alias(other)) == same


def test_an_alias_is_read_like_its_text() -> None:
    assert make_alias("server-syncstorage 1.9 stage") == "server-syncstorage-1.9-stage"
    long = make_alias("release/a-service-with-a-really-long-name 1.9 production")
    assert re.fullmatch(r"release-a-service-with-a-really-[0-9a-f]{8}", long), long


def test_access_says_who_we_are_and_where_bugs_go(desk: Desk) -> None:
    bugzilla = desk.bugzilla()
    access = bugzilla.check_access(Wanted(PRODUCT, COMPONENT))
    assert str(access) == f"operator@sandbox.example may file bugs in {PRODUCT}, {COMPONENT}"
    assert desk.line.writes == []


def test_a_component_or_product_that_is_not_there_is_answered_with_the_nearest(desk: Desk) -> None:
    with pytest.raises(Refused, match="did you mean 'Operations: Deployment Requests'"):
        desk.bugzilla().check_access(Wanted(PRODUCT, "Operations: Depolyment Requests"))
    with pytest.raises(Refused, match="choose one of: General, Operations"):
        desk.bugzilla().check_access(Wanted(PRODUCT, "Kitchen"))
    with pytest.raises(Refused, match="did you mean 'Cloud Services'"):
        desk.bugzilla().check_access(Wanted("Cloud Servces", COMPONENT))
    with pytest.raises(Refused, match="choose one of: Cloud Services, Firefox"):
        desk.bugzilla().check_access(Wanted("Kitchen", COMPONENT))


def wanted(**change: Any) -> Wanted:
    """The bug that a release files, and asks about."""
    said = {"version": "unspecified", "asked": QA, "cc": (OPS,), **change}
    return Wanted(PRODUCT, COMPONENT, **said)


def test_all_that_a_bug_needs_is_there_and_nothing_was_written(desk: Desk) -> None:
    assert desk.bugzilla().check_access(wanted()).account == "operator@sandbox.example"
    assert desk.line.writes == []


@pytest.mark.parametrize(
    ("dialect", "said", "fields"),
    [
        (
            "type_required",
            r"field type, .*type = .*one of defect, enhancement, task",
            {"type": "task"},
        ),
        (
            "no_defaults",
            r"field op_sys, .*one of All, Linux(.|\n)*field platform, .*one of All",
            {"op_sys": "All", "platform": "All"},
        ),
        (
            "custom_field",
            r"field cf_cost_center, .*fields = \{ cf_cost_center",
            {"cf_cost_center": "1"},
        ),
    ],
)
def test_a_field_that_a_bug_needs_is_told_before_with_its_values(
    desk: Desk, dialect: str, said: str, fields: dict[str, str]
) -> None:
    desk.speak(dialect)
    with pytest.raises(Refused, match=said):
        desk.bugzilla().check_access(wanted())
    with pytest.raises(RunbookError):
        file_bug(desk.bugzilla())
    assert desk.bugzilla().check_access(wanted(fields=fields))
    assert file_bug(desk.bugzilla(), fields=fields).id


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"asked": "qa@sandbox.exmaple"}, "an account qa@sandbox.exmaple, found none: correct it"),
        ({"cc": (OPS, "sync-ops@x.org")}, "an account sync-ops@x.org, found none"),
        (
            {"version": "1.0"},
            "a version named '1.0' in Cloud Services, .*choose one of: unspecified",
        ),
        ({"fields": {"op_sys": "Linx"}}, "value of op_sys named 'Linx', .*did you mean 'Linux'"),
        ({"fields": {"colour": "red"}}, "a field colour, found none: take it from"),
    ],
)
def test_what_the_profile_says_wrongly_is_told_before(
    desk: Desk, change: dict[str, Any], said: str
) -> None:
    with pytest.raises(Refused, match=said):
        desk.bugzilla().check_access(wanted(**change))


def test_all_that_is_wrong_is_told_at_once(desk: Desk) -> None:
    desk.speak("no_needinfo", "type_required")
    with pytest.raises(Refused, match="field type(.|\n)*flag needinfo(.|\n)*nobody@x.org"):
        desk.bugzilla().check_access(wanted(cc=("nobody@x.org",)))


def test_a_bugzilla_without_the_flag_is_told_before_a_bug_is_filed(desk: Desk) -> None:
    desk.speak("no_needinfo")
    with pytest.raises(Refused, match="flag needinfo on bugs in .* have an administrator add"):
        desk.bugzilla().check_access(wanted())
    bug = file_bug(desk.bugzilla())
    with pytest.raises(Refused, match="no flag type named 'needinfo'"):
        desk.bugzilla().request_information(bug, of=QA, comment=QUESTION)
    assert desk.bugzilla().check_access(wanted(asked=""))


def test_an_account_that_is_disabled_cannot_be_asked(desk: Desk) -> None:
    desk.speak("disabled_qa")
    with pytest.raises(Refused, match=f"{QA} can be asked, found the account disabled"):
        desk.bugzilla().check_access(wanted())


@pytest.mark.parametrize(
    ("criteria", "said"),
    [
        ({"product": "Clowd Services"}, "a product 'Clowd Services' to search in, found none"),
        ({"whitebord": "[push-blocker]"}, "a field 'whitebord' to search by, found none"),
        ({"severity": "S5"}, "value of severity named 'S5', .*choose one of: --, S1"),
    ],
)
def test_a_search_that_would_find_nothing_or_everything_is_refused(
    desk: Desk, criteria: dict[str, str], said: str
) -> None:
    bug = file_bug(desk.bugzilla())
    everything = {"product": PRODUCT, "whiteboard": MARK, "status": "NEW", "f1": "bug_id"}
    assert [one.id for one in desk.bugzilla().find_open(everything)] == [bug.id]
    with pytest.raises(Refused, match=said):
        desk.bugzilla().find_open({"product": PRODUCT, **criteria})


def test_the_sandbox_passes_over_what_it_does_not_know_as_bugzilla_does(desk: Desk) -> None:
    bug = file_bug(desk.bugzilla())
    assert [one.id for one in desk.bugzilla().bugs.search(whitebord="x")] == [bug.id]
    assert desk.bugzilla().bugs.search(product="Clowd Services") == []


def test_a_product_in_which_nobody_may_file_is_told_before(desk: Desk) -> None:
    desk.speak("closed_product")
    with pytest.raises(AccessDenied, match="may only read them: ask for the permission"):
        desk.bugzilla().check_access(wanted())
    with pytest.raises(AccessDenied):
        file_bug(desk.bugzilla())


def test_a_bugzilla_that_is_too_old_is_told_by_its_version(desk: Desk) -> None:
    desk.world.set_setting("bugzilla_version", "4.2.16")
    with pytest.raises(Refused, match=r"Bugzilla 4.4 or later, found 4.2.16 at http"):
        desk.bugzilla().check_access(wanted())


KEY = "S3cretS3cretS3cretS3cret"


@pytest.mark.parametrize(
    "dialect", [(), ("anonymous",), ("echoes_key",), ("header_ignored",), ("code_as_text",)]
)
def test_a_key_that_is_not_accepted_is_refused_and_never_shown(
    desk: Desk, dialect: tuple[str, ...]
) -> None:
    desk.speak(*dialect)
    bugzilla = desk.bugzilla(key=KEY)
    with pytest.raises(AccessDenied, match="API key") as caught:
        bugzilla.check_access(Wanted(PRODUCT, COMPONENT))
    error: BaseException | None = caught.value
    while error is not None:
        assert KEY not in f"{error} {error!r}"
        error = error.__cause__ or error.__context__
    with pytest.raises(AccessDenied):
        file_bug(bugzilla)
    assert desk.world.happenings() == []
    journals = "".join(path.read_text() for path in desk.folder.glob("*/journal.jsonl"))
    assert KEY not in journals
    assert KEY not in f"{bugzilla!r} {vars(bugzilla)} {vars(bugzilla.client)}"


def test_the_key_travels_in_its_header_alone(desk: Desk) -> None:
    bugzilla = desk.bugzilla()
    bugzilla.check_access(Wanted(PRODUCT, COMPONENT))
    bug = file_bug(bugzilla)
    bugzilla.request_information(bug, of=QA, comment=QUESTION)
    token = desk.token("operator")
    assert all(token not in address for address in desk.line.addresses)
    assert "x-bugzilla-api-key" not in desk.line.headers.pop(0)
    assert desk.line.addresses[0].endswith("/rest/version")
    for headers in desk.line.headers:
        assert headers.pop("x-bugzilla-api-key") == token
        assert token not in str(headers)
        assert "authorization" not in headers


@pytest.mark.parametrize("key", ["", "two words", "line\nbreak", "schlüssel"])
def test_a_key_that_cannot_be_one_is_refused_at_once(desk: Desk, key: str) -> None:
    runner = desk.bugzilla().runner
    with pytest.raises(UsageError, match="API key") as caught:
        Bugzilla(desk.url, key=key, runner=runner)
    assert not key or key not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    ["bugzilla.example", "ftp://b.example", "https://me:pw@b.example", "https://b.example?k=v"],
)
def test_an_address_that_cannot_be_one_is_refused_at_once(desk: Desk, url: str) -> None:
    with pytest.raises(UsageError) as caught:
        Bugzilla(url, key=KEY, runner=desk.bugzilla().runner)
    assert "pw" not in str(caught.value)


def test_an_account_without_permission_is_told_so(desk: Desk) -> None:
    file_bug(desk.bugzilla())
    desk.line.writes.clear()
    with pytest.raises(AccessDenied, match="not authorized to access bug #1"):
        file_bug(desk.bugzilla("stranger"))
    with pytest.raises(AccessDenied, match="don't have access"):
        file_bug(desk.bugzilla("stranger"), alias="another")
    assert len(desk.bugs()) == 1


@pytest.mark.usefixtures("acts")
def test_a_bugzilla_that_cannot_be_reached_had_no_effect(desk: Desk) -> None:
    closed = socket.create_server(("127.0.0.1", 0))
    port = closed.getsockname()[1]
    closed.close()
    runner = desk.bugzilla().runner
    bugzilla = Bugzilla(f"http://127.0.0.1:{port}", key=KEY, runner=runner)
    with pytest.raises(Unavailable, match=r"could not be reached.*refused") as caught:
        bugzilla.client.post("bug", said={})
    assert not caught.value.may_have_acted
    assert KEY not in str(caught.value)


@pytest.mark.parametrize(
    ("trouble", "acted", "pause"),
    [
        ("cut", True, None),
        ("502", True, None),
        ("page", True, None),
        ("429 for an hour", False, 3600.0),
        ("lost: slow", True, None),
    ],
)
@pytest.mark.usefixtures("acts")
def test_a_write_without_an_answer_says_whether_it_may_have_acted(
    desk: Desk, trouble: str, acted: bool, pause: float | None
) -> None:
    desk.line.troubles.append(trouble)
    with pytest.raises(Unavailable) as caught:
        desk.bugzilla().client.post("bug", said={})
    assert (caught.value.may_have_acted, caught.value.retry_after) == (acted, pause)


@pytest.mark.parametrize(
    ("trouble", "error", "message"),
    [
        ("page", Failed, r"expected .* JSON object, found status 200 and text/html.*Log in first"),
        ("403 page", AccessDenied, "status 403"),
        ("404 page", Failed, "check Bugzilla's address"),
        ("redirect", Moved, "it moved to https?://.*; nothing is sent there"),
    ],
)
def test_a_page_in_place_of_an_answer_is_told_as_what_it_is(
    desk: Desk, trouble: str, error: type[RunbookError], message: str
) -> None:
    desk.line.reading.append(trouble)
    with pytest.raises(error, match=message):
        desk.bugzilla().check_access(Wanted(PRODUCT, COMPONENT))


STRANGE = (
    {},
    {"bugs": None},
    {"bugs": []},
    {"bugs": [None]},
    {"bugs": [{"id": "x", "summary": 1, "status": None}]},
    {"bugs": {"id": 1}},
)


@pytest.mark.parametrize("said", STRANGE)
def test_an_answer_of_another_form_is_told_as_that(
    desk: Desk, said: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    bugzilla = desk.bugzilla()
    monkeypatch.setattr(bugzilla.client, "get", lambda *_, **__: reply(said))
    with pytest.raises(Failed, match=r"expected a bug as Bugzilla describes it, found another"):
        bugzilla.bugs.read(1)


def test_a_new_bug_that_is_told_in_another_form_may_have_been_filed(desk: Desk) -> None:
    with pytest.raises(Unavailable, match="expected a new bug's number as Bugzilla") as error:
        desk.bugzilla().filed(reply({"bug": 1}), {"summary": "x"})
    assert error.value.may_have_acted


def reply(said: dict[str, Any]) -> Reply:
    return Reply("GET bug", 200, said, 0, "")


def test_a_look_that_gets_no_answer_is_repeated(desk: Desk) -> None:
    desk.line.reading += ["502", "cut"]
    bugzilla = desk.bugzilla()
    file_bug(bugzilla)
    assert len(desk.bugs()) == 1


def test_a_question_is_asked_with_a_flag_and_a_comment(desk: Desk) -> None:
    bugzilla = desk.bugzilla()
    bug = file_bug(bugzilla)
    asked = bugzilla.request_information(bug, of=QA, comment=QUESTION)
    assert asked == NeedInfo(bug.id, QA, True, bug.link)
    assert str(asked) == f"{QA} is asked for information on bug {bug.id}"
    (filed,) = desk.bugs()
    (flag,) = filed["flags"]
    assert (flag["name"], flag["status"], flag["requestee"]) == ("needinfo", "?", QA)
    assert QA in filed["cc"]
    assert desk.comments(bug.id)[1].startswith(QUESTION + "\n")


@pytest.mark.parametrize("trouble", ["", "lost: cut", "lost: 502", "502", "429", "lost: page"])
def test_a_question_is_asked_once_whatever_breaks(desk: Desk, trouble: str) -> None:
    bug = file_bug(desk.bugzilla())
    if trouble:
        desk.line.troubles.append(trouble)
    desk.bugzilla().request_information(bug, of=QA, comment=QUESTION)
    desk.line.writes.clear()
    again = desk.bugzilla("ops")
    assert again.request_information(bug, of=QA, comment=QUESTION).open
    assert outcomes(again) == ["already"]
    assert desk.line.writes == []
    assert len(desk.comments(bug.id)) == 2
    assert len(desk.bugs()[0]["flags"]) == 1


def test_a_question_that_was_answered_is_not_asked_again(desk: Desk) -> None:
    bugzilla = desk.bugzilla()
    bug = file_bug(bugzilla)
    bugzilla.request_information(bug, of=QA, comment=QUESTION)
    desk.say(bug.id, "qa", "all green")
    desk.line.writes.clear()
    assert not bugzilla.request_information(bug, of=QA, comment=QUESTION).open
    assert outcomes(bugzilla)[-1] == "already"
    assert desk.line.writes == []


def test_another_question_to_somebody_who_is_asked_already_is_a_comment_alone(desk: Desk) -> None:
    bugzilla = desk.bugzilla()
    bug = file_bug(bugzilla)
    bugzilla.request_information(bug, of=QA, comment=QUESTION)
    bugzilla.request_information(bug, of=QA, comment="And the other one?")
    assert len(desk.comments(bug.id)) == 3
    assert len(desk.bugs()[0]["flags"]) == 1


def asked(desk: Desk) -> tuple[Bugzilla, Bug]:
    """A bug on which QA is asked."""
    bugzilla = desk.bugzilla()
    bug = file_bug(bugzilla)
    bugzilla.request_information(bug, of=QA, comment=QUESTION)
    return bugzilla, bug


def set_flag(desk: Desk, bug: Bug, who: str, **flag: str) -> None:
    """Have somebody change the question's flag, without a word."""
    said = {"flags": [{"name": "needinfo", "status": "X", **flag}]}
    desk.ask("PUT", f"/bug/{bug.id}", who=who, json=said)


def comment(desk: Desk, bug: Bug, who: str, text: str) -> None:
    """Have somebody comment; no flag is changed by that, as on a stock Bugzilla."""
    desk.ask("POST", f"/bug/{bug.id}/comment", who=who, json={"comment": text})


def test_an_answer_is_what_the_person_says_after_the_question(desk: Desk) -> None:
    bugzilla = desk.bugzilla()
    bug = file_bug(bugzilla)
    comment(desk, bug, "qa", "too early")
    bugzilla.request_information(bug, of=QA, comment=QUESTION)
    assert bugzilla.bugs.question(bug.id, QA).answer is None
    comment(desk, bug, "ops", "not mine")
    assert bugzilla.bugs.question(bug.id, QA).answer is None
    quoted = "\n".join(f"> {line}" for line in desk.comments(bug.id)[2].splitlines())
    desk.say(bug.id, "qa", f"{quoted}\nall <i>green</i>")
    answer = bugzilla.bugs.question(bug.id, QA).answer
    assert answer is not None
    assert answer.text.endswith("all <i>green</i>")
    assert (answer.who, answer.refused) == (QA, False)
    assert answer.when.tzinfo is not None
    assert answer.link == f"{bug.link}#c4"


def test_a_comment_is_an_answer_where_bugzilla_leaves_the_flag_as_it_is(desk: Desk) -> None:
    bugzilla, bug = asked(desk)
    comment(desk, bug, "qa", "load test FAILED")
    answer = bugzilla.await_answer(bug, of=QA)
    assert (answer.text, answer.who) == ("load test FAILED", QA)
    assert answer.question == f"{QA} answered ({bug.link}#c2):\n\nload test FAILED"


def test_an_answer_that_is_followed_by_another_is_both_of_them(desk: Desk) -> None:
    bugzilla, bug = asked(desk)
    comment(desk, bug, "qa", "load test FAILED")
    first = bugzilla.await_answer(bug, of=QA)
    desk.say(bug.id, "qa", "It was the network. Passed now.")
    second = bugzilla.await_answer(bug, of=QA)
    assert second.text == "load test FAILED\n\nIt was the network. Passed now."
    assert second.question != first.question


def test_a_cleared_flag_without_a_word_is_an_answer_of_whoever_cleared_it(desk: Desk) -> None:
    bugzilla, bug = asked(desk)
    comment(desk, bug, "willow", "Deployed.")
    set_flag(desk, bug, "ops")
    answer = bugzilla.await_answer(bug, of=QA)
    assert (answer.who, answer.link) == (OPS, bug.link)
    assert answer.question.endswith("(took the question away without a word)")


def test_a_colleague_may_answer_by_taking_the_question_away(desk: Desk) -> None:
    bugzilla, bug = asked(desk)
    comment(desk, bug, "ops", "Deployed.")
    comment(desk, bug, "willow", "Quinn is away; I ran it: passed.")
    with pytest.raises(
        Waiting, match=r"willow@sandbox\.example wrote there: 'Quinn is away; I ran"
    ):
        bugzilla.await_answer(bug, of=QA)
    set_flag(desk, bug, "willow")
    answer = bugzilla.await_answer(bug, of=QA)
    assert (answer.text, answer.who) == (
        "Quinn is away; I ran it: passed.",
        "willow@sandbox.example",
    )


def test_a_question_that_is_passed_on_waits_for_whoever_has_it_now(desk: Desk) -> None:
    bugzilla, bug = asked(desk)
    set_flag(desk, bug, "qa", status="?", requestee="willow@sandbox.example")
    with pytest.raises(Waiting, match=r"willow@sandbox\.example has not answered on bug 1"):
        bugzilla.await_answer(bug, of=QA)
    comment(desk, bug, "willow", "passed")
    assert bugzilla.await_answer(bug, of=QA).who == "willow@sandbox.example"


@pytest.mark.parametrize("status", ["+", "X"])
def test_an_answered_flag_is_an_answer_whatever_is_left_of_it(desk: Desk, status: str) -> None:
    bugzilla, bug = asked(desk)
    set_flag(desk, bug, "qa", status=status)
    answer = bugzilla.await_answer(bug, of=QA)
    assert (answer.who, answer.refused) == (QA, False)


@pytest.mark.parametrize("way", ["flag", "resolution"])
def test_a_refusal_is_told_from_an_answer(desk: Desk, way: str) -> None:
    bugzilla = desk.bugzilla()
    bug = file_bug(bugzilla)
    bugzilla.request_information(bug, of=QA, comment=QUESTION)
    if way == "flag":
        desk.say(bug.id, "qa", "it falls over", status="-")
    else:
        desk.say(bug.id, "qa", "it falls over")
        said = {"status": "RESOLVED", "resolution": "WONTFIX"}
        desk.ask("PUT", f"/bug/{bug.id}", who="qa", json=said)
    answer = bugzilla.bugs.question(bug.id, QA).answer
    assert answer is not None
    assert answer.refused
    with pytest.raises(Refused, match=r"qa@sandbox\.example refused: it falls over"):
        bugzilla.await_answer(bug, of=QA)


def test_an_answer_to_no_question_is_refused(desk: Desk) -> None:
    bugzilla = desk.bugzilla()
    bug = file_bug(bugzilla)
    with pytest.raises(Refused, match="request_information first"):
        bugzilla.bugs.question(bug.id, QA)


def test_waiting_for_an_answer_ends_with_it_or_with_patience(desk: Desk) -> None:
    bugzilla = desk.bugzilla()
    bug = file_bug(bugzilla)
    bugzilla.request_information(bug, of=QA, comment=QUESTION)
    with pytest.raises(Waiting, match=r"qa@sandbox\.example has not answered on bug 1"):
        bugzilla.await_answer(bug, of=QA)
    desk.say(bug.id, "qa", "all green")
    assert bugzilla.await_answer(bug, of=QA).text == "all green"


def test_the_production_ticket_is_found_by_its_exact_title(desk: Desk) -> None:
    bugzilla = desk.bugzilla()
    title = "Please deploy server-syncstorage 1.9 to PRODUCTION"
    file_bug(bugzilla, title=f"{title} soon", alias="other")
    assert bugzilla.find_bug_by_title(title, PRODUCT) is None
    with pytest.raises(Waiting, match="nobody has filed"):
        bugzilla.await_bug(title, product=PRODUCT)
    ticket = file_bug(desk.bugzilla("qa"), title=title, alias="production")
    assert bugzilla.find_bug_by_title(title, PRODUCT) == ticket
    assert bugzilla.await_bug(title, product=PRODUCT).link == ticket.link
