"""Notes in a pad; each test is held on the real Etherpad and on the sandbox's twin."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from runbook_lib.errors import AccessDenied, Failed, NotHeld, Unavailable, UsageError
from runbook_lib.services.api import Key
from runbook_lib.services.etherpad.client import Client
from runbook_lib.services.etherpad.letting_in import OAuthClient
from runbook_lib.services.etherpad.merging import merge
from runbook_lib.services.etherpad.pad import Pad
from runbook_lib.services.notes import PushNotes
from tests.conftest import MakeRunner
from tests.services.etherpads import KINDS, Etherpad

FIRST = "one\ntwo\nthree\nfour\n"


@pytest.fixture(scope="module", params=KINDS)
def etherpad(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Etherpad]:
    with KINDS[request.param](tmp_path_factory.mktemp("etherpad")) as running:
        yield running


@pytest.fixture
def name(request: pytest.FixtureRequest) -> str:
    return "".join(c if c.isalnum() else "-" for c in request.node.name)[:45]


class Interrupted(Pad):
    """A pad into which others write between the last look and the write."""

    theirs: str = ""
    lose: bool = False

    def call(self, function: str, **arguments: str) -> Any:
        if function == "setText" and self.theirs:
            text, self.theirs = self.theirs, ""
            super().call("setText", text=text)
        said = super().call(function, **arguments)
        if function == "setText" and self.lose:
            self.lose = False
            raise Unavailable("the answer is lost, on purpose")
        return said


def replacing(old: str, new: str) -> Callable[[str], str]:
    return lambda text: text.replace(old, new)


def test_the_notes_are_made_once_and_edited(
    etherpad: Etherpad, name: str, make_runner: MakeRunner
) -> None:
    pad = etherpad.pad(name, Pad)
    notes = PushNotes(pad, make_runner())
    assert pad.read() is None
    assert notes.create(FIRST).text == FIRST
    assert notes.create("other\n").text == FIRST
    assert notes.edit("2", replacing("two", "2")).text == "one\n2\nthree\nfour\n"
    found = notes.edit("2", replacing("two", "2"))
    assert (found.version, found.link) == ("1", f"{etherpad.url}/p/{name}")


@pytest.mark.usefixtures("acts")
def test_a_pad_that_somebody_else_has_just_made_is_not_overwritten(
    etherpad: Etherpad, name: str
) -> None:
    pad = etherpad.pad(name, Pad)
    pad.write(FIRST, replacing=None)
    with pytest.raises(Unavailable) as raised:
        pad.write("other", replacing=None)
    assert not raised.value.may_have_acted
    found = pad.read()
    assert found is not None
    assert found.text == FIRST


@pytest.mark.usefixtures("acts")
def test_an_old_version_is_not_replaced(etherpad: Etherpad, name: str) -> None:
    pad = etherpad.pad(name, Pad)
    pad.write(FIRST, replacing=None)
    old = pad.read()
    pad.write("theirs\n", replacing=old)
    with pytest.raises(Unavailable, match="somebody else"):
        pad.write("mine\n", replacing=old)
    assert pad.text_at(pad.head()) == "theirs\n"


@pytest.mark.parametrize("lose", [False, True])
def test_an_edit_that_came_between_is_put_back(
    etherpad: Etherpad, name: str, make_runner: MakeRunner, lose: bool
) -> None:
    pad = etherpad.pad(name, Interrupted)
    notes = PushNotes(pad, make_runner())
    notes.create(FIRST)
    pad.theirs, pad.lose = "one\ntwo\nthree\nfour\nfive of theirs\n", lose
    found = notes.edit("2", replacing("two", "2"))
    assert found.text == "one\n2\nthree\nfour\nfive of theirs\n"


def test_an_edit_of_the_same_line_is_left_to_a_person(
    etherpad: Etherpad, name: str, make_runner: MakeRunner
) -> None:
    pad, runner = etherpad.pad(name, Interrupted), make_runner()
    notes = PushNotes(pad, runner)
    notes.create(FIRST)
    pad.theirs = "one\ntheirs\nthree\nfour\n"
    with pytest.raises(NotHeld, match="timeslider#1"):
        notes.edit("2", replacing("two", "2"))
    assert runner.reports[-1].outcome == "failed"  # it was no refusal: ours is in the pad


def test_a_wrong_key_is_refused_and_not_shown(etherpad: Etherpad, name: str) -> None:
    with pytest.raises(AccessDenied) as raised:
        Pad(etherpad.client("wrong-secret"), name).read()
    pad = Pad(etherpad.client("wrong-secret"), name)
    assert "wrong-secret" not in f"{raised.value} {pad!r} {pad.client!r}"


def test_the_api_answers_in_its_envelopes(etherpad: Etherpad, name: str) -> None:
    wrong = {"code": 1, "data": None}
    ok = {"code": 0, "message": "ok", "data": None}
    ask = etherpad.ask
    assert ask("getText", padID=name) == (200, {**wrong, "message": "padID does not exist"})
    assert ask("createPad", padID=name, text="hi") == (200, ok)
    assert ask("createPad", padID=name) == (200, {**wrong, "message": "padID does already exist"})
    assert ask("setText", padID=name, text="you\tand\r\nme") == (200, ok)
    assert ask("appendText", padID=name, text="more") == (200, ok)
    assert ask("getText", padID=name) == (200, {**ok, "data": {"text": "you        and\nmemore\n"}})
    assert ask("getRevisionsCount", padID=name) == (200, {**ok, "data": {"revisions": 2}})
    old = {"text": "hi\n", "attribs": "|1+3"} if etherpad.attributed else "hi\n"
    assert ask("getText", padID=name, rev="0") == (200, {**ok, "data": {"text": old}})
    assert ask("createPad", padID=f"{name}2", text="hi\n") == (200, ok)
    assert ask("getText", padID=f"{name}2") == (200, {**ok, "data": {"text": "hi\n\n"}})
    high = "rev is higher than the head revision of the pad"
    assert ask("getText", padID=name, rev="9") == (200, {**wrong, "message": high})
    assert ask("getText", padID=name, rev="q") == (200, {**wrong, "message": "rev is not a number"})
    assert ask("setText", padID=name) == (200, {**wrong, "message": "text is not a string"})
    assert ask("getText") == (200, {**wrong, "message": "padID is not a string"})
    assert ask("checkToken") == (200, ok)
    none = {"code": 3, "message": "no such function", "data": None}
    assert ask("nothing") == (404, none)
    denied = {"code": 4, "message": "no or wrong API Key", "data": None}
    assert etherpad.post("checkToken", {}) == (401, denied)
    wrong = {**denied, "message": "no or wrong OAuth token"} if etherpad.client_id else denied
    assert etherpad.post("checkToken", {"Authorization": "Bearer x"}, apikey="y") == (401, wrong)


def test_the_provider_answers_in_the_form_of_oauth2(etherpad: Etherpad) -> None:
    if not etherpad.client_id:
        assert etherpad.client().let_in.renewed() is False
        return
    named, asked = {"resource": etherpad.url}, {"grant_type": "client_credentials"}
    status, given = etherpad.grant(**named, **asked)
    assert (status, given["token_type"], given["expires_in"]) == (200, "Bearer", 3600)
    assert given["access_token"].startswith("eyJ")
    failed = {"error": "invalid_client", "error_description": "client authentication failed"}
    assert etherpad.grant(client_secret="wrong", **named, **asked) == (401, failed)
    assert etherpad.grant(client_id="nobody", **named, **asked) == (401, failed)
    assert etherpad.grant(**named)[1]["error"] == "invalid_request"
    assert etherpad.grant(grant_type="password", **named)[1]["error"] == "unsupported_grant_type"
    target = etherpad.grant(resource="nothing", **asked)
    assert (target[0], target[1]["error"]) == (400, "invalid_target")


def test_a_token_that_holds_no_longer_is_asked_for_again(
    etherpad: Etherpad, name: str, make_runner: MakeRunner
) -> None:
    pad = etherpad.pad(name, Pad)
    notes = PushNotes(pad, make_runner())
    notes.create(FIRST)
    if isinstance(pad.client.let_in, OAuthClient):
        pad.client.let_in.token = Key("eyJ-of-an-hour-ago", "a token", "")
    assert notes.edit("2", replacing("two", "2")).text == "one\n2\nthree\nfour\n"
    assert pad.head() == 1


def test_the_wrong_way_in_says_which_is_the_right_one(etherpad: Etherpad, name: str) -> None:
    client_id = "" if etherpad.client_id else "operator"
    pad = Pad(Client(etherpad.url, etherpad.key, client_id=client_id), name)
    with pytest.raises((AccessDenied, Failed), match="client_id") as raised:
        pad.read()
    assert etherpad.key not in str(raised.value)


@pytest.mark.parametrize("pad", ["", "a/b", "g.1$pad", "a?b", "a#b"])
def test_a_name_that_no_pad_has_is_refused(pad: str) -> None:
    with pytest.raises(UsageError, match="pad's name"):
        Pad(Client("https://pads.example", "key"), pad)


@pytest.mark.parametrize("client_id", ["", "runbook"])
def test_a_secret_that_is_missing_is_named(client_id: str) -> None:
    with pytest.raises(UsageError, match="set ETHERPAD_API_KEY"):
        Client("https://pads.example", "", client_id=client_id)


def test_a_merge_keeps_the_edits_of_both() -> None:
    assert merge("a\nb\nc\n", "a\nb\nc\nd\n", "A\nb\nc\n") == "A\nb\nc\nd\n"
    assert merge("a\nb\n", "a\nB\n", "a\nB\n") == "a\nB\n"
    assert merge("a\nb\n", "a\nx\n", "a\ny\n") is None
