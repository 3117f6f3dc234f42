"""The step engine against a simple model: steps and gates in any order, faults, and restarts."""

import os
import tempfile
from collections import Counter
from collections.abc import Callable, Generator
from contextlib import suppress
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from runbook_lib.errors import Failed, Refused, RunbookError, Unavailable, Waiting
from runbook_lib.journal.decision import Decision
from runbook_lib.journal.journal import Event, Journal, read_journal
from runbook_lib.notebook.gate_places import GatePlaces, Position
from runbook_lib.notebook.reference import ReferenceCell
from runbook_lib.steps.decisions import record_decision
from runbook_lib.steps.gate import Gates
from runbook_lib.steps.guard import GateGuard
from runbook_lib.steps.question import digest_of
from runbook_lib.steps.step import Patience, Runner, step
from tests.conftest import Quiet

EXAMPLES = int(os.environ.get("PROOF_EXAMPLES", "0"))
"""How many courses of events are tried, at random; the same few each time where it is not said."""
RUN = "release/tidewatch/1.9"
PATIENCE = Patience(attempts=3, settling=(30.0, 30.0), first_pause=0.0, waiting=0.0)
"""Nothing in the model really sleeps."""


class Died(BaseException):
    """The session is killed: not a word more reaches its journal."""


TROUBLES: dict[str, tuple[Exception | Died, bool]] = {
    "killed before": (Died(), False),
    "killed after": (Died(), True),
    "request lost": (Unavailable("lost on its way"), False),
    "answer lost": (Unavailable("lost on its way back"), True),
    "never sent": (Unavailable("not reached", may_have_acted=False), False),
    "refused": (Refused("no"), False),
    "refused for our own": (Refused("there is one already"), True),
    "failed": (Failed("of another form"), False),
    "failed after": (Failed("of another form"), True),
}
"""What an act ends with, and whether its effect was made."""


class Shelf:
    """Where each step has one effect; a look may see it late."""

    def __init__(self) -> None:
        self.things: Counter[str] = Counter()
        self.troubles: list[str] = []
        self.late = 0
        self.unseen: Counter[str] = Counter()
        self.runner: Runner
        self.before_effect: Callable[[str], None]

    def sees(self, thing: str) -> bool:
        """Whether a look finds it: not the first looks after it was made, where it shows late."""
        if self.unseen[thing]:
            self.unseen[thing] -= 1
            return False
        return bool(self.things[thing])

    @step
    def put(self, thing: str) -> Generator[str, None, str]:
        if self.sees(thing):
            return thing
        yield f"put {thing}"
        error, made = TROUBLES[self.troubles.pop(0)] if self.troubles else (None, True)
        if made:
            self.before_effect(thing)
            self.things[thing] += 1
            self.unseen[thing] = self.late
        if isinstance(error, Died):
            self.runner.journal.append = die  # type: ignore[method-assign]
        if error:
            raise error
        return ""


def die(*_: object, **__: object) -> Event:
    """Nothing of a dead session is written."""
    raise Died


class Session:
    """One session of the run: its journal, its gates, and where in the notebook it is."""

    def __init__(self, folder: Path, number: int, cells: list[str], shelf: Shelf) -> None:
        path = folder / "sessions" / f"s{number}" / "journal.jsonl"
        self.journal = Journal(path, session=f"s{number}", operator="olive")
        self.journal.join(RUN, folder / "run" / "sessions")
        self.runner = Runner(self.journal, Quiet(), patience=PATIENCE, sleep=lambda _: None)
        self.at = Position()
        self.gates = Gates(self.runner, approver=None, position=lambda: self.at)
        places = GatePlaces([ReferenceCell("code", cell) for cell in cells])
        self.runner.guard = GateGuard(self.gates, places)
        self.asked: dict[str, str] = {}
        shelf.runner = self.runner

    @property
    def events(self) -> list[Event]:
        """What is on disk of this session's journal."""
        return read_journal(self.journal.path)


class Engine(RuleBasedStateMachine):
    """Cells are run in any order, decisions come and go, and sessions die and are followed."""

    @initialize(shape=st.lists(st.booleans(), min_size=2, max_size=6))
    def open(self, shape: list[bool]) -> None:
        self.scratch = tempfile.TemporaryDirectory(prefix="model-")
        self.folder = Path(self.scratch.name)
        self.cells = [
            f"run.approve('g{n}', text, title='T')" if gate else f"shelf.put('t{n}')"
            for n, gate in enumerate(shape)
        ]
        self.gates = [n for n, gate in enumerate(shape) if gate]
        self.puts = [n for n, gate in enumerate(shape) if not gate]
        self.subjects = {f"g{n}": 0 for n in self.gates}
        self.verdicts: dict[tuple[str, str], str] = {}
        self.shelf = Shelf()
        self.shelf.before_effect = self.check_effect
        self.sessions: list[Session] = []
        self.begin()

    def begin(self) -> None:
        """The next session."""
        self.session = Session(self.folder, len(self.sessions), self.cells, self.shelf)
        self.sessions.append(self.session)

    @rule()
    def restart(self) -> None:
        self.session.journal.close()
        self.begin()

    @rule(
        which=st.integers(0, 5),
        troubles=st.lists(st.sampled_from(sorted(TROUBLES)), max_size=4),
        late=st.integers(0, 2),
    )
    def run_step(self, which: int, troubles: list[str], late: int) -> None:
        if self.puts:
            cell = self.puts[which % len(self.puts)]
            self.shelf.troubles, self.shelf.late = list(troubles), late
            self.session.at = Position(cell, 1, self.cells[cell])
            self.carry_out(f"t{cell}")

    def carry_out(self, thing: str) -> None:
        """Run a step's cell; where its session dies, the next one begins."""
        try:
            found = self.shelf.put(thing)
        except RunbookError:
            ended = [event for event in self.session.events if event.kind == "outcome"][-1].said
            seen = ended["outcome"] != "unknown" and ended["announced"]
            assert not (seen and self.shelf.things[thing]), "what was made is not called failed"
            return None
        except Died:
            return self.restart()
        assert found == thing and self.shelf.things[thing] == 1, "what is returned was found"
        return None

    @rule(which=st.integers(0, 5))
    def ask(self, which: int) -> None:
        if self.gates:
            cell = self.gates[which % len(self.gates)]
            gate = f"g{cell}"
            text = f"subject {self.subjects[gate]} of {gate}"
            self.session.at = Position(cell, 1, self.cells[cell])
            self.session.asked[gate] = text
            with suppress(Waiting, Refused):
                self.session.gates.approve(gate, text, title="T")
                assert self.verdicts[gate, text] == "approved"

    @rule(which=st.integers(0, 5), verdict=st.sampled_from(["approved", "rejected"]))
    def decide(self, which: int, verdict: Any) -> None:
        if self.gates:
            gate = f"g{self.gates[which % len(self.gates)]}"
            text = f"subject {self.subjects[gate]} of {gate}"
            digest = digest_of(text)
            made = Decision(gate, digest, verdict, "rowan", "desk", "terminal", "looks right")
            record_decision(self.session.journal, made)
            self.verdicts[gate, text] = verdict

    @rule(which=st.integers(0, 5))
    def change(self, which: int) -> None:
        """What is decided on changes: what was approved is no approval of it."""
        if self.gates:
            self.subjects[f"g{self.gates[which % len(self.gates)]}"] += 1

    def check_effect(self, thing: str) -> None:
        """At the moment of an effect: it is announced on disk, and no gate above it is open."""
        said = self.session.events[-1]
        assert said.matches("intent", step="put", announced=f"put {thing}"), said
        for gate in (f"g{n}" for n in self.gates if n < int(thing[1:])):
            text = self.session.asked.get(gate, "")
            assert self.verdicts.get((gate, text)) == "approved", f"{gate} is open"

    @invariant()
    def an_effect_happens_once(self) -> None:
        assert all(count <= 1 for count in self.shelf.things.values()), self.shelf.things

    @invariant()
    def the_journals_explain_the_world(self) -> None:
        told = [event for one in self.sessions for event in one.events]
        for n in self.puts:
            thing = f"t{n}"
            mine = [event for event in told if is_about(event, thing)]
            outcomes = [event.said["outcome"] for event in mine if event.kind == "outcome"]
            intents = [event for event in mine if event.kind == "intent"]
            assert outcomes.count("done") <= 1
            assert bool(self.shelf.things[thing]) <= bool(intents)
            assert bool({"done", "already"} & set(outcomes)) <= bool(self.shelf.things[thing])

    def teardown(self) -> None:
        if hasattr(self, "session"):
            self.session.journal.close()
            self.scratch.cleanup()


def is_about(event: Event, thing: str) -> bool:
    """Whether an event tells of an announced change of a thing, or of what was found of it."""
    said = event.said
    return event.kind in ("intent", "outcome") and thing in (
        said.get("announced", "").removeprefix("put "),
        said.get("detail"),
    )


TestEngine = Engine.TestCase
TestEngine.settings = settings(
    max_examples=EXAMPLES or 60,
    stateful_step_count=30,
    deadline=None,
    derandomize=not EXAMPLES,
    phases=(Phase.explicit, Phase.reuse, Phase.generate, *([Phase.shrink] * bool(EXAMPLES))),
    suppress_health_check=list(HealthCheck),
)
