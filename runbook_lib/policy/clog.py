"""An entry as clog writes it, from commits as `policy.commits` reads them.

The format is that of clog's markdown writer, byte for byte
(https://github.com/clog-tool/clog-lib/blob/master/src/fmt/md_writer.rs). It differs from clog in
these points, each on purpose. A breaking change of any type is listed, with what it says of it. An
issue counts as closed however its keyword is capitalised. `<` and entities in a subject are
written so that no subject becomes HTML (`&lt;b>`), except in code spans, where they are text
anyway; other markdown in a subject is kept, as clog keeps it. And what a subject says of people and
issues calls nobody (`policy.references`).
"""

import re
from collections.abc import Iterable, Sequence
from datetime import date

from runbook_lib.errors import UsageError
from runbook_lib.policy.commits import Commit, standing
from runbook_lib.policy.quoting import markdown

SECTIONS = {"feature": "Features", "fix": "Bug Fixes", "performance": "Performance"}
BREAKING = "Breaking Changes"
TITLE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]*")
LINK = re.compile(r"https?://[A-Za-z0-9.:\[\]-]+(?:/[A-Za-z0-9._~%+-]+)*")
SHORT = 8
"""How many characters of an id clog shows."""


def write_clog_entry(commits: Sequence[Commit], *, title: str, date: date, link: str = "") -> str:
    """One entry headed `title`; `link` is the repository's address in a browser.

    Without a link, ids and issues are linked as clog does then (`[#121](121)`). Raises
    `UsageError` for a title or link that does not look like one.
    """
    check_heading(title, link)
    heading = f'<a name="{title}"></a>\n## {title} ({date.isoformat()})\n\n'
    sections = (section(name, chosen, link) for name, chosen in sorted_out(commits).items())
    return (heading + "".join(sections)).rstrip() + "\n"


def check_heading(title: str, link: str) -> None:
    """Raise `UsageError` for a title or a link that could break the entry."""
    if not TITLE.fullmatch(title):
        raise UsageError(f"expected a heading such as 1.9 or v1.9.0, found {title!r}")
    if link and not LINK.fullmatch(link):
        raise UsageError(
            "expected the repository's address in a browser, such as "
            "https://github.com/mozilla-services/server-syncstorage, without user and password"
        )


def sorted_out(commits: Iterable[Commit]) -> dict[str, list[Commit]]:
    """The commits of each section that has any, in the order of the sections."""
    sections: dict[str, list[Commit]] = {name: [] for name in (*SECTIONS.values(), BREAKING)}
    for commit in standing(commits):
        if commit.kind in SECTIONS:
            sections[SECTIONS[commit.kind]].append(commit)
        if commit.breaking:
            sections[BREAKING].append(commit)
    return {name: chosen for name, chosen in sections.items() if chosen}


def section(name: str, commits: Sequence[Commit], link: str) -> str:
    """One section: first what names no part of the project, then the parts by their names."""
    said: dict[str, list[str]] = {"": []}
    for commit in commits:
        said.setdefault(commit.scope, []).append(bullet(commit, link, whole=name == BREAKING))
    lines = [f"*   {text}" for text in said.pop("")]
    for scope, texts in sorted(said.items()):
        begin = f"* **{markdown(scope, link)}:**"
        several = [begin, *(f"  *  {text}" for text in texts)]
        lines += several if len(texts) > 1 else [f"{begin}  {texts[0]}"]
    return f"\n#### {name}\n\n" + "".join(f"{line}\n" for line in lines)


def bullet(commit: Commit, link: str, *, whole: bool) -> str:
    """What one line says of a commit; the whole line says what it breaks, too."""
    at = f"{link}/commit/{commit.id}" if link else commit.id[:SHORT]
    parts = [
        f"[{commit.id[:SHORT]}]({at})",
        *issues("closes", commit.closes, link),
        *issues("breaks", commit.broken, link),
    ]
    breaks = [text for text in commit.breaks if text != commit.summary] if whole else []
    told = f": {markdown(' '.join(breaks), link)}" if breaks else ""
    return f"{markdown(commit.summary, link)} ({', '.join(parts)}){told}"


def issues(word: str, numbers: Sequence[str], link: str) -> list[str]:
    """The issues that a commit closes or breaks, as links; empty where it names none."""
    below = f"{link}/issues/" if link else ""
    shown = ", ".join(f"[#{number}]({below}{number})" for number in numbers)
    return [f"{word} {shown}"] if shown else []
