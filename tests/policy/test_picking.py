"""What is asked to be picked: ids and links, each understood or named."""

import re

import pytest

from runbook_lib.errors import UsageError
from runbook_lib.policy.push.notes.picks import Pick
from runbook_lib.policy.push.picking import name_of, open_wishes, read_wishes

HOME = "https://github.com/pelican/server"
ID = "3f2c81d09aa5ee1b7c9d1c8a4a1f0b2c3d4e5f60"


def ids(text: str) -> list[str]:
    return [name_of(wish) for wish in read_wishes(text, repository="pelican/server")]


def test_commits_and_links_are_read_in_their_order_and_once() -> None:
    text = f"{ID}, 3F2C81D\n{HOME}/commit/{ID} {HOME}/pull/12;#13, {ID}"
    wishes = read_wishes(text, repository="Pelican/Server")
    assert [(wish.commit, wish.pull) for wish in wishes] == [
        (ID, 0),
        ("3f2c81d", 0),
        (ID, 0),
        ("", 12),
        ("", 13),
    ]
    assert wishes[-1] == Pick("Pelican/Server", "", "", 13)
    assert ids(f"<{HOME}/pull/12/commits/{ID}>") == [f"{HOME}/pull/12/commits/{ID}"]


def test_nothing_asked_for_is_nothing() -> None:
    assert read_wishes(" \n", repository="pelican/server") == ()


@pytest.mark.parametrize(
    "word",
    [
        "main",
        "3f2c81",
        "--force",
        "HEAD",
        "$(id)",
        "#0",
        "2026.03.12",
        f"{HOME}/issues/3",
        "g" * 40,
        "https://example.org",
        f"{HOME}/compare/a...b",
    ],
)
def test_what_is_neither_is_named(word: str) -> None:
    with pytest.raises(UsageError, match=re.escape(repr(word))):
        read_wishes(f"{ID} {word}", repository="pelican/server")


def test_a_link_to_another_repository_is_named() -> None:
    link = f"https://github.com/pelican/frontend/commit/{ID}"
    with pytest.raises(UsageError, match="expected links to pelican/server.*frontend"):
        read_wishes(link, repository="pelican/server")


def test_of_the_notes_only_the_open_ones_of_the_repository_are_wanted() -> None:
    picks = [
        Pick("pelican/server", ID, "a"),
        Pick("pelican/server", ID, "a", line=7),
        Pick("pelican/frontend", ID, "b"),
        Pick("pelican/server", ID, "c", picked=True),
        Pick("pelican/server", "", "d", struck=True),
        Pick("pelican/server", "", "https://bugs.example/1"),
        Pick("pelican/server", "", "e", 4),
    ]
    assert open_wishes(picks, repository="pelican/server") == (picks[0], picks[6])
