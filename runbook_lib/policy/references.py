"""What commits say of people and issues, written so that GitHub calls nobody and closes nothing.

GitHub looks for mentions and references in what markdown leaves as text, so neither a backslash
nor an entity hides one; it leaves code alone. So `@name`, `owner/repo#5` and what a keyword closes
stand in code spans: they read as before, and are no longer seen by anyone but the reader. (A
character of no width would hide them too, but nobody sees that one, or finds the name again.) An
issue of the project's own becomes a link to its page: people want to go there, and a link calls
nobody. An entry has them so from the beginning: what is approved is what is written everywhere.

https://docs.github.com/en/get-started/writing-on-github/working-with-advanced-formatting/autolinked-references-and-urls
https://docs.github.com/en/issues/tracking-your-work-with-issues/using-issues/linking-a-pull-request-to-an-issue
"""

import re
from collections.abc import Iterator

TOKEN = re.compile(
    r"(?P<code>(?<!`)(?P<run>`+)(?!`).*?[^`](?P=run)(?!`))"
    r"|(?P<address>(?<![A-Za-z])https?://[\w-]+(?:\.[\w-]+)+"
    r"(?:(?:[^\s<>()\[\]`\\*_]|_(?=\w)(?!https?:))*[0-9A-Za-z/=&#%+-])?)"
    r"|(?P<escape>\\[^\w\s`])"
    r"|(?P<tick>\\?`)",
    re.DOTALL,
)
"""The parts of a line of markdown that are not plain text: a code span ends as it began, and an
address is what GitHub makes a link of (https://github.github.com/gfm/#autolinks-extension-)."""
WORD = re.compile(r"[0-9A-Za-z@#](?:[\w@#/.\\-]*[0-9A-Za-z])?", re.ASCII)
"""What may be a mention or a reference, whole: what were left of it could call somebody, too."""
SPEAKS = re.compile(r"(?<![0-9A-Za-z])@\\*[0-9A-Za-z]|#\d|(?<![0-9A-Za-z])GH-\d", re.IGNORECASE)
CLOSES = re.compile(r"\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):?\s+\Z", re.IGNORECASE)
ESCAPE = re.compile(r"\\([@#/._-])")
ENTITY = re.compile(r"&#[0-9A-Za-z]+;")
ISSUE_PAGE = re.compile(r"https?://[^/]+/[\w.-]+/[\w.-]+/(?:issues|pull|discussions)/\d+\S*")


def quiet_parts(text: str, link: str = "") -> Iterator[tuple[str, bool]]:
    """The parts of a line of markdown in which nobody is called, each with whether it is written.

    What is not is text, in which a backtick begins no code. `link` is the project's address in a
    browser: its own issues are below it.
    """
    place = 0
    for found in TOKEN.finditer(text):
        if found["escape"]:
            continue
        before = text[place : found.start()]
        yield from quiet_text(unescaped(before) if found["address"] else before, link)
        yield from quiet_token(found)
        place = found.end()
    yield from quiet_text(text[place:], link)


def quiet_token(found: re.Match[str]) -> Iterator[tuple[str, bool]]:
    """What is no plain text: code stays, and so does an address that calls nobody."""
    if found["tick"]:
        yield "`", False
    elif found["address"] and calls(found):
        yield f"`{found[0]}`", True
    else:
        yield found[0], bool(found["code"])


def calls(found: re.Match[str]) -> bool:
    """Whether an address is an issue's page, or may be none and have a mention in it."""
    sure = found.string[max(found.start() - 1, 0) : found.start()] in ("", *" \t*_~(")
    return bool(ISSUE_PAGE.match(found[0]) or (not sure and SPEAKS.search(found[0])))


def quiet_text(text: str, link: str) -> Iterator[tuple[str, bool]]:
    """Plain text, and what speaks to somebody in it as code or as a link."""
    place = 0
    for found in WORD.finditer(text):
        start, word = found.start(), ESCAPE.sub(r"\1", found[0])
        if not SPEAKS.search(f"{found[0]} {word}") or ENTITY.match(text, start - 1 if start else 0):
            continue
        yield unescaped(text[place:start]), False
        own = link and re.fullmatch(r"#\d+", word) and not CLOSES.search(text[:start])
        yield (f"[{word}]({link}/issues/{word[1:]})" if own else f"`{word}`"), True
        place = found.end()
    yield text[place:], False


def unescaped(text: str) -> str:
    """Text without the last backslash, where that would escape what follows it."""
    slashes = len(text) - len(text.rstrip("\\"))
    return text[:-1] if slashes % 2 else text
