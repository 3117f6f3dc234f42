"""The archive's remote: what is ours goes there, what is others' comes here, nothing is lost."""

from collections.abc import Callable
from functools import partial
from typing import TypeVar

from runbook_lib.archive.entries import are_archived
from runbook_lib.archive.layout import (
    LOCKS,
    MAIN,
    PLACES,
    SEEN_LOCKS,
    SEEN_MAIN,
    SEEN_SESSIONS,
    SESSIONS,
)
from runbook_lib.archive.replay import replay
from runbook_lib.archive.store import Store
from runbook_lib.archive.waiting import tries
from runbook_lib.errors import Conflict, Failed, Refused, RunbookError, Unavailable
from runbook_lib.frozen import frozen
from runbook_lib.programs import Answer
from runbook_lib.services.git.address import clone_address
from runbook_lib.services.git.failures import MISSING, mask_passwords
from runbook_lib.services.git.remote import list_refs

T = TypeVar("T")

UNUSABLE = (Unavailable, Refused, Failed)
"""What a remote that is away, refuses or is broken raises: what there is here still serves."""


@frozen
class Remote:
    """The repository at `url`, as the store sees it; what it had last is in refs/remotes/origin.

    What is our main is its `branch`, which may stand beside a project's own branches.
    """

    store: Store
    url: str
    branch: str = "main"

    def __str__(self) -> str:
        return mask_passwords(self.url)

    @property
    def main(self) -> str:
        """The ref of its records."""
        return f"refs/heads/{self.branch}"

    @property
    def fetched(self) -> dict[str, str]:
        """Its refs, or what they begin with, each with where it is kept in mind here."""
        return {self.main: SEEN_MAIN, SESSIONS: SEEN_SESSIONS, LOCKS: SEEN_LOCKS}

    def push(self) -> None:
        """Bring all that is only here to the remote, on top of what others have brought there."""
        for _ in tries():
            self.catch_up()
            if self.send_main():
                self.send_sessions()
                return
            self.fetch_main()
        raise Unavailable(
            f"expected to add to the archive at {self}, found others faster all the time; "
            "everything is kept here, and goes there next time"
        )

    def send_main(self) -> bool:
        """Have the remote's main move from what we know to ours; False where others moved it."""
        refs = self.store.refs(MAIN, SEEN_MAIN)
        ours, known = refs.get(MAIN), refs.get(SEEN_MAIN)
        if ours is None or ours == known:
            return True
        if known and not self.store.git.is_ancestor(known, ours):
            return False
        if not self.send(self.main, known, ours):
            return False
        self.store.move(SEEN_MAIN, known, ours)
        return True

    def send(self, name: str, old: str | None, new: str | None) -> bool:
        """Move one ref of the remote, if it still is where we know it; None is no ref."""
        lease = f"--force-with-lease={name}:{old or ''}"
        try:
            self.ask("push", "--quiet", "--porcelain", lease, *self.to(f"{new or ''}:{name}"))
        except Conflict:
            return False
        return True

    def send_sessions(self) -> None:
        """Share the open sessions that only we know of; take away those that are archived."""
        ours, theirs = self.store.refs(SESSIONS), self.store.refs(SEEN_SESSIONS)
        names = {name.rpartition("/")[2] for name in (*ours, *theirs)}
        for session, archived in are_archived(self.store, sorted(names)).items():
            here, there = ours.get(SESSIONS + session), theirs.get(SEEN_SESSIONS + session)
            wanted = None if archived else here or there
            if there != wanted and self.send(SESSIONS + session, there, wanted):
                self.store.move(SEEN_SESSIONS + session, there, wanted)

    def catch_up(self) -> None:
        """Have our main contain all of the remote's that we know, whatever is only ours on top."""
        for _ in tries():
            refs = self.store.refs(MAIN, SEEN_MAIN)
            ours, known = refs.get(MAIN), refs.get(SEEN_MAIN)
            if known is None or (ours and self.store.git.is_ancestor(known, ours)):
                return
            if self.store.move(MAIN, ours, replay(self.store, ours, known)):
                return

    def fetch(self) -> None:
        """Have what the remote has: records, open sessions, locks."""
        there = self.listed(self.main, f"{SESSIONS}*", f"{LOCKS}*")
        self.check_main(there.get(self.main))
        if there != self.known():
            main = [f"{self.main}:{SEEN_MAIN}"] if self.main in there else []
            others = [f"+{kind}*:{self.fetched[kind]}*" for kind in (SESSIONS, LOCKS)]
            self.bring("--prune", *self.to(*main, *others))
        self.catch_up()

    def known(self) -> dict[str, str]:
        """The remote's refs by their names there, as they were last seen."""
        seen = {seen: name for name, seen in self.fetched.items()}
        found = self.store.refs(*seen)
        return {
            seen[prefix] + name.removeprefix(prefix): commit
            for name, commit in found.items()
            for prefix in seen
            if name == prefix or (prefix.endswith("/") and name.startswith(prefix))
        }

    def fetch_main(self) -> None:
        """Have the records that the remote has."""
        there = self.listed(self.main).get(self.main)
        self.check_main(there)
        if there and there != self.store.ref(SEEN_MAIN):
            self.bring(*self.to(f"{self.main}:{SEEN_MAIN}"))

    def check_archive(self, there: str) -> None:
        """Raise `Refused` where a branch holds something else, such as a project's own main."""
        self.bring(*self.to(self.main))
        names = self.store.git.run("ls-tree", "--name-only", there, "--").lines
        others = [name for name in names if not PLACES.fullmatch(name)]
        if others:
            raise Refused(
                f"expected an archive on the branch {self.branch} of {self}, or no such branch; "
                f"found {', '.join(others[:3])} there: name another repository, or a branch for "
                "the records alone (archive.remote_branch)"
            )

    def check_main(self, there: str | None) -> None:
        """Raise `Refused` where the remote has lost its records, or never had an archive there."""
        known = self.store.ref(SEEN_MAIN)
        if known is None and there:
            self.check_archive(there)
        if known and there is None:
            raise rewritten(self, known, f"no branch {self.branch} at all")

    def listed(self, *patterns: str) -> dict[str, str]:
        """The remote's refs, by name."""
        listing = partial(list_refs, self.store.git)
        lines = self.reach(listing, "--quiet", *self.to(*patterns))
        return {name: commit for commit, name in (line.split("\t", 1) for line in lines)}

    def bring(self, *arguments: str) -> None:
        """Fetch; another process of this machine may do the same at the same moment."""
        options = ("--no-tags", "--no-write-fetch-head", "--no-auto-maintenance")
        for _ in tries():
            try:
                self.ask("fetch", *options, *arguments)
                return
            except Conflict as error:
                if "non-fast-forward" in str(error):
                    known = self.store.ref(SEEN_MAIN) or ""
                    raise rewritten(self, known, "a main without it") from error
        raise Unavailable(f"expected to fetch from {self}, found others at it all the time")

    def to(self, *refs: str) -> list[str]:
        """The remote, and what it is asked for, as git's last arguments."""
        return ["--", clone_address(self.url), *refs]

    def ask(self, *arguments: str) -> Answer:
        """Ask the remote."""
        return self.reach(self.store.git.run, *arguments)

    def reach(self, ask: Callable[..., T], *arguments: str) -> T:
        """Ask the remote in that way; one that is not found is taken to be away."""
        try:
            return ask(*arguments)
        except Failed as error:
            if MISSING.search(str(error)):
                raise Unavailable(str(error), may_have_acted=False) from error
            raise


def rewritten(remote: Remote, known: str, found: str) -> RunbookError:
    """The error for a remote whose records are no longer what they were."""
    return Refused(
        f"expected the archive at {remote} to still contain {known:.12}, which it had; found "
        f"{found}: its history was rewritten, which is never followed. Have it restored (all that "
        "was seen of it is kept here), or name another remote in the profile"
    )
