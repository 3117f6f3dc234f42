"""HTML from a record as a page may show it: known elements only, closed, without any script.

What an output holds was written by whatever the cell ran. On a page it must neither load anything
nor pass for the page's own words, so all but these elements, attributes and styles is left out.
"""

import re
from html import escape
from html.parser import HTMLParser

from runbook_lib.policy.visible import still_visible

VOID = frozenset({"br", "hr", "img"})
INLINE = frozenset({"a", "b", "code", "del", "em", "i", "small", "span", "strong", "sub", "sup"})
BLOCKS = frozenset({"blockquote", "div", "li", "ol", "p", "pre", "ul", "progress"})
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "details", "summary"})
TABLES = frozenset({"caption", "table", "tbody", "td", "tfoot", "th", "thead", "tr"})
ELEMENTS = VOID | INLINE | BLOCKS | HEADINGS | TABLES
SILENT = frozenset(
    {
        *("head", "iframe", "math", "noembed", "noframes", "noscript", "object", "script"),
        *("select", "style", "svg", "template", "textarea", "title", "xmp"),
    }
)
"""Elements that are left out with all that is in them."""
NUMBERS = frozenset({"colspan", "rowspan", "value", "max", "start"})
LINK = re.compile(r"(?:https?://|mailto:|#)[^\s]*", re.IGNORECASE)
PICTURE = re.compile(r"data:image/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/=\s]*")
STYLES = frozenset(
    {
        *("align-items", "background", "background-color", "border", "border-collapse"),
        *("border-left", "border-radius", "color", "display", "flex", "flex-wrap", "font-family"),
        *("font-size", "font-style", "font-weight", "gap", "height", "justify-content"),
        *("line-height", "margin", "margin-left", "max-height", "max-width", "min-width"),
        *("overflow", "overflow-wrap", "overflow-x", "padding", "text-align", "text-decoration"),
        *("vertical-align", "white-space", "width"),
    }
)
VALUE = re.compile(r"(?:[\w\s#%.,'\"-]|\bvar\(|\brgba?\(|\))*")
"""Values that neither load anything nor end the style they stand in."""


class Sanitiser(HTMLParser):
    """Writes what it is fed with anew, as far as it is known to be harmless."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.written: list[str] = []
        self.open: list[str] = []
        self.silent: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Write an element's beginning, if it is a known one."""
        if tag in SILENT:
            self.silent.append(tag)
        if self.silent or tag not in ELEMENTS:
            return
        self.written.append(f"<{tag}{''.join(attribute(tag, *pair) for pair in attrs)}>")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Write an element that is its own end, as a browser takes it: as a beginning."""
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        """Write an element's end, and those of all that is open in it."""
        if self.silent:
            if tag in self.silent:
                del self.silent[self.silent.index(tag) :]
        elif tag in self.open:
            while (last := self.open.pop()) != tag:
                self.written.append(f"</{last}>")
            self.written.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        """Write a text."""
        if not self.silent:
            self.written.append(escape(still_visible(data)))

    def result(self) -> str:
        """What was written, with everything closed."""
        return "".join([*self.written, *(f"</{tag}>" for tag in reversed(self.open))])


def sanitise(html: str) -> str:
    """The HTML, with nothing in it that loads, runs, or leaves its place."""
    parser = Sanitiser()
    parser.feed(html)
    parser.close()
    return parser.result()


def attribute(tag: str, name: str, value: str | None) -> str:
    """An attribute, with a space before it; empty where it is not a known one."""
    value = value or ""
    if name == "href" and tag == "a" and LINK.fullmatch(value):
        return f' href="{escape(value)}" rel="noopener noreferrer"'
    if name == "src" and tag == "img" and PICTURE.fullmatch(value):
        return f' src="{escape(value)}"'
    if name in ("title", "alt"):
        return f' {name}="{escape(still_visible(value))}"'
    if name in NUMBERS and re.fullmatch(r"[\d.]{1,8}", value):
        return f' {name}="{value}"'
    if name == "style":
        return f' style="{escape(safe_style(value))}"'
    return ' open=""' if name == "open" and tag == "details" else ""


def safe_style(style: str) -> str:
    """The declarations of a style that change but how a thing looks at its place."""
    pairs = (part.partition(":") for part in style.split(";"))
    return ";".join(
        f"{name.strip().lower()}:{value.strip()}"
        for name, _, value in pairs
        if name.strip().lower() in STYLES and VALUE.fullmatch(value)
    )
