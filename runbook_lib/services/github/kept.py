"""Answers that GitHub need not say again: asked on condition, and given back where unchanged.

A 304 is GitHub's own word that its answer is the same still, and counts against no primary limit.
Nothing is ever answered unasked; and what was read before a write of ours is read whole after it.

https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api#use-conditional-requests
"""

import threading
from collections.abc import ItemsView, Mapping
from urllib.parse import parse_qs, urlsplit

from requests import Response

from runbook_lib.frozen import frozen
from runbook_lib.policy.json_text import read_json

MOST = 200
"""How many answers are kept at most: a wait asks for a few, again and again."""
LARGEST = 1_000_000
"""Characters of an answer that is kept at most."""
PER_PAGE = 30
"""How many items of a list a page has where none is asked for."""


@frozen
class Asked:
    """What an answer is to: a path with its query, in the form that was asked for."""

    verb: str
    path: str
    accept: str = ""


@frozen
class Kept:
    """An answer, in the shape that PyGithub reads one in."""

    headers: Mapping[str, str]
    text: str
    status: int = 200

    def getheaders(self) -> ItemsView[str, str]:
        """Its headers."""
        return self.headers.items()

    def read(self) -> str:
        """Its body."""
        return self.text

    def fresh(self, headers: Mapping[str, str]) -> "Kept":
        """The same with what a 304 has said beside its body."""
        newer = {name.lower(): value for name, value in headers.items()}
        about_body = {name for name in newer if name.startswith("content-")}
        return Kept({**self.headers, **{k: newer[k] for k in newer.keys() - about_body}}, self.text)


class KeptAnswers:
    """What one repository's GitHub has answered, for all threads, until something is written."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.answers: dict[Asked, Kept] = {}

    def find(self, asked: Asked) -> Kept | None:
        """The answer that is known, if one is."""
        with self.lock:
            return self.answers.get(asked)

    def keep(self, asked: Asked, answer: Response) -> None:
        """Keep an answer, if its ETag tells all that it may have to say later."""
        with self.lock:
            self.answers.pop(asked, None)
            if worth_keeping(asked, answer):
                headers = {name.lower(): value for name, value in answer.headers.items()}
                self.answers[asked] = Kept(headers, answer.text)
            for oldest in list(self.answers)[:-MOST]:
                del self.answers[oldest]

    def forget(self) -> None:
        """Keep nothing of what was answered before a write."""
        with self.lock:
            self.answers.clear()


def worth_keeping(asked: Asked, answer: Response) -> bool:
    """Whether an answer is whole by itself, and has an ETag to ask for it by.

    An ETag is one of a page alone: a list may have another page since, and the same ETag here. So
    no page with links is kept, and none that is full.
    """
    if asked.verb != "GET" or answer.status_code != 200:
        return False
    if "etag" not in answer.headers or "link" in answer.headers:
        return False
    if "json" not in answer.headers.get("content-type", "") or len(answer.text) > LARGEST:
        return False
    try:
        said = read_json(answer.text)
    except ValueError:
        return False
    return not isinstance(said, list) or len(said) < per_page(asked.path)


def per_page(path: str) -> int:
    """How many items a page of a list has at most."""
    asked = parse_qs(urlsplit(path).query).get("per_page", [""])[0]
    return int(asked) if asked.isdecimal() else PER_PAGE
