"""What a world has no use for is not imported, and answers all the same when it is asked for."""

import subprocess
import sys
from pathlib import Path

import pytest

from runbook_lib.sandbox.server.client import Client
from tests.sandbox.conftest import Sandbox

PUT_OFF = (
    "runbook_lib.policy.push.notes",
    "runbook_lib.sandbox.page",
    "runbook_lib.sandbox.people.colleague",
    "runbook_lib.sandbox.people.colleague_work",
    "runbook_lib.sandbox.samples.team.control",
    "runbook_lib.sandbox.samples.team.team",
    *(
        f"runbook_lib.sandbox.services.{name}"
        for name in ("calendar", "etherpad", "grafana", "jira", "matrix", "sentry", "slack")
    ),
)
STARTS = """
import sys
from pathlib import Path

from runbook_lib.sandbox.people.work import People
from runbook_lib.sandbox.server.server import build_app
from runbook_lib.sandbox.world.world import World

with World(Path(sys.argv[1])) as world:
    build_app(world)
    People(world, "http://127.0.0.1:9")
print("\\n".join(name for name in sys.argv[2:] if name in sys.modules))
"""


@pytest.mark.usefixtures("real_processes")
def test_a_new_world_imports_nothing_of_a_team_nor_its_page(tmp_path: Path) -> None:
    command = [sys.executable, "-P", "-c", STARTS, str(tmp_path / "world"), *PUT_OFF]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/grafana/api/health", 200),
        ("POST", "/grafana/api/health", 405),
        ("GET", "/grafana/api/nothing", 404),
        ("GET", "/calendar/push-duty.ics", 200),
        ("PUT", "/sandbox/incident", 401),
        ("GET", "/jira/rest/api/2/serverInfo", 200),
        ("GET", "/jira/rest/api/2/myself", 401),
        ("GET", "/sandbox/nothing/at/all", 404),
        ("GET", "/", 401),
    ],
)
def test_what_is_imported_late_answers_as_ever(
    shared_sandbox: Sandbox, method: str, path: str, status: int
) -> None:
    assert Client(shared_sandbox.url).ask(method, path, None).status == status
