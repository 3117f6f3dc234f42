"""What an example has besides the sandbox: a site, an index of packages, two database servers."""

import shutil
import subprocess
import tempfile
import threading
from collections.abc import Mapping
from hashlib import sha256
from http.server import ThreadingHTTPServer
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from tests.examples.clusters import Pair, find_programs, make_pair
from tests.examples.example import Example
from tests.examples.sites import Site, handler
from tests.proof.faults.worlds import WHEN, Seen

DESK = "desk"
"""The folder in which an example is copied, below the data folder."""


class Outside:
    """A scenario has nothing but the sandbox."""

    example = ""
    """The example that it is, if it is one."""

    def desk(self, home: Path) -> Path | None:
        """The folder that its operator works in."""
        return home / DESK / self.example if self.example else None

    def begin(self, home: Path, front: str) -> None:
        """Make what is outside, as the scenario begins; `front` is where the proxy will listen."""

    def start(self, home: Path) -> Mapping[str, int]:
        """Start it, in the process that serves the world: the ports, by how their paths begin."""
        return {}

    def stop(self, home: Path) -> None:
        """End what outlives that process."""

    def environment(self, home: Path) -> Mapping[str, str]:
        """What its sessions find in their environment."""
        return {}

    def see(self, home: Path) -> Seen:
        """What others can see of it, while it runs."""
        return {}

    def forget(self, home: Path) -> None:
        """Remove what is in no folder of the slot."""


class Incident(Outside):
    """A site that is well, and the reports that are written on the desk."""

    example = "incident"

    def begin(self, home: Path, front: str) -> None:
        """Copy the example, with the site behind the proxy."""
        Example.copy(self.example, home / DESK, {"http://127.0.0.1:8000": f"{front}/shop"})

    def start(self, home: Path) -> Mapping[str, int]:
        """Serve the site."""
        return {"/shop": serve(ThreadingHTTPServer(("127.0.0.1", 0), handler(Site(""))))}

    def see(self, home: Path) -> Seen:
        """The reports, without the times in them."""
        found = sorted((home / DESK / self.example / "reports").iterdir())
        return {"reports": {path.name: WHEN.sub("…", path.read_text()) for path in found}}


class Publish(Outside):
    """An index of packages, which takes each file once."""

    example = "publish_package"

    def begin(self, home: Path, front: str) -> None:
        """Copy the example, with the index behind the proxy."""
        Example.copy(self.example, home / DESK, {"http://127.0.0.1:8080": front})
        (home / "index").mkdir()

    def start(self, home: Path) -> Mapping[str, int]:
        """Serve the index."""
        import pypiserver

        options = {"authenticate": [], "password_file": ".", "disable_fallback": True}
        index = pypiserver.app(roots=[home / "index"], **options)
        port = serve(make_server("127.0.0.1", 0, index, Threads, Silent))
        return {"/simple/": port, "/packages/": port, "/ ": port}

    def see(self, home: Path) -> Seen:
        """The files that the index has, and whether each is the one that was built."""
        built = digests(home / DESK / self.example / "package" / "dist" / "1.0")
        index = digests(home / "index")
        return {"index": {name: built.get(name) == index[name] for name in index}}


class Switch(Outside):
    """A primary and its replica, in a folder that whom they run as can reach."""

    example = "switch_database"

    def begin(self, home: Path, front: str) -> None:
        """Copy the example, and make the two servers."""
        Example.copy(self.example, home / DESK)
        pair = make_pair(Path(tempfile.mkdtemp(prefix="pair-", dir="/tmp")))
        (home / "pair").symlink_to(pair.folder)
        self.stop(home)
        for name in ("old", "new"):
            (pair.folder / name).rename(pair.folder / f"{name}-begins")

    def pair(self, home: Path) -> Pair:
        """The two servers."""
        return Pair((home / "pair").readlink(), find_programs())

    def start(self, home: Path) -> Mapping[str, int]:
        """Start both as they began."""
        pair = self.pair(home)
        for name in ("old", "new"):
            shutil.rmtree(pair.folder / name, ignore_errors=True)
            subprocess.run(["cp", "-a", f"{name}-begins", name], cwd=pair.folder, check=True)
            pair.start(name)
        return {}

    def stop(self, home: Path) -> None:
        """Stop both."""
        for name in ("new", "old"):
            self.pair(home).stop(name)

    def environment(self, home: Path) -> Mapping[str, str]:
        """Where a session finds the servers, and the programs to ask them with."""
        return self.pair(home).environment

    def see(self, home: Path) -> Seen:
        """Who is the primary, how often one was promoted, and who takes writes."""
        pair = self.pair(home)
        return {
            "promoted": {"times": pair.timeline("new"), "replica": str(pair.is_replica("new"))},
            "orders": {"refused": pair.order("old", "plums"), "new": str(pair.orders("new"))},
        }

    def forget(self, home: Path) -> None:
        """Remove their folder."""
        if (home / "pair").is_symlink():
            shutil.rmtree((home / "pair").readlink(), ignore_errors=True)


class Threads(ThreadingMixIn, WSGIServer):
    """A server of one thread a request."""

    daemon_threads = True


class Silent(WSGIRequestHandler):
    """Says nothing."""

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


def serve(server: Any) -> int:
    """Serve beside whatever else this process does; the port."""
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return int(server.server_address[1])


def digests(folder: Path) -> dict[str, str]:
    """The files of a folder, each with its SHA-256."""
    found = [path for path in sorted(folder.glob("*")) if path.is_file()]
    return {path.name: sha256(path.read_bytes()).hexdigest() for path in found}
