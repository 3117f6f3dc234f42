"""The terminal behind a kernel: where papermill was started, a line can be left there."""

import os
import sys
from collections.abc import Callable
from typing import Any

from runbook_lib.policy.visible import visible

COPY = "_original_stdstream_copy"
"""Where ipykernel keeps a stream's original descriptor while it captures what child processes
print there."""

unechoed: dict[int, int] = {}
"""The terminal's descriptor, by that from which it was taken."""
masks: list[Callable[[str], str]] = []
"""What hides the secrets of the runs that this kernel has opened."""


def say_in_terminal(text: str) -> None:
    """Write a line to the kernel process's own standard error, past the notebook's cell.

    Where ipykernel does not capture it, nothing is said: the cell says it in any case.
    """
    for mask in masks:
        text = mask(text)
    for copy in copies(sys.stderr):
        os.write(unechoed.get(copy, copy), f"{visible(text)}\n".encode())


def mask_terminal(mask: Callable[[str], str]) -> None:
    """Let nothing go to the terminal but masked, neither ours nor what child processes print.

    That, ipykernel sends to the front end, where it can be masked, and echoes it unmasked. The mask
    stays when the run has ended: its last lines come after that.
    """
    if mask not in masks:
        masks.append(mask)
    for copy in copies(sys.stdout, sys.stderr):
        if copy not in unechoed:
            unechoed[copy] = os.dup(copy)
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, copy, inheritable=False)
            os.close(nowhere)


def resume_echo() -> None:
    """Have ipykernel echo again."""
    while unechoed:
        copy, terminal = unechoed.popitem()
        os.dup2(terminal, copy, inheritable=False)
        os.close(terminal)


def copies(*streams: Any) -> list[int]:
    """The descriptors to which ipykernel echoes, of the streams that it captures."""
    found = (getattr(stream, COPY, None) for stream in streams)
    return [copy for copy in found if copy is not None]
