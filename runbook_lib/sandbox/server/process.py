"""The sandbox as a process of its own: start it, find it, hold it, stop it.

A world's server lives as long as a process (a notebook's kernel) holds a lease on it, or until it
is stopped where it was started to be kept. Two that start one world at once get the same server.
"""

import json
import os
import shutil
import signal
import site
import subprocess
import sys
import time
from dataclasses import field
from datetime import datetime
from pathlib import Path

from runbook_lib.errors import Failed, Unavailable, UsageError
from runbook_lib.frozen import frozen
from runbook_lib.sandbox.samples.project_history import CLOCK
from runbook_lib.sandbox.server.client import Client
from runbook_lib.sandbox.world.leases import Lease, announce_start, locked, take_lease, try_lock

START_SECONDS = 30.0
STOP_SECONDS = 8.0
PARENT = Path(__file__).resolve().parents[3]

children: dict[int, subprocess.Popen[bytes]] = {}


@frozen
class Running:
    """A sandbox that answers; `token` is the operator's, `page` its page's address with a way in.

    The way in lets whoever has it read the page while this server lives, and do nothing else.
    """

    url: str
    pid: int
    token: str = field(repr=False)
    folder: Path
    keys: Path
    page: str

    @property
    def client(self) -> Client:
        """Calls the sandbox as the operator."""
        return Client(self.url, self.token)


def start(
    folder: Path,
    *,
    keep: bool = False,
    clock: datetime | None = None,
    sample: bool = False,
    team: bool = False,
) -> Running:
    """The running sandbox of the world in `folder`, started where it isn't running.

    It ends when no session holds it any more (take a lease with `hold` within ten seconds), or
    only by `stop` with `keep`. A new world's time stands still at `clock`. With `sample` it has the
    sample project, with `team` the sample team, and a new world the time of that. Raises Failed,
    with the end of the server's log, where it does not start.
    """
    folder = folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    with take_lease(folder):  # a busy machine may need longer than that for all of this
        with locked(folder / "lock", within=START_SECONDS):
            running = find(folder)
            if keep or running is None:
                mark_kept(folder, keep)
            if running is None:
                time_of_new = clock or (CLOCK if sample else team_time() if team else None)
                running = wait_until_it_answers(folder, spawn(folder, clock=time_of_new))
        if sample:
            running.client.expect("PUT", "/sandbox/sample")
        if team:
            running.client.expect("PUT", "/sandbox/team")
        announce_start(folder)
    return running


def team_time() -> datetime:
    """The time at which the team's world stands still."""
    from runbook_lib.sandbox.samples.team.week import CLOCK

    return CLOCK


def find(folder: Path) -> Running | None:
    """The running sandbox of the world in `folder`, or None; it has answered, and as itself."""
    folder = folder.resolve()
    try:
        card = json.loads((folder / "server.json").read_text())
        answer = Client(card["url"], timeout=START_SECONDS).ask("GET", "/sandbox/alive")
    except (FileNotFoundError, ValueError, Unavailable):
        return None
    if answer.data != {"pid": card["pid"], "instance": card["instance"]}:
        return None
    page = f"{card['url']}/?key={card['page_key']}"
    return Running(card["url"], card["pid"], card["token"], folder, folder / "keys", page)


def hold(folder: Path) -> Lease:
    """Keep the sandbox of the world in `folder` running for as long as this process lives."""
    return take_lease(folder.resolve())


def stop(folder: Path) -> None:
    """End the sandbox of the world in `folder` and wait until it has; none running is no harm."""
    folder = folder.resolve()
    if not folder.is_dir():
        return
    (folder / "keep").unlink(missing_ok=True)
    pid = serving_pid(folder)
    if pid is None:
        return
    for number in (signal.SIGTERM, signal.SIGKILL):
        send(pid, number)
        if ended(folder, pid):
            return
    raise Failed(f"the sandbox in {folder}, process {pid}, does not end; end it by hand")


def remove(folder: Path) -> None:
    """Stop the sandbox of the world in `folder`, and remove the world with all that is in it.

    Raises UsageError for a folder that is no world.
    """
    folder = folder.resolve()
    if not folder.exists():
        return
    if not (folder / "world.sqlite").exists():
        raise UsageError(f"expected a sandbox's world in {folder}, found none: nothing is removed")
    stop(folder)
    shutil.rmtree(folder)


def serving_pid(folder: Path) -> int | None:
    """The process that serves a world, by the lock that it holds; None where none does."""
    with (folder / "serving.lock").open("a+") as file:
        if try_lock(file):
            return None
        file.seek(0)
        text = file.read().strip()
    if not text.isdigit():
        raise Failed(f"the sandbox in {folder} is just starting; stop it in a moment")
    return int(text)


def send(pid: int, number: signal.Signals) -> None:
    """Send a signal to a process that may have gone."""
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return


def ended(folder: Path, pid: int) -> bool:
    """Whether a world's server has gone before the time for that was over."""
    try:
        with locked(folder / "serving.lock", within=STOP_SECONDS):
            pass
    except TimeoutError:
        return False
    if child := children.pop(pid, None):
        child.wait(STOP_SECONDS)
    return True


def mark_kept(folder: Path, keep: bool) -> None:
    """Say in the world's folder whether its server stays without a lease."""
    mark = folder / "keep"
    if keep:
        mark.touch()
    else:
        mark.unlink(missing_ok=True)


def spawn(folder: Path, *, clock: datetime | None) -> subprocess.Popen[bytes]:
    """Start a server in a session of its own, with its output in the world's server.log."""
    (folder / "server.json").unlink(missing_ok=True)
    command = [sys.executable, "-P", "-m", "runbook_lib.sandbox", "serve", str(folder)]
    if clock is not None:
        command += ["--clock", clock.isoformat()]
    (folder / "server.log").touch(mode=0o600)
    with (folder / "server.log").open("ab") as log:
        child = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            env=environment(),
        )
    children[child.pid] = child
    return child


def environment() -> dict[str, str]:
    """This process's environment, in which a source checkout of the library is found too."""
    variables = dict(os.environ)
    installed = [
        Path(path).resolve() for path in [*site.getsitepackages(), site.getusersitepackages()]
    ]
    if PARENT not in installed:
        others = variables.get("PYTHONPATH", "")
        variables["PYTHONPATH"] = f"{PARENT}{os.pathsep}{others}" if others else str(PARENT)
    return variables


def wait_until_it_answers(folder: Path, child: subprocess.Popen[bytes]) -> Running:
    """Poll a new server until it answers; raises Failed with the end of its log."""
    limit = time.monotonic() + START_SECONDS
    while child.poll() is None and time.monotonic() < limit:
        if (folder / "server.json").exists() and (running := find(folder)):
            return running
        time.sleep(0.01)
    state = f"ended with status {child.returncode}"
    if child.returncode is None:
        child.kill()
        child.wait()
        state = f"gave no answer within {START_SECONDS:g} s"
    children.pop(child.pid, None)
    raise Failed(
        f"the sandbox in {folder} was expected to answer; its server {state}. "
        f"The end of {folder / 'server.log'}:\n{log_tail(folder)}"
    )


def log_tail(folder: Path) -> str:
    """The last lines of a server's log."""
    text = (folder / "server.log").read_text(errors="replace")
    return "\n".join(text.splitlines()[-15:]) or "(nothing)"
