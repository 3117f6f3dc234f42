"""One session of a push duty's runbook: the run, and what all of its parts ask for."""

from datetime import date

from runbook_lib.push.bench import PushBench
from runbook_lib.run import Run


class PushSession(PushBench, Run):
    """One session of a push duty's runbook, with its services."""

    def today(self) -> date:
        """The day that it is for the team."""
        return self.now().astimezone(self.push.zone).date()

    def repository_names(self, names: str) -> tuple[str, ...]:
        """The repositories that are named, with commas between them; all, where none is."""
        named = [name.strip() for name in names.split(",") if name.strip()]
        return tuple(self.repository(name).name for name in named) or tuple(
            one.name for one in self.repositories
        )
