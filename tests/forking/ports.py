"""Ports for the kernels of the tests: no two test processes, nor anybody else, get the same."""

import os
import socket
from itertools import count
from random import SystemRandom

from jupyter_client.connect import LocalPortCache

FIRST, LAST = 20_000, 32_000
"""Lower than those that the system gives out by itself."""
WORKERS = 8
SHARES = 32
"""Eight that one test starts at once would choose the same port now and then."""


class KernelPorts(LocalPortCache):
    """Between a port's choice and its use by the kernel nobody else is given it by chance."""

    def find_available_port(self, ip: str) -> int:
        """A port that nobody uses now."""
        ports = own_ports()
        share = ports[os.getpid() % SHARES :: SHARES]
        for tried in count():
            port = SystemRandom().choice(share if tried < len(share) else ports)
            if port not in self.currently_used_ports and is_free(ip, port):
                self.currently_used_ports.add(port)
                return port
        raise AssertionError("it tries for ever")


def own_ports() -> range:
    """Those of this worker of pytest-xdist, and of the processes that its tests start."""
    number = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    return range(FIRST + number % WORKERS, LAST, WORKERS)


def is_free(ip: str, port: int) -> bool:
    """Whether nobody uses a port."""
    with socket.socket() as tried:
        try:
            tried.bind((ip, port))
        except OSError:
            return False
    return True
