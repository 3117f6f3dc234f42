"""Turns SIGINT, SIGTERM and SIGHUP into a clean end: the cell, then the kernel, then the file."""

import signal
import threading
from collections.abc import Callable
from itertools import count
from types import FrameType
from typing import Any

SIGNALS = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
)
GRACE = 10.0
"""Seconds that an interrupted cell may take to end."""


class Hurry(KeyboardInterrupt):
    """A second signal, or an interrupted cell that does not end: no more waiting for it."""


class Stopping:
    """What the signals that came ask for, while a notebook is executed in the main thread.

    The first interrupts the cell under way; one after that raises `Hurry` where the execution is.
    """

    def __init__(self) -> None:
        self.taken: list[int] = []
        self.interrupt: Callable[[], object] | None = None
        self.closing = False
        self.previous: dict[int, Any] = {}
        self.timer: threading.Timer | None = None

    def __enter__(self) -> "Stopping":
        if threading.current_thread() is threading.main_thread():
            # One that is ignored (in the background, under nohup) stays so.
            found = {number: signal.getsignal(number) for number in SIGNALS}
            theirs = (signal.SIG_IGN, None)
            self.previous = {number: was for number, was in found.items() if was not in theirs}
            for number in self.previous:
                signal.signal(number, self.take)
        return self

    def __exit__(self, *_: object) -> None:
        if self.timer is not None:
            self.timer.cancel()
        for number, was in self.previous.items():
            signal.signal(number, was)

    @property
    def asked(self) -> bool:
        """Whether a signal has asked for the end."""
        return bool(self.taken)

    @property
    def name(self) -> str:
        """The name of the first signal that came."""
        return signal.Signals(self.taken[0]).name

    def take(self, number: int, _frame: FrameType | None) -> None:
        """Note a signal and act on it."""
        self.taken.append(number)
        if self.closing:
            return
        if len(self.taken) > 1:
            raise Hurry
        if self.interrupt is not None:
            self.interrupt()
        thread = threading.main_thread().ident
        self.timer = threading.Timer(GRACE, signal.pthread_kill, (thread, number))
        self.timer.daemon = True
        self.timer.start()

    def at_work(self, interrupt: Callable[[], object]) -> None:
        """A cell is executing: this interrupts it, once. A signal may be waiting for it already.

        One may also come between the two lines below: a second interrupt could meet a cell that has
        borne the first, or the kernel behind it.
        """
        if self.interrupt is None:
            tried = count()
            self.interrupt = lambda: next(tried) or interrupt()
            if self.asked:
                self.interrupt()

    def at_rest(self) -> None:
        """No cell is executing; what was asked for comes before the next one."""
        self.interrupt = None
        if self.timer is not None:
            self.timer.cancel()

    def close(self) -> None:
        """The kernel is gone: nothing may come between the file and its last state."""
        self.closing = True
        self.at_rest()

    def deliver(self) -> None:
        """End as the first signal wants it: by the handler that was there, else by status 128 + n.

        Raises `KeyboardInterrupt` for SIGINT and `SystemExit` for the others.
        """
        number = self.taken[0]
        if callable(self.previous.get(number)):
            signal.raise_signal(number)
        if number == signal.SIGINT:
            raise KeyboardInterrupt
        raise SystemExit(128 + number)
