"""The rules of gates, and of what is done by hand: a person's decision that holds what follows."""

import ast
from collections.abc import Iterator
from itertools import combinations

from runbook_lib.lint.finding import Fault
from runbook_lib.lint.runbook import ENDS, Call, LintedRunbook
from runbook_lib.lint.skeleton import at, shown
from runbook_lib.notebook.gate_places import APPROVE, BY_HAND, HARMLESS, called_name, name_of

ASKING = (APPROVE, BY_HAND)
"""What asks a person."""


def gate_name(runbook: LintedRunbook) -> Iterator[Fault]:
    """A gate's name, and what is done by hand, are written out: profile and record name them."""
    for call in calls(runbook, *ASKING):
        if not name_of(call.node):
            remedy = "write the name as text; what changes belongs into the title"
            yield at(call, "a name that is written out", ast.unparse(call.node), remedy)


def joined(runbook: LintedRunbook) -> Iterator[Fault]:
    """What the run is about is known before a person is asked, and before anything is pinned."""
    for opening in runbook.openings[:1]:
        given = {keyword.arg for keyword in opening.node.keywords}
        if opening.method != "open_run" or "subject" in given:
            continue
        joins = [call.place for call in calls(runbook, "join")][:1]
        for call in calls(runbook, *ASKING, "decide"):
            if not joins or call.place < joins[0]:
                remedy = "give open_run a subject, or call run.join(subject) above"
                yield at(call, "a run that has a subject", f"none at {shown(call)}", remedy)


def gate_unused(runbook: LintedRunbook) -> Iterator[Fault]:
    """Something stands behind a gate: a step below it, or the last word that names its answer."""
    for call in calls(runbook, APPROVE):
        if not holds_something(runbook, call) and not is_used(runbook, call):
            remedy = "ask before what it is about, or name the answer in run.close(…)"
            yield at(call, f"a step behind the gate {name_of(call.node)}", "none", remedy)


def gate_subject(runbook: LintedRunbook) -> Iterator[Fault]:
    """What is approved is something that was found: an approval of a text that never changes
    holds for ever."""
    for call in calls(runbook, APPROVE):
        subject = subject_of(call.node)
        if subject is not None and not depends(subject):
            remedy = "give it what the decision is about; else use run.by_hand(…)"
            yield at(call, "a subject that was found", ast.unparse(subject), remedy)


def gate_twice(runbook: LintedRunbook) -> Iterator[Fault]:
    """Two gates of one name ask the same: their titles are equal."""
    for first, second in combinations(calls(runbook, APPROVE), 2):
        name, titles = name_of(second.node), (title_of(first.node), title_of(second.node))
        if name and name == name_of(first.node) and titles[0] != titles[1]:
            remedy = "give each question a name of its own"
            yield at(second, f"one title of the gate {name}", " and ".join(titles), remedy)


def gate_amid(runbook: LintedRunbook) -> Iterator[Fault]:
    """A gate stands first in its cell: what is above it is carried out again with the question."""
    for call in calls(runbook, APPROVE):
        above = [one for one in steps(runbook, call) if one.place < call.place]
        below = [one for one in steps(runbook, call) if one.place > call.place]
        if above and below:
            found = f"{shown(above[0])} above and {shown(below[0])} below"
            yield at(call, "the gate first in its cell", found, "make it two cells")


def calls(runbook: LintedRunbook, *methods: str) -> Iterator[Call]:
    """The calls of these methods, in the order that they are made in."""
    return (call for call in runbook.calls if called_name(call.node) in methods)


def steps(runbook: LintedRunbook, gate: Call) -> Iterator[Call]:
    """What a gate's cell calls that may be a step, but for what the gate is given."""
    for call in runbook.calls:
        if call.cell is gate.cell and call.node not in ast.walk(gate.node) and may_act(call):
            yield call


def may_act(call: Call) -> bool:
    """Whether a call may be one of a step."""
    return called_name(call.node) not in HARMLESS.union(ENDS)


def holds_something(runbook: LintedRunbook, gate: Call) -> bool:
    """Whether anything below a gate may be a step."""
    return any(may_act(call) and call.place > gate.place for call in runbook.calls)


def is_used(runbook: LintedRunbook, gate: Call) -> bool:
    """Whether a gate's answer is used below it."""
    names = {
        target.id
        for node in gate.cell.nodes
        if isinstance(node, ast.Assign) and gate.node in ast.walk(node.value)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    below = [node for cell in runbook.code if cell.number > gate.cell.number for node in cell.nodes]
    return any(isinstance(node, ast.Name) and node.id in names for node in below)


def subject_of(call: ast.Call) -> ast.expr | None:
    """What a gate is asked about."""
    named = [keyword.value for keyword in call.keywords if keyword.arg == "subject"]
    return next(iter([*named, *call.args[1:2]]), None)


def title_of(call: ast.Call) -> str:
    """A gate's title, as it is written."""
    named = [keyword.value for keyword in call.keywords if keyword.arg == "title"]
    return ast.unparse(named[0]) if named else "none"


def depends(subject: ast.expr) -> bool:
    """Whether a subject depends on anything that has a name."""
    return any(isinstance(node, ast.Name) for node in ast.walk(subject))
