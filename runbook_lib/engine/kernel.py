"""The kernel of a session that nobody sits at."""

import atexit
from typing import Any

from ipykernel.ipkernel import IPythonKernel

from runbook_lib.lazy import without


class HeadlessKernel(IPythonKernel):
    """IPython's kernel without its debugger, which takes a fifth of the start: nobody attaches."""

    def __new__(cls, *arguments: Any, **options: Any) -> "HeadlessKernel":
        """Make a kernel, for which there is no debugger; a cell finds it all the same."""
        with without("debugpy"):
            return super().__new__(cls, *arguments, **options)

    def start(self) -> None:
        """Take requests."""
        super().start()  # type: ignore[no-untyped-call]
        atexit.register(self.answer_last)

    def answer_last(self) -> None:
        """Let the answer to the request to end go out, which would lose whom it goes out by.

        ipykernel 7.4 ends the thread that publishes first: one end in ten took 10 seconds more, or
        half of what the kernel was given (`IPKernelApp.close`).
        """
        if self.control_thread is not None and self.control_thread.is_alive():
            self.control_thread.stop()
            self.control_thread.join()
