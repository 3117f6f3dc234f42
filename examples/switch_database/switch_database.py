"""Steps for a PostgreSQL primary and its replica, which is to take the primary's place."""

from collections.abc import Generator
from pathlib import Path

from runbook_lib import NotYet, Refused, Service, Settings, check, step, wait


class DatabasesSettings(Settings):
    """How the two servers are reached, as libpq takes it; passwords stand in ~/.pgpass."""

    old: str
    new: str


class Databases(Service):
    """The primary, and its replica that is to take its place."""

    settings: DatabasesSettings

    def ask(self, server: str, query: str, *, may_act: bool = False) -> str:
        r"""What a server answers to a query, or to those in a file beside this one (`\i`)."""
        command = ["psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-d", server, "-c", query]
        return self.run.program(command, may_act=may_act, folder=Path(__file__).parent, limit=120)

    def state(self) -> str:
        """Where the switch stands: `open`, `half` or whole `fenced`, or `promoted`."""
        promoted = self.ask(self.settings.new, "SELECT pg_is_in_recovery()") == "f"
        return "promoted" if promoted else self.ask(self.settings.old, r"\i is_fenced.sql")

    @wait
    def await_replica(self, at_most: int, when: str) -> str:
        """Wait until the replica is at most so many bytes behind the primary."""
        if self.state() == "promoted":
            return f"{self.settings.new} is the primary"
        replica, replayed = self.ask(self.settings.new, r"\i position.sql").split("|")
        cluster, written = self.ask(self.settings.old, r"\i position.sql").split("|")
        if replica != cluster:
            raise Refused(f"{self.settings.new} is no replica of {self.settings.old}")
        if (lag := int(written) - int(replayed)) > at_most:
            raise NotYet(f"{self.settings.new} is {lag} bytes behind")
        return f"{when}; {self.settings.new} is at most {at_most} bytes behind"

    @step
    def fence(self) -> Generator[str, None, str]:
        """Have the old server take no writes, and end its older sessions."""
        if self.ask(self.settings.old, r"\i is_fenced.sql") != "fenced":
            yield f"set {self.settings.old} to read-only, and end its sessions"
            self.ask(self.settings.old, r"\i fence.sql", may_act=True)
        return f"{self.settings.old} is read-only"

    @step
    def promote(self, caught_up: str) -> Generator[str, None, str]:
        """Make the replica the primary, while the old one is fenced."""
        if (state := self.state()) != "promoted":
            if state != "fenced":
                raise Refused(f"{self.settings.old} is {state}: run the notebook again")
            yield f"promote {self.settings.new}: {caught_up}"
            self.ask(self.settings.new, "SELECT pg_promote()", may_act=True)
        return f"{self.settings.new} is the primary"

    @check
    def check_writes(self, promoted: str) -> str:
        """Check that the new server takes writes, and the old one none."""
        self.ask(self.settings.new, r"\i takes_writes.sql")
        self.ask(self.settings.old, r"\i takes_no_writes.sql")
        return f"{promoted}, and {self.settings.old} takes no writes"

    @step
    def take_back(self) -> Generator[str, None, str]:
        """Have the old server take writes again, unless the new one is promoted."""
        if self.state() in ("fenced", "half"):
            yield f"let {self.settings.old} take writes again"
            self.ask(self.settings.old, r"\i take_back.sql", may_act=True)
        return "there is no fence that could be taken back"
