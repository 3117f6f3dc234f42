"""What is asked to be picked into a push's tag: commits, or links to commits or pull requests."""

import re
from collections.abc import Iterable

from runbook_lib.errors import UsageError
from runbook_lib.policy.push.notes.picks import Pick, read_pick

NUMBER = re.compile(r"#([1-9][0-9]{0,9})")
BETWEEN = re.compile(r"[\s,;]+")


def read_wishes(text: str, *, repository: str) -> tuple[Pick, ...]:
    """What a text asks to be picked in a repository `owner/name`, each once, in its order.

    It holds ids of commits (of seven characters at least), links to commits and to pull requests,
    and numbers of pull requests (#12), with white space or commas between. Raises `UsageError`
    for anything else, and for a link to another repository.
    """
    words = [word for word in BETWEEN.split(text) if word]
    wishes = [read_wish(word, repository) for word in words]
    unread = [word for word, wish in zip(words, wishes, strict=True) if not is_read(wish)]
    if unread:
        raise UsageError(
            "expected commits (seven characters of their ids at least), or links to commits or "
            f"pull requests, found {', '.join(map(repr, unread))}; correct them"
        )
    elsewhere = [wish.url for wish in wishes if not is_of(wish, repository)]
    if elsewhere:
        raise UsageError(
            f"expected links to {repository}, found {', '.join(elsewhere)}; "
            "leave them out here, and pick them in a run for their own repository"
        )
    return tuple(dict.fromkeys(wishes))


def read_wish(word: str, repository: str) -> Pick:
    """What one word asks to be picked."""
    number = NUMBER.fullmatch(word)
    if number:
        return Pick(repository, "", "", int(number[1]))
    return read_pick(word.strip("<>()"))


def is_read(wish: Pick) -> bool:
    """Whether it names a commit or a pull request."""
    return bool(wish.commit or wish.pull)


def is_of(wish: Pick, repository: str) -> bool:
    """Whether it may be of a repository: a bare commit names none, and GitHub ignores case."""
    return not wish.repository or wish.repository.casefold() == repository.casefold()


def open_wishes(picks: Iterable[Pick], *, repository: str) -> tuple[Pick, ...]:
    """What the notes ask to be picked in a repository, and is not picked yet."""
    wanted = (one for one in picks if one.is_open and is_read(one) and is_of(one, repository))
    return tuple(dict.fromkeys(wanted))


def name_of(wish: Pick) -> str:
    """What to call it in a message: its link, else its number or id."""
    return wish.url or (f"#{wish.pull}" if wish.pull else wish.commit)
