"""The release's desk over Bugzillas as they are in the world, from 4.4 on: one bug or none."""

import pytest
import requests

from runbook_lib.errors import AccessDenied, Failed, Refused, UsageError, Waiting
from runbook_lib.release.left_out import LeftOut
from runbook_lib.services.bugzilla.age import Age
from runbook_lib.services.bugzilla.bugzilla_desk import BugzillaDesk
from runbook_lib.services.bugzilla.settings import BugzillaSettings
from runbook_lib.services.bugzilla.text import rendered
from tests.services.bugzillas import ALIAS, COMPONENT, MARK, OPS, PRODUCT, QA, TITLE, Desk

VERSIONS = ("4.4.14", "5.0.6", "5.2", "5.3.3", "20260101.1")
OLDER = VERSIONS[:3]
OPERATOR = "operator@sandbox.example"
FIELDS = {"op_sys": "All", "platform": "All"}
ENTRY = '<a name="1.9"></a>\n## 1.9\n\n#### Features\n\n* new ([abc](https://hub.example/abc))\n'
WHOLE = "https://hub.example/blob/1.9/CHANGELOG.md"
QUESTION = "Please run the load test."
KEY = "S3cretS3cretS3cretS3cret"


@pytest.fixture(params=VERSIONS)
def version(request: pytest.FixtureRequest, desk: Desk) -> str:
    """One version after the other, which the desk is of."""
    desk.world.set_setting("bugzilla_version", request.param)
    return str(request.param)


@pytest.fixture(params=OLDER)
def older(request: pytest.FixtureRequest, desk: Desk) -> str:
    """The same of those that are asked by JSON-RPC."""
    desk.world.set_setting("bugzilla_version", request.param)
    return str(request.param)


def release_desk(
    desk: Desk, *, key: str = "", account: str = OPERATOR, plan: bool = False, **said: object
) -> BugzillaDesk:
    """The desk as a release has it; each time in a session of its own."""
    given = {"url": desk.url, "qa": QA, "cc": (OPS,), "fields": FIELDS, "account": account, **said}
    settings = BugzillaSettings.model_validate(given)
    return BugzillaDesk(desk.bugzilla(key=key, account=account, plan=plan), settings)


def file(desk: BugzillaDesk) -> int:
    return desk.file(TITLE, ENTRY, alias=ALIAS, whole=WHOLE).id


def test_a_desk_of_any_version_is_checked_filed_at_asked_and_answered(
    desk: Desk, version: str
) -> None:
    ours = release_desk(desk)
    assert str(ours.check_access()) == f"{OPERATOR} may file bugs in {PRODUCT}, {COMPONENT}"
    assert desk.line.writes == []
    bug = ours.file(TITLE, ENTRY, alias=ALIAS, whole=WHOLE)
    assert file(release_desk(desk)) == bug.id
    assert str(ours.ask(bug, comment=QUESTION)).endswith(
        f"is asked for information on bug {bug.id}"
    )
    release_desk(desk).ask(bug, comment=QUESTION)
    assert [one["id"] for one in desk.bugs()] == [bug.id]
    assert [text.splitlines()[0] for text in desk.comments(bug.id)][1:] == [QUESTION]
    with pytest.raises(Waiting, match=f"{QA} has not answered on bug {bug.id}"):
        ours.await_answer(bug)
    answer(desk, bug.id, "It passed.", version)
    said = ours.await_answer(bug)
    assert not isinstance(said, LeftOut)
    assert said.question == f"{QA} answered ({bug.link}#c2):\n\nIt passed."
    assert "has answered" in str(release_desk(desk).ask(bug, comment=QUESTION))


def answer(desk: Desk, number: int, text: str, version: str) -> None:
    """QA's answer: before 5.0 there is no flag that they could take away."""
    said = {"comment": {"body": text}}
    flags = [{"name": "needinfo", "status": "X"}]
    if Age(version).sets_flags:
        said = {**said, "flags": flags}  # type: ignore[dict-item]
    desk.ask("PUT", f"/bug/{number}", who="qa", json=said)


@pytest.mark.parametrize("trouble", ["cut", "lost: cut", "lost: 502", "502", "lost: page", "429"])
def test_a_lost_answer_leaves_one_bug_and_one_question(
    desk: Desk, version: str, trouble: str
) -> None:
    ours = release_desk(desk)
    desk.line.troubles[:] = [trouble]
    bug = ours.file(TITLE, ENTRY, alias=ALIAS, whole=WHOLE)
    desk.line.troubles[:] = [trouble]
    ours.ask(bug, comment=QUESTION)
    assert [one["id"] for one in desk.bugs()] == [bug.id]
    assert len(desk.comments(bug.id)) == 2
    assert [report.outcome for report in ours.bugzilla.runner.reports] == ["done", "done"]


def test_a_read_that_breaks_is_asked_again(desk: Desk, version: str) -> None:
    ours = release_desk(desk)
    desk.line.reading[:] = ["502", "cut"]
    bug = file(ours)
    assert [one["id"] for one in desk.bugs()] == [bug]


def test_two_who_file_at_once_file_one(desk: Desk, version: str) -> None:
    desk.line.troubles[:] = ["lost: 502"]
    first = file(release_desk(desk))
    assert file(release_desk(desk)) == first
    assert len(desk.bugs()) == 1


def test_a_wrong_key_is_told_and_stands_in_no_message(desk: Desk, version: str) -> None:
    desk.speak("echoes_key")
    ours = release_desk(desk, key=KEY)
    with pytest.raises(AccessDenied, match="check the Bugzilla API key") as caught:
        ours.check_access()
    error: BaseException | None = caught.value
    while error is not None:
        assert KEY not in f"{error} {error!r}"
        error = error.__cause__ or error.__context__
    assert KEY not in "".join(one.read_text() for one in desk.folder.glob("*/journal.jsonl"))
    assert KEY not in " ".join(desk.line.addresses)
    assert KEY not in f"{ours!r} {vars(ours.bugzilla.client)}"


def test_the_key_stands_in_no_address_and_an_older_ones_in_its_body_alone(
    desk: Desk, version: str
) -> None:
    ours = release_desk(desk)
    ours.check_access()
    ours.ask(ours.file(TITLE, ENTRY, alias=ALIAS, whole=WHOLE), comment=QUESTION)
    key, line = desk.token("operator"), desk.line
    assert not [one for one in line.addresses if key in one]
    in_body = [key.encode() in one for one in line.bodies]
    in_header = [key in one.values() for one in line.headers]
    assert any(in_body) == Age(version).calls
    assert any(in_header) != Age(version).calls
    assert line.addresses[0].endswith("/rest/version") and not (in_body[0] or in_header[0])


def test_an_older_one_that_cannot_say_whose_key_it_is_is_asked_whether_it_is_ours(
    desk: Desk, older: str
) -> None:
    if older == "4.4.14":
        with pytest.raises(UsageError, match="login name of an account, with which Bugzilla 4.4"):
            release_desk(desk, account="").check_access()
        return
    told = str(release_desk(desk, account="").check_access())
    assert told.startswith("whoever has this key may file bugs in")
    assert f"! Bugzilla {older} can't say whose key it is: name it (bugzilla.account)" in told
    with pytest.raises(AccessDenied, match=f"expected the key to be that of {QA}, found that it"):
        release_desk(desk, account=QA).check_access()


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"fields": {}}, r"field op_sys, .*one of All(.|\n)*field platform, "),
        ({"fields": {**FIELDS, "type": "task"}}, "a field type, found none: take it from"),
        ({"fields": {**FIELDS, "op_sys": "Linx"}}, "value of op_sys named 'Linx', .*'Linux'"),
        ({"product": "Cloud Servces"}, "did you mean 'Cloud Services'"),
        ({"component": "Kitchen"}, "choose one of: General"),
        ({"version": "9.9"}, "a version named '9.9'"),
        ({"qa": "nobody@sandbox.example"}, "an account nobody@sandbox.example, found none"),
    ],
)
def test_what_the_profile_says_is_tried_before_anything_is_done(
    desk: Desk, older: str, said: dict[str, object], told: str
) -> None:
    with pytest.raises(Refused, match=told):
        release_desk(desk, **said).check_access()
    assert desk.line.writes == []


def test_a_field_of_its_own_and_a_closed_product_are_told(desk: Desk, older: str) -> None:
    desk.speak("custom_field")
    with pytest.raises(Refused, match="field cf_cost_center"):
        release_desk(desk).check_access()
    assert release_desk(desk, fields={**FIELDS, "cf_cost_center": "7"}).check_access()
    desk.speak("closed_product")
    with pytest.raises(AccessDenied, match="may only read them"):
        release_desk(desk).check_access()


def test_an_older_one_without_the_flag_is_told_before(desk: Desk, older: str) -> None:
    desk.speak("no_needinfo")
    if older == "4.4.14":
        assert release_desk(desk).check_access()
        return
    with pytest.raises(Refused, match="flag needinfo on bugs in"):
        release_desk(desk).check_access()


def test_before_flags_an_answer_is_the_word_of_who_was_asked(desk: Desk) -> None:
    desk.world.set_setting("bugzilla_version", "4.4.14")
    ours = release_desk(desk)
    bug = ours.file(TITLE, ENTRY, alias=ALIAS, whole=WHOLE)
    ours.ask(bug, comment=QUESTION)
    (filed,) = desk.bugs()
    assert (filed["flags"], set(filed["cc"])) == ([], {OPS, QA})
    desk.ask("POST", f"/bug/{bug.id}/comment", who="ops", json={"comment": "deployed"})
    with pytest.raises(Waiting, match=f"wrote there: 'deployed'; .* have {QA} say so"):
        ours.await_answer(bug)


def test_the_text_is_sent_as_it_is_shown_there(desk: Desk, version: str) -> None:
    number = file(release_desk(desk))
    plain = "1.9\n\nFeatures\n\n* new (abc (https://hub.example/abc))"
    shown = ENTRY.partition("\n")[2].rstrip() if Age(version).renders_markdown else plain
    assert desk.comments(number)[0] == f"{shown}\n\n{MARK}"


def test_a_ticket_in_a_product_that_is_not_there_is_never_waited_for(
    desk: Desk, version: str
) -> None:
    ours = release_desk(desk, product="Clowd Services")
    with pytest.raises(Refused, match="a product 'Clowd Services' to search in, found none"):
        ours.await_ticket("Please deploy to PRODUCTION")


def test_a_plan_at_an_older_one_files_nothing(desk: Desk, older: str) -> None:
    release_desk(desk, plan=True).file(TITLE, ENTRY, alias=ALIAS, whole=WHOLE)
    assert desk.bugs() == []


@pytest.mark.parametrize(
    ("version", "calls", "keys"),
    [
        ("4.4.14", True, False),
        ("5.0", True, True),
        ("5.0.4.rh112", True, True),
        ("5.1.2", False, True),
        ("5.2+", True, True),
        ("5.3.3+", False, True),
        ("6.0", False, True),
        ("20260101.1", False, True),
        ("", False, True),
    ],
)
def test_how_one_is_asked_is_told_by_its_version(version: str, calls: bool, keys: bool) -> None:
    assert (Age(version).calls, Age(version).knows_keys) == (calls, keys)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ('<a name="1.9"></a>\n## 1.9 (2026)\n', "1.9 (2026)\n"),
        ("<a id='x'></a>## 1.9", "1.9"),
        ("see [<https://a.b>](https://a.b)", "see <https://a.b> (https://a.b)"),
        ("see [https://a.b](https://a.b)", "see https://a.b"),
        ("* a [fix](<https://a.b>) of <b>", "* a fix (https://a.b) of <b>"),
        ("no # heading, no [link]", "no # heading, no [link]"),
    ],
)
def test_markdown_is_put_in_words(text: str, plain: str) -> None:
    assert rendered(text, markdown=False) == plain


def test_an_address_without_any_bugzilla_is_told(desk: Desk) -> None:
    desk.line.reading[:] = ["404 page"]
    with pytest.raises(Failed, match="GET version with a JSON object, found status 404"):
        release_desk(desk).check_access()
    assert desk.line.addresses[1].endswith("/jsonrpc.cgi")


def test_the_sandbox_answers_calls_as_a_running_bugzilla_does(desk: Desk) -> None:
    """What 4.4.14, 5.0.6 and 5.2 answered, set up from their own sources."""

    def call(method: str, **given: object) -> tuple[int, object]:
        said = {"method": method, "params": [given], "id": 1}
        found = requests.post(f"{desk.url}/jsonrpc.cgi", json=said, timeout=60)
        body = found.json()
        assert (found.status_code, body["id"]) == (200, 1)
        error = body["error"]
        return (error["code"], error["message"]) if error else (0, body["result"])

    key = desk.token("operator")
    old = {"Bugzilla_login": OPERATOR, "Bugzilla_password": key}
    desk.world.set_setting("bugzilla_version", "4.4.14")
    assert call("Bugzilla.version") == (0, {"version": "4.4.14"})
    assert call("User.get", names=[OPERATOR], **{**old, "Bugzilla_password": "x"}) == (
        300,
        "The username or password you entered is not valid.",
    )
    assert call("User.valid_login", **old) == (100302, "No such a method : 'User.valid_login'.")
    assert call("Bug.search", product="Nix", **old) == (0, {"bugs": []})
    assert call("Bug.search", nixfield="Nix", **old)[0] == 53
    assert call("Product.get", names=["Nix"], **old) == (0, {"products": []})
    assert call("Bug.get", ids=[77], **old) == (101, "Bug #77 does not exist.")
    assert requests.get(f"{desk.url}/rest/version", timeout=60).status_code == 404
    desk.world.set_setting("bugzilla_version", "5.0.6")
    new = {"Bugzilla_api_key": key}
    assert call("User.valid_login", login=OPERATOR, **new) == (0, True)
    assert call("User.valid_login", login=QA, **new) == (0, False)
    assert call("Bug.search", nixfield="Nix", **new) == (0, {"bugs": []})
    code, said = call("Bug.get", ids=["nix"], **new)
    assert (code, said) == (100, "'nix' is not a valid bug number nor an alias to a bug.")
    assert call("Product.get", names=[PRODUCT], Bugzilla_api_key="x")[0] == 306
    header = {"X-BUGZILLA-API-KEY": key}
    whoami = requests.get(f"{desk.url}/rest/whoami", headers=header, timeout=60)
    assert (whoami.status_code, whoami.json()["code"]) == (404, 32614)
    desk.world.set_setting("bugzilla_version", "20260101.1")
    gone = requests.post(f"{desk.url}/jsonrpc.cgi", json={}, timeout=60)
    assert gone.status_code == 404
