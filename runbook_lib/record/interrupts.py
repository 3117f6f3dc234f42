"""Where an interrupt comes in a kernel that is recorded, and where it waits."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class Interrupts:
    """Has an interrupt come into a cell's code, and into nothing else that a kernel does for it.

    Before and after its code, an interrupt would take the cell's reply, for which front ends wait.
    And a flush waits for the thread that sends: in the instant in which it takes back the lock of
    its `Condition`, an interrupt gives that thread's away, which reads no more: the kernel is mute.
    """

    def __init__(self, kernel: Any) -> None:
        from ipykernel.iostream import OutStream  # in a kernel it is there already

        self.kernel = kernel
        self.stream: Any = OutStream
        self.held = False

    def guard(self) -> None:
        """Stand where the kernel gets ready for a request, runs code, and its streams flush."""
        self.get_ready = self.kernel.pre_handler_hook
        self.kernel.pre_handler_hook = self.begin
        self.run = self.kernel.shell.run_code
        self.kernel.shell.run_code = self.run_code
        self.flush = self.stream.flush
        self.stream.flush = undisturbed()(self.flush)

    def leave(self) -> None:
        """Have all that as it was."""
        del self.kernel.pre_handler_hook, self.kernel.shell.run_code
        self.stream.flush = self.flush

    def begin(self) -> None:
        """Stands for the kernel's own hook, which lets interrupts come from the first line on."""
        self.held = False
        if self.kernel.get_parent("shell")["header"]["msg_type"] == "execute_request":
            self.kernel.saved_sigint_handler = signal.signal(signal.SIGINT, self.hold)
        else:
            self.get_ready()

    def hold(self, *_: Any) -> None:
        """Stands for the handler of interrupts outside of a cell's code."""
        self.held = True

    async def run_code(self, *code: Any, **options: Any) -> bool:
        """Run a cell's code, or a part of it; what was held off comes now."""
        before = signal.getsignal(signal.SIGINT)
        try:
            if before == self.hold:
                signal.signal(signal.SIGINT, signal.default_int_handler)
            if self.held:
                self.held = False
                raise KeyboardInterrupt
            failed: bool = await self.run(*code, **options)
            return failed
        finally:
            if before == self.hold:
                signal.signal(signal.SIGINT, before)


@contextmanager
def quiet() -> Iterator[list[tuple[Any, ...]]]:
    """Hold an interrupt off (it can come at any line), so that nothing is left half done."""
    noted: list[tuple[Any, ...]] = []
    before = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or not callable(before):
        yield noted
        return
    signal.signal(signal.SIGINT, lambda *given: noted.append(given))
    try:
        yield noted
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def undisturbed() -> Iterator[None]:
    """Hold an interrupt off until the block is over."""
    handler = signal.getsignal(signal.SIGINT)
    with quiet() as noted:
        yield
    if noted and callable(handler):
        handler(*noted[0])
