"""One session of a run in a process of its own, which really dies where it is killed."""

import importlib
import json
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

import runbook_lib.run.run
from runbook_lib.journal.decision import SHOWN
from runbook_lib.journal.events import Event
from runbook_lib.journal.session import data_folder
from runbook_lib.services.bounds import BoundedSession
from runbook_lib.steps.patience import Patience
from runbook_lib.steps.runner import Runner
from tests.proof.faults.points import Counted
from tests.proof.faults.programs import count_programs
from tests.proof.faults.proxy import LATE, family
from tests.proof.faults.scenarios import Scenario
from tests.proof.faults.told import UNDER_WAY
from tests.release.carried_out import step_through

PATIENCE = Patience(
    settling=(0.02, 0.05, 0.1, 0.2), first_pause=0.02, waiting=40.0, longest_poll=0.1
)
LONGEST = 0.1
"""Seconds of a pause that a service has asked for."""
LIMIT = 120.0
"""Seconds after which a session that has not ended hangs."""
ROOMS = ("runbook_lib", "github", "git", "requests", "urllib3", "pydantic", "jinja2", "tenacity")
"""The packages that a session imports as it goes, which the next one need not."""


@dataclass(frozen=True)
class Ended:
    """How a session ended: killed, or with an error, or well."""

    killed: bool = False
    hung: bool = False
    session: str = ""
    ename: str = ""
    evalue: str = ""
    changed: list[str] = field(default_factory=list)
    """The steps that have changed something, and what."""

    @property
    def well(self) -> bool:
        """Whether its runbook came to its end."""
        return not (self.killed or self.hung or self.ename)


def carry_out(
    scenario: Scenario,
    number: int,
    told: Path,
    counted: Counted,
    *,
    late: bool = False,
    besides: Callable[[], object] = bool,
) -> Ended:
    """Run a scenario's runbook once, as the session with that number, made ready by `besides`."""
    result, under_way = told / f"session-{number}.json", told / UNDER_WAY

    def work() -> None:
        under_way.write_text(f"{number} {os.getpid()}")
        sit_down(scenario)
        prepare(number, told, counted, late=late)
        besides()
        name = scenario.runbook(data_folder())
        done = step_through(scenario.parameters, runbook=name, approve=scenario.approve)
        known = [name for name in sys.modules if name.partition(".")[0] in ROOMS]
        said = {"session": done.session, "ename": done.ename, "evalue": done.evalue[:2000]}
        with suppress(AssertionError):
            said["changed"] = [*changed_by(done.events)]
        result.write_text(json.dumps({"ended": said, "modules": known}))

    status, hung = wait_for(begin(work, told / "said.txt"))
    under_way.unlink(missing_ok=True)
    if os.WIFSIGNALED(status):
        return Ended(killed=not hung, hung=hung)
    found = json.loads(result.read_text())
    keep_warm(found["modules"])
    return Ended(**found["ended"])


def changed_by(events: list[Event]) -> Iterator[str]:
    """The steps that have changed something, by a session's journal; a question with its text."""
    questions = [event.said for event in events if event.kind == "asked"]
    for said in (event.said for event in events if event.matches("outcome", outcome="done")):
        if told := said["announced"]:
            asked = [one["text"] for one in questions if one["digest"][:SHOWN] in told]
            yield " ".join(f"{said['step']}: {': '.join([told, *asked])}".split())


def sit_down(scenario: Scenario) -> None:
    """Be where a scenario's operator works."""
    home = data_folder()
    os.environ.update(scenario.outside.environment(home))
    if desk := scenario.outside.desk(home):
        os.chdir(desk)
        sys.path.insert(0, str(desk))


def prepare(number: int, told: Path, counted: Counted, *, late: bool) -> None:
    """Let what this process does be counted, and wait for nothing longer than it must."""
    count_programs(number, counted, told)
    runbook_lib.run.run.patience = lambda _: PATIENCE
    Runner.__init__.__kwdefaults__["sleep"] = brief
    if late:
        whole = BoundedSession.send

        def send(session: BoundedSession, request: Any, **options: Any) -> Any:
            return whole(session, request, **{**options, "timeout": (2.0, LATE / 2)})

        BoundedSession.send = send  # type: ignore[method-assign]


def brief(seconds: float) -> None:
    """Sleep for as long as was asked for, or for a moment: GitHub asks for a minute."""
    time.sleep(min(seconds, LONGEST))


def keep_warm(names: list[str]) -> None:
    """Import what a session has imported, so that the next one has it from its start."""
    for name in names:
        if name not in sys.modules:
            with suppress(ImportError):
                importlib.import_module(name)


def begin(work: Callable[[], None], said: Path) -> int:
    """A process forked from this one, which has imported everything; its number."""
    sys.stdout.flush()
    pid = os.fork()
    return pid if pid else whole_life(work, said)


def whole_life(work: Callable[[], None], said: Path) -> NoReturn:
    """What the new process does, to its end."""
    status = 1
    try:
        os.setsid()
        with said.open("a") as file:
            os.dup2(file.fileno(), 1)
            os.dup2(file.fileno(), 2)
        work()
        status = 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def wait_for(pid: int, limit: float = LIMIT) -> tuple[int, bool]:
    """The status with which a process ends; one that hangs is ended with all that it started."""
    until = time.monotonic() + limit
    while time.monotonic() < until:
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            return status, False
        time.sleep(0.01)
    for one in family(pid):
        with suppress(ProcessLookupError):
            os.kill(one, signal.SIGKILL)
    return os.waitpid(pid, 0)[1], True
