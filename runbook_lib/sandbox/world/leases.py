"""Leases: who still uses a sandbox, told by file locks, so that a killed session counts no more.

world/
  lock                     held for a moment by whoever starts or ends a server
  serving.lock             held by the server for as long as it lives; holds its pid
  keep                     there where the server stays without any lease
  leases/{pid}-{n}.lease   locked by a process, a notebook's kernel, for as long as it lives
  leases/{pid}.starting    a process that has just found a server, and will lease it at once
"""

import fcntl
import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import IO

STARTING_SECONDS = 10.0
"""How long a session may take between finding a server and leasing it."""


held: set["Lease"] = set()
"""This process's leases: one that nobody closes lasts as long as the process."""


class Lease:
    """One process's hold on a sandbox; it ends with `close`, or with the process."""

    def __init__(self, path: Path, file: IO[str]) -> None:
        self.path = path
        self.file = file

    def close(self) -> None:
        """Give the sandbox up; more than once is no harm."""
        if not self.file.closed:
            self.path.unlink(missing_ok=True)
            self.file.close()
            held.discard(self)

    def __enter__(self) -> "Lease":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def take_lease(folder: Path) -> Lease:
    """Hold the sandbox of a world for this process."""
    leases = lease_folder(folder)
    path = leases / f"{os.getpid()}-{secrets.token_hex(4)}.lease"
    # Locked before it has its name: the server never sees it unlocked.
    unnamed = path.with_suffix(".new")
    file = unnamed.open("w")
    fcntl.flock(file, fcntl.LOCK_EX)
    unnamed.rename(path)
    starting_file(folder).unlink(missing_ok=True)
    lease = Lease(path, file)
    held.add(lease)
    return lease


def announce_start(folder: Path) -> None:
    """Say that this process is about to take a lease."""
    lease_folder(folder)
    starting_file(folder).touch()


def in_use(folder: Path) -> bool:
    """Whether anybody holds the sandbox, or is about to; what dead sessions left is removed."""
    leases = lease_folder(folder)
    leased = [path for path in leases.glob("*.lease") if still_locked(path)]
    coming = [path for path in leases.glob("*.starting") if still_coming(path)]
    return bool(leased or coming)


def holders(folder: Path) -> list[int]:
    """The processes that hold the sandbox of a world."""
    locked_by = filter(still_locked, lease_folder(folder).glob("*.lease"))
    return sorted({int(path.name.partition("-")[0]) for path in locked_by})


def lease_folder(folder: Path) -> Path:
    """Where the leases are; made where it is missing."""
    leases = folder / "leases"
    leases.mkdir(parents=True, exist_ok=True)
    return leases


def starting_file(folder: Path) -> Path:
    """What says that this process is about to take a lease."""
    return folder / "leases" / f"{os.getpid()}.starting"


def still_locked(path: Path) -> bool:
    """Whether a lease's session lives; the file of a dead one is removed."""
    try:
        with path.open() as file:
            if try_lock(file):
                path.unlink(missing_ok=True)
                return False
            return True
    except FileNotFoundError:
        return False


def still_coming(path: Path) -> bool:
    """Whether a session that announced itself can still be expected."""
    try:
        fresh = time.time() - path.stat().st_mtime < STARTING_SECONDS
    except FileNotFoundError:
        return False
    if fresh and alive(int(path.stem)):
        return True
    path.unlink(missing_ok=True)
    return False


def alive(pid: int) -> bool:
    """Whether a process of that number exists."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def try_lock(file: IO[str]) -> bool:
    """Lock an open file if nobody else has; say whether it worked."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def locked(path: Path, *, within: float) -> Iterator[IO[str]]:
    """Hold a lock file; raises TimeoutError where that takes longer than `within` seconds."""
    path.parent.mkdir(parents=True, exist_ok=True)
    limit = time.monotonic() + within
    with path.open("a+") as file:
        while not try_lock(file):
            if time.monotonic() >= limit:
                raise TimeoutError(f"{path} is still locked by another process after {within:g} s")
            time.sleep(0.01)
        yield file
