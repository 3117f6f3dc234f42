"""A real index of Python packages on this machine, behind a gateway that can disturb uploads."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from tests.examples.gateways import Gateway, run_gateway
from tests.services.homeservers import free_port, wait_for


@dataclass(frozen=True)
class Index:
    """An index, the folder of its files, and how its clients get there."""

    gateway: Gateway
    folder: Path

    @property
    def url(self) -> str:
        return self.gateway.url

    @property
    def files(self) -> dict[str, str]:
        """What the index has, each file with its SHA-256."""
        found = [path for path in self.folder.iterdir() if path.is_file()]
        return {path.name: sha256(path.read_bytes()).hexdigest() for path in sorted(found)}

    @property
    def uploads(self) -> list[str]:
        """The files that came through to the index, in their order."""
        rest = [body.partition(b'filename="')[2] for body in self.gateway.passed]
        return [one.partition(b'"')[0].decode() for one in rest]


@contextmanager
def run_index(folder: Path) -> Iterator[Index]:
    """A pypiserver that takes files from everybody, each once."""
    packages, out, port = folder / "packages", folder / "out", free_port()
    packages.mkdir(parents=True)
    command = [sys.executable, "-m", "pypiserver", "run", "-p", str(port), "-i", "127.0.0.1"]
    command += ["-a", ".", "-P", ".", "--disable-fallback", str(packages)]
    with out.open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(f"{address}/simple/", process, out)
        with run_gateway(address, matters="/") as gateway:
            yield Index(gateway, packages)
    finally:
        process.terminate()
        process.wait(20)
