"""The kernel of a session that nobody sits at."""

from typing import Any

from ipykernel.ipkernel import IPythonKernel

from runbook_lib.lazy import without


class HeadlessKernel(IPythonKernel):
    """IPython's kernel without its debugger, which takes a fifth of the start: nobody attaches."""

    def __new__(cls, *arguments: Any, **options: Any) -> "HeadlessKernel":
        """Make a kernel, for which there is no debugger; a cell finds it all the same."""
        with without("debugpy"):
            return super().__new__(cls, *arguments, **options)
