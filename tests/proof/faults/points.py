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
LOOKING_OTHERS = {
    *("psql SELECT pg_is_in_recovery()", r"psql \i is_fenced.sql", r"psql \i position.sql"),
    *(r"psql \i takes_writes.sql", r"psql \i takes_no_writes.sql", "twine check", "pg_restore"),
}
"""The commands of other programs that change nothing."""
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
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
        if method not in METHODS:
            return "program"
        if "git-receive-pack" in path or "git-upload-pack" in path or path.endswith("/info/refs"):
            return "git"
        return next((name for place, name in PLACES.items() if path.startswith(place)), "deployed")

    @property
    def looks(self) -> bool:
        """Whether nothing is to be changed by it."""
        method, _, path = self.what.partition(" ")
        if method not in METHODS:
            return self.what in LOOKING_OTHERS or (method == "git" and path in LOOKING)
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

    def strikes(self, session: int) -> "Iterator[Strike]":
        """What strikes, from that session on, or from any."""
        once, what, nth = TWICE.get(self.kind, self.kind), self.point.what, self.point.nth
        yield Strike(session, what, nth, once)
        if self.kind == "killed twice" and session:
            yield Strike(session + 1, what, nth, once)
        elif self.kind in TWICE:
            yield Strike(session, what, nth + 1, once)

    @property
    def may_end(self) -> bool:
        """Whether it may end a session that meets it."""
        return self.kind not in PASSING

    def to_dict(self) -> dict[str, Any]:
        """The same as JSON can hold it."""
        return asdict(self)


ANY = 0
"""In a session's place: whichever comes to it."""


@dataclass(frozen=True)
class Strike:
    """What happens to the n-th such request, or command, of a session, or of all together."""

    session: int
    what: str
    nth: int
    kind: str


class Counted:
    """Counts what is asked, in each session and in all together, and tells what strikes it."""

    def __init__(self, strikes: Iterable[Strike], before: Iterable[str] = ()) -> None:
        self.strikes = {(one.session, one.what, one.nth): one.kind for one in strikes}
        self.seen = Counter[tuple[int, str]]((ANY, what) for what in before)

    def count(self, session: int, what: str) -> dict[str, Any]:
        """What is told of it, with the kind of what strikes it; empty where it goes well."""
        self.seen.update([(ANY, what), (session, what)])
        nth, ever = self.seen[session, what], self.seen[ANY, what]
        found = (self.strikes.get(one, "") for one in ((session, what, nth), (ANY, what, ever)))
        struck = next(filter(None, found), "")
        return {"session": session, "what": what, "nth": nth, "ever": ever, "struck": struck}
