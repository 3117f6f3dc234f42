"""Executes a runbook's cells in a kernel, and notes for each what is known of it."""

import asyncio
import sys
from contextlib import suppress
from typing import Any

from jupyter_core.utils import run_sync
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbclient.util import ensure_async
from nbformat import from_dict
from nbformat.v4 import new_output
from papermill.exceptions import PapermillExecutionError

from runbook_lib.engine.ending import DONE, Ending, cut_off, quit_in, raised_in
from runbook_lib.engine.manager import HonestManager
from runbook_lib.engine.signals import Hurry, Stopping
from runbook_lib.engine.starting import StartingClient
from runbook_lib.errors import Failed, Waiting, find_error
from runbook_lib.policy.visible import printed
from runbook_lib.secrets.masking import Masking, StreamMasking

CLOSING = 60.0
"""Seconds that a kernel has for its end: half for closing the session, half after SIGTERM."""
HURRIED = 6.0
"""The same after a second signal."""


class Stopped(Exception):
    """A signal ended the execution."""


class RunbookClient(StartingClient):
    """Papermill's client, with a clean end for whatever ends it."""

    def __init__(self, manager: HonestManager, stopping: Stopping, **options: Any) -> None:
        super().__init__(manager, **options)
        self.manager = manager
        self.stopping = stopping
        self.streams: dict[str, StreamMasking] = {}
        self.exiting = False
        """Whether a cell told its kernel to exit, and ended itself as if nothing were."""

    def create_kernel_manager(self) -> Any:
        """A kernel manager that gives the kernel time to close its session.

        Raises `NoSuchKernel` where there is none of its name: starting it would log a traceback.
        """
        found = super().create_kernel_manager()
        found.shutdown_wait_time = CLOSING
        leave_out_current_folder(found.kernel_spec.argv)
        leave_out_debugger(found.kernel_spec.argv)
        return found

    def execute(self, **options: Any) -> Any:
        """Execute the notebook; the kernel is gone when this returns or raises."""
        try:
            return super().execute(**options)
        finally:
            self.clear_away()

    def clear_away(self) -> None:
        """Kill a kernel that is still there: its own end was cut short."""
        if self.km is not None and self.owns_km and self.km.has_kernel:
            run_sync(self.shut_down_now)()

    async def shut_down_now(self) -> None:
        """Kill the kernel."""
        await ensure_async(self.km.shutdown_kernel(now=True))

    def papermill_execute_cells(self) -> None:
        """Execute each cell until one ends the notebook."""
        for index, cell in enumerate(self.nb.cells):
            self.check_ready()
            self.nb_man.cell_start(cell, index)
            ending = self.ending_of(cell, index)
            if ending is not None:
                return self.finish(ending)
        return self.manager.end(DONE)

    def check_ready(self) -> None:
        """Raise where the notebook may not go on, or cannot."""
        if self.stopping.asked:
            self.manager.end(cut_off(None, f"it was stopped by {self.stopping.name}"))
            raise Stopped
        if not run_sync(self.is_alive)():
            self.manager.end(cut_off(None, "its kernel had died before a cell was run"))
            raise DeadKernelError("Kernel died")

    async def is_alive(self) -> bool:
        """Whether the kernel is there."""
        return bool(await ensure_async(self.km.is_alive()))

    def ending_of(self, cell: Any, index: int) -> Ending | None:
        """Execute a cell; the ending that it makes, or None where the next one may follow."""
        try:
            self.execute_cell(cell, index)
        except CellExecutionError as error:
            return self.after_error(error, cell, index)
        except BaseException as error:
            self.lose(cell, index, error)
            raise
        finally:
            self.stopping.at_rest()
            self.flush_streams()
        return self.after_success(cell, index)

    def after_error(self, error: CellExecutionError, cell: Any, index: int) -> Ending:
        """What an error in a cell comes to."""
        if self.stopping.asked and not is_wait(error):
            self.lose(cell, index, error)
            raise Stopped from None
        self.nb_man.cell_exception(cell, cell_index=index, exception=error)
        self.nb_man.cell_complete(cell, cell_index=index)
        return quit_in(index) if error.ename == "SystemExit" else raised_in(index, error)

    def after_success(self, cell: Any, index: int) -> Ending | None:
        """What a cell without an error comes to: it may have ended its kernel all the same."""
        if self.exiting:
            self.nb_man.cell_exception(cell, cell_index=index)
        self.nb_man.cell_complete(cell, cell_index=index)
        return quit_in(index) if self.exiting else None

    def finish(self, ending: Ending) -> None:
        """End the notebook in a cell. Raises where papermill would take the exit for success."""
        self.manager.end(ending)
        if not ending.raised and ending.cell is not None:
            raise exit_error(self.nb.cells[ending.cell], ending.cell, self.manager.masking)

    def lose(self, cell: Any, index: int, error: BaseException) -> None:
        """Note that a cell was under way when something ended it from outside."""
        if isinstance(error, Hurry) and self.km is not None:
            self.km.shutdown_wait_time = HURRIED
        self.manager.cell_cut_off(cell)
        self.manager.end(cut_off(index, self.reason(error)))

    def reason(self, error: BaseException) -> str:
        """What ended a cell from outside, in words."""
        if self.stopping.asked:
            return f"it was stopped by {self.stopping.name}"
        if isinstance(error, DeadKernelError):
            return "its kernel died"
        if isinstance(error, CellTimeoutError):
            return "a cell took longer than it may"
        if isinstance(error, Failed):
            return str(error)
        return f"papermill had to stop ({type(error).__name__})"

    def process_message(self, msg: Any, cell: Any, cell_index: int) -> Any:
        """Take a message; from the first of a cell's own on, the cell can be interrupted."""
        if msg["msg_type"] == "execute_input":
            loop = asyncio.get_running_loop()
            self.stopping.at_work(lambda: loop.call_soon_threadsafe(self.interrupt_cell))
        return super().process_message(msg, cell, cell_index)

    def interrupt_cell(self) -> None:
        """Interrupt the cell under way, from within the event loop."""
        self.interrupting = asyncio.ensure_future(self.send_interrupt())

    async def send_interrupt(self) -> None:
        """Interrupt the kernel, if it is there."""
        with suppress(RuntimeError):
            await ensure_async(self.km.interrupt_kernel())

    async def async_execute_cell(self, cell: Any, cell_index: int, *args: Any, **kw: Any) -> Any:
        """Execute a cell, and tell the kernel which one it is, as JupyterLab does."""
        self.kc.session.metadata = {"cellId": cell["id"]} if "id" in cell else {}
        try:
            return await super().async_execute_cell(cell, cell_index, *args, **kw)
        finally:
            if self.kc is not None:
                self.kc.session.metadata = {}

    execute_cell = run_sync(async_execute_cell)

    async def _check_raise_for_error(self, cell: Any, cell_index: int, exec_reply: Any) -> None:
        """Look whether the cell asked for the kernel's end (`quit`), then for its error."""
        payload = (exec_reply or {}).get("content", {}).get("payload") or []
        self.exiting = any(item.get("source") == "ask_exit" for item in payload)
        await super()._check_raise_for_error(cell, cell_index, exec_reply)

    def log_output_message(self, output: Any) -> None:
        """Log an output, or write it to the file that it is to go to, masked."""
        if output.output_type == "stream":
            self.log_stream(output.name, self.stream(output.name).feed(output.text))
        else:
            super().log_output_message(masked(output, self.manager.masking))

    def log_stream(self, name: str, text: str) -> None:
        """Log what may be shown of a stream's text by now."""
        file = getattr(self, f"{name}_file")
        text = printed(text) if file is not None and file.isatty() else text
        if text:
            super().log_output_message(new_output("stream", name=name, text=text))  # type: ignore[no-untyped-call]

    def stream(self, name: str) -> StreamMasking:
        """What masks a stream of the cell under way, as one text in pieces."""
        return self.streams.setdefault(name, StreamMasking(self.manager.masking))

    def flush_streams(self) -> None:
        """Log what was held back of the streams: the cell is over."""
        for name, stream in self.streams.items():
            self.log_stream(name, stream.flush())
        self.streams = {}


def is_wait(error: CellExecutionError) -> bool:
    """Whether a cell's own wait ended it: a signal that interrupts it has left nothing open."""
    return issubclass(find_error(error.ename) or Failed, Waiting)


def leave_out_current_folder(command: list[str]) -> None:
    """Have a Python kernel import nothing from the folder that it works in: it may be a stranger's.

    The option is not handed on to what the kernel starts, as PYTHONSAFEPATH would be.
    """
    if "ipykernel_launcher" in command[1:] and "-P" not in command:
        command.insert(command.index("ipykernel_launcher") - 1, "-P")
        # IPython before 9.7 does not ask for the option.
        command.append("--InteractiveShellApp.ignore_cwd=True")
        # What the notebook imports from its own folder is found from its first cell on.
        command.append("--InteractiveShellApp.extra_extensions=runbook_lib.notebook.beside")


def leave_out_debugger(command: list[str]) -> None:
    """Have a kernel of this environment, which surely has the library, start without debugger."""
    ours = command[0] in (sys.executable, "python", f"python{sys.version_info[0]}")
    if ours and "ipykernel_launcher" in command[1:]:
        command.append("--IPKernelApp.kernel_class=runbook_lib.engine.kernel.HeadlessKernel")


def masked(output: Any, masking: Masking) -> Any:
    """An output with every secret in it masked."""
    return from_dict(masking.tree(output))  # type: ignore[no-untyped-call]


def exit_error(cell: Any, index: int, masking: Masking) -> PapermillExecutionError:
    """What papermill raises for an error in a cell, for an exit, which it takes for success."""
    said = [output for output in cell.outputs if output.output_type == "error"]
    return PapermillExecutionError(
        cell_index=index,
        exec_count=cell.execution_count,
        source=masking(cell.source),
        ename="SystemExit",
        evalue=masking(said[-1].evalue) if said else "",
        traceback=masking.tree(list(said[-1].traceback)) if said else [],
    )
