"""runbook.toml, calendars, notebooks, journals, audit packs and archives, as they lie on a disk."""

import json
import os
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from pathlib import Path
from random import Random
from typing import Any
from unittest.mock import patch
from zoneinfo import ZoneInfo

from click.testing import CliRunner, Result

from runbook_lib.cli import main as runbook
from runbook_lib.errors import RunbookError
from runbook_lib.journal.events import START, seal
from runbook_lib.lint.rules import check_notebook
from runbook_lib.notebook.catalog import describe
from runbook_lib.notebook.gate_places import find_gates
from runbook_lib.notebook.imports import modules_of
from runbook_lib.notebook.outline import outline
from runbook_lib.notebook.reference import origin_of, read_cells, record_of, says_private
from runbook_lib.profile.configuration import load_profile, read_configuration, read_sandbox
from runbook_lib.profile.team import Team
from runbook_lib.proof.unpacked import prove_pack
from runbook_lib.proof.zipped import write_zip
from runbook_lib.sandbox.services.calendar import calendar
from runbook_lib.services.calendar.reading import Reading
from tests.proof.fuzz.feeding import Fed, Wrong, check_plain
from tests.proof.fuzz.texts import Maker, seeded, written
from tests.proof.fuzz.values import as_bytes, mutated

OLDER = Path(__file__).parents[2] / "reading" / "older"
ROOT = Path(__file__).parents[3]
ZONE = ZoneInfo("America/Los_Angeles")
MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 1)


def profiles() -> tuple[str, ...]:
    """The runbook.toml of the documentation and of the examples."""
    pages = [*(ROOT / "docs").glob("*.md"), *(ROOT / "docs" / "how-to").glob("*.md")]
    blocks = re.compile(r"^```toml.*?\n(.*?)^```", re.MULTILINE | re.DOTALL)
    found = [block for page in pages for block in blocks.findall(page.read_text())]
    return (*found, *(one.read_text() for one in ROOT.glob("examples/*/runbook.toml")))


def configurations(folder: Path) -> Fed:
    """A whole runbook.toml, read as every procedure reads it."""
    path = folder / "runbook.toml"

    def take(content: bytes) -> object:
        path.write_bytes(content)
        with patch.dict(os.environ, {"RUNBOOK_CONFIG": str(path)}):
            read_sandbox(Team)
            read = read_configuration()
            for name in read:
                load_profile(name)
            return load_profile("team")

    return Fed(written(*profiles()), take)


ICS = (
    calendar(),
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VTIMEZONE\r\nTZID:Here\r\n"
    "BEGIN:STANDARD\r\nDTSTART:20251101T020000\r\nTZOFFSETFROM:-0700\r\nTZOFFSETTO:-0800\r\n"
    "RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
    "BEGIN:VEVENT\r\nUID:a@b\r\nDTSTAMP:20260105T170000Z\r\nDTSTART;TZID=Here:20260311T090000\r\n"
    "DURATION:P1DT2H\r\nRRULE:FREQ=MONTHLY;BYDAY=2WE;COUNT=9;WKST=MO\r\nRDATE:20260313T170000Z\r\n"
    "EXDATE;TZID=Here:20260408T090000\r\nSUMMARY:Push duty: willow\r\nSTATUS:CONFIRMED\r\n"
    "END:VEVENT\r\nEND:VCALENDAR\r\n",
)


def calendars(_: Path) -> Fed:
    reading = Reading("the calendar", re.compile(r"Push duty: (?P<person>.*)"), ZONE)
    return Fed(written(*ICS), lambda content: reading.find(content, MARCH, APRIL))


def notebooks(folder: Path) -> Fed:
    """A notebook, read as a runbook is before anything of it is executed."""
    sources = [*(ROOT / "runbooks").glob("*.ipynb"), *ROOT.glob("examples/*/*.ipynb")]
    true = [json.loads(one.read_bytes()) for one in sources]
    some = {"cells": true[0]["cells"][:4], "metadata": {"runbook": {"private": True}}}
    bytes_of = Maker(json.dumps(some))
    path = folder / "given.ipynb"

    def make(random: Random) -> bytes:
        if random.random() < 0.2:
            return bytes_of.text(random).encode("utf-8", "surrogatepass")
        notebook = dict(random.choice(true))
        notebook["cells"] = random.sample(notebook["cells"], min(6, len(notebook["cells"])))
        return as_bytes(mutated(notebook, random))

    def take(content: bytes) -> object:
        path.write_bytes(content)
        cells = read_cells(content)
        _ = (outline(cells), origin_of(content), record_of(path), says_private(content))
        find_gates(cells)
        modules_of(path)
        with suppress(RunbookError):
            describe(path)
        found = check_notebook(path)
        for one in found:
            check_plain(str(one), "a finding of the check")
        return None

    return Fed(seeded(make), take)


class Machine:
    """A machine that has one archive, of an older version's, and nobody's settings."""

    def __init__(self, folder: Path) -> None:
        self.home = folder / "home"
        self.world = self.home / "sandbox" / "sample"
        self.archive = self.world / "archive.git"
        self.desk = folder / "desk"
        for place in (self.world / "keys", self.desk):
            place.mkdir(parents=True)
        shutil.copy(OLDER / "sample.signers", self.world / "keys" / "allowed_signers")
        subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(self.archive)], check=True)
        self.git("fetch", "--quiet", str(OLDER / "0.1.0.bundle"), "sample:main")
        self.tip = self.git("rev-parse", "main").decode().strip()
        self.files = self.git("ls-tree", "-r", "--name-only", self.tip).decode().split()

    def git(self, *arguments: str, stdin: bytes = b"", **environment: str) -> bytes:
        command = ["git", "-C", str(self.archive), "-c", "user.name=x", "-c", "user.email=x@y"]
        given = {**os.environ, **environment}
        done = subprocess.run([*command, *arguments], input=stdin, capture_output=True, env=given)
        if done.returncode:
            raise AssertionError(done.stderr.decode(errors="replace"))
        return done.stdout

    def read(self, path: str) -> bytes:
        return self.git("show", f"{self.tip}:{path}")

    def session(self) -> tuple[str, bytes, bytes]:
        """A session's name, journal and record."""
        path = next(one for one in self.files if one.endswith("/journal.jsonl"))
        folder = path.removesuffix("/journal.jsonl")
        return Path(folder).name, self.read(path), self.read(f"{folder}/record.ipynb")

    def run(self, *arguments: str) -> Result:
        """What a command says; raises what is none of its own ends, or steers a terminal."""
        here = Path.cwd()
        os.chdir(self.desk)
        environment = {"RUNBOOK_HOME": str(self.home), "RUNBOOK_CONFIG": "", "TZ": "UTC"}
        try:
            with patch.dict(os.environ, environment):
                done = CliRunner().invoke(runbook, arguments)
        finally:
            os.chdir(here)
        if done.exception and not isinstance(done.exception, SystemExit):
            raise done.exception
        if "--json" in arguments and done.exit_code == 0:
            json.loads(done.stdout)
        check_plain(done.output if "--json" not in arguments else "", f"runbook {arguments[0]}")
        return done


def resealed(lines: list[Any]) -> bytes:
    """The lines of a journal, chained anew as if they had been written so."""
    previous, found = START, []
    for said in lines:
        rest = {name: value for name, value in said.items() if name not in ("previous", "hash")}
        event = seal(rest, previous)
        previous = event.hash
        found.append(event.line())
    return "".join(f"{line}\n" for line in found).encode("utf-8", "surrogatepass")


def journal_maker(true: bytes) -> Callable[[Random], bytes]:
    """Makes journals that are not as a session wrote them: chained all the same, or as they are."""
    said = [json.loads(line) for line in true.splitlines()]
    text = Maker(true.decode())

    def make(random: Random) -> bytes:
        if random.random() < 0.3:
            return text.text(random).encode("utf-8", "surrogatepass")
        number = random.randrange(len(said))
        changed = [dict(one) for one in said]
        event = mutated(said[number], random)
        changed[number : number + 1] = [event] * random.choice((1, 1, 1, 2))
        with suppress(AttributeError, TypeError, ValueError, RecursionError):
            return resealed(changed)
        return b"".join(as_bytes(one) + b"\n" for one in changed)

    return make


def journals(folder: Path) -> Fed:
    """A session's journal and record in its folder, read by the commands that read."""
    machine = Machine(folder)
    name, journal, record = machine.session()
    make_journal = journal_maker(journal)
    notebook = json.loads(record)

    def make(random: Random) -> tuple[bytes, bytes]:
        if random.random() < 0.7:
            return make_journal(random), record
        return journal, as_bytes(mutated(notebook, random))

    def take(given: tuple[bytes, bytes]) -> object:
        place = machine.world / "sessions" / f"{name[:-3]}abc"
        place.mkdir(parents=True, exist_ok=True)
        for file, content in zip(("journal.jsonl", "record.ipynb"), given, strict=True):
            (place / file).write_bytes(content)
        for command in (("log",), ("status", "--json"), ("show", place.name)):
            machine.run(*command)
        return None

    return Fed(seeded(make), take)


def archives(folder: Path) -> Fed:
    """An archive somebody else has pushed to: one file, path or message is not ours."""
    machine = Machine(folder)
    _, journal, record = machine.session()
    make_journal, notebook = journal_maker(journal), json.loads(record)
    message = Maker(machine.git("log", "-1", "--format=%B", machine.tip).decode())
    paths = Maker(*machine.files[:3])
    index = folder / "index"

    def make(random: Random) -> tuple[str, bytes, bytes]:
        path = random.choice(machine.files)
        if random.random() < 0.15:
            path = paths.text(random).strip("/").replace("\0", "")[:200] or "x"
        content = make_journal(random)
        if path.endswith(".ipynb"):
            content = as_bytes(mutated(notebook, random))
        return path, content, message.text(random).encode("utf-8", "surrogatepass")

    def take(given: tuple[str, bytes, bytes]) -> object:
        path, content, said = given
        blob = machine.git("hash-object", "-w", "--stdin", stdin=content).decode().strip()
        own = {"GIT_INDEX_FILE": str(index)}
        machine.git("read-tree", machine.tip, **own)
        entry = f"100644 {blob} 0\t".encode() + path.encode("utf-8", "surrogatepass") + b"\0"
        with suppress(AssertionError):  # git itself takes no such path
            machine.git("update-index", "-z", "--index-info", stdin=entry, **own)
        tree = machine.git("write-tree", **own).decode().strip()
        made = ["commit-tree", tree, "-p", machine.tip]
        commit = machine.git(*made, stdin=said.replace(b"\0", b"")).decode().strip()
        machine.git("update-ref", "refs/heads/main", commit)
        for command in (("log", "--json"), ("verify",), ("show", "latest"), ("status",)):
            machine.run(*command)
        return None

    return Fed(seeded(make), take)


def packs(folder: Path) -> Fed:
    """An audit pack, as a zip or in one of its files not as it was written."""
    machine = Machine(folder)
    run = json.loads(machine.run("log", "--json").stdout)[0]["run"]
    whole = folder / "whole.zip"
    machine.run("export", run, "-o", str(whole))
    true, path = whole.read_bytes(), folder / "given.zip"
    with zipfile.ZipFile(whole) as opened:
        files = {name: opened.read(name) for name in opened.namelist()}
    paths = Maker("../../etc/passwd", *sorted(files)[:5])

    def make(random: Random) -> bytes:
        if random.random() < 0.3:
            cut = random.randrange(len(true))
            return true[:cut] + random.randbytes(random.choice((0, 1, 20))) + true[cut + 1 :]
        name, changed = random.choice(sorted(files)), dict(files)
        text = Maker(changed.pop(name).decode("utf-8", "replace")[:20_000]).text(random)
        name = paths.text(random)[:300] if random.random() < 0.2 else name
        changed[name] = text.encode("utf-8", "surrogatepass")
        with suppress(UnicodeEncodeError, ValueError, zipfile.LargeZipFile):
            return write_zip(changed)
        return true[: random.randrange(len(true))]

    def take(content: bytes) -> object:
        path.write_bytes(content)
        proof = prove_pack(path)
        if content == true and proof.findings:
            raise Wrong("a pack that is whole is not proved")
        machine.run("verify", str(path))
        return None

    return Fed(seeded(make), take)
