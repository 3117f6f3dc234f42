"""Who is asked in a run, and where: at a gate, by hand, in comments; what others see meanwhile."""

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from runbook_lib.display.asking import CardApprover
from runbook_lib.display.banner import Banner
from runbook_lib.display.card import Card
from runbook_lib.display.front_end import go_on
from runbook_lib.display.output import interactive, say, show
from runbook_lib.errors import Waiting
from runbook_lib.journal.decision import Decision
from runbook_lib.notebook.gate_places import Position
from runbook_lib.policy.by_hand import slug
from runbook_lib.policy.questions import words_of
from runbook_lib.record.position import Walk
from runbook_lib.run.ending_run import EndingRun
from runbook_lib.run.notices import gate_notice
from runbook_lib.services.approvals import LIMIT, SandboxPeople
from runbook_lib.services.github.settings import GitHubSettings
from runbook_lib.steps.by_hand import DoneByHand, HandSteps
from runbook_lib.steps.gate import Approver, Unanswered

if TYPE_CHECKING:
    from runbook_lib.services.github import GitHub
    from runbook_lib.services.github.gate_comments import GateComments

STOPPED = (
    "This cell has stopped at the {} {}. Once that is {}, the run goes on; where it does not, run "
    "this cell again, and the cells below."
)
Answer = TypeVar("Answer")


class AskingRun(EndingRun):
    """A session in which people are asked."""

    walk: Walk
    hand_steps: HandSteps

    @property
    def banner(self) -> Banner:
        """What tells this run's profile from others, and a plan from what is carried out."""
        return self.setting.banner(plan=bool(self.parameters.get("plan", False)))

    def position(self) -> Position:
        """Which cell of the runbook is executed now."""
        return self.walk.position(self.namespace)

    def go_on(self, cell: str = "") -> bool:
        """Have the front end go on at a cell, by default where the run has stopped.

        Whether it was asked: a session that has ended asks nothing.
        """
        return not self.ended and go_on(cell or self.board.cell)

    def choose_approver(self) -> Approver | None:
        """Who is there to decide at a gate: the person at the notebook, or the sandbox's people."""
        world = self.setting.rehearsal
        people = SandboxPeople(world.running.url, world.running.token) if world else None
        if not interactive():
            return people
        return CardApprover(
            self.journal.operator,
            others=people,
            count=lambda question: self.gates.count(question, self.gates.decisions(question)),
            go_on=self.go_on,
            ahead=lambda: self.board.procedure.ahead(self.position().cell),
            banner=self.banner,
        )

    def choose_comments(self) -> "GateComments | None":
        """Where people answer in comments; None where the profile has no such gate."""
        if not any(gate.comments for gate in self.team.gates.values()):
            return None
        from runbook_lib.services.github.gate_comments import GateComments

        limit = LIMIT if self.setting.rehearsal else 0.0
        return GateComments(
            self.runner, self.team, self.open_hub, web_url=self.hub.web_url, limit=limit
        )

    def open_hub(self, repository: str) -> "GitHub":
        """A repository `owner/name` on the team's GitHub, to ask people there."""
        return self.open(GitHubSettings.on(self.hub, repository))

    def approve(self, gate: str, subject: object, *, title: str, of: str = "") -> Decision:
        """Have `subject` approved at a gate (see `gate.Gates.approve`), and show what was."""
        decision = self.ask_at(gate, lambda: self.gates.approve(gate, subject, title=title, of=of))
        if interactive() and isinstance(decision, Decision) and decision.verdict != "not needed":
            question = self.gates.question(gate, subject, title, of=of)
            show(Card(question, decision, passed=True, banner=self.banner))
        return decision

    def by_hand(
        self, title: str, *, good: str = "", evidence: str = "", example: str = "", name: str = ""
    ) -> DoneByHand:
        """Have a person do something, and confirm it (see `by_hand.HandSteps.carry_out`)."""
        carry_out = self.hand_steps.carry_out
        return self.ask_at(
            name or slug(title),
            lambda: carry_out(title, good=good, evidence=evidence, example=example, name=name),
        )

    def ask_at(self, gate: str, ask: Callable[[], Answer]) -> Answer:
        """Have somebody answer; until they have, others may have the run, and see the question."""
        try:
            return ask()
        except Waiting as waiting:
            self.session_archive.pause()
            if isinstance(waiting, Unanswered):
                self.notifier.tell(gate_notice(waiting.question), say)
            if interactive():
                words = words_of(self.guard.kind(gate))
                waiting.stays = STOPPED.format(words.noun, gate, words.yes)
            raise
