"""The process that forks: it has imported what most commands need, and started nothing.

A child that it forks is its parent's child (CLONE_PARENT), as one that the parent had started
itself, and has a fork server of its own, for what it starts in turn.
"""

import ctypes
import gc
import os
import pickle
import signal
import socket
import sys
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from tempfile import TemporaryDirectory

from tests.forking import started
from tests.forking.command import LIMIT, Command, settings_of
from tests.forking.ports import KernelPorts

CLONE_PARENT = 0x8000
IMPORTED = (
    "IPython.core.application",
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.core.oinspect",
    "IPython.core.shellapp",
    "IPython.extensions.storemagic",
    "IPython.terminal.pt_inputhooks",
    "anyio._backends._asyncio",
    "gitdb",
    "ipykernel.debugger",
    "ipykernel.ipkernel",
    "ipykernel.zmqshell",
    "jupyter_client.provisioning",
    "nbclient",
    "nbformat.v4",
    "papermill.cli",
    "papermill.engines",
    "psutil",
    "tornado.locks",
    "tornado.platform.asyncio",
    "tornado.queues",
    "uvicorn.lifespan.off",
    "uvicorn.loops.asyncio",
    "uvicorn.protocols.http.h11_impl",
)
"""What a kernel imports, but for its application, which asks for its parent when it is imported;
what git's library does, but for itself, which asks where git is; and what a sandbox's server does.
"""
APART = ("runbook_lib.testing", "runbook_lib.jupyter")
"""What is not imported: it is pytest's to import, or no module of the library's."""

python = ctypes.PyDLL(None)
python.pthread_self.restype = ctypes.c_void_p


def place_of(number: int, thread: int) -> int:
    """Where the C library has noted the number of a thread, as its own fork notes it anew.

    What sends a signal to the thread asks there. Raises ValueError where that is not certain. The
    place is a pointer's, or the second half of one could be the number, as 0x7f66 is.
    """
    places = range(thread, thread + 2048, ctypes.sizeof(ctypes.c_void_p))
    [place] = [one for one in places if ctypes.c_int.from_address(one).value == number]
    return place


def main(asks: int, base: list[str]) -> Command:
    """Fork whoever is asked for, until the one who asks has ended; in a child: its command."""
    for name in IMPORTED:
        import_module(name)
    import_library()
    know_addresses()
    KernelPorts.instance()  # whoever is forked here starts kernels, too
    [_only] = Path("/proc/self/task").iterdir()  # what has threads can't be forked
    own_settings = settings_of(os.environ)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    gc.collect()
    gc.freeze()
    return Forking(base, own_settings).serve(socket.socket(fileno=asks))


def import_library() -> None:
    """Import every module of the library; it keeps nothing that an import finds outside."""
    library = import_module("runbook_lib")
    for module in walk_packages(library.__path__, "runbook_lib."):
        if not module.name.startswith(APART) and not module.name.endswith("__main__"):
            import_module(module.name)


def know_addresses() -> None:
    """Compile the patterns of a sandbox's addresses, of which Python keeps the newest 512."""
    with TemporaryDirectory() as folder:
        world = import_module("runbook_lib.sandbox.world.world").World(Path(folder))
        import_module("runbook_lib.sandbox.server.server").build_app(world, instance="")
        world.close()


class Forking:
    """A fork server, as each child has its own."""

    def __init__(self, base: list[str], settings: dict[str, str]) -> None:
        self.base = base
        self.settings = settings
        self.loaded = {name for name in sys.modules if "." not in name}

    def serve(self, asks: socket.socket) -> Command:
        """In the server for ever; in each child, and its children: the command to carry out."""
        while True:
            command, answer, files = receive(asks)
            if self.can(command) and fork_beside() == 0:
                become(command, files)
                os.write(answer, os.getpid().to_bytes(8, "big"))
                os.close(answer)
                asks.close()
                its = fork_server()
                if its is None:
                    return command
                asks = its
                continue
            for file in (answer, *files):
                os.close(file)

    def can(self, command: Command) -> bool:
        """Whether a child of this process is what a new one would be."""
        if settings_of(command.environment) != self.settings:
            return False
        return not any(self.hides(Path(folder or command.folder)) for folder in command.path)

    def hides(self, folder: Path) -> bool:
        """Whether a folder has another module of a name that is imported here."""
        if str(folder) in self.base or not folder.is_dir():
            return False
        named = {path.name.partition(".")[0]: path for path in folder.iterdir()}
        both = named.keys() & self.loaded
        return any(not is_same(named[name], sys.modules[name]) for name in both)


def is_same(path: Path, module: object) -> bool:
    """Whether a module is the one at a path, or none is there."""
    if path.suffix != ".py" and not (path / "__init__.py").exists():
        return True
    file = Path(getattr(module, "__file__", None) or "/").resolve()
    return file.is_relative_to(path.resolve())


def receive(asks: socket.socket) -> tuple[Command, int, list[int]]:
    """The next command, where to answer, and its standard files; ends with the one who asks."""
    sent, files, _, _ = socket.recv_fds(asks, LIMIT, 4)
    if not sent:
        os._exit(0)
    command: Command = pickle.loads(sent)
    return command, files[0], files[1:]


def fork_beside() -> int:
    """Fork a child of this process's parent; 0 in that child."""
    number = place_of(os.getpid(), python.pthread_self())
    python.PyOS_BeforeFork()
    process: int = python.syscall(started.CLONE, CLONE_PARENT | signal.SIGCHLD, 0, 0, 0, 0)
    if process == 0:
        ctypes.c_int.from_address(number).value = os.getpid()
        python.PyOS_AfterFork_Child()
    else:
        python.PyOS_AfterFork_Parent()
    return process


def become(command: Command, files: list[int]) -> None:
    """Have the session, the group and the standard files that a process was to have."""
    if command.new_session:
        os.setsid()
    else:
        os.setpgid(0, command.group)
    for number, file in enumerate(files):
        os.dup2(file, number)
        os.close(file)


def fork_server() -> socket.socket | None:
    """Fork this process's own server; there: where it is asked, in the process itself: None.

    It is in a group of its own, for a kernel that shuts down ends what is in its group.
    """
    asking, asked = socket.socketpair(type=socket.SOCK_SEQPACKET)
    if os.fork():
        asked.close()
        started.install(asking)
        return None
    asking.close()
    os.setpgid(0, 0)
    nothing = os.open(os.devnull, os.O_RDWR)
    for number in range(3):
        os.dup2(nothing, number)
    os.close(nothing)
    return asked
