"""The points of a run at which something can go wrong, and the kinds of what goes wrong there."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Any, Literal

Service = Literal[
    "GitHub",
    "Bugzilla",
    "Slack",
    "Matrix",
    "Etherpad",
    "Sentry",
    "Grafana",
    "deployed",
    "git",
    "program",
]

PLACES: Mapping[str, Service] = {
    "/api/": "GitHub",
    "/bugzilla/": "Bugzilla",
    "/slack/": "Slack",
    "/matrix/": "Matrix",
    "/etherpad/": "Etherpad",
    "/sentry/": "Sentry",
    "/grafana/": "Grafana",
}

KILLED = ("killed before", "killed during", "killed after")
ANSWERED = {
    "500": "answered 500, and nothing done",
    "502": "answered 502, and nothing done",
    "502 after": "carried out, and answered 502",
    "429": "answered 429, and nothing done",
    "limit": "answered GitHub's secondary limit, and nothing done",
    "cut": "carried out, and cut in the middle of the answer",
    "lost": "carried out, and the connection closed without an answer",
    "late": "carried out, and answered after the time-out",
    "html": "answered with a page instead of JSON, and nothing done",
    "redirect": "answered with a redirect to another host, and nothing done",
}
TWICE = {"lost twice": "lost", "killed twice": "killed after"}
"""What strikes twice: the next such request, too, or the same one of the next session."""
OF_PROGRAMS = ("failed", "failed after", "ended")
"""A git command that says it failed (having done nothing, or everything), or is killed itself."""
PASSING = ("500", "502", "502 after", "429", "limit", "cut", "lost", "late")
"""What a session is to bear with: it asks again, or looks again."""
LOOKING = {
    *(
        "cat-file",
        "check-ref-format",
        "config",
        "diff",
        "diff-tree",
        "for-each-ref",
        "fsck",
        "grep",
    ),
    *("hash-object", "interpret-trailers", "log", "ls-files", "ls-remote", "ls-tree", "merge-base"),
    *("merge-tree", "name-rev", "patch-id", "remote", "rev-list", "rev-parse", "show", "show-ref"),
    *("grep", "status", "symbolic-ref", "var", "verify-commit", "verify-tag", "version"),
}
"""The git commands that change nothing that others see."""
ASKING = (
    "POST /grafana/api/ds/query",
    "POST /slack/api/conversations.",
    "POST /slack/api/auth.",
    "POST /slack/api/users.",
)
"""The requests that only ask, whatever their method."""


@dataclass(frozen=True, order=True)
class Point:
    """The n-th time that a session asks this of a service, or runs this command of git."""

    what: str
    nth: int

    @property
    def service(self) -> Service:
        """Whom it asks."""
        method, _, path = self.what.partition(" ")
        if method == "git":
            return "program"
        if "git-receive-pack" in path or "git-upload-pack" in path or path.endswith("/info/refs"):
            return "git"
        return next((name for place, name in PLACES.items() if path.startswith(place)), "deployed")

    @property
    def looks(self) -> bool:
        """Whether nothing is to be changed by it."""
        method, _, path = self.what.partition(" ")
        if method == "git":
            return path in LOOKING
        topic = "conversations.set" in path
        asks = (self.what.startswith(ASKING) and not topic) or path.endswith("/git-upload-pack")
        return method in ("GET", "HEAD") or asks

    @property
    def reaches_out(self) -> bool:
        """Whether it may change something that others see: what is tried first."""
        return not self.looks and (self.service != "program" or self.what == "git push")

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of fault that can strike here; git itself waits minutes for what is late."""
        if self.service == "program":
            return (*KILLED, *OF_PROGRAMS, "killed twice")
        without = {"limit"} if self.service != "GitHub" else set()
        without |= {"late"} if self.service == "git" else set()
        return (*KILLED, *(kind for kind in ANSWERED if kind not in without), *TWICE)


@dataclass(frozen=True, order=True)
class Fault:
    """One fault of one scenario."""

    scenario: str
    point: Point
    kind: str

    @property
    def key(self) -> str:
        """Its name in the list of results."""
        return f"{self.scenario} · {self.point.what} #{self.point.nth} · {self.kind}"

    @property
    def turn(self) -> str:
        """When it is tried: in an order that is the same each time, and begins everywhere."""
        return sha256(self.key.encode()).hexdigest()

    def strikes(self, session: int = 1) -> "Iterator[Strike]":
        """What strikes, from that session on."""
        once = TWICE.get(self.kind, self.kind)
        yield Strike(session, self.point.what, self.point.nth, once)
        if self.kind == "lost twice":
            yield Strike(session, self.point.what, self.point.nth + 1, once)
        if self.kind == "killed twice":
            yield Strike(session + 1, self.point.what, self.point.nth, once)

    @property
    def alone(self) -> bool:
        """Whether it has a world of its own, for it strikes what changes something, or twice."""
        return not self.point.looks or self.kind in TWICE

    def to_dict(self) -> dict[str, Any]:
        """The same as JSON can hold it."""
        return asdict(self)


@dataclass(frozen=True)
class Strike:
    """What happens to the n-th such request, or command, of a session."""

    session: int
    what: str
    nth: int
    kind: str


class Counted:
    """Counts what is asked, session by session, and tells what strikes it."""

    def __init__(self, strikes: Iterable[Strike]) -> None:
        self.strikes = {(one.session, one.what, one.nth): one.kind for one in strikes}
        self.seen: Counter[tuple[int, str]] = Counter()

    def count(self, session: int, what: str) -> tuple[Point, str]:
        """The point that this is, and the kind of what strikes here; empty where it goes well."""
        self.seen[session, what] += 1
        nth = self.seen[session, what]
        return Point(what, nth), self.strikes.get((session, what, nth), "")
