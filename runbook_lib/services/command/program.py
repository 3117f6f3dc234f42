"""A program that a step of one's own asks or tells something: to its end, and within the step."""

import os
import shlex
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from runbook_lib import programs
from runbook_lib.errors import Failed, Unavailable, UsageError
from runbook_lib.services.command.command import TAIL, split
from runbook_lib.steps.phase import refuse_unless_acting


def run_program(
    arguments: str | Sequence[str],
    *,
    may_act: bool,
    environment: Mapping[str, str],
    folder: str | Path = ".",
    limit: float = 60.0,
    mask: Callable[[str], str] = str,
) -> str:
    """What a program writes; `environment` is added to this process's own.

    Raises `Failed` where it does not end with 0, `Unavailable` where it is not done after `limit`
    seconds (then it may have acted, if it `may_act`), and `UsageError` where it can't be run. One
    that may act is run by a step that acts alone.
    """
    parts = split(arguments)
    command = mask(shlex.join(parts))
    if may_act:
        refuse_unless_acting(f"run {command}")
    whole = {**os.environ, **environment}
    try:
        answer = programs.run(parts, folder=Path(folder), environment=whole, limit=limit)
    except TimeoutError as error:
        raise Unavailable(
            f"expected an answer of {command}, found that it {error}", may_have_acted=may_act
        ) from None
    except OSError as error:
        raise UsageError(
            f"expected a program {parts[0]!r} that can be run in {folder}, found: {error}; "
            "install it, or name another"
        ) from None
    if answer.status != 0:
        said = f"{answer.text}\n{answer.said}".strip().splitlines()[-TAIL:] or ["nothing"]
        raise Failed(
            f"expected {command} to end with 0, it ended with status {answer.status}, and said: "
            + "\n".join(map(mask, said))
        )
    return answer.text
