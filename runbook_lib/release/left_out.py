"""What a profile leaves out of a release: desk, QA, stage; where each stood, that is said.

Each answers as the step would whose place it takes, so that the notebook reads the same for all.
"""

from collections.abc import Iterator

from runbook_lib.errors import Refused
from runbook_lib.frozen import frozen
from runbook_lib.policy.release.finding import Finding
from runbook_lib.policy.visible import Shown
from runbook_lib.release.desk import Desk, Ticket
from runbook_lib.release.settings import Profile
from runbook_lib.steps.runner import Runner
from runbook_lib.steps.step import HasRunner, check, waivable_as


@frozen
class LeftOut(Shown):
    """What stands for a ticket, a question and an answer that this profile does without."""

    why: str
    id: str = ""
    link: str = ""
    question: str = ""
    """Nothing has to be approved."""

    def __str__(self) -> str:
        return f"left out: {self.why}"


@check
@waivable_as("")
def left_out(owner: HasRunner, why: str) -> LeftOut:
    """Say what is left out, and why.

    Raises `Refused` where an earlier session of the run has asked QA: their answer is not left out
    because somebody has taken them from the profile since, or found another one.
    """
    intents = [one for one in owner.runner.journal.of_runbook() if one.kind == "intent"]
    if any(one.said["step"] in Profile.asking() for one in intents):
        raise Refused(
            f"expected QA and their desk, who an earlier session of this run has asked, found that "
            f"{why}: name them in the profile as they were, and run this again"
        )
    return LeftOut(why)


@frozen
class NoDesk:
    """No desk: nobody is asked for anything."""

    runner: Runner

    def check_access(self) -> LeftOut:
        """Say that there is no desk, and what goes with it."""
        return left_out(
            self, "the profile names no desk: no ticket is filed, and QA are asked for nothing"
        )

    def file(self, title: str, text: str, *, alias: str, whole: str) -> LeftOut:  # noqa: ARG002
        """Say that no ticket is filed."""
        return left_out(self, f"without a desk nobody is asked: {title}")

    def ask(self, ticket: object, *, comment: str) -> LeftOut:  # noqa: ARG002
        """Say that nobody is asked."""
        return left_out(self, "without a desk QA are not asked for a load test")

    def await_answer(self, ticket: object) -> LeftOut:  # noqa: ARG002
        """Say that no answer is waited for."""
        return left_out(self, "without a question no answer is waited for, and none is judged")

    def await_ticket(self, title: str) -> LeftOut:
        """Say that no ticket of QA's is waited for."""
        return left_out(self, f"without a desk QA file no ticket: {title}")

    def result(self, ticket: object) -> str:  # noqa: ARG002
        """That nobody was asked."""
        return "no desk is asked to deploy it"


@frozen
class WithoutQA:
    """A desk where nobody is QA, for the profile's `key` names nobody: tickets are filed alone."""

    desk: Desk
    runner: Runner
    key: str

    def check_access(self) -> Shown:
        """Check that such a ticket can be filed."""
        return self.desk.check_access()

    def file(self, title: str, text: str, *, alias: str, whole: str) -> Ticket:
        """File the ticket, once."""
        return self.desk.file(title, text, alias=alias, whole=whole)

    def ask(self, ticket: object, *, comment: str) -> LeftOut:  # noqa: ARG002
        """Say that nobody is asked."""
        return self.without("nobody is asked for a load test")

    def await_answer(self, ticket: object) -> LeftOut:  # noqa: ARG002
        """Say that no answer is waited for."""
        return self.without("no answer is waited for, and none is judged")

    def await_ticket(self, title: str) -> LeftOut:
        """Say that no ticket of QA's is waited for."""
        return self.without(f"nobody files a ticket: {title}")

    def without(self, what: str) -> LeftOut:
        """Say what is left out where nobody is QA."""
        return left_out(self, f"the profile names no QA ({self.key}): {what}")

    def result(self, ticket: object) -> str:
        """Which ticket asks operations."""
        return self.desk.result(ticket)


@frozen
class NoStage:
    """No stage: where the release runs, nobody looks."""

    runner: Runner

    def await_version(self, tag: str, *, commit: str) -> LeftOut:  # noqa: ARG002
        """Say that no deployment is waited for."""
        return left_out(self, f"the profile names no stage: nobody looks whether {tag} runs there")


def desk_findings(profile: Profile) -> Iterator[Finding]:
    """Who is asked for a deployment and a load test, and where it runs; or what is left out."""
    name, desk = next(iter(profile.desks.items()), ("bugzilla", None))
    stage = profile.stage
    seen_at = (stage.url or f"deployments to {stage.deployments}") if stage else ""
    said = (
        (
            "desk",
            desk.filed_at(profile.github.repository) if desk else "",
            name,
            "no ticket is filed: step 18 is left out",
        ),
        ("QA", desk.qa if desk else "", f"{name}.qa", "nobody is asked: step 19 is left out"),
        ("stage", seen_at, "stage", "nobody looks there in step 20"),
    )
    for what, found, key, missing in said:
        yield Finding(what, found, "the profile", key, "" if found else missing)
