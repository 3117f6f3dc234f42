"""The terminal behind a kernel: where papermill was started, a line can be left there."""

import os
import sys


def say_in_terminal(text: str) -> None:
    """Write a line to the kernel process's own standard error, past the notebook's cell.

    ipykernel keeps the original under a private name while it captures the descriptor; where it
    does not, nothing is said: the cell says it in any case.
    """
    descriptor = getattr(sys.stderr, "_original_stdstream_copy", None)
    if descriptor is not None:
        os.write(descriptor, f"{text}\n".encode())
