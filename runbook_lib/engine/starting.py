"""Starts a notebook's kernel: one that dies before it answers has executed nothing.

Its ports are chosen here and taken by it, and between the two another process may take one
(https://github.com/jupyter/jupyter_client/issues/487). Sockets without ports (`ipc`) are no way
out: their paths may have 107 bytes, which a home folder alone can fill.
"""

import time
from typing import Any

from jupyter_core.utils import run_sync
from papermill.clientwrap import PapermillNotebookClient

from runbook_lib.errors import Failed

STARTS = 3
"""How often a kernel is started at most, all within the time that it has to start."""


class StartingClient(PapermillNotebookClient):  # type: ignore[misc]
    """Papermill's client, which starts a kernel anew, on other ports, where it dies at once."""

    async def async_start_new_kernel(self, **options: Any) -> None:
        """Start the kernel's process. Raises `Failed` where there is no such program."""
        self.started_with = options
        try:
            await super().async_start_new_kernel(**options)
        except OSError as error:
            raise self.unstarted(error) from error

    start_new_kernel = run_sync(async_start_new_kernel)

    async def async_start_new_kernel_client(self) -> Any:
        """Connect to the kernel, as soon as it answers. Raises `Failed` where it never does."""
        end = time.monotonic() + self.startup_timeout
        for left in reversed(range(STARTS)):
            try:
                return await super().async_start_new_kernel_client()
            except RuntimeError as error:
                if not left or time.monotonic() >= end:
                    raise self.unstarted(error) from error
            self.create_kernel_manager()
            await self.async_start_new_kernel(**self.started_with)
        return None

    start_new_kernel_client = run_sync(async_start_new_kernel_client)

    def unstarted(self, error: Exception) -> Failed:
        """What is raised where there is no kernel; it says on standard error what it lacks."""
        return Failed(
            f"expected that the kernel {self.kernel_name} starts, found: {error}; nothing was run: "
            "mend what it says of itself (is ipykernel installed for it?), then run this again"
        )
