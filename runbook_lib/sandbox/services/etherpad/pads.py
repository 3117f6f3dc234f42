"""Pads with all their revisions, and the functions of Etherpad's API that work on them."""

from collections.abc import Callable
from typing import Any

from runbook_lib.sandbox.world.world import World

SCHEMA = """
CREATE TABLE IF NOT EXISTS etherpad_revision (
    pad TEXT NOT NULL, number INTEGER NOT NULL, text TEXT NOT NULL, PRIMARY KEY (pad, number));
"""
WELCOME = "Welcome to Etherpad!"


class Wrong(Exception):
    """An error of the API: its code and what it says."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


Form = dict[str, str]
Function = Callable[[World, Form], Any]


def newest(world: World, pad: str) -> tuple[int, str] | None:
    """The number and text of a pad's newest revision."""
    query = "SELECT number, text FROM etherpad_revision WHERE pad = ? ORDER BY number DESC LIMIT 1"
    with world.transaction() as connection:
        row = connection.execute(query, (pad,)).fetchone()
    return (int(row["number"]), str(row["text"])) if row else None


def need_pad(world: World, form: Form) -> tuple[str, int, str]:
    """The pad that is asked for."""
    pad = form.get("padID", "")
    if not pad:
        raise Wrong(1, "padID is not a string")
    found = newest(world, pad)
    if found is None:
        raise Wrong(1, "padID does not exist")
    return (pad, *found)


def add(world: World, pad: str, number: int, text: str) -> None:
    """Add a revision."""
    with world.transaction() as connection:
        connection.execute(
            "INSERT INTO etherpad_revision (pad, number, text) VALUES (?, ?, ?)",
            (pad, number, text),
        )


def clean(text: str) -> str:
    """A text as a pad keeps it."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " " * 8)
    return text.replace("\xa0", " ")


def ended(text: str) -> str:
    """A text with a line's end at its end."""
    return text if text.endswith("\n") else f"{text}\n"


def create_pad(world: World, form: Form) -> Any:
    """`createPad`: a new pad, its text the first revision."""
    pad = form.get("padID", "")
    if not pad:
        raise Wrong(1, "padID is not a string")
    if "$" in pad:
        raise Wrong(1, "createPad can't create group pads")
    if set("/?&#") & set(pad):
        raise Wrong(1, "malformed padID: Remove special characters")
    if newest(world, pad) is not None:
        raise Wrong(1, "padID does already exist")
    add(world, pad, 0, clean(form.get("text", WELCOME)) + "\n")


def set_text(world: World, form: Form) -> Any:
    """`setText`: another text in place of whatever is there."""
    if "text" not in form:
        raise Wrong(1, "text is not a string")
    pad, number, _ = need_pad(world, form)
    add(world, pad, number + 1, ended(clean(form["text"])))


def append_text(world: World, form: Form) -> Any:
    """`appendText`: more text at the end."""
    if "text" not in form:
        raise Wrong(1, "text is not a string")
    pad, number, text = need_pad(world, form)
    add(world, pad, number + 1, ended(text[:-1] + clean(form["text"])))


def get_text(world: World, form: Form) -> Any:
    """`getText`: a pad's text, or what `rev` was, which Etherpad tells with its attributes."""
    pad, number, text = need_pad(world, form)
    rev = form.get("rev", "")
    if not rev:
        return {"text": text}
    if not rev.isdecimal():
        raise Wrong(1, "rev is not a number")
    if int(rev) > number:
        raise Wrong(1, "rev is higher than the head revision of the pad")
    query = "SELECT text FROM etherpad_revision WHERE pad = ? AND number = ?"
    with world.transaction() as connection:
        text = str(connection.execute(query, (pad, int(rev))).fetchone()["text"])
    return {
        "text": {"text": text, "attribs": f"|{base36(text.count(chr(10)))}+{base36(len(text))}"}
    }


def base36(number: int) -> str:
    """A number as a changeset has it."""
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"
    return (base36(number // 36) if number >= 36 else "") + digits[number % 36]


def get_revisions_count(world: World, form: Form) -> Any:
    """`getRevisionsCount`: the newest revision's number."""
    return {"revisions": need_pad(world, form)[1]}


def check_token(_: World, __: Form) -> Any:
    """`checkToken`: says that the key is right."""


FUNCTIONS: dict[str, Function] = {
    "createPad": create_pad,
    "setText": set_text,
    "appendText": append_text,
    "getText": get_text,
    "getRevisionsCount": get_revisions_count,
    "checkToken": check_token,
}
