"""A kernel as Jupyter starts it, in which cells are carried out."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

from jupyter_client.manager import start_new_kernel

from benchmarks.sample import HERE, home_environment

Show = Callable[[str], object]
LIMIT = 300.0


@contextmanager
def kernel_of(
    home: Path, variables: Mapping[str, str] | None = None
) -> Iterator[Callable[[str, Show], None]]:
    """A new kernel with a home of its own; what is printed in it goes to the cell's `show`."""
    environment = home_environment(home) | dict(variables or {})
    quiet = ["--log-level=ERROR"]
    with patch.dict(os.environ, environment, clear=True):
        manager, client = start_new_kernel(
            kernel_name="python3", extra_arguments=quiet, cwd=str(HERE.parent)
        )

    def run(source: str, show: Show) -> None:
        def output(message: dict[str, Any]) -> None:
            if message["msg_type"] == "stream":
                show(message["content"]["text"])

        reply = client.execute_interactive(source, output_hook=output, timeout=LIMIT)
        if reply["content"]["status"] != "ok":
            raise RuntimeError("\n".join(reply["content"]["traceback"]))

    try:
        yield run
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
