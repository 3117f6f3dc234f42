"""Two edits of one text, put together where they are of different lines."""

from difflib import SequenceMatcher

Piece = tuple[int, int, list[str]]


def merge(base: str, one: str, other: str) -> str | None:
    """The base with the edits of both; None where they edit the same lines differently."""
    lines = base.splitlines(keepends=True)
    edits = sorted(pieces(lines, one) + pieces(lines, other))
    kept: list[Piece] = []
    for edit in edits:
        if kept and edit == kept[-1]:
            continue
        if kept and (edit[0] < kept[-1][1] or edit[0] == kept[-1][0]):
            return None
        kept.append(edit)
    for start, end, new in reversed(kept):
        lines[start:end] = new
    return "".join(lines)


def pieces(base: list[str], text: str) -> list[Piece]:
    """What has to be replaced in the base to have the text."""
    new = text.splitlines(keepends=True)
    found = SequenceMatcher(None, base, new, autojunk=False).get_opcodes()
    return [(i, j, new[k:m]) for kind, i, j, k, m in found if kind != "equal"]
