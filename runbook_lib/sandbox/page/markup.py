"""HTML in small pieces; whatever is not markup already is escaped."""

from collections.abc import Iterable, Iterator, Sequence

from runbook_lib.policy.visible import as_html
from runbook_lib.sandbox.page.live import SCRIPT


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


Content = str | int | None
"""What may stand in an element: text (escaped), a number, markup, or nothing."""


def html(content: Content) -> Markup:
    """A piece of content as HTML."""
    if isinstance(content, Markup):
        return content
    return Markup(as_html("" if content is None else str(content)))


def join(contents: Iterable[Content], between: str = "") -> Markup:
    """Several pieces as one."""
    return Markup(between.join(html(content) for content in contents))


def text(tag: str, *contents: Content, **attributes: str) -> Markup:
    """One element; of an attribute's name `class_` stands for class, `data_head` for data-head."""
    named = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
    pairs = "".join(f' {name}="{as_html(value)}"' for name, value in named.items())
    return Markup(f"<{tag}{pairs}>{join(contents)}</{tag}>")


def link(label: Content, address: str) -> Markup:
    """A link where the address is a web address or a place of this page; else the label alone."""
    if address.startswith(("/", "#", "http://", "https://")) and not address.startswith("//"):
        return text("a", label, href=address)
    return html(label)


def badge(word: str) -> Markup:
    """A state as a small coloured word."""
    return text("span", word, class_=f"badge {''.join(c for c in word if c.isalnum())}")


def long_text(body: str) -> Markup:
    """A text of many lines, which scrolls by itself."""
    return text("pre", body) if body else html("")


def table(heads: Sequence[str], rows: Iterable[Sequence[Content]], *, empty: str) -> Markup:
    """A table; a sentence where it would have no rows.

    A cell more than there are heads stands below its row, over the whole width.
    """
    lines = [line for row in rows for line in table_lines(heads, row)]
    if not lines:
        return text("p", empty, class_="empty")
    head = text("tr", *(text("th", name) for name in heads))
    return text("div", text("table", text("thead", head), text("tbody", *lines)), class_="wide")


def table_lines(heads: Sequence[str], row: Sequence[Content]) -> Iterator[Markup]:
    """A row of a table, and what stands below it."""
    cells = [text("td", cell, data_head=name) for name, cell in zip(heads, row, strict=False)]
    yield text("tr", *cells)
    for below in row[len(heads) :]:
        yield text("tr", text("td", below, colspan=str(len(heads))), class_="below")


def section(title: Content, *contents: Content, place: str = "") -> Markup:
    """A section of the page, which links lead to by its place."""
    return text("section", text("h2", title), *contents, id=place)


def document(title: str, body: Markup) -> str:
    """A whole page, which brings what is new by itself."""
    head = (
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{as_html(title)}</title><style>{STYLE}</style>"
    )
    gone = text("p", GONE, class_="when-gone", role="alert")
    whole = f"<body>{gone}{body}<script>{SCRIPT}</script></body>"
    return f'<!doctype html><html lang="en"><head>{head}</head>{whole}</html>'


GONE = "This sandbox has ended; what you see is what it was. Running the notebook starts it again."


STYLE = """
:root { color-scheme: light dark; --ink: #1d2733; --soft: #5b6876; --line: #d9dfe6;
  --paper: #f5f7f9; --card: #fff; --blue: #0b62b0; --green: #17703a; --red: #b3261e;
  --amber: #8a5a00; }
@media (prefers-color-scheme: dark) { :root { --ink: #e4e9ee; --soft: #9aa7b4; --line: #323c47;
  --paper: #14191f; --card: #1c232b; --blue: #6cb2f5; --green: #6fcf97; --red: #ff8a80;
  --amber: #f2c464; } }
* { box-sizing: border-box; } html { overflow-anchor: none; }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, "Segoe UI", sans-serif; }
main { max-width: 68rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
h1 { font-size: 1.6rem; margin: 0; } h2 { font-size: 1.1rem; margin: 0 0 .6rem; }
h3 { font-size: .8rem; letter-spacing: .06em; text-transform: uppercase; color: var(--soft);
  margin: 1.1rem 0 .3rem; }
p { margin: .2rem 0 .6rem; overflow-wrap: anywhere; } .soft, .empty { color: var(--soft); }
section { background: var(--card); border: 1px solid var(--line); border-radius: 10px;
  padding: 1rem 1.1rem; margin-top: 1rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th { text-align: left; font-weight: 600; font-size: .8rem; color: var(--soft); }
th, td { padding: .3rem .8rem .3rem 0; border-top: 1px solid var(--line); vertical-align: top; }
thead th { border-top: 0; } td { overflow-wrap: break-word; }
td:first-child { white-space: nowrap; } .below td { border-top: 0; padding: 0 0 .5rem; }
a { color: var(--blue); text-decoration: none; } a:hover { text-decoration: underline; }
code { font: .86em ui-monospace, monospace; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; margin: .2rem 0; max-height: 11rem;
  overflow: auto; font: .86em/1.45 ui-monospace, monospace; }
.badge { border: 1px solid currentColor; border-radius: 99px; padding: 0 .5rem;
  font-size: .8rem; white-space: nowrap; color: var(--soft); }
.on, .success, .approved, .APPROVED, .published { color: var(--green); }
.no, .failure, .error, .rejected, .CHANGESREQUESTED { color: var(--red); }
.slow, .pending, .open, .draft, .NEW { color: var(--amber); }
.merged, .latest { color: var(--blue); }
.when-gone { display: none; margin: 0; padding: .6rem 1rem; background: var(--amber);
  color: var(--card); text-align: center; position: sticky; top: 0; }
.gone .when-gone { display: block; } .gone main { opacity: .6; }
@media (max-width: 44rem) {
  thead { display: none; } table, tbody, td { display: block; }
  tr { display: flex; flex-wrap: wrap; gap: 0 .9rem; padding: .4rem 0;
    border-top: 1px solid var(--line); }
  .below { border-top: 0; padding-top: 0; } .below td { flex: 1; min-width: 0; }
  td { border: 0; padding: 0; max-width: 100%; overflow-wrap: anywhere; }
  td:empty { display: none; }
  td[data-head]::before { content: attr(data-head) " "; font-size: .8rem; color: var(--soft); } }
:target { outline: 2px solid var(--blue); outline-offset: 3px; border-radius: 6px; }
"""
