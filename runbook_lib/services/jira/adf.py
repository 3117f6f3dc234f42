"""Markdown as a document of Jira's cloud: every character of a text stays what it is.

https://developer.atlassian.com/cloud/jira/platform/apis/document/structure/
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

ADDRESS = re.compile(r"(https?://[^\s<>]*[^\s<>.,;:!?)\]'\"])")
NESTED = {
    "paragraph": "paragraph",
    "bullet_list": "bulletList",
    "ordered_list": "orderedList",
    "list_item": "listItem",
    "blockquote": "blockquote",
}
"""Blocks that are called otherwise there, and are the same."""
MARKS = {"strong": "strong", "em": "em"}
Node = dict[str, Any]


def document(markdown: str, *, mention: Node | None = None) -> Node:
    """A text as a document; it begins with whom it mentions, where somebody is named."""
    tree = SyntaxTreeNode(MarkdownIt("commonmark").parse(markdown))
    content = [block(node) for node in tree.children]
    if mention:
        content.insert(0, {"type": "paragraph", "content": [mention]})
    return {"version": 1, "type": "doc", "content": content}


def mention_of(account: str, name: str) -> Node:
    """A mention, which tells that account."""
    return {"type": "mention", "attrs": {"id": account, "text": f"@{name}"}}


def block(node: SyntaxTreeNode) -> Node:
    """A block of a text."""
    kind = node.type
    if kind == "heading":
        level = int(node.tag[1:])
        return {"type": "heading", "attrs": {"level": level}, "content": within(node)}
    if kind in NESTED:
        return {"type": NESTED[kind], "content": within(node)}
    if kind == "hr":
        return {"type": "rule"}
    if kind in ("fence", "code_block"):
        return {"type": "codeBlock", "content": [*plain(node.content.rstrip("\n"))]}
    return {"type": "paragraph", "content": [*lines(node.content.rstrip("\n"))]}


def within(node: SyntaxTreeNode) -> list[Node]:
    """What is in a block: its blocks, or its words."""
    if node.children and node.children[0].type == "inline":
        return [*words(node.children[0], {})]
    inner = [block(one) for one in node.children]
    if node.type not in ("list_item", "blockquote"):
        return inner
    return [*fitting(inner)] or [{"type": "paragraph", "content": []}]


def fitting(blocks: list[Node]) -> Iterator[Node]:
    """What of these may be in an item or a quotation; others give their words to paragraphs."""
    for one in blocks:
        if one["type"] in ("paragraph", "bulletList", "orderedList", "codeBlock"):
            yield one
        elif one["type"] == "blockquote":
            yield from one["content"]
        elif one["type"] == "heading":
            yield {"type": "paragraph", "content": one["content"]}


def words(node: SyntaxTreeNode, marks: Mapping[str, Node]) -> Iterator[Node]:
    """The words of a block, each with the marks that stand around it."""
    for one in node.children:
        if one.type in ("softbreak", "hardbreak"):
            yield {"type": "hardBreak"}
        elif one.type in MARKS:
            yield from words(one, {**marks, one.type: {"type": MARKS[one.type]}})
        elif one.type == "link":
            link = {"type": "link", "attrs": {"href": str(one.attrs["href"])}}
            yield from words(one, {**marks, "link": link})
        elif one.type == "code_inline":
            # Of what may stand around code, a link alone is taken.
            kept = {name: mark for name, mark in marks.items() if name == "link"}
            yield from plain(one.content, {**kept, "code": {"type": "code"}})
        else:
            yield from plain(one.content, marks)


def lines(text: str) -> Iterator[Node]:
    """A text as it is, line by line: HTML is none there."""
    for number, line in enumerate(text.split("\n")):
        yield from [{"type": "hardBreak"}] if number else []
        yield from plain(line)


def plain(text: str, marks: Mapping[str, Node] | None = None) -> Iterator[Node]:
    """A text with its marks; an address in it is a link, where it is none already."""
    given = marks or {}
    free = marks is not None and "link" not in given and "code" not in given
    for part in ADDRESS.split(text) if free else [text]:
        link = {"type": "link", "attrs": {"href": part}}
        of_part = {**given, "link": link} if free and ADDRESS.fullmatch(part) else given
        if part:
            marked = {"marks": [*of_part.values()]} if of_part else {}
            yield {"type": "text", "text": part, **marked}
