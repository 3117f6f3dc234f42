"""A slot: a data folder at one place and port; for each trial its world is set back and served."""

import os
import shutil
import signal
import socket
import sqlite3
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from runbook_lib.sandbox.server import process, server
from tests.proof.faults.points import Counted, Strike
from tests.proof.faults.proxy import Proxy
from tests.proof.faults.scenarios import Scenario
from tests.proof.faults.sessions import begin, wait_for
from tests.release.world import World


def free_port() -> int:
    """A port that nobody listens on."""
    with closing(socket.socket()) as tried:
        tried.bind(("127.0.0.1", 0))
        return int(tried.getsockname()[1])


class Slot:
    """The places of one worker: worlds as they begin, the one that is tried, and what is told."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.home, self.told = folder / "home", folder / "told"
        self.front = free_port()
        """The port that sessions know; the proxy listens there."""
        self.told.mkdir(parents=True, exist_ok=True)
        os.environ["RUNBOOK_HOME"] = str(self.home)
        os.environ["HOME"] = str(folder)
        os.environ["PATH"] = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        os.environ["GIT_CONFIG_GLOBAL"] = "/dev/null"
        os.environ.pop("RUNBOOK_CONFIG", None)

    def make(self, scenario: Scenario) -> Path:
        """The data folder as a scenario begins, made once."""
        made = self.folder / "begins" / scenario.name
        if not made.exists():
            self.clear()
            self.home.mkdir()
            said = self.told / "made.txt"
            status, hung = wait_for(begin(lambda: self.plant(scenario), said))
            if status or hung:
                raise RuntimeError(f"the world of {scenario.name} was not made: {said.read_text()}")
            made.parent.mkdir(exist_ok=True)
            shutil.copytree(self.home, made, symlinks=True)
        return made

    def plant(self, scenario: Scenario) -> None:
        """Make a scenario's world here, by the addresses that it will have, and stop it."""
        folder = self.home / "sandbox" / scenario.world
        folder.mkdir(parents=True)
        scenario.begin(self.home, f"http://127.0.0.1:{self.front}")
        with closing(sqlite3.connect(folder / "world.sqlite")) as database:
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def set_back(self, scenario: Scenario) -> None:
        """Let everything be as the scenario begins."""
        made = self.make(scenario)
        self.clear()
        shutil.copytree(made, self.home, symlinks=True)
        for path in self.told.iterdir():
            path.unlink()

    def forget(self, scenario: Scenario) -> None:
        """Remove what a scenario has made elsewhere."""
        scenario.outside.forget(self.folder / "begins" / scenario.name)

    def clear(self) -> None:
        """Leave nothing of the last trial; a git that was orphaned may still be writing."""
        for _ in range(20):
            with suppress(FileNotFoundError):
                shutil.rmtree(self.home)
                return
            if not self.home.exists():
                return
            time.sleep(0.05)

    @contextmanager
    def served(self, scenario: Scenario, strikes: Iterable[Strike]) -> Iterator[World]:
        """The world, served behind a proxy that strikes, while the block lasts."""
        folder = self.home / "sandbox" / scenario.world
        (folder / "server.json").unlink(missing_ok=True)
        plan = list(strikes)
        pid = begin(lambda: self.serve(scenario, folder, plan), self.told / "server.txt")
        try:
            repository = "harbor/tidewatch" if scenario.world == "sample" else "pelican/server"
            yield World(self.found(folder), repository)
        finally:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            scenario.outside.stop(self.home)

    def serve(self, scenario: Scenario, folder: Path, strikes: list[Strike]) -> None:
        """Serve a world on a port that nobody is told, and the proxy in front of it."""
        whole, front = server.write_card, self.front
        beside = scenario.outside.start(self.home)

        def write_card(world: server.World, url: str, instance: str) -> None:
            behind = int(url.rpartition(":")[2])
            Proxy(front, {**beside, "": behind}, self.told, Counted(strikes)).start()
            whole(world, f"http://127.0.0.1:{front}", instance)

        server.write_card = write_card
        server.serve(folder)

    def found(self, folder: Path) -> process.Running:
        """The server, as soon as it answers."""
        for _ in range(9000):
            if (folder / "server.json").exists() and (running := process.find(folder)):
                return running
            time.sleep(0.01)
        raise RuntimeError(f"no server of {folder}: {(self.told / 'server.txt').read_text()}")
