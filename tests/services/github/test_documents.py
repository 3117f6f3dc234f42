"""Notes as a file in a repository and as a draft release, on the sandbox's GitHub."""

import base64
from collections.abc import Callable

import pytest

from runbook_lib.errors import Conflict, Refused, UsageError
from runbook_lib.services.github import GitHub
from runbook_lib.services.github.documents import FileInRepository
from runbook_lib.services.github.drafts import DraftRelease
from runbook_lib.services.notes import NotesStore, PushNotes
from tests.services.github.conftest import Hub

PATH = "releases/2026/03/12.md"
FIRST = "# Push\n\n* one\n"
Open = Callable[[GitHub], NotesStore]
STORES: dict[str, Open] = {
    "file": lambda github: FileInRepository(github, PATH),
    "draft": lambda github: DraftRelease(github, "2026.03.12"),
}


@pytest.fixture(params=STORES)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def notes_on(hub: Hub, kind: str, login: str = "operator", *, plan: bool = False) -> PushNotes:
    github = hub.github(login, plan=plan)
    return PushNotes(STORES[kind](github), github.runner)


def line(text: str) -> Callable[[str], str]:
    """An edit that adds a line once."""
    return lambda old: old if text in old else f"{old.rstrip()}\n{text}\n"


def outcome(notes: PushNotes) -> str:
    return notes.runner.reports[-1].outcome


def test_notes_that_are_not_there_are_refused_with_how_they_are_made(hub: Hub, kind: str) -> None:
    with pytest.raises(Refused, match="close_push"):
        notes_on(hub, kind).read()


def test_notes_are_made_once_and_never_overwritten(hub: Hub, kind: str) -> None:
    notes = notes_on(hub, kind)
    assert notes.create(FIRST).text == FIRST
    assert outcome(notes) == "done"
    assert notes.create("other").text == FIRST
    assert outcome(notes) == "already"
    assert notes.read().link.startswith(hub.url)


def test_an_edit_is_made_once(hub: Hub, kind: str) -> None:
    notes = notes_on(hub, kind)
    notes.create(FIRST)
    assert notes.edit("two", line("* two")).text == "# Push\n\n* one\n* two\n"
    writes = hub.writes()
    notes.edit("two", line("* two"))
    assert (outcome(notes), hub.writes()) == ("already", writes)


def test_a_plan_writes_nothing(hub: Hub, kind: str) -> None:
    notes_on(hub, kind).create(FIRST)
    writes = hub.writes()
    notes_on(hub, kind, plan=True).edit("two", line("* two"))
    assert hub.writes() == writes


def test_who_comes_between_look_and_write_loses_nothing(hub: Hub, kind: str) -> None:
    mine, theirs = notes_on(hub, kind), notes_on(hub, kind, "willow")
    mine.create(FIRST)
    between = [lambda: theirs.edit("theirs", line("* theirs"))]

    def change(old: str) -> str:
        if between:
            between.pop()()
        return line("* mine")(old)

    assert mine.edit("mine", change).text == "# Push\n\n* one\n* theirs\n* mine\n"


def test_a_lost_answer_to_an_edit_is_found_applied(hub: Hub, kind: str) -> None:
    notes = notes_on(hub, kind)
    notes.create(FIRST)
    hub.spoil("PUT" if kind == "file" else "PATCH", "contents|releases")
    assert notes.edit("two", line("* two")).text.count("* two") == 1
    assert outcome(notes) == "done"


def test_a_lost_answer_to_the_making_makes_no_second_one(hub: Hub, kind: str) -> None:
    notes = notes_on(hub, kind)
    hub.spoil("PUT" if kind == "file" else "POST", "contents|releases")
    assert notes.create(FIRST).text == FIRST


@pytest.mark.usefixtures("acts")
def test_the_blob_that_a_write_replaces_is_named(hub: Hub) -> None:
    store = FileInRepository(hub.github(), PATH)
    store.write(FIRST, replacing=None)
    found = store.read()
    assert found is not None
    shown = hub.ask("operator", "GET", f"/contents/{PATH}")
    assert found.version == shown["sha"]
    assert base64.b64decode(shown["content"]).decode() == FIRST


def test_a_missing_branch_is_no_missing_document(hub: Hub) -> None:
    with pytest.raises(UsageError, match="branch"):
        FileInRepository(hub.github(), PATH, branch="nowhere").read()


def test_two_drafts_of_one_push_are_a_conflict(hub: Hub) -> None:
    body = {"tag_name": "2026.03.12", "draft": True}
    hub.ask("operator", "POST", "/releases", body)
    hub.ask("operator", "POST", "/releases", body)
    with pytest.raises(Conflict, match="found 2"):
        DraftRelease(hub.github(), "2026.03.12").read()


@pytest.mark.parametrize("path", ["", "/a", "a/../b", "a//b", ".git/config", "a\n"])
def test_a_path_outside_the_repository_is_refused(hub: Hub, path: str) -> None:
    with pytest.raises(UsageError, match="path"):
        FileInRepository(hub.github(), path)
