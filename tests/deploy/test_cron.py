"""The crontab of docs/deploy.md: each line by a shell of cron's, with what cron lets it know."""

import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from runbook_lib.cli import WAITING
from runbook_lib.notebook.catalog import find_runbook
from tests.deploy.job import ROOT
from tests.docs.carrying_out import blocks
from tests.push.world import NAMES, TeamWorld, start_team
from tests.release.world import stop_worlds

SETTING = re.compile(r"([A-Z_]+)=(.*)")
RUN = "tag_push/pelican/2026-03-12"
APPROVE = f".venv/bin/runbook approve {RUN} tags --reason 'as planned' >>ours.log 2>&1"
WITHIN = 300


@dataclass(frozen=True)
class Crontab:
    """A crontab's variables, and its commands by the time that stands before each."""

    settings: dict[str, str]
    commands: dict[str, str]


@pytest.fixture(scope="module")
def crontab() -> Crontab:
    """The page's; what stands in it for the time zone and a secret is told as it is."""
    [text] = [one.text for one in blocks(ROOT / "docs" / "deploy.md") if "CRON_TZ=" in one.text]
    lines = text.splitlines()
    settings = [found for line in lines if (found := SETTING.fullmatch(line))]
    jobs = [line.split(maxsplit=5) for line in lines if not SETTING.fullmatch(line)]
    return Crontab(
        {found[1]: found[2] for found in settings},
        {" ".join(job[:5]): job[5] for job in jobs},
    )


@dataclass(frozen=True)
class Home:
    """The home folder of cron's user, with the environment that the kit is installed in."""

    folder: Path
    crontab: Crontab

    @property
    def runs(self) -> Path:
        """Where the kit keeps what cron's user does."""
        return self.folder / ".local" / "share" / "runbook"

    def run(self, time: str) -> int:
        """Carry out the line of that time in the sandbox; its status."""
        return self.carry_out(self.crontab.commands[time].replace(" team", " sandbox"))

    def carry_out(self, command: str) -> int:
        """Carry out a command as Debian's cron does; its status."""
        known = {"HOME": str(self.folder), "LOGNAME": "runbook", "SHELL": "/bin/sh"}
        done = subprocess.run(
            ["/bin/sh", "-c", command],
            cwd=self.folder,
            env={"PATH": "/usr/bin:/bin", **known, **self.crontab.settings},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            start_new_session=True,
            timeout=WITHIN,
        )
        assert (done.stdout, done.stderr) == (b"", b""), "cron would send it by mail"
        return done.returncode

    def said(self) -> str:
        """What its jobs have written."""
        return "".join(log.read_text() for log in sorted(self.folder.glob("*.log")))


@pytest.fixture
def home(tmp_path: Path, crontab: Crontab) -> Iterator[Home]:
    folder = tmp_path / "home"
    folder.mkdir()
    (folder / ".venv").symlink_to(sys.prefix)
    here = Home(folder, crontab)
    yield here
    stop_worlds(here.runs)


@pytest.fixture
def world(home: Home) -> TeamWorld:
    """The team's world, where cron's user has the sandbox."""
    return start_team(home.runs)


def test_cron_reads_each_line_whole(crontab: Crontab) -> None:
    """It takes a percent sign for the end of a line."""
    assert {time.count(" ") for time in crontab.commands} == {4}
    assert not [command for command in crontab.commands.values() if "%" in command]
    begun = [command.split()[2] for command in crontab.commands.values()]
    assert all(find_runbook(name) for name in begun if name != "--waiting")


def test_a_push_is_begun_by_one_line_and_gone_on_with_by_another(
    home: Home, world: TeamWorld
) -> None:
    world.set_person("approver", mode="off")
    assert home.run("0 9 * * 2") == WAITING, home.said()
    assert not any(world.tags().values())
    assert home.carry_out(APPROVE) == 0, home.said()
    assert home.run("*/15 * * * *") == 0, home.said()
    assert {name: len(tags) for name, tags in world.tags().items()} == dict.fromkeys(NAMES, 1)
    assert f"{RUN}: 2026.03.12 is tagged, and on stage" in home.said()
