"""Watching dashboards after a push, against the HTTP requests alone."""

import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from unittest.mock import patch
from zoneinfo import ZoneInfo

import requests

from benchmarks.cost import side_by_side, work_of
from benchmarks.row import Bench, Line, judged
from benchmarks.sample import HERE, home_environment
from benchmarks.steps import quiet_runner
from runbook_lib.services.grafana.service import SIDE_BY_SIDE, Grafana
from runbook_lib.services.grafana.watched import GrafanaReport

WHAT = "monitoring: 4 dashboards of 20 panels, 5 weeks"
GOAL = 1.3
BOARDS, PANELS, WEEKS = 4, 20, 5
ZONE = "America/Los_Angeles"
PUSHED = datetime(2026, 3, 12, 9, 40, tzinfo=ZoneInfo(ZONE))
UNTIL = PUSHED + timedelta(minutes=45)
TAG = "2026.03.12"
Sent = list[tuple[str, str, bytes | None]]


def measure(bench: Bench) -> list[Line]:
    """All panels with their verdicts, and the same requests sent by themselves."""
    boards, panels = (1, 3) if bench.quick else (BOARDS, PANELS)
    runner = quiet_runner(bench.new_folder("session"))
    with served(bench, boards, panels) as (url, token):
        watcher = Grafana(url, token, runner)
        sent = sent_by(lambda: watch(watcher, boards))
        candidates = {
            "ours": work_of(lambda: watch(watcher, boards)),
            "theirs": work_of(lambda: send_all(sent, token)),
        }
        found = side_by_side(candidates, bench.rounds)
    what = f"monitoring: {boards} dashboards of {panels} panels, {WEEKS} weeks"
    line = judged(what, "the HTTP requests alone", found["ours"], found["theirs"], GOAL)
    return [line.noting(f"{len(sent)} requests, {SIDE_BY_SIDE} side by side")]


@contextmanager
def served(bench: Bench, boards: int, panels: int) -> Iterator[tuple[str, str]]:
    """Where a Grafana is, and its token."""
    folder = bench.new_folder("grafana")
    command = [sys.executable, "-m", "benchmarks.grafana", str(folder), str(boards), str(panels)]
    with subprocess.Popen(
        command, cwd=HERE.parent, env=home_environment(folder), stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        try:
            said = json.loads(server.stdout.readline())
            yield said["url"], said["token"]
        finally:
            server.terminate()


def uid(number: int) -> str:
    """A dashboard's name in its address."""
    return f"board-{number}"


def watch(grafana: Grafana, boards: int) -> GrafanaReport:
    """The verdict on each panel."""
    dashboards = [uid(number) for number in range(boards)]
    return grafana.watch(PUSHED, UNTIL, dashboards=dashboards, weeks=WEEKS, zone=ZONE, tag=TAG)


def sent_by(work: Callable[[], object]) -> Sent:
    """The requests that some work sends."""
    sent: Sent = []
    send = requests.Session.send

    def noting(
        self: requests.Session, request: requests.PreparedRequest, **more: Any
    ) -> requests.Response:
        body = request.body.encode() if isinstance(request.body, str) else request.body
        sent.append((str(request.method), str(request.url), body))
        return send(self, request, **more)

    with patch.object(requests.Session, "send", noting):
        work()
    return sent


def send_all(sent: Sent, token: str) -> None:
    """The same requests, as many side by side, on connections that stay open."""
    own = threading.local()

    def send(one: tuple[str, str, bytes | None]) -> None:
        session = own.__dict__.setdefault("session", requests.Session())
        method, url, body = one
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        session.request(method, url, data=body, headers=headers, timeout=60).raise_for_status()

    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        list(pool.map(send, sent))
