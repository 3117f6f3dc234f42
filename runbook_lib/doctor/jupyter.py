"""What stepping through a runbook needs: JupyterLab, its widgets, a kernel with this library."""

import re
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from runbook_lib.policy.diagnosis import Diagnosis, good, missing, warning
from runbook_lib.programs import run

INSTALL = "pip install 'runbook-kit[lab]'"
MANAGER = "@jupyter-widgets/jupyterlab-manager"
"""What shows widgets in JupyterLab, below a folder of its extensions."""
KERNEL = "python3"
OWN = re.compile(r"python(3(\.\d+)?)?")
BRIEF = 15.0


def examine_jupyterlab() -> Iterator[Diagnosis]:
    """Whether JupyterLab is here; without it runbooks still run from a terminal."""
    try:
        yield good("JupyterLab", version("jupyterlab"))
    except PackageNotFoundError:
        yield warning(
            "JupyterLab", "not installed: runbook run works, runbook open does not", INSTALL
        )
        return
    yield examine_widgets()


def examine_widgets() -> Diagnosis:
    """Whether JupyterLab shows buttons and fields."""
    from jupyter_core.paths import jupyter_path

    places = [Path(place) / MANAGER / "package.json" for place in jupyter_path("labextensions")]
    if any(place.is_file() for place in places):
        return good("widgets", f"ipywidgets {version('ipywidgets')}, and JupyterLab's part of it")
    return warning(
        "widgets",
        "JupyterLab has no part that shows them: gates are answered by runbook approve",
        "pip install jupyterlab_widgets, where JupyterLab is",
    )


def examine_kernel() -> Iterator[Diagnosis]:
    """Whether the kernel that notebooks name has this library."""
    from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

    install = f"{sys.executable} -m ipykernel install --sys-prefix"
    try:
        command = KernelSpecManager().get_kernel_spec(KERNEL).argv[0]
    except NoSuchKernel:
        yield missing("kernel", f"no kernel is called {KERNEL}", install)
        return
    # Jupyter takes its own Python where a kernel's command says no more than that.
    python = sys.executable if OWN.fullmatch(command) else command
    there = run([python, "-c", "import runbook_lib"], folder=Path("/"), limit=BRIEF)
    if there.status:
        yield missing("kernel", f"{KERNEL} is {python}, without this library", install)
    else:
        yield good("kernel", f"{KERNEL} is {python}")
