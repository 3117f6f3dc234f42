"""A PostgreSQL primary with a replica, on this machine, for as long as a test needs them."""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

LIMIT = 120.0
CONFIGURATION = """
listen_addresses = ''
unix_socket_directories = '{folder}'
port = {port}
fsync = off
shared_buffers = 16MB
"""
SERVICES = """
[shop-old]
host={folder}
port=5432
user=postgres
dbname=shop

[shop-new]
host={folder}
port=5433
user=postgres
dbname=shop
"""
HELD = """#!/bin/sh
# psql, which is held before a promotion, or behind it, as long as a file of that name is there;
# what was held before it is lost, unless it is to go on in the middle.
hold() {{ touch held; while [ -e "$1" ]; do sleep 0.05; done; }}
case "$*" in *pg_promote*)
  cd "{folder}" || exit
  [ ! -e middle ] || hold middle
  [ ! -e before ] || {{ hold before; exit 2; }}
  "{psql}" "$@" || exit
  [ ! -e behind ] || hold behind
  exit;;
esac
exec "{psql}" "$@"
"""
NOBODY = ("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups")
"""Who the servers run as where the tests are root's: PostgreSQL refuses to."""


def find_programs() -> Path:
    """The folder of PostgreSQL's programs; without it the test is skipped, and fails in CI."""
    named = os.environ.get("POSTGRES_HOME")
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    places = (
        [Path(named)]
        if named
        else [Path(shutil.which("initdb") or "none").resolve().parent, *debian]
    )
    found = [place for place in places if (place / "postgres").exists()]
    if found:
        return found[-1]
    lacking = "needs PostgreSQL: install Debian's, or name the folder of initdb in POSTGRES_HOME"
    if os.environ.get("CI"):
        pytest.fail(lacking)
    pytest.skip(lacking)


@dataclass(frozen=True)
class Pair:
    """Two servers in a folder: `old`, with a table of orders, and its replica `new`."""

    folder: Path
    programs: Path

    @property
    def environment(self) -> dict[str, str]:
        """Where a client finds the servers, and the programs to ask them with."""
        path = os.pathsep.join([str(self.folder), str(self.programs), os.environ["PATH"]])
        return {"PATH": path, "PGSERVICEFILE": str(self.folder / "services")}

    def psql(self, server: str, query: str) -> "subprocess.Popen[str]":
        """Begin to ask a server, as a client of the shop does."""
        command = [self.programs / "psql", "-XAtq", "-d", f"service=shop-{server}", "-c", query]
        out = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
        environment = {**os.environ, **self.environment}
        return subprocess.Popen(command, env=environment, text=True, **out)  # type: ignore[call-overload,no-any-return]

    def ask(self, server: str, query: str) -> str:
        """What a server answers; its refusal, where it refuses."""
        text, _ = self.psql(server, query).communicate(timeout=LIMIT)
        return str(text).strip()

    def order(self, server: str, thing: str) -> str:
        """Order a thing of the shop; empty where it takes the order."""
        return self.ask(server, f"INSERT INTO orders VALUES ('{thing}')")

    def orders(self, server: str) -> list[str]:
        """What has been ordered, as a server has it."""
        return self.ask(server, "SELECT thing FROM orders ORDER BY thing").splitlines()

    def timeline(self, server: str) -> str:
        """How many times the cluster was promoted, and 1."""
        return self.ask(server, "CHECKPOINT; SELECT timeline_id FROM pg_control_checkpoint()")

    def is_replica(self, server: str) -> bool:
        return self.ask(server, "SELECT pg_is_in_recovery()") == "t"

    def settings(self, server: str) -> str:
        """What was set by ALTER SYSTEM."""
        return (self.folder / server / "postgresql.auto.conf").read_text()

    def signal_startup(self, number: signal.Signals) -> None:
        """Send a signal to the process of the replica that replays the log, and promotes."""
        postmaster = (self.folder / "new" / "postmaster.pid").read_text().split()[0]
        children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
        [startup] = [child for child in children if b"startup" in command_of(child)]
        os.kill(int(startup), number)

    def run(self, *command: str) -> None:
        """Run one of PostgreSQL's programs as who the servers run as."""
        program, *arguments = command
        whole = [*as_nobody(), str(self.programs / program), *arguments]
        with (self.folder / "out").open("ab") as out:
            ended = subprocess.run(whole, stdout=out, stderr=out, cwd=self.folder, timeout=LIMIT)
        assert ended.returncode == 0, (self.folder / "out").read_text()

    def configure(self, server: str, port: int) -> None:
        """Have a server listen in the folder alone."""
        with (self.folder / server / "postgresql.conf").open("a") as file:
            file.write(CONFIGURATION.format(folder=self.folder, port=port))

    def start(self, server: str) -> None:
        """Start a server; back when it answers."""
        log = str(self.folder / f"{server}.log")
        self.run("pg_ctl", "start", "-w", "-D", server, "-l", log)

    def stop(self, server: str) -> None:
        """Stop a server at once, if it runs."""
        if (self.folder / server / "postmaster.pid").exists():
            self.run("pg_ctl", "stop", "-m", "immediate", "-D", server)


def as_nobody() -> Sequence[str]:
    """What comes before a command of the servers."""
    return NOBODY if os.geteuid() == 0 else ()


def make_pair(folder: Path) -> Pair:
    """A primary and its replica in an empty folder, both running, with the orders of a shop."""
    pair = Pair(folder, find_programs())
    (folder / "services").write_text(SERVICES.format(folder=folder))
    (folder / "out").touch()
    if as_nobody():
        shutil.chown(folder, "nobody", "nogroup")
    pair.run("initdb", "-D", "old", "-U", "postgres", "--auth=trust", "--no-sync")
    pair.configure("old", 5432)
    pair.start("old")
    pair.run("createdb", "-h", str(folder), "-U", "postgres", "shop")
    assert not pair.ask("old", "CREATE TABLE orders (thing text PRIMARY KEY)")
    assert not pair.order("old", "apples")
    source = ("-h", str(folder), "-U", "postgres", "-c", "fast")
    pair.run("pg_basebackup", "-D", "new", "-R", "--no-sync", *source)
    pair.configure("new", 5433)
    pair.start("new")
    return pair


@contextmanager
def run_pair() -> Iterator[Pair]:
    """Such a pair, with a psql that can be held, for as long as the block lasts."""
    # Not in a folder of the tests: those are closed to others, and too long for a socket's name.
    pair = Pair(Path(tempfile.mkdtemp(prefix="pair-", dir="/tmp")), find_programs())
    try:
        make_pair(pair.folder)
        held = pair.folder / "psql"
        held.write_text(HELD.format(folder=pair.folder, psql=pair.programs / "psql"))
        held.chmod(0o755)
        yield pair
    finally:
        for server in ("new", "old"):
            pair.stop(server)
        shutil.rmtree(pair.folder, ignore_errors=True)


def command_of(process: str) -> bytes:
    """The command line of a process; nothing where it has ended meanwhile, as a session does."""
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes()
    except FileNotFoundError:
        return b""
