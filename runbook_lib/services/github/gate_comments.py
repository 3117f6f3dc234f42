"""Gates that people answer where they are: by comments on an issue, or on the run's pull request.

The question is a comment, posted once; an answer is one that stands below it, by whom the profile
names for the gate, and as it was written.
"""

import re
import time
from collections.abc import Callable, Sequence
from functools import partial
from urllib.parse import urlsplit

from runbook_lib.errors import UsageError
from runbook_lib.frozen import frozen
from runbook_lib.journal.decision import Decision
from runbook_lib.journal.journal import digest
from runbook_lib.policy.gate_comment import (
    Answer,
    digest_asked,
    question_mark,
    question_text,
    read_answer,
)
from runbook_lib.policy.visible import Shown
from runbook_lib.profile import Team
from runbook_lib.profile.team import PULL_REQUEST
from runbook_lib.services.github import GitHub
from runbook_lib.services.github.access import is_app
from runbook_lib.services.github.comments import Comment
from runbook_lib.steps.attempt import Planned
from runbook_lib.steps.question import COMMENT, Question
from runbook_lib.steps.runner import Runner
from runbook_lib.steps.step import only_look

PULL = re.compile(r"/([\w.-]+/[\w.-]+)/pull/(\d+)\Z")
PAUSE = 0.3
"""How long is waited between two looks for an answer, in seconds, where somebody may be quick."""


@frozen
class Issue:
    """Where a question is put; `link` is where people find it."""

    repository: str
    number: int
    link: str


@frozen
class Answers(Shown):
    """What was decided by comments, oldest first, and which comments do not count, and why."""

    decisions: tuple[Decision, ...]
    void: tuple[str, ...]
    link: str

    def __str__(self) -> str:
        said = [
            f"{one.verdict} by {one.by}{f': {one.reason}' * bool(one.reason)}"
            for one in self.decisions
        ]
        return "\n".join([*said, *self.void]) or f"nobody has answered on {self.link} yet"


class GateComments:
    """The gates of a run that a profile has answered by comments.

    `web_url` is the team's GitHub's, and `open_hub` opens a repository there. `limit` is how long
    an answer is waited for, in seconds: nobody is that quick but the sandbox's people.
    """

    def __init__(
        self,
        runner: Runner,
        team: Team,
        open_hub: Callable[[str], GitHub],
        *,
        web_url: str,
        limit: float = 0.0,
    ) -> None:
        self.runner = runner
        self.team = team
        self.web_url = web_url.rstrip("/")
        self.open_hub = open_hub
        self.limit = limit
        self.hubs: dict[str, GitHub] = {}

    @property
    def calls(self) -> int:
        """How many requests were sent for it."""
        return sum(hub.calls for hub in self.hubs.values())

    def hub(self, repository: str) -> GitHub:
        """A repository on the team's GitHub, opened once."""
        return self.hubs.setdefault(
            repository, self.hubs.get(repository) or self.open_hub(repository)
        )

    def place(self, gate: str) -> str:
        """The link to where a gate is answered by comments; empty where it is not.

        Raises `UsageError` where that is a pull request, and the run has none yet.
        """
        issue = self.issue(gate)
        return issue.link if issue else ""

    def issue(self, gate: str) -> Issue | None:
        """Where a gate is answered by comments."""
        said = self.team.gates[gate].comments if gate in self.team.gates else ""
        if said == PULL_REQUEST:
            return self.pull_request(gate)
        named, _, number = said.partition("#")
        repository = named or self.team.hub_repository
        link = f"{self.web_url}/{repository}/issues/{number}"
        return Issue(repository, int(number), link) if number else None

    def pull_request(self, gate: str) -> Issue:
        """The newest pull request that the run has opened, or found."""
        links = [
            str(event.said.get("link") or "")
            for event in self.runner.journal.events()
            if event.matches("outcome", step="open_pull_request")
        ]
        found = next(filter(None, map(PULL.search, reversed(links))), None)
        if found is None:
            raise UsageError(
                f"expected the run's pull request, on which the gate {gate} is to be answered, "
                "found none at this point of the runbook: name an issue in the profile, "
                f'gates.{gate}.comments = "#12"'
            )
        return Issue(found[1], int(found[2]), found.string)

    def ask(self, question: Question) -> Sequence[Decision]:
        """Put a question where it is answered, once; what was answered there, oldest first."""
        issue = self.issue(question.gate)
        assert issue is not None, "a gate is asked where it has a place"
        hub, text = self.hub(issue.repository), self.text(question)
        about = f"{question.gate} {question.digest:.12}"
        asked = hub.ask_in_comment(issue.number, text, about=about)
        if isinstance(asked, Planned):
            return ()
        look = partial(only_look, partial(self.wait_for_answers, hub, issue, question, asked))
        found = self.runner.perform("find_answers", look, {"about": about}, holds="good")
        return found.decisions

    def text(self, question: Question) -> str:
        """The comment that asks a question."""
        mask = self.runner.journal.mask
        return question_text(
            question_mark(key_of(question), question.digest),
            f"at the gate `{question.gate}` of `{question.run}`:",
            mask(f"{question.title}\n{question.digest}\n\n{question.text}"),
            question.digest,
            people=tuple(self.team.logins_for(question.gate)),
            whole=f"runbook show {question.run} --gate {question.gate}",
        )

    def wait_for_answers(
        self, hub: GitHub, issue: Issue, question: Question, asked: Comment
    ) -> Answers:
        """The answers that there are; where the sandbox's people are asked, in a moment."""
        began = time.monotonic()
        while True:
            found = self.answers(hub, issue, question, asked)
            if found.decisions or time.monotonic() - began >= self.limit:
                return found
            self.runner.sleep(PAUSE)

    def answers(self, hub: GitHub, issue: Issue, question: Question, asked: Comment) -> Answers:
        """What the comments below a question decide on it."""
        comments = hub.find_comments(issue.number)
        key = key_of(question)
        others = [one for each in comments if (one := digest_asked(each.text, key))]
        decisions, void = [], []
        for comment in comments:
            answer = read_answer(comment.text) if comment.number > asked.number else None
            if answer is None:
                continue
            why = self.doubt(comment, question) or answer.doubt(question.digest, others)
            if why:
                void.append(f"! {comment.link} does not count: it {why}")
            else:
                decisions.append(self.decision(hub, comment, question, answer))
        return Answers(tuple(decisions), tuple(void), issue.link)

    def doubt(self, comment: Comment, question: Question) -> str:
        """Why a comment is nobody's answer to a question; empty where it is somebody's."""
        if comment.by_app:
            return "is by an app"
        if comment.author.casefold() not in self.names(question.gate):
            return (
                f"is by {comment.author or 'nobody who is known'}, whom the profile does not name "
                f"for the gate {question.gate}"
            )
        return "was edited since it was written: a new one would count" if comment.edited else ""

    def names(self, gate: str) -> dict[str, str]:
        """Who may answer a gate, by their logins, which GitHub takes in any case."""
        logins = self.team.logins_for(gate)
        return {login.casefold(): name for login, name in logins.items()}

    def decision(
        self, hub: GitHub, comment: Comment, question: Question, answer: Answer
    ) -> Decision:
        """What a comment decides; one by the account of our own token is the operator's."""
        own = self.own_login(hub)
        ours = comment.author.casefold() == own.casefold()
        name = self.names(question.gate)[comment.author.casefold()]
        return Decision(
            question.gate,
            question.digest,
            answer.verdict,
            by=self.runner.journal.operator if ours else name,
            host=str(urlsplit(self.web_url).hostname),
            how=COMMENT,
            reason=answer.reason,
            account=comment.author,
            link=comment.link,
            made=comment.created.isoformat(),
        )

    def own_login(self, hub: GitHub) -> str:
        """The account of our token; an app has none that comments as a person."""
        login = hub.find_login()
        return "" if is_app(login) else login


def key_of(question: Question) -> str:
    """What tells the questions of one gate of one run from all others."""
    return digest(f"{question.run} {question.gate}")[:16]
