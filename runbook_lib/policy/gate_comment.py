"""A gate's question as a comment on an issue, and what counts as an answer to it there."""

import re
from collections.abc import Sequence
from typing import Literal

from runbook_lib.frozen import frozen
from runbook_lib.policy.lengths import PULL_REQUEST
from runbook_lib.policy.visible import point_out, visible

SHORTEST = 8
"""How many characters of the digest an answer must name at least."""
NAMED = 12
"""How many the question shows."""
MARK = re.compile(r"\s*<!-- runbook:question ([0-9a-f]+) ([0-9a-f]{64}) -->")
"""What every question begins with: the key of its run and gate, and its digest."""
ANSWER = re.compile(
    r"\s*`?(approve|reject)\s+([0-9a-f]+)\b`?[ \t]*[:,.-]?[ \t]*(.*)", re.IGNORECASE
)
FENCES = re.compile(r"^\s*(~{3,})", re.MULTILINE)
CUT = "… It is cut here. All of it: "

Verdict = Literal["approved", "rejected"]


@frozen
class Answer:
    """What a comment decides: on what begins with `digest`, and why."""

    verdict: Verdict
    digest: str
    reason: str

    def doubt(self, digest: str, others: Sequence[str]) -> str:
        """Why it does not decide on that digest; empty where it does.

        `others` are the digests that the same gate has asked about besides.
        """
        if len(self.digest) < SHORTEST:
            return f"names {self.digest}: at least {SHORTEST} characters are needed"
        if not digest.startswith(self.digest):
            return f"is about {self.digest}, not about what is asked now ({digest:.{NAMED}})"
        if any(other != digest and other.startswith(self.digest) for other in others):
            return f"names {self.digest}, with which more than one question here begins"
        return ""


def read_answer(text: str) -> Answer | None:
    """What a comment decides in its first line; None where it decides nothing."""
    found = ANSWER.match(text)
    if found is None:
        return None
    verdict: Verdict = "approved" if found[1].lower() == "approve" else "rejected"
    return Answer(verdict, found[2].lower(), found[3].strip().strip("`").strip())


def question_mark(key: str, digest: str) -> str:
    """What a question is known by: `key` stands for its run and gate."""
    return f"<!-- runbook:question {key} {digest} -->"


def digest_asked(text: str, key: str) -> str:
    """The digest that a comment asks about for that run and gate; empty where it asks nothing."""
    found = MARK.match(text)
    return found[2] if found and found[1] == key else ""


def question_text(
    mark: str, asked: str, shown: str, digest: str, *, people: Sequence[str], whole: str
) -> str:
    """The comment that asks: `asked` says of what, `shown` is what is decided on.

    It calls each of the people by their login. `whole` is the command that shows all of a text
    that is too long.
    """
    answer = (
        f"\n\nTo answer, write a comment that begins with `approve {digest:.{NAMED}}`, or with "
        f"`reject {digest:.{NAMED}}` and why. One that is edited afterwards does not count."
    )
    called = " ".join(f"@{login}" for login in people)
    above = f"{mark}\n{called}: a decision is asked of you, {asked}\n\n"
    steering = point_out(shown)
    room = PULL_REQUEST - len(above) - len(answer) - len(steering) - len(whole) - 200
    text = fenced(cut(visible(shown), room, whole))
    return "\n\n".join(filter(None, (f"{above}{text}", steering))) + answer


def cut(text: str, most: int, whole: str) -> str:
    """The text, or its beginning and where the whole is."""
    return text if len(text) <= most else f"{text[:most]}\n{CUT}{whole}"


def fenced(text: str) -> str:
    """A text as it is, in which nothing is Markdown and nobody is called."""
    longest = max((len(fence) for fence in FENCES.findall(text)), default=2)
    fence = "~" * (longest + 1)
    return f"{fence}text\n{text.rstrip()}\n{fence}"


def is_comment_on(link: str, place: str) -> bool:
    """Whether a link is to a comment on an issue, or on the pull request of that number."""
    issue = place.replace("/pull/", "/issues/")
    return bool(place) and link.replace("/pull/", "/issues/").startswith(f"{issue}#issuecomment-")


def same_text(one: str, other: str) -> bool:
    """Whether two comments say the same, however their lines end."""
    return one.replace("\r\n", "\n").strip() == other.replace("\r\n", "\n").strip()
