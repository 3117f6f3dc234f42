"""Text from outside as it is shown: what would steer a terminal or its reader's eye is visible.

Only what is shown is changed, at the edge where it is shown and once: texts that are kept, compared
and digested stay as they are, and two that differ are shown differently.
"""

import re
from collections.abc import Iterator
from html import escape
from itertools import zip_longest
from unicodedata import name

from runbook_lib.policy.plural import plural

EMOJI = (
    "\xa9\xae\u203c\u2049\u2122\u2139\u2190-\u21ff\u2300-\u27bf\u2900-\u2bff"
    "\u3030\u303d\u3297\u3299\U0001f000-\U0001faff"
)
UNSEEN = (
    "\x00-\x08\x0b-\x1f\x7f-\x9f"  # control characters, but tab and line's end
    "\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069"  # lines' ends and the direction of reading
    "\xad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200c\u2060-\u2065\u206a-\u206f\u3164"
    "\ufe00-\ufe0d\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff"  # of no width (https://www.unicode.org/reports/tr44/, ignorable)
    "\ud800-\udfff"  # half a character
)
STEERING = re.compile(
    # What belongs to an emoji stays: a variation selector behind it, a joiner between two.
    f"[{UNSEEN}]|(?<![{EMOJI}])[\ufe0e\ufe0f]|(?<![{EMOJI}\ufe0f])\u200d|\u200d(?![{EMOJI}])"
)
LOOKALIKE = re.compile(r"<(?=U\+[0-9A-F]{4,6}>)")
"""What a text may have that looks like a character made visible."""
COLOUR = re.compile(r"\x1b\[[0-9;:]*m")
"""SGR (https://ecma-international.org/publications-and-standards/standards/ecma-48)."""
OVERWRITTEN = re.compile(r"[^\n]*\r(?=[^\n])")
"""What a progress bar has written over."""
NAMED = 5
"""So many lines with such characters are named."""


def visible(text: str) -> str:
    """A text from outside, to be shown: `<U+202E>` for what can't be seen, and steers."""
    return still_visible(LOOKALIKE.sub("<U+003C>", text))


def still_visible(text: str) -> str:
    """A text that is shown already, whatever else has come into it since."""
    return STEERING.sub(named, text)


def named(character: re.Match[str]) -> str:
    """A character that is not seen, by its number."""
    return f"<U+{ord(character[0]):04X}>"


def printed(text: str) -> str:
    """What a program has printed, as a terminal would have left it, without its colours."""
    plain = COLOUR.sub("", text).replace("\r\n", "\n")
    return still_visible(OVERWRITTEN.sub("", plain))


def coloured(text: str) -> str:
    """The same, with the colours that are in it."""
    rest = map(still_visible, COLOUR.split(text))
    return "".join(map("".join, zip_longest(rest, COLOUR.findall(text), fillvalue="")))


def one_line(text: str) -> str:
    """A text from outside, to be shown on one line."""
    return " ".join(visible(text).split())


def as_html(text: str) -> str:
    """A text from outside, to be shown in HTML."""
    return escape(visible(text))


def still_as_html(text: str) -> str:
    """A text that is shown already, in HTML."""
    return escape(still_visible(text))


def still_html(html: str) -> str:
    """HTML from outside, with what is not seen in it made visible."""
    return STEERING.sub(lambda found: escape(named(found)), html)


def link_html(address: str, text: str) -> str:
    """A text as a link that opens by itself; as it is, where the address is none of the web."""
    if not address.startswith(("https://", "http://")):
        return as_html(text)
    return f'<a href="{as_html(address)}" target="_blank" rel="noopener">{as_html(text)}</a>'


def bundle(plain: str, html: str) -> dict[str, str]:
    """What a value shows of itself in a notebook: its raw text made visible, and its HTML."""
    return {"text/plain": visible(plain), "text/html": html}


class Shown:
    """A value that shows itself in a notebook in the words of its own `__str__`."""

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return {"text/plain": visible(str(self))}


class Drawn:
    """A value that shows itself as `html`, too; what its `__str__` says is visible already."""

    def html(self) -> str:
        """The value as HTML, every text from outside escaped."""
        raise NotImplementedError

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return {"text/plain": str(self), "text/html": self.html()}


class DrawnRaw(Drawn):
    """The same, where `__str__` has what came from outside as it is."""

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return bundle(str(self), self.html())


def point_out(text: str) -> str:
    """Which lines of a text have characters that steer, for who approves it; empty without any."""
    found = [*steering_lines(text)]
    more = [f"and {plural(len(found) - NAMED, 'line')} more"] if len(found) > NAMED else []
    said = "; ".join([*found[:NAMED], *more])
    return f"! it has characters that are not seen, shown here as <U+…>: {said}" if said else ""


def steering_lines(text: str) -> Iterator[str]:
    """Each line that has such characters: its number, and their names."""
    for number, line in enumerate(text.split("\n"), start=1):
        names = dict.fromkeys(map(described, STEERING.findall(line)))
        if names:
            yield f"line {number} {', '.join(names)}"


def described(character: str) -> str:
    """A character by its number, and its name where it has one."""
    return f"U+{ord(character):04X} ({name(character, 'control character').lower()})"
