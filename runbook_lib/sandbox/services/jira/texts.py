"""Texts as the two versions of the API have them: wiki markup, and the cloud's documents.

https://developer.atlassian.com/cloud/jira/platform/apis/document/structure/
"""

import json
import re
from collections.abc import Iterator
from typing import Any

from runbook_lib.sandbox.services.jira.call import Call, Problem

LONGEST = 32_767
MARKS = {"strong": "*", "em": "_"}
BLOCKS = {
    "paragraph",
    "heading",
    "bulletList",
    "orderedList",
    "listItem",
    "codeBlock",
    "blockquote",
    "rule",
}
INLINE = {"text", "hardBreak", "mention"}
BULLETS = {"bulletList": "*", "orderedList": "#"}


def read_text(call: Call, value: object, name: str) -> str:
    """A text of a request as it is kept: a document in version 3, else wiki markup."""
    if call.version == "3" and value is not None:
        check_document(value, name)
        kept = json.dumps(value)
    elif isinstance(value, str | None):
        kept = json.dumps(value or "")
    else:
        raise Problem(400, **{name: "Operation value must be a string"})
    if len(wiki(json.loads(kept))) > LONGEST:
        raise Problem(400, **{name: f"The entered text is too long. It exceeds {LONGEST} chars."})
    return kept


def check_document(value: object, name: str) -> None:
    """Refuse what is no document, as Jira does, without a word on where it is wrong."""
    whole = isinstance(value, dict) and (value.get("type"), value.get("version")) == ("doc", 1)
    if not whole or not all(map(is_block, value.get("content", ["none"]))):  # type: ignore[attr-defined]
        raise Problem(400, **{name: "INVALID_INPUT"})


def is_block(node: Any) -> bool:
    """Whether it is a block, with what may be in such a one."""
    if not isinstance(node, dict) or node.get("type") not in BLOCKS:
        return False
    content = node.get("content", [])
    if node["type"] in ("paragraph", "heading", "codeBlock"):
        return all(map(is_inline, content))
    inner = {"bulletList": {"listItem"}, "orderedList": {"listItem"}}.get(
        node["type"], {"paragraph", "bulletList", "orderedList", "codeBlock"}
    )
    return all(is_block(one) and one["type"] in inner for one in content)


def is_inline(node: Any) -> bool:
    """Whether it is a part of a line; a text is never empty."""
    known = isinstance(node, dict) and node.get("type") in INLINE
    return known and (node["type"] != "text" or bool(node.get("text")))


def show_text(call: Call, kept: str) -> Any:
    """A kept text in the form of the version that is asked; nothing where it is empty."""
    value = json.loads(kept)
    if not value:
        return None
    if call.version == "2":
        return wiki(value)
    return value if isinstance(value, dict) else as_document(value)


def as_document(text: str) -> dict[str, Any]:
    """A text as a document: each part between empty lines is a paragraph."""
    parts = [{"type": "text", "text": part} for part in text.split("\n\n") if part]
    return {
        "version": 1,
        "type": "doc",
        "content": [{"type": "paragraph", "content": [part]} for part in parts],
    }


def wiki(value: Any) -> str:
    """A text as version 2 shows it."""
    return value if isinstance(value, str) else "\n\n".join(map(block, value["content"]))


def block(node: dict[str, Any], lists: str = "") -> str:
    """A block of a document as wiki markup."""
    content, kind = node.get("content", []), node["type"]
    if kind in BULLETS:
        return "\n".join(block(one, lists + BULLETS[kind]) for one in content)
    if kind == "listItem":
        return f"{lists} " + "\n".join(block(one, lists) for one in content)
    if kind == "blockquote":
        return "{quote}" + "\n\n".join(map(block, content)) + "{quote}"
    line = "".join(map(inline, content))
    if kind == "heading":
        return f"h{node['attrs']['level']}. {line}"
    if kind == "codeBlock":
        return "{noformat}\n" + line + "\n{noformat}"
    return "----" if kind == "rule" else line


def inline(node: dict[str, Any]) -> str:
    """A part of a line as wiki markup."""
    if node["type"] == "mention":
        return f"[~accountid:{node['attrs']['id']}]"
    if node["type"] == "hardBreak":
        return "\n"
    text = str(node["text"])
    for mark in node.get("marks", []):
        if mark["type"] == "link":
            text = f"[{text}|{mark['attrs']['href']}]"
        elif mark["type"] == "code":
            text = "{{" + text + "}}"
        else:
            text = f"{MARKS[mark['type']]}{text}{MARKS[mark['type']]}"
    return text


def mentions(kept: str) -> Iterator[str]:
    """Who a text mentions: account ids, or user names."""
    for found in re.finditer(r"\[~(?:accountid:)?([^\]]+)\]", wiki(json.loads(kept) or "")):
        yield found[1]
