"""An audit pack proves a run by itself, anywhere, and shows when somebody was at it."""

import json
import os
import shutil
import stat
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from runbook_lib.cli.export import command as export
from runbook_lib.proof.objects import object_name
from runbook_lib.proof.pack import write_sums
from runbook_lib.proof.unpacked import prove_pack
from runbook_lib.proof.zipped import write_zip
from tests.proof.conftest import OTHER, RUN
from tests.proof.forgery import Forger
from tests.services.git.conftest import make_ssh_key

RUNBOOK = "from runbook_lib.cli import main; main()"
Files = dict[str, bytes]


@pytest.fixture
def pack(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The pack of the run that three of the four sessions are of."""
    return write_pack(home, tmp_path / "pack.zip", monkeypatch)


def write_pack(home: Path, path: Path, monkeypatch: pytest.MonkeyPatch, run: str = RUN) -> Path:
    monkeypatch.setenv("RUNBOOK_HOME", str(home))
    monkeypatch.delenv("RUNBOOK_CONFIG", raising=False)
    monkeypatch.chdir(path.parent)
    done = CliRunner().invoke(export, [run, "-o", str(path)])
    assert done.exit_code == 0, done.output
    return path


def read(pack: Path) -> Files:
    with zipfile.ZipFile(pack) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def verify(pack: Path, *arguments: str, status: int) -> dict[str, Any]:
    """What `runbook verify` says of a pack where there is nothing else: no archive, no settings."""
    alone = pack.parent / "alone"
    alone.mkdir(exist_ok=True)
    moved = Path(shutil.copy(pack, alone / pack.name))
    given = {
        "PATH": os.environ["PATH"],
        "HOME": "/nonexistent",
        "https_proxy": "http://127.0.0.1:1",
    }
    done = subprocess.run(
        [sys.executable, "-c", RUNBOOK, "verify", str(moved), "--json", *arguments],
        env=given,
        cwd=alone,
        capture_output=True,
        text=True,
    )
    assert done.returncode == status, done.stdout + done.stderr
    if status == 2:
        return {}
    [proof] = json.loads(done.stdout)["archives"]
    return dict(proof)


def test_a_pack_is_proved_where_there_is_nothing_else(pack: Path) -> None:
    proof = verify(pack, status=0)
    assert (proof["looked"], proof["signed"]) == (3, {"operator@sandbox.example": 3})


def test_the_same_run_gives_the_same_bytes_whatever_was_archived_since(
    pack: Path, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, forger: Forger
) -> None:
    again = write_pack(home, tmp_path / "again.zip", monkeypatch)
    assert again.read_bytes() == pack.read_bytes()
    other = write_pack(home, tmp_path / "other.zip", monkeypatch, OTHER)
    forger.git("update-ref", "refs/heads/main", "main~1")
    since = write_pack(home, tmp_path / "since.zip", monkeypatch, OTHER)
    assert since.read_bytes() == other.read_bytes() != pack.read_bytes()
    assert verify(other, status=0)["looked"] == 1


def test_a_pack_has_nothing_of_other_runs_but_names_and_digests(pack: Path, forger: Forger) -> None:
    other = forger.entries()[2]
    commit = forger.git("rev-list", "--reverse", "main").splitlines()[2]
    files = read(pack)
    assert not [name for name in files if other.session in name or commit in name]
    everything = b"".join(data for name, data in files.items() if not name.endswith(".ipynb"))
    assert OTHER.encode() not in everything
    assert sorted(name for name in files if "/" not in name) == [
        "SHA256SUMS",
        "allowed_signers",
        "pack.json",
        "report.md",
    ]


def test_the_report_tells_who_asked_what_was_done_and_what_nobody_knows(
    pack: Path, forger: Forger
) -> None:
    files = read(pack)
    report = files["report.md"].decode()
    sessions = [one for one in forger.entries() if OTHER not in one.message]
    operator = sessions[0].said[0]["operator"]
    assert f"asked for by **{operator}**" in report
    assert "put cup on the desk" in report.split("## What was done")[1]
    assert "outcome: **done**" in report
    for entry in sessions:
        assert f"### {entry.session}" in report
        assert f"sessions/{entry.session}/journal.jsonl" in report
    assert files[f"sessions/{sessions[0].session}/record.ipynb"] == sessions[0].read("record.ipynb")


def test_a_pack_is_checked_with_standard_tools_as_its_report_says(
    pack: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "unpacked"
    shutil.unpack_archive(pack, folder)
    report = (folder / "report.md").read_text()
    commands = report.split("```sh\n")[1].split("\n```")[0]
    done = check_by_hand(folder, commands)
    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith("all of it stands\n")
    assert done.stderr.count('Good "git" signature for operator@sandbox.example') == 3
    record = next(folder.glob("sessions/*/record.ipynb"))
    record.write_bytes(record.read_bytes() + b" ")
    shutil.rmtree(folder / "check.git")
    assert check_by_hand(folder, commands.partition("\n")[0]).returncode != 0
    assert check_by_hand(folder, commands.partition("\n")[2]).returncode != 0


def check_by_hand(folder: Path, commands: str) -> subprocess.CompletedProcess[str]:
    """Follow the report's commands in a shell that has nothing else."""
    given = {"PATH": os.environ["PATH"], "HOME": str(folder / "nobody")}
    return subprocess.run(
        ["bash", "-c", commands], env=given, cwd=folder, capture_output=True, text=True
    )


@dataclass(frozen=True)
class Way:
    """A way to tamper with a pack's files, all digests computed anew; what is said of it."""

    name: str
    change: Callable[[Files, list[str]], object]
    about: str
    words: str
    place: int | None = 1


def edit(name: str, old: bytes, new: bytes) -> Callable[[Files, list[str]], object]:
    """Change a file; `{}` is the second session."""

    def change(files: Files, sessions: list[str]) -> None:
        path = name.format(sessions[1])
        assert old in files[path]
        files[path] = files[path].replace(old, new, 1)

    return change


def drop(name: str) -> Callable[[Files, list[str]], object]:
    return lambda files, sessions: files.pop(name.format(sessions[1]))


def commit_of(files: Files, session: str) -> str:
    index = json.loads(files["pack.json"])
    return next(one["commit"] for one in index["sessions"] if one["session"] == session)


def drop_session(files: Files, sessions: list[str]) -> None:
    """A session is left out, wherever it is named."""
    commit = commit_of(files, sessions[1])
    index = json.loads(files["pack.json"])
    index["sessions"] = [one for one in index["sessions"] if one["session"] != sessions[1]]
    files["pack.json"] = f"{json.dumps(index, indent=1)}\n".encode()
    for name in [n for n in files if sessions[1] in n or commit in n]:
        del files[name]


def drop_commit(files: Files, sessions: list[str]) -> None:
    del files[f"objects/commit/{commit_of(files, sessions[1])}"]


def edit_commit(files: Files, sessions: list[str]) -> None:
    name = f"objects/commit/{commit_of(files, sessions[1])}"
    files[name] = files[name].replace(b"Outcome: done", b"Outcome: failed")


def edit_tree(files: Files, sessions: list[str]) -> None:
    name = sorted(name for name in files if name.startswith("objects/tree/"))[0]
    files[name] += b"100644 more\0" + bytes(20)


def edit_report(files: Files, sessions: list[str]) -> None:
    files["report.md"] = b"# All was approved\n"
    files["pack.json"] = files["pack.json"].replace(b'"format": 1', b'"format": 2')


def put_in_object(kind: str, data: bytes) -> Callable[[Files, list[str]], object]:
    name = f"objects/{kind}/{object_name(kind, data)}"
    return lambda files, sessions: files.update({name: data})


def put_in_commit(files: Files, sessions: list[str]) -> None:
    """One that is whole, and says something else."""
    data = files[f"objects/commit/{commit_of(files, sessions[1])}"] + b"all was approved\n"
    put_in_object("commit", data)(files, sessions)


def put_in(files: Files, sessions: list[str]) -> None:
    files["evil.sh"] = b"#!/bin/sh\n"


WAYS = (
    Way("a byte of a record", edit("sessions/{}/record.ipynb", b"Practice", b"practice"),
        "record", "they were changed"),
    Way("a byte of a journal", edit("sessions/{}/journal.jsonl", b"practice", b"Practice"),
        "journal", "hash"),
    Way("a record dropped", drop("sessions/{}/record.ipynb"), "object", "found none"),
    Way("a session dropped", drop_session, "dropped", "not in the pack"),
    Way("a commit dropped", drop_commit, "object", "its commit"),
    Way("a commit changed", edit_commit, "object", "its commit"),
    Way("a folder changed", edit_tree, "object", "hash that is its name", None),
    Way("the report changed", edit("report.md", b"**done**", b"**failed**"), "pack",
        "report.md as the records have it", None),
    Way("the library changed", edit("pack.json", b'"library": "', b'"library": "9.'), "pack",
        "pack.json as the records have it", None),
    Way("a note added", edit("pack.json", b'"format": 1', b'"format": 1,\n "note": "all approved"'),
        "pack", "pack.json as the records have it", None),
    Way("pack.json written otherwise", edit("pack.json", b"\n}\n", b"\n}\n\n"), "pack",
        "pack.json as the records have it", None),
    Way("said to be private", edit("pack.json", b"\n}\n", b',\n "private": true\n}\n'), "pack",
        "pack.json as the records have it", None),
    Way("a folder put in", put_in_object("tree", b"100644 note\0" + bytes(20)), "object",
        "besides", None),
    Way("a commit put in", put_in_commit, "object", "besides", None),
    Way("a note put in as a commit", put_in_object("commit", b"all was approved\n"), "object",
        "besides", None),
    Way("the run renamed", edit("pack.json", b"tidewatch/1.0", b"tidewatch/1.1"), "pack",
        "as pack.json says"),
    Way("the report changed, as if by another version", edit_report, "pack", "format 2", None),
    Way("a file put in", put_in, "pack", "evil.sh", None),
    Way("the list of files dropped", drop("pack.json"), "pack", "pack.json", None),
)  # fmt: skip


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.name)
def test_a_pack_that_was_changed_is_found_out(pack: Path, way: Way) -> None:
    files = read(pack)
    sessions = sorted({name.split("/")[1] for name in files if name.startswith("sessions/")})
    way.change(files, sessions)
    files["SHA256SUMS"] = write_sums({k: v for k, v in files.items() if k != "SHA256SUMS"})
    pack.write_bytes(write_zip(files))
    findings = verify(pack, status=1)["findings"]
    wanted = None if way.place is None else sessions[way.place]
    named = [
        f"{one['expected']}; found {one['found']}"
        for one in findings
        if one["about"] == way.about and wanted in (None, one["session"])
    ]
    assert any(way.words in text for text in named), findings


def test_a_byte_changed_without_its_digest_is_found_out(pack: Path) -> None:
    files = read(pack)
    files["report.md"] += b"\nAll of it was approved.\n"
    pack.write_bytes(write_zip(files))
    first = verify(pack, status=1)["first_finding"]
    assert "report.md" in first["expected"]


def test_whatever_byte_of_its_index_is_changed_it_is_found_out(pack: Path) -> None:
    files = read(pack)
    index = files["pack.json"]
    for at in {*range(0, len(index), 23), len(index) - 1}:
        files["pack.json"] = index[:at] + bytes([index[at] ^ 1]) + index[at + 1 :]
        files["SHA256SUMS"] = write_sums({k: v for k, v in files.items() if k != "SHA256SUMS"})
        pack.write_bytes(write_zip(files))
        assert not prove_pack(pack).stands, at


def test_whose_list_of_signers_counted_is_said_and_what_a_pack_alone_can_t_show(
    pack: Path, tmp_path: Path
) -> None:
    own = str(prove_pack(pack))
    assert f"signed by operator@sandbox.example (3), as {pack}: allowed_signers lists them" in own
    assert "that list is the pack's own" in own
    assert "by itself a pack can't show that later sessions were left out" in own
    listed = tmp_path / "mine"
    listed.write_bytes(read(pack)["allowed_signers"])
    mine = str(prove_pack(pack, signers=listed))
    assert f"(3), as {listed} lists them" in mine
    assert "the pack's own" not in mine


def test_what_is_no_pack_is_told(pack: Path) -> None:
    pack.write_bytes(pack.read_bytes()[:1000])
    assert "a pack" in verify(pack, status=1)["first_finding"]["expected"]


def test_ones_own_list_of_signers_counts_for_a_pack(pack: Path, tmp_path: Path) -> None:
    listed = tmp_path / "mine"
    public = make_ssh_key(tmp_path, "olive").with_suffix(".pub").read_text()
    listed.write_text(f"olive {public}")
    proof = verify(pack, "--signers", str(listed), status=1)
    assert proof["first_finding"]["about"] == "signature"


def test_a_run_whose_records_do_not_stand_is_not_packed(
    home: Path, forger: Forger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    entries = forger.entries()
    damaged = entries[1].write("record.ipynb", b"{}")
    forger.rebuild([entries[0], damaged, *entries[2:]])
    monkeypatch.setenv("RUNBOOK_HOME", str(home))
    output = tmp_path / "pack.zip"
    done = CliRunner().invoke(export, [RUN, "-o", str(output)])
    assert (done.exit_code, output.exists()) == (1, False)
    assert entries[1].session in done.output


def test_a_run_is_found_by_the_end_of_its_name_and_one_that_is_not_there_is_told(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUNBOOK_HOME", str(home))
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(export, ["tidewatch/1.0", "--json"])
    told = json.loads(done.output)
    assert (told["run"], told["sessions"], told["open"]) == (RUN, 3, [])
    assert (tmp_path / told["file"]).is_file()
    assert CliRunner().invoke(export, ["tidewatch/7.0"]).exit_code == 2


def twin(pack: zipfile.ZipFile) -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        pack.writestr(pack.infolist()[0].filename, b"something else")


def link(pack: zipfile.ZipFile) -> None:
    member = zipfile.ZipInfo("sessions/link")
    member.create_system, member.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    pack.writestr(member, b"/etc/passwd")


def comment(pack: zipfile.ZipFile) -> None:
    pack.comment = b"all of it stands"


def bomb(pack: zipfile.ZipFile) -> None:
    with pack.open("zeros", "w", force_zip64=True) as file:
        for _ in range(1025):
            file.write(bytes(2**20))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (twin, "one of them twice"),
        (link, "plain files only"),
        (comment, "something around it"),
        (bomb, "at most"),
    ],
)
def test_a_zip_that_other_programs_would_unpack_otherwise_is_no_pack(
    change: Callable[[zipfile.ZipFile], None], words: str, pack: Path
) -> None:
    with zipfile.ZipFile(pack, "a", zipfile.ZIP_DEFLATED) as opened:
        change(opened)
    [finding] = verify(pack, status=1)["findings"]
    assert words in f"{finding['expected']}; found {finding['found']}"
