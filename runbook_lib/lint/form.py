"""The rules of the file: what is committed is a runbook, and no run of it."""

import json
from collections import Counter
from collections.abc import Iterator
from difflib import get_close_matches

from runbook_lib.lint.finding import IGNORE, Fault
from runbook_lib.lint.runbook import Cell, LintedRunbook
from runbook_lib.notebook.catalog import INJECTED_TAG
from runbook_lib.secrets.tokens import Token, find_random, find_tokens

INSTEAD = "name it in the profile, keep it in the environment or the keyring, and have it replaced"


def notebook(runbook: LintedRunbook) -> Iterator[Fault]:
    """The file is a notebook, as nbformat has it, with cells."""
    if runbook.malformed:
        yield Fault("a notebook", runbook.malformed, "save it as a notebook of nbformat 4.5")


def outputs(runbook: LintedRunbook) -> Iterator[Fault]:
    """A runbook has no outputs and no execution counts: who reads it would take them for a run."""
    for cell in runbook.cells:
        if cell.raw.get("outputs") or cell.raw.get("execution_count") or INJECTED_TAG in cell.tags:
            remedy = "clear all outputs, and save it: what was done is in the records"
            yield Fault("a cell that was never executed", "traces of a run", remedy, cell)


def cell_id(runbook: LintedRunbook) -> Iterator[Fault]:
    """Each cell has an id of its own, by which a record finds it again."""
    count = Counter(cell.content.id for cell in runbook.cells)
    for cell in runbook.cells:
        if not cell.content.id:
            yield Fault("an id", "none", "save it as nbformat 4.5, which gives each cell one", cell)
        elif count[cell.content.id] > 1:
            remedy = "give the copy another one"
            yield Fault("an id of its own", f"{cell.content.id} twice", remedy, cell)


def secret(runbook: LintedRunbook) -> Iterator[Fault]:
    """No well-known secret stands in a cell, in its outputs, or in a module beside the notebook."""
    for cell in runbook.cells:
        for token in find_tokens(cell.source):
            yield told(token, cell, line_of(token, cell.source))
        for token in find_tokens(json.dumps(cell.raw.get("outputs") or [], ensure_ascii=False)):
            yield told(token, cell, 0)
    for module in runbook.imported:
        for token in find_tokens(module.source):
            found = f"{token.what}, {token.begins}"
            line = line_of(token, module.source)
            yield Fault("no secret", found, INSTEAD, None, line, module.path)


def secret_perhaps(runbook: LintedRunbook) -> Iterator[Fault]:
    """Nothing in a cell looks as random as a secret does."""
    for cell in runbook.cells:
        for token in find_random(cell.source):
            yield told(token, cell, line_of(token, cell.source))


def ignored(runbook: LintedRunbook) -> Iterator[Fault]:
    """A tag that lets a rule pass names a rule that there is."""
    from runbook_lib.lint.rules import RULES

    known = [rule.name for rule in RULES]
    for cell in runbook.cells:
        for tag in cell.tags:
            name = tag.removeprefix(IGNORE)
            if tag.startswith(IGNORE) and name not in known:
                near = get_close_matches(name, known, n=1)
                remedy = f"did you mean {near[0]}?" if near else "see runbook check --rules"
                yield Fault("a rule that there is", name, remedy, cell)


def told(token: Token, cell: Cell, line: int) -> Fault:
    """A secret in a cell, by its beginning alone."""
    return Fault("no secret", f"{token.what}, {token.begins}", INSTEAD, cell, line)


def line_of(token: Token, text: str) -> int:
    """The line that a secret begins in."""
    return text.count("\n", 0, token.start) + 1
