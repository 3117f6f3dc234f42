"""A private runbook's records: kept apart, and not a byte of them where others read."""

import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.record.conftest import CELLS, Practice, end, end_of, write_notebook
from tests.record.team import TEAM, give_secrets, make_remote
from tests.record.team import make_machine as make_team_machine
from tests.release.test_canary import everything
from tests.release.world import stop_worlds

SECRET = "hole-in-the-fence"
"""The branch that nobody may hear of."""
CELL = (
    "## The fence",
    f'desk.put("{SECRET}")\nprint("merging security/{SECRET}")\n'
    f'run.approve("cups", "diff of {SECRET}", title="Mend the fence")',
)
MENDED = (*CELLS[:3], ("## Meanwhile", f'print("looking at {SECRET}")'), *CELLS[3:])


def make_private(notebook: Path, cells: Any) -> None:
    """The same runbook, as one whose records are kept apart."""
    write_notebook(notebook, cells)
    said = json.loads(notebook.read_text())
    said["metadata"]["runbook"] = {"private": True}
    notebook.write_text(json.dumps(said))


@pytest.fixture
def remotes(tmp_path: Path) -> tuple[Path, Path]:
    """The team's archive on a server, and the one of its private records."""
    return make_remote(tmp_path / "open.git"), make_remote(tmp_path / "closed.git")


@pytest.fixture
def machine(
    tmp_path: Path, remotes: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Practice]:
    """Olive's machine: an ordinary runbook `practice`, and a private one `fence`."""
    give_secrets(monkeypatch)
    made = make_team_machine(tmp_path, tmp_path / "desk", remotes[0], "olive")
    name_private_remote(made, str(remotes[1]))
    yield made
    stop_worlds(made.home)


def name_private_remote(machine: Practice, address: str) -> None:
    """Name the remote of private records in a machine's profile; none where it is empty."""
    profile = machine.folder / "runbook.toml"
    text = re.sub(r'private_remote = "[^"]*", ', "", profile.read_text())
    named = f'private_remote = "{address}", ' if address else ""
    profile.write_text(text.replace("archive = { ", f"archive = {{ {named}"))


def private(machine: Practice, cells: Any = MENDED) -> Practice:
    """The same machine, with the private runbook."""
    notebook = machine.folder / "fence.ipynb"
    opened = [
        (prose, code.replace('open_run("practice"', 'open_run("fence"')) for prose, code in cells
    ]
    make_private(notebook, opened)
    return Practice(machine.folder, notebook, machine.home, machine.desk)


def leaks(*folders: Path) -> list[str]:
    """Where the secret stands, in file names, in files, and in git's objects and refs."""
    found = []
    for folder in folders:
        assert folder.exists()
        for name, data in everything(folder):
            if SECRET.encode() in data or SECRET in name.removeprefix(str(folder)):
                found.append(name)
    return found


def refs(repository: Path) -> list[str]:
    """The names of a repository's refs."""
    command = ["git", "-C", str(repository), "for-each-ref", "--format=%(refname)"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()


def home_of(machine: Practice) -> Path:
    """The home of the profile's runs."""
    return machine.home / "profiles" / "team"


def check_ordinary_archive(machine: Practice, remotes: tuple[Path, Path]) -> None:
    """The ordinary archive has its one session, and of the private runbook nothing at all."""
    ordinary = home_of(machine) / "archive.git"
    assert leaks(ordinary, remotes[0]) == []
    assert not any(b"fence" in data for _, data in everything(ordinary))
    assert not any(b"fence" in data for _, data in everything(remotes[0]))
    assert refs(remotes[0]) == ["refs/heads/main"]


def test_nothing_of_a_private_run_reaches_the_ordinary_archive_or_its_remote(
    machine: Practice, remotes: tuple[Path, Path]
) -> None:
    machine.run(*TEAM)
    fence = private(machine)
    fence.run(*TEAM, "-r", "subject", SECRET)
    machine.run(*TEAM)
    check_ordinary_archive(machine, remotes)
    assert leaks(remotes[1]) != []
    log = [(one["runbook"], one["outcome"], one["private"]) for one in machine.asked("log")]
    assert log == [
        ("practice", "done", False),
        ("fence", "done", True),
        ("practice", "done", False),
    ]
    assert "private" in machine.command("log")
    assert machine.asked("status") == []
    said = machine.asked("verify")
    assert said["stands"]
    assert sorted(Path(one["archive"]).parent.name for one in said["archives"]) == [
        "private",
        "team",
    ]


@pytest.mark.parametrize("point", ["cell start", "act start", "act end"])
def test_a_private_session_that_is_killed_leaks_nothing_and_goes_on(
    point: str, machine: Practice, remotes: tuple[Path, Path]
) -> None:
    machine.run(*TEAM)
    (machine.desk / "cup").unlink()
    fence = private(machine)
    with fence.start(*TEAM, "-r", "subject", SECRET, halt=point) as papermill:
        kernel = fence.halted()
        papermill.kill()
        end(kernel)
        end_of(papermill)
    [dead] = machine.asked("status")
    assert (dead["state"], dead["private"]) == ("died", True)
    said = machine.run(*TEAM)
    assert SECRET not in said
    assert SECRET not in machine.output.read_text()
    [recovered] = machine.asked("recover")["sessions"]
    assert recovered["died"]
    check_ordinary_archive(machine, remotes)
    assert leaks(remotes[1]) != []
    fence.run(*TEAM, "-r", "subject", SECRET)
    check_ordinary_archive(machine, remotes)
    assert [one["outcome"] for one in machine.asked("log", "--runbook", "fence")] == [
        "done",
        "unknown",
    ]
    machine.command("verify")


def test_a_private_run_that_waits_is_shared_by_the_private_remote_alone(
    machine: Practice, remotes: tuple[Path, Path], tmp_path: Path
) -> None:
    fence = private(machine, (*CELLS[:3], CELL, *CELLS[3:]))
    with fence.start(*TEAM, "-r", "subject", SECRET) as papermill:
        said = end_of(papermill)
    assert papermill.returncode != 0 and "Waiting" in said
    assert refs(remotes[0]) == []
    assert any(name.startswith("refs/") for name in refs(remotes[1]))
    ada = make_team_machine(tmp_path, machine.desk, remotes[0], "ada")
    assert ada.asked("status") == []
    name_private_remote(ada, str(remotes[1]))
    [waiting] = ada.asked("status")
    assert (waiting["private"], waiting["waiting"]["gate"]) == (True, "cups")
    ada.command("approve", waiting["run"], "cups", "--reason", "mend it")
    assert mode(home_of(ada) / "private") == 0o700
    fence.run(*TEAM, "-r", "subject", SECRET)
    assert [one["private"] for one in ada.asked("log")] == [True, True, True]
    assert not (home_of(ada) / "archive.git").exists() or leaks(home_of(ada) / "archive.git") == []
    assert leaks(remotes[0]) == []
    own = (
        path
        for path in (home_of(ada) / "private").rglob("journal.jsonl")
        if b'"ada"' in path.read_bytes()
    )
    approval = next(own)
    assert mode(approval) == 0o600


def mode(path: Path) -> int:
    """Who may do what with a file."""
    return path.stat().st_mode & 0o777


def test_without_a_remote_of_their_own_private_records_stay_on_this_machine(
    machine: Practice, remotes: tuple[Path, Path]
) -> None:
    name_private_remote(machine, "")
    fence = private(machine)
    fence.run(*TEAM, "-r", "subject", SECRET)
    assert refs(remotes[0]) == refs(remotes[1]) == []
    assert [one["outcome"] for one in machine.asked("log")] == ["done"]


def test_the_ordinary_remote_is_never_taken_for_the_private_one(
    machine: Practice, remotes: tuple[Path, Path]
) -> None:
    name_private_remote(machine, f"{str(remotes[0]).removesuffix('.git')}/")
    with private(machine).start(*TEAM, "-r", "subject", SECRET) as papermill:
        said = end_of(papermill)
    assert papermill.returncode != 0
    assert "expected a private_remote of its own" in said
    assert refs(remotes[0]) == []
    assert "name another repository" in machine.command("log", status=2)


def test_the_record_says_that_it_is_private_and_nobody_else_can_read_it(machine: Practice) -> None:
    fence = private(machine)
    fence.run(*TEAM)
    [folder] = home_of(machine).glob("private/runs/fence/desk/1.0/sessions/*")
    assert mode(home_of(machine) / "private") == mode(folder) == 0o700
    files = [path for path in folder.iterdir() if path.is_file()]
    assert {"journal.jsonl", "messages.jsonl", "record.ipynb"} <= {path.name for path in files}
    assert {mode(path) for path in files} == {0o600}
    record = json.loads((folder / "record.ipynb").read_text())
    assert record["metadata"]["runbook"]["private"] is True
    assert "".join(record["cells"][0]["source"]).startswith("Private: ")
    opened = json.loads((folder / "journal.jsonl").read_text().splitlines()[0])
    assert (opened["event"], opened["private"]) == ("opened", True)
    out = json.loads(fence.output.read_text())
    assert out["metadata"]["runbook"]["private"] is True
    assert "".join(out["cells"][0]["source"]).startswith("Private: ")
    assert mode(fence.output) == 0o600
    assert not any(cell.get("outputs") for cell in out["cells"])
    assert "kept apart from other records" in fence.command("show")


def test_a_dead_private_session_is_closed_as_readable_as_it_was(machine: Practice) -> None:
    fence = private(machine)
    with fence.start(*TEAM, halt="act end") as papermill:
        end(fence.halted())
        end_of(papermill)
    [folder] = home_of(machine).glob("private/runs/fence/desk/1.0/sessions/*")
    assert mode(folder / "record.ipynb") == 0o600
    record = json.loads((folder / "record.ipynb").read_text())
    assert record["metadata"]["runbook"]["private"] is True


def test_a_private_run_is_packed_only_where_that_is_meant(
    machine: Practice, tmp_path: Path
) -> None:
    fence = private(machine)
    fence.run(*TEAM)
    pack = tmp_path / "pack.zip"
    said = fence.command("export", "fence/desk/1.0", "-o", str(pack), status=2)
    assert "runbook export --private" in said
    assert not pack.exists()
    fence.command("export", "fence/desk/1.0", "-o", str(pack), "--private")
    assert mode(pack) == 0o600
    with zipfile.ZipFile(pack) as packed:
        assert json.loads(packed.read("pack.json"))["private"] is True
        assert packed.read("report.md").startswith(b"Private: ")
    fence.command("verify", str(pack))


def test_a_notebook_that_no_front_end_can_name_is_private_all_the_same(machine: Practice) -> None:
    fence = private(machine)
    runbooks = machine.folder / "runbooks"
    runbooks.mkdir()
    fence.notebook.rename(runbooks / "fence.ipynb")
    code = 'from runbook_lib import open_run\nopen_run("fence", parameters={}).close()'
    told = subprocess.run(
        [sys.executable, "-c", code],
        env=fence.environment(),
        cwd=machine.folder,
        capture_output=True,
        text=True,
    )
    assert told.returncode == 0, told.stderr
    assert list(machine.home.glob("sandbox/*/private/sessions/*"))
    assert not list(machine.home.glob("sandbox/*/sessions/*"))


def test_the_output_file_tells_nothing_of_a_private_run_however_it_ends(machine: Practice) -> None:
    ask = 'print("merging", subject)\nrun.approve("cups", subject, title=subject)'
    fence = private(machine, (*CELLS[:3], ("## The fence", ask), *CELLS[3:]))
    fence.output.write_text("{}")
    fence.output.chmod(0o666)
    with fence.start(*TEAM, "-r", "subject", SECRET, "--log-output") as papermill:
        said = end_of(papermill)
    assert papermill.returncode != 0
    assert "Waiting: kept in the private record: runbook show" in said
    assert SECRET not in said
    assert mode(fence.output) == 0o600
    assert SECRET not in fence.output.read_text()
    session = json.loads(fence.output.read_text())["metadata"]["runbook"]["session"]
    assert f"merging {SECRET}" in fence.command("show", session)
