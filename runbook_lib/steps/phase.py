"""Whether a step looks or acts just now: whatever changes something outside asks here first.

A thread that carries out no step itself, such as one of a pool, works for the step under way.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from runbook_lib.errors import Failed
from runbook_lib.steps.report import Line


@dataclass(eq=False)
class Phase:
    """A step that is under way, and whether it acts: on what it has announced."""

    step: str
    acts: bool = False
    line: Line | None = None
    """Where it is shown."""


under_way: list[tuple[int, Phase]] = []
"""The steps under way in this process, each with its thread; the innermost comes last."""


@contextmanager
def looking(phase: Phase) -> Iterator[None]:
    """A step is under way, and looks."""
    entry = (threading.get_ident(), phase)
    under_way.append(entry)
    try:
        yield
    finally:
        under_way.remove(entry)


@contextmanager
def acting(phase: Phase) -> Iterator[None]:
    """The step acts on what it has announced, until the block ends."""
    phase.acts = True
    try:
        yield
    finally:
        phase.acts = False


def phases() -> list[Phase]:
    """The innermost step that this thread carries out; else all: it may work for any of them."""
    here, found = threading.get_ident(), list(under_way)
    own = [phase for thread, phase in found if thread == here]
    return own[-1:] or [phase for _, phase in found]


def show_progress(text: str, fraction: float | None = None) -> None:
    """Show how far the step under way is with what takes its time; without one, nothing."""
    line = next((phase.line for phase in reversed(phases()) if phase.line), None)
    if line is not None:
        line.progress(text, fraction)


def refuse_unless_acting(effect: str) -> None:
    """Raise `Failed` where no step has announced what is about to be done outside."""
    found = phases()
    if not found:
        raise Failed(
            f"expected that only a step changes something outside, found none under way; not done: "
            f"{effect}. Put it behind the yield of a @step, and call that"
        )
    if not any(phase.acts for phase in found):
        raise Failed(not_announced(found[-1], effect))


def refuse_within_look(at_work: list[Phase], announced: str) -> None:
    """Raise `Failed` where the innermost step would act while one that called it only looks."""
    outer = next((phase for phase in at_work[:-1] if not phase.acts), None)
    if outer is not None:
        raise Failed(not_announced(outer, announced))


def not_announced(phase: Phase, effect: str) -> str:
    """Why something is not done in a look."""
    return (
        f"step {phase.step}: expected that it changes nothing while it only looks; not done: "
        f"{effect}. Move it behind the step's yield, which announces it (a check and a wait never "
        "change anything)"
    )
