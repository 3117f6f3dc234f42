"""Carries out a runbook for papermill: checks, kernel, cells, and an end that is told as it was."""

import os
from pathlib import Path
from typing import Any

from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel
from papermill.log import logger
from papermill.utils import merge_kwargs, remove_args

from runbook_lib.engine.client import RunbookClient, Stopped
from runbook_lib.engine.command_line import told
from runbook_lib.engine.ending import DONE, Ending
from runbook_lib.engine.given import check_given
from runbook_lib.engine.known import find_secrets
from runbook_lib.engine.left_behind import settle_session
from runbook_lib.engine.manager import HonestManager
from runbook_lib.engine.masked_log import masked_log
from runbook_lib.engine.output_file import input_file
from runbook_lib.engine.presented import is_private
from runbook_lib.engine.progress import Follower, find_session
from runbook_lib.engine.signals import Stopping
from runbook_lib.errors import UsageError
from runbook_lib.journal.session import SESSION_VARIABLE, name_session
from runbook_lib.notebook.beside import check_sources
from runbook_lib.notebook.reference import NOTEBOOK_VARIABLE, PRIVATE_VARIABLE
from runbook_lib.secrets.masking import Masking


def execute(
    nb: Any,
    kernel_name: str,
    *,
    output_path: str | None = None,
    progress_bar: Any = True,
    log_output: bool = False,
    autosave_cell_every: int = 30,
    session: str = "",
    follower: Follower | None = None,
    input_path: object = None,
    **options: Any,
) -> Any:
    """Execute a notebook in a kernel of its own; return it as it was saved.

    `session` names the session that the runbook will open; by default the environment does, unless
    one has that name already; else it gets a new name. `follower` is told of the cells of prose,
    and takes what the kernel's process would say on the terminal.
    """
    log_output = log_output and not is_private(nb)
    manager = HonestManager(
        nb,
        session=session or named_by_environment() or name_session(),
        masking=Masking(find_secrets(nb)),
        output_path=output_path,
        progress_bar=progress_bar,
        log_output=log_output,
        autosave_cell_every=autosave_cell_every,
    )
    manager.follower = follower
    with told(OSError):
        manager.notebook_start()
    with told(UsageError), masked_log(manager.masking):
        refuse_wrong_use(manager, input_path)
        run_kernel(manager, input_path, kernel_name=kernel_name, log_output=log_output, **options)
    return manager.shown


def named_by_environment() -> str:
    """The session's name that the environment has; empty where it has none, or a used one."""
    named = os.environ.get(SESSION_VARIABLE, "")
    return named if named and find_session(named) is None else ""


def refuse_wrong_use(manager: HonestManager, input_path: object) -> None:
    """Raise `UsageError` where a parameter, or a module, is wrong; the file says so."""
    try:
        check_given(manager.nb)
        check_sources(input_file(input_path))
    except UsageError as error:
        refused = refusal(manager, str(error))
        finish(manager)
        raise refused from None


def refusal(manager: HonestManager, why: str) -> UsageError:
    """What is raised where nothing was run; the file says why."""
    manager.end(Ending("refused", f"nothing was run: {why}"))
    return UsageError(manager.masking(why))


def run_kernel(manager: HonestManager, input_path: object, **options: Any) -> None:
    """Run the kernel until the notebook ends, whatever ends it; then settle and save."""
    with Stopping() as stopping:
        client = RunbookClient(manager, stopping, **client_options(**options))
        try:
            client.execute(env=kernel_environment(manager, input_path), **streams(manager))
        except Stopped:
            logger.warning("Stopped by %s; run the runbook again to go on", stopping.name)
        except NoSuchKernel as error:
            raise refusal(manager, without_kernel(error.name)) from None
        except BaseException as error:
            error.args = manager.masking.tree(error.args)
            manager.end(Ending("failed", client.reason(error)))
            if not stopping.asked:
                raise
        finally:
            stopping.close()
            settle(manager)
            finish(manager)
    if manager.ending != DONE and stopping.asked:
        stopping.deliver()


def without_kernel(name: str) -> str:
    """What is wrong where this machine has no kernel of that name."""
    return (
        f"expected a kernel that this machine has, found {name!r}; those that it has: "
        f"{', '.join(sorted(KernelSpecManager().find_kernel_specs()))}"
    )


def settle(manager: HonestManager) -> None:
    """Close what the kernel left open, and have the file say what the session came to."""
    outcome = settle_session(manager.session)
    if manager.ending == DONE and outcome:
        manager.tell(outcome, DONE.because)


def finish(manager: HonestManager) -> None:
    """Save the notebook's last state, also where papermill saves it only in the end."""
    manager.notebook_complete()
    path = manager.nb.metadata.papermill.get("output_path")
    if manager.ending != DONE and not manager.output_path and path:
        from papermill.iorw import write_ipynb

        write_ipynb(manager.shown, path)


def kernel_environment(manager: HonestManager, input_path: object) -> dict[str, str]:
    """The kernel's environment: its session's name, and the notebook that it executes."""
    found = {**os.environ, SESSION_VARIABLE: manager.session}
    found.pop(NOTEBOOK_VARIABLE, None)
    path: Path | None = input_file(input_path)
    found |= {NOTEBOOK_VARIABLE: str(path)} if path else {}
    return found | ({PRIVATE_VARIABLE: "1"} if is_private(manager.nb) else {})


def streams(manager: HonestManager) -> dict[str, Any]:
    """Where the kernel's process writes what it says past its cells: here, or to the follower."""
    terminal = manager.follower.terminal if manager.follower else None
    return {"stdout": terminal, "stderr": terminal} if terminal else {}


def client_options(
    *, start_timeout: int = 60, execution_timeout: int | None = None, **options: Any
) -> dict[str, Any]:
    """Papermill's options as its client takes them."""
    found: dict[str, Any] = merge_kwargs(
        remove_args(["timeout", "startup_timeout"], **options),
        timeout=execution_timeout or options.get("timeout"),
        startup_timeout=start_timeout,
        log=logger,
    )
    return found
