"""A forked child, made what a new process would be, and its command carried out."""

import atexit
import builtins
import os
import runpy
import signal
import site
import sys
import tempfile
import threading
from importlib.machinery import BuiltinImporter
from io import TextIOWrapper
from types import ModuleType
from typing import Any, NoReturn

from tests.forking.command import Command


def carry_out(command: Command, base: list[str]) -> None:
    """Run the command as Python's own start does."""
    os.chdir(command.folder)
    os.umask(command.mask)
    os.environ.clear()
    os.environ.update(command.environment)
    sys.path[:] = [*command.path, *base]
    sys.argv[:] = [command.kind, *command.arguments]
    sys.orig_argv[:] = [sys.executable, command.kind, command.name, *command.arguments]
    tempfile.tempdir = None
    signal.signal(signal.SIGINT, signal.default_int_handler)
    open_streams()
    site.execsitecustomize()  # type: ignore[attr-defined]
    try:
        run(command, new_main())
    except Exception as error:
        own = error.__traceback__ and error.__traceback__.tb_next
        sys.excepthook(type(error), error.with_traceback(own and own.tb_next), None)
        leave(1)
    except SystemExit as ended:
        if not isinstance(ended.code, int | None) or command.name == "ipykernel_launcher":
            raise  # a kernel's last messages may be on their way
        leave(ended.code or 0)
    leave(0)


def leave(status: int) -> NoReturn:
    """End as the interpreter does, but for taking all modules apart, most of them never used."""
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except (OSError, ValueError):
        sys.exit(status)
    os._exit(status & 0xFF)


def run(command: Command, main: ModuleType) -> None:
    """Run a module, or code."""
    if command.kind == "-m":
        runpy._run_module_as_main(command.name)  # type: ignore[attr-defined]
    else:
        exec(compile(command.name, "<string>", "exec"), main.__dict__)


def new_main() -> ModuleType:
    """An empty module of that name, as every interpreter begins with."""
    sys.modules["__main__"] = main = ModuleType("__main__")
    main.__loader__ = BuiltinImporter
    main.__dict__.update(__annotations__={}, __builtins__=builtins)
    return main


def open_streams() -> None:
    """Open standard input, output and error on the files that are theirs now."""
    sys.stdin = sys.__stdin__ = stream(0, "r", sys.stdin)
    sys.stdout = sys.__stdout__ = stream(1, "w", sys.stdout)
    sys.stderr = sys.__stderr__ = stream(2, "w", sys.stderr)


def stream(number: int, mode: str, old: Any) -> TextIOWrapper:
    """A standard stream, with the forms that the interpreter has chosen."""
    through = old.write_through
    lines = not through and (number == 2 or os.isatty(number))
    buffering = 0 if through and mode == "w" else -1
    new = open(number, f"{mode}b", buffering=buffering, closefd=False)  # noqa: SIM115
    told = {"encoding": old.encoding, "errors": old.errors, "write_through": through}
    found = TextIOWrapper(new, line_buffering=lines, **told)  # type: ignore[arg-type]
    found.mode = mode
    return found
