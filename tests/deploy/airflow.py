"""An Airflow of its own, on this machine alone: scheduler, DAG processor, triggerer, API server."""

import json
import os
import secrets
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import requests
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

from tests.deploy.job import ROOT

VARIABLE = "AIRFLOW_PYTHON"
"""What names the Python with Airflow and this library, as `.ci/run` installs it."""
FOLDER = ROOT / "deploy" / "airflow"
PARTS = ("api-server", "scheduler", "dag-processor", "triggerer")
SERVES_LOGS = ("scheduler", "triggerer")
PEOPLE = ("ada", "grace")
WORKERS = 2
STARTS = 120.0
KEPT = ("LANG", "TMPDIR", "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN")
"""What its parts are told of this process's environment."""
BUSY = Retry(6, status_forcelist=[500], allowed_methods=None, backoff_factor=0.5)
"""How it is asked again where its SQLite is locked for longer than it waits for that."""
READS = 8.0
"""How long it takes to read a question, in seconds."""
LOCAL_SETTINGS = """
import os
import sys

if {"scheduler", "dag-processor"} & {*sys.argv}:
    import runbook_tasks.operator

def own_home():
    home = os.environ["RUNBOOK_HOME"] = f"{os.environ['RUNBOOK_HOMES']}/{os.getppid()}"
    os.makedirs(home, exist_ok=True)
    if not os.path.lexists(f"{home}/sandbox"):
        os.symlink(os.environ["RUNBOOK_WORLDS"], f"{home}/sandbox")

os.register_at_fork(after_in_child=own_home)
"""
"""Gives the tasks of each of the executor's workers a data folder that is that worker's own, with
the sandbox's worlds, which are the outside; and loads once what each task would: they are forks."""


def airflow_python() -> Path:
    """The Python with Airflow; the test is skipped where none is named."""
    named = os.environ.get(VARIABLE)
    if not named:
        pytest.skip(f"{VARIABLE} names no python with apache-airflow (see .ci/run)")
    return Path(named)


@dataclass
class Airflow:
    """A running Airflow, as its people use it by its REST API."""

    folder: Path
    environment: Mapping[str, str] = field(repr=False)
    url: str
    passwords: Mapping[str, str] = field(repr=False)
    parts: dict[str, "subprocess.Popen[bytes]"] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict, repr=False)
    seen: dict[str, float] = field(default_factory=dict)

    def program(self, *arguments: str) -> list[str]:
        """One of its commands."""
        return [str(airflow_python()), "-m", "airflow", *arguments]

    def start(self) -> None:
        """Make its database, and start its parts; each writes a log of its own."""
        subprocess.run(
            self.program("db", "migrate"), env=self.environment, check=True, capture_output=True
        )
        for part in PARTS:
            quiet = ["--skip-serve-logs"] if part in SERVES_LOGS else []
            with (self.folder / f"{part}.log").open("wb") as log:
                self.parts[part] = subprocess.Popen(
                    self.program(part, *quiet),
                    env=self.environment,
                    cwd=self.folder,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )

    def stop(self) -> None:
        """End its parts and all that they have started."""
        for how in (signal.SIGTERM, signal.SIGKILL):
            for part in self.parts.values():
                with suppress(ProcessLookupError):
                    os.killpg(part.pid, how)
            for part in self.parts.values():
                with suppress(subprocess.TimeoutExpired):
                    part.wait(10)

    def ask(self, method: str, path: str, who: str = PEOPLE[0], **body: Any) -> Any:
        """What its REST API answers one of its people."""
        token = self.tokens.get(who) or self.log_in(who)
        with requests.Session() as session:
            session.mount("http://", HTTPAdapter(max_retries=BUSY))
            answer = session.request(
                method,
                f"{self.url}/api/v2{path}",
                headers={"Authorization": f"Bearer {token}"},
                json=body or None,
                timeout=60,
            )
        assert answer.ok, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    def log_in(self, who: str) -> str:
        """A token of one of its people."""
        said = {"username": who, "password": self.passwords[who]}
        answer = requests.post(f"{self.url}/auth/token", json=said, timeout=60)
        assert answer.ok, answer.text
        self.tokens[who] = str(answer.json()["access_token"])
        return self.tokens[who]

    def is_up(self) -> bool:
        """Whether it answers, and knows all of its DAGs."""
        with suppress(requests.ConnectionError):
            names = {one["dag_id"] for one in self.ask("GET", "/dags")["dags"]}
            return names >= {"gate", "release", "fleet", "push_week"}
        return False

    def begin(self, dag: str, when: str = "", **conf: Any) -> str:
        """Begin a run of a DAG; its name."""
        moment = {"logical_date": None, **({"run_after": when} if when else {})}
        return str(self.ask("POST", f"/dags/{dag}/dagRuns", conf=conf, **moment)["dag_run_id"])

    def state(self, dag: str, run: str) -> str:
        """How a run of a DAG stands."""
        return str(self.ask("GET", f"/dags/{dag}/dagRuns/{run}")["state"])

    def tasks(self, dag: str, run: str) -> list[dict[str, Any]]:
        """The tasks of a run of a DAG."""
        found = self.ask("GET", f"/dags/{dag}/dagRuns/{run}/taskInstances?limit=100")
        return list(found["task_instances"])

    def questions(self) -> list[dict[str, Any]]:
        """What is asked, and nobody has answered, for as long as a person takes to read it.

        Airflow fails a task that is answered before the scheduler has noted that it asks.
        """
        found = self.ask("GET", "/dags/~/dagRuns/~/hitlDetails?response_received=false&limit=100")
        asked = [one for one in found["hitl_details"] if waits(one["task_instance"])]
        now = time.monotonic()
        seen = {name_of(one): one for one in asked}
        self.seen = {name: self.seen.get(name, now) for name in seen}
        return [one for name, one in seen.items() if self.seen[name] + READS < now]

    def answer(self, question: Mapping[str, Any], who: str, option: str, reason: str) -> None:
        """Answer a question as one of its people."""
        task = question["task_instance"]
        run = requests.utils.quote(task["dag_run_id"], safe="")
        where = f"/dags/{task['dag_id']}/dagRuns/{run}/taskInstances/{task['task_id']}/-1"
        given = {"reason": reason, "evidence": None}
        self.ask("PATCH", f"{where}/hitlDetails", who, chosen_options=[option], params_input=given)

    def wait_until(self, condition: Callable[[], Any], seconds: float) -> Any:
        """Wait until a condition holds, and return what it is; fails with the logs."""
        limit = time.monotonic() + seconds
        while not (found := condition()):
            assert time.monotonic() < limit, f"not after {seconds} s:\n{self.said()}"
            time.sleep(1.5)
        return found

    def said(self) -> str:
        """The end of what its parts and tasks have said."""
        files = [*self.folder.glob("*.log"), *self.folder.glob("logs/**/*.log")]
        return "\n".join(f"── {path.name}\n{path.read_text()[-1500:]}" for path in files)


def waits(task: Mapping[str, Any]) -> bool:
    """Whether a task waits for its answer."""
    return bool(task["state"] == "awaiting_input")


def name_of(question: Mapping[str, Any]) -> str:
    """What tells one asking from another: the task, and which of its tries it is."""
    task = question["task_instance"]
    return f"{task['id']} {task['try_number']}"


@contextmanager
def running_airflow(folder: Path, url: str, worlds: Path, **variables: str) -> Iterator[Airflow]:
    """An Airflow with the DAGs of `deploy/airflow`, and two workers with a data folder each."""
    (folder / "config").mkdir(parents=True)
    (folder / "config" / "airflow_local_settings.py").write_text(LOCAL_SETTINGS)
    passwords = {who: secrets.token_hex(8) for who in PEOPLE}
    (folder / "passwords.json").write_text(json.dumps(passwords))
    variables = {"RUNBOOK_WORLDS": str(worlds), **variables}
    airflow = Airflow(folder, environment(folder, url, variables), url, passwords)
    try:
        airflow.start()
        airflow.wait_until(airflow.is_up, STARTS)
        airflow.ask("POST", "/pools", name="runbooks", slots=WORKERS, include_deferred=False)
        yield airflow
    finally:
        airflow.stop()


def environment(folder: Path, url: str, variables: Mapping[str, str]) -> dict[str, str]:
    """What its parts are set up with: nothing of this machine's user, nothing past loopback."""
    programs = f"{airflow_python().parent}{os.pathsep}{os.environ['PATH']}"
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    settings = {
        "API__BASE_URL": url,
        "API__HOST": "127.0.0.1",
        "API__PORT": url.rpartition(":")[2],
        "API__WORKERS": "1",
        "API__SECRET_KEY": secrets.token_hex(),
        "API_AUTH__JWT_SECRET": secrets.token_hex(),
        "CORE__DAGS_FOLDER": str(FOLDER / "dags"),
        "CORE__PLUGINS_FOLDER": str(FOLDER / "plugins"),
        "CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",
        "CORE__EXECUTION_API_SERVER_URL": f"{url}/execution/",
        "CORE__EXECUTOR": "LocalExecutor",
        "CORE__LOAD_EXAMPLES": "False",
        "CORE__PARALLELISM": str(WORKERS),
        "CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(folder / "passwords.json"),
        "CORE__SIMPLE_AUTH_MANAGER_USERS": ",".join(f"{who}:admin" for who in PEOPLE),
        "DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": "600",
        "SCHEDULER__SCHEDULER_HEARTBEAT_SEC": "1",
        "SCHEDULER__TASK_INSTANCE_HEARTBEAT_SEC": "2",
        "SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "20",
        "SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT_DETECTION_INTERVAL": "3",
        "USAGE_DATA_COLLECTION__ENABLED": "False",
    }
    return {
        **kept,
        "PATH": programs,
        "PYTHONPATH": f"{FOLDER}/dags{os.pathsep}{FOLDER}/plugins",
        "HOME": str(folder),
        "AIRFLOW_HOME": str(folder),
        "RUNBOOK_HOMES": str(folder / "homes"),
        **{f"AIRFLOW__{name}": value for name, value in settings.items()},
        **variables,
    }
