"""What a session asks people: told to Airflow, and what they answer there passed on to the run."""

import os
import re
from dataclasses import asdict, dataclass
from typing import Any

from runbook_lib.archive.places import home_of, open_archive, profile_name
from runbook_lib.archive.sessions import Place
from runbook_lib.engine.finished import read_session
from runbook_lib.journal.decision import SHOWN
from runbook_lib.policy.questions import words_of
from runbook_lib.reading.open_runs import look_at
from runbook_lib.reading.questions import Asked
from runbook_lib.run.approval import PassedOn, decide

NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9_.~:+-]")
"""What Airflow takes in no name of a DAG's run (`core.allowed_run_id_pattern`)."""
APPROVE, REJECT = "Approve", "Reject"


@dataclass(frozen=True)
class Question:
    """What a run asks people; `turn` is how many have answered it so far."""

    run: str
    profile: str
    gate: str
    kind: str
    digest: str
    title: str
    text: str
    turn: int

    @property
    def name(self) -> str:
        """One name a question, as Airflow takes it: who is asked already is not asked again."""
        said = f"{self.run}_{self.gate}_{self.digest[:SHOWN]}_{self.turn + 1}"
        return NOT_IN_NAMES.sub(".", said)

    @property
    def told(self) -> dict[str, Any]:
        """The same as JSON can hold it."""
        return asdict(self)


def question_of(session: str) -> Question | None:
    """What a session that has ended asks people; None where it waits for anything else.

    Nor is asked what is answered by comments, or what a private runbook asks: others would read it.
    """
    folder, summary = read_session(session)
    if folder is None or summary is None or not summary.run or summary.private:
        return None
    home = home_of(folder)
    found = look_at(Place(home, open_archive(home)), summary.run, None)
    asked = found.asked if found else None
    if asked is None or asked.enough or asked.comments:
        return None
    return as_question(asked, profile_name(home))


def as_question(asked: Asked, profile: str) -> Question:
    """What a gate has asked, as it is asked here."""
    return Question(
        run=asked.run,
        profile=profile,
        gate=asked.gate,
        kind=asked.kind,
        digest=asked.digest,
        title=f"{asked.run}: {asked.title}",
        text=body(asked),
        turn=len(asked.decisions),
    )


def body(asked: Asked) -> str:
    """What is shown to who decides: all of it, as it is, and how far it is decided."""
    words = words_of(asked.kind)
    fence = "`" * max(3, longest_run(asked.text, "`") + 1)
    said = f"The {words.noun} **{asked.gate}** asks about {asked.digest[:SHOWN]}. {asked.how_far}"
    return f"{said.strip()}\n\n{fence}text\n{asked.text}\n{fence}\n"


def longest_run(text: str, sign: str) -> int:
    """How many of a sign stand side by side at most."""
    return max((len(text[at:]) - len(text[at:].lstrip(sign)) for at in range(len(text))), default=0)


def pass_on(question: dict[str, Any], answer: dict[str, Any], link: str) -> str:
    """Keep what somebody has answered in Airflow in the run's journal; what is kept, in words.

    Who that was, Airflow has made sure of. Raises `UsageError` where the run asks something else
    by now: then its next session asks anew.
    """
    given = answer["params_input"]
    by = answer["responded_by_user"]
    made = decide(
        question["run"],
        question["gate"],
        verdict="approved" if answer["chosen_options"] == [APPROVE] else "rejected",
        reason=str(given.get("reason") or ""),
        short=question["digest"],
        kind=question["kind"],
        evidence=str(given.get("evidence") or ""),
        passed_on=PassedOn(str(by["name"]), link),
        profile=question["profile"],
    )
    return str(made)


def pause(turn: int) -> float:
    """How many seconds a run rests before its next session: a minute at first, at most fifteen.

    `RUNBOOK_PAUSE` says another first pause.
    """
    first = float(os.environ.get("RUNBOOK_PAUSE", "60"))
    return first * min(2 ** min(turn, 4), 15)
