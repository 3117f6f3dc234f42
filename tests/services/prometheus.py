"""A real Prometheus with a history of its own, for as long as a test file needs it."""

import os
import random
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import requests

SCRAPE = 15
"""Seconds between two samples."""
LEAD = timedelta(minutes=50)


@dataclass(frozen=True)
class Hours:
    """Some hours of the site: how many times as many errors there were from a moment on."""

    start: datetime
    end: datetime
    factor: float = 1.0
    since: datetime | None = None
    silent: tuple[datetime, datetime] | None = None


def find_program(name: str) -> str:
    """A program of Prometheus's; without it the test is skipped, and fails in CI."""
    home = os.environ.get("PROMETHEUS_HOME")
    found = shutil.which(name, path=home) if home else shutil.which(name)
    if found:
        return found
    lacking = f"needs {name}: install Debian's prometheus, or name it in PROMETHEUS_HOME"
    if os.environ.get("CI"):
        pytest.fail(lacking)
    pytest.skip(lacking)


def write_history(file: Path, hours: Sequence[Hours]) -> None:
    """The hours as OpenMetrics: a counter of requests by status, and a gauge."""
    lines = ["# TYPE http_requests counter"]
    for status, rate in (("200", 400.0), ("500", 0.4)):
        lines += counter(hours, status, rate)
    lines += ["# TYPE cache_hit_ratio gauge", *gauge(hours), "# EOF\n"]
    file.write_text("\n".join(lines))


def counter(hours: Sequence[Hours], status: str, rate: float) -> Iterator[str]:
    """A counter that goes up by a rate a second, with some noise; errors by more of it."""
    labels = f'project="server",status="{status}"'
    for each in sorted(hours, key=lambda one: one.start):
        total, chance = 0.0, random.Random(f"{status} {each.start}")
        for moment in moments(each):
            struck = status == "500" and each.since and moment >= each.since.timestamp()
            mean = rate * SCRAPE * (each.factor if struck else 1)
            total += max(0.0, chance.gauss(mean, mean**0.5))
            yield f"http_requests_total{{{labels}}} {total:.3f} {moment}"


def gauge(hours: Sequence[Hours]) -> Iterator[str]:
    """A ratio that is no number at times."""
    for each in sorted(hours, key=lambda one: one.start):
        chance = random.Random(f"cache {each.start}")
        for moment in moments(each):
            yield f"cache_hit_ratio {chance.gauss(0.93, 0.005):.5f} {moment}"


def moments(hours: Hours) -> Iterator[int]:
    """When something is measured in some hours, in seconds since the epoch."""
    first, last = int((hours.start - LEAD).timestamp()), int(hours.end.timestamp())
    for moment in range(first, last, SCRAPE):
        silent = hours.silent
        if not silent or not silent[0].timestamp() <= moment < silent[1].timestamp():
            yield moment


@contextmanager
def run_prometheus(folder: Path, hours: Sequence[Hours]) -> Iterator[str]:
    """A Prometheus that knows some hours; yields its address."""
    prometheus, promtool = find_program("prometheus"), find_program("promtool")
    folder.mkdir(parents=True)
    metrics, data = folder / "history.om", folder / "data"
    write_history(metrics, hours)
    command = [promtool, "tsdb", "create-blocks-from", "openmetrics", str(metrics), str(data)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    config = folder / "prometheus.yml"
    config.write_text("global: {}\n")
    with socket.create_server(("127.0.0.1", 0)) as free:
        address = f"127.0.0.1:{free.getsockname()[1]}"
    command = [prometheus, f"--config.file={config}", f"--storage.tsdb.path={data}"]
    command += [f"--web.listen-address={address}", "--storage.tsdb.retention.time=100y"]
    with (folder / "log").open("wb") as log:
        running = subprocess.Popen(command, stdout=log, stderr=log)
        try:
            wait_until_ready(running, f"http://{address}", folder / "log")
            yield f"http://{address}"
        finally:
            running.terminate()
            running.wait(timeout=60)


def wait_until_ready(running: "subprocess.Popen[bytes]", url: str, log: Path) -> None:
    """Wait until a Prometheus answers; fails with what it said where it ends before."""
    limit = time.monotonic() + 60
    with requests.Session() as session:
        session.trust_env = False
        while time.monotonic() < limit:
            assert running.poll() is None, log.read_text()
            try:
                if session.get(f"{url}/-/ready", timeout=5).ok:
                    return
            except requests.exceptions.ConnectionError:
                pass
            time.sleep(0.05)
    raise AssertionError(f"Prometheus was not ready in time: {log.read_text()}")
