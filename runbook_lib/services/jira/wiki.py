"""Markdown as the wiki markup of a data center's Jira: nothing becomes markup that is none.

https://jira.atlassian.com/secure/WikiRendererHelpAction.jspa?section=all
"""

import re

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

STEERING = re.compile(r"[\\{}\[\]|!]|(?<!\w)[*_+^~?-](?=\S)|(?<=\S)[*_+^~?-](?!\w)")
"""What begins or ends a macro, a link, an image, or letters of another kind."""
FIRST = re.compile(r"^(?=(?:h[1-6]|bq)\.|[#*-]+ |-{4})", re.MULTILINE)
"""Where a line would begin as a heading, a quotation, a list or a rule."""
ADDRESS = re.compile(r"(https?://[^\s<>]+)")
AROUND = {"strong": "*", "em": "_"}
LISTS = {"bullet_list": "*", "ordered_list": "#"}


def wiki(markdown: str, *, mention: str = "") -> str:
    """A text as wiki markup; it begins with whom it mentions, where somebody is named."""
    tree = SyntaxTreeNode(MarkdownIt("commonmark").parse(markdown))
    blocks = [f"[~{mention}]"] if mention else []
    return "\n\n".join([*blocks, *(block(node) for node in tree.children)])


def block(node: SyntaxTreeNode, lists: str = "") -> str:
    """A block of a text; `lists` are the marks of those that it stands in."""
    kind = node.type
    if kind == "heading":
        return f"h{node.tag[1:]}. {words(node.children[0])}"
    if kind == "paragraph":
        return words(node.children[0])
    if kind in LISTS:
        return "\n".join(item(one, lists + LISTS[kind]) for one in node.children)
    if kind == "blockquote":
        inner = "\n\n".join(block(one) for one in node.children)
        return f"{{quote}}\n{inner}\n{{quote}}"
    if kind in ("fence", "code_block"):
        return f"{{noformat}}\n{node.content.rstrip()}\n{{noformat}}"
    return "----" if kind == "hr" else escaped(node.content.rstrip())


def item(node: SyntaxTreeNode, lists: str) -> str:
    """An item of a list, with the lists that are in it."""
    return f"{lists} " + "\n".join(block(one, lists) for one in node.children)


def words(node: SyntaxTreeNode) -> str:
    """The words of a block."""
    return "".join(map(word, node.children))


def word(node: SyntaxTreeNode) -> str:
    """One of them."""
    if node.type in ("softbreak", "hardbreak"):
        return "\n"
    if node.type in AROUND:
        return f"{AROUND[node.type]}{words(node)}{AROUND[node.type]}"
    if node.type == "link":
        return f"[{words(node)}|{node.attrs['href']}]"
    if node.type == "code_inline":
        return f"{{{{{escaped(node.content)}}}}}"
    return escaped(node.content)


def escaped(text: str) -> str:
    """A text in which nothing is markup; an address in it stays a link."""
    parts = ADDRESS.split(text)
    told = [part if at % 2 else STEERING.sub(r"\\\g<0>", part) for at, part in enumerate(parts)]
    return FIRST.sub(r"\\", "".join(told))
