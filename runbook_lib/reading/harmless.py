"""Text from outside, without what steers a terminal or turns what is read around."""

import re

ESCAPES = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]"  # CSI: colours, the cursor
    r"|\x9b[0-?]*[ -/]*[@-~]"
    r"|(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c\n]*(?:\x07|\x1b\\|\x9c)?"  # OSC, DCS, …
    r"|\x1b[ -/]*[0-~]?"
)
"""Escape sequences: ECMA-48 (https://ecma-international.org/publications-and-standards/ecma-48)."""
STEERING = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)
"""Control characters but tab and line's end, and those that change the direction of reading."""
OVERWRITTEN = re.compile(r"[^\n]*\r(?=[^\n])")
"""What a progress bar has written over."""


def harmless(text: str) -> str:
    """The text as a terminal would have left it, with nothing in it but what is to be read."""
    plain = ESCAPES.sub("", text).replace("\r\n", "\n")
    return STEERING.sub("", OVERWRITTEN.sub("", plain))


def one_line(text: str) -> str:
    """The same, on one line."""
    return " ".join(harmless(text).split())
