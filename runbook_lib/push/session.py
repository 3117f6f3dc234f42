"""One session of a push duty's runbook: the run, and what all of its parts ask for."""

from datetime import date

from runbook_lib.journal.decision import Decision
from runbook_lib.push.repositories import PushedRepository
from runbook_lib.push.services import PushServices
from runbook_lib.push.week import Week
from runbook_lib.run.run import Run
from runbook_lib.services.approvals import SandboxPeople


class PushSession(PushServices, Run):
    """One session of a push duty's runbook, with its services."""

    def approve(self, gate: str, subject: object, *, title: str, of: str = "") -> Decision:
        """Have `subject` approved, as `Run.approve` does.

        The sandbox's people are told what somebody else has decided: its operations wait for QA's
        word.
        """
        decision = super().approve(gate, subject, title=title, of=of)
        rehearsal = self.setting.rehearsal
        if rehearsal is None or not isinstance(decision, Decision):
            return decision
        if decision.verdict == "approved" and decision.host != "sandbox":
            people = SandboxPeople(rehearsal.running.url, rehearsal.running.token)
            people.tell(self.gates.question(gate, subject, title, of=of), decision)
        return decision

    def today(self) -> date:
        """The day that it is for the team."""
        return self.now().astimezone(self.push.zone).date()

    def on_github(self, name: str) -> str:
        """Somebody's login on GitHub, by any of their names; the name where nobody says."""
        return self.team.who.at("github", name) or name.removeprefix("@")

    def is_past(self, week: Week) -> bool:
        """Whether a push was due on an earlier day."""
        return week.date < self.today()

    def of_week(self, week: Week) -> tuple[PushedRepository, ...]:
        """The repositories that a week does not leave out."""
        return tuple(one for one in self.repositories if one.name not in week.without)

    def goes_on(self) -> bool:
        """Whether an earlier session of this run has begun a change, and none has ended the run."""
        begun = any(event.kind == "intent" for event in self.journal.earlier)
        return begun and not self.is_closed()

    def is_closed(self) -> bool:
        """Whether an earlier session has brought this run to its end."""
        return any(event.kind == "closed" for event in self.journal.earlier)

    def repository_names(self, names: str) -> tuple[str, ...]:
        """The repositories that are named, with commas between them; all, where none is."""
        named = [name.strip() for name in names.split(",") if name.strip()]
        return tuple(self.repository(name).name for name in named) or tuple(
            one.name for one in self.repositories
        )
