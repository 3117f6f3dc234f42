"""HTML from a record as a page may show it: known elements only, closed, without any script.

What an output holds was written by whatever the cell ran. On a page it must neither load anything
nor pass for the page's own words, so all but these elements, attributes and styles is left out.
"""

import re
from functools import cache
from typing import TYPE_CHECKING

from runbook_lib.policy.visible import still_html

if TYPE_CHECKING:
    from nh3 import Cleaner

INLINE = {"a", "b", "code", "del", "em", "i", "img", "small", "span", "strong", "sub", "sup"}
BLOCKS = {"blockquote", "br", "div", "hr", "li", "ol", "p", "pre", "ul", "progress"}
HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6", "details", "summary"}
TABLES = {"caption", "table", "tbody", "td", "tfoot", "th", "thead", "tr"}
SILENT = {
    *("head", "iframe", "math", "noembed", "noframes", "noscript", "object", "script"),
    *("select", "style", "svg", "template", "textarea", "title", "xmp"),
}
"""Elements that are left out with all that is in them."""
NUMBER = re.compile(r"[\d.]{1,8}")
NUMBERS = {"colspan", "rowspan", "value", "max", "start"}
LINK = re.compile(r"(?:https?://|mailto:|#)[^\s]*", re.IGNORECASE)
PICTURE = re.compile(r"data:image/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/=\s]*")
VALUES = {"href": LINK, "src": PICTURE, **dict.fromkeys(NUMBERS, NUMBER)}
"""What the value of an attribute may be."""
STYLES = {
    *("align-items", "background", "background-color", "border", "border-collapse"),
    *("border-left", "border-radius", "color", "display", "flex", "flex-wrap", "font-family"),
    *("font-size", "font-style", "font-weight", "gap", "height", "justify-content"),
    *("line-height", "margin", "margin-left", "max-height", "max-width", "min-width"),
    *("overflow", "overflow-wrap", "overflow-x", "padding", "text-align", "text-decoration"),
    *("vertical-align", "white-space", "width"),
}
STYLE = re.compile(r"(?:[\w\s#%.,'\"-]|\bvar\(|\brgba?\(|\bcolor-mix\(|\))*")
"""Values that neither load anything nor end the style they stand in."""


def sanitise(html: str) -> str:
    """The HTML, with nothing in it that loads, runs, or leaves its place."""
    return still_html(cleaner().clean(still_html(html)))


@cache
def cleaner() -> "Cleaner":
    """What reads HTML as a browser does, and writes anew what is known to be harmless."""
    from nh3 import Cleaner

    return Cleaner(
        tags=INLINE | BLOCKS | HEADINGS | TABLES,
        clean_content_tags=SILENT,
        attributes={
            "*": {"style", "title", "alt", *NUMBERS},
            "a": {"href"},
            "img": {"src"},
            "details": {"open"},
        },
        attribute_filter=harmless,
        link_rel=None,
        url_schemes={"http", "https", "mailto", "data"},
    )


def harmless(_element: str, name: str, value: str) -> str | None:
    """An attribute's value as far as it is known to be harmless; None where it is not."""
    if name == "style":
        return safe_style(value)
    return value if name not in VALUES or VALUES[name].fullmatch(value) else None


def safe_style(style: str) -> str:
    """The declarations of a style that change but how a thing looks at its place."""
    pairs = (part.partition(":") for part in style.split(";"))
    return ";".join(
        f"{name.strip().lower()}:{value.strip()}"
        for name, _, value in pairs
        if name.strip().lower() in STYLES and STYLE.fullmatch(value)
    )
