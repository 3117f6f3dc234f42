"""Carries out a page of the documentation: its files are written, its commands typed, in order.

Each fenced block says by its first words what it is:

    ```console                                 commands after `$ `, each with the lines it promises
    ```toml runbook.toml                       a file
    ```python runbooks/NAME.ipynb HEADING      a notebook's code cell below a heading, anew
    ```markdown runbooks/NAME.ipynb HEADING    the prose with that heading, anew
    ```sh crontab                              a line of a crontab: its command is typed

A promised `...` stands for anything. A command that fails is followed by `$ echo $?`. Programs that
are left running are ended with the page, and where one serves at port 8765, it has one of its own.
"""

import doctest
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat
from markdown_it import MarkdownIt

LIKE = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
PORT = "8765"
WAITING = 75
UNSET = ("RUNBOOK_CONFIG", "PYTHONPATH", "CI", "GITHUB_TOKEN", "GH_TOKEN")


@dataclass(frozen=True)
class Block:
    """A fenced block of a page: the words behind its fence, what is in it, and its line."""

    words: tuple[str, ...]
    text: str
    line: int


def blocks(page: Path) -> list[Block]:
    """The code blocks of a page, in their order; an indented one has no words."""
    found = MarkdownIt().parse(page.read_text(encoding="utf-8"))
    return [
        Block(
            tuple(token.info.split(" ", 2)) if token.info else (), token.content, token.map[0] + 1
        )
        for token in found
        if token.type in ("fence", "code_block") and token.map
        if not token.info.startswith("{")
    ]


def commands(text: str) -> Iterator[tuple[str, str]]:
    """The commands of a console block, each with the lines that it promises."""
    for part in f"\n{text}".split("\n$ ")[1:]:
        command, _, promised = part.partition("\n")
        while command.endswith("\\"):
            more, _, promised = promised.partition("\n")
            command = f"{command}\n{more.removeprefix('> ')}"
        yield command, promised.rstrip("\n")


class Reader:
    """Somebody who does what a page says, in a folder and with a home of their own."""

    def __init__(self, folder: Path, home: Path) -> None:
        self.folder = folder
        self.status = 0
        self.left: list[int] = []
        self.port = str(free_port())
        kept = {name: value for name, value in os.environ.items() if name not in UNSET}
        programs = f"{Path(sys.executable).parent}{os.pathsep}{kept['PATH']}"
        self.environment = kept | {"HOME": str(home), "RUNBOOK_HOME": str(home / "data")}
        self.environment |= {"PATH": programs, "COLUMNS": "100", "LANG": "C.UTF-8"}

    def follow(self, page: Path) -> None:
        """Carry out each block of a page, in order; the last command has to have ended well."""
        try:
            for block in blocks(page):
                self.carry_out(block, f"{page.name}, line {block.line}")
        finally:
            for group in self.left:
                os.killpg(group, signal.SIGTERM)
        assert self.status == 0, f"{page.name}: the last command ended with {self.status}"

    def carry_out(self, block: Block, where: str) -> None:
        """Do what one block says."""
        text = block.text.replace(PORT, self.port)
        match block.words:
            case ("console",):
                for command, promised in commands(text):
                    self.type(command, promised, where)
            case ("sh", "crontab"):
                self.type(text.split(maxsplit=5)[5].strip(), "...", where)
                self.status = 0 if self.status == WAITING else self.status
            case (_, name):
                self.write(name, text)
            case (_, name, heading) if name.endswith(".ipynb"):
                prose = block.words[0] == "markdown"
                write_cell(self.folder / name, heading.strip(), text.rstrip("\n"), prose=prose)
            case _:
                raise AssertionError(f"{where}: a block that nobody can carry out")

    def type(self, command: str, promised: str, where: str) -> None:
        """Type a command, and hold what it says against what is promised."""
        assert self.status == 0 or "$?" in command, f"{where}: {self.status} before {command!r}"
        with tempfile.TemporaryFile("w+") as output:
            started = subprocess.Popen(
                ["bash", "-c", f"(exit {self.status})\n{command}"],
                cwd=self.folder,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            self.status = started.wait(timeout=300)
            self.left += [started.pid] if is_left(started.pid) else []
            output.seek(0)
            said = output.read()
        like = doctest.OutputChecker().check_output(f"{promised}\n", f"{said.strip()}\n", LIKE)
        assert like, f"{where}: $ {command}\npromised:\n{promised}\nfound ({self.status}):\n{said}"

    def write(self, name: str, text: str) -> None:
        """Write a file as the page has it."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def is_left(group: int) -> bool:
    """Whether a command has left a program running."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        return int(tried.getsockname()[1])


def write_cell(path: Path, heading: str, source: str, *, prose: bool) -> None:
    """Give the prose with a heading, or the code cell below it, another source."""
    notebook = nbformat.read(path, as_version=4)
    found = [
        number
        for number, cell in enumerate(notebook.cells)
        if cell.cell_type == "markdown"
        if any(line.startswith(heading) for line in cell.source.splitlines())
    ]
    assert len(found) == 1, f"expected one heading {heading!r} in {path}, found {len(found)}"
    below = found[0] + 1
    if prose:
        below -= 1
    elif below == len(notebook.cells) or notebook.cells[below].cell_type != "code":
        notebook.cells.insert(below, nbformat.v4.new_code_cell())
    notebook.cells[below].source = source
    nbformat.write(notebook, path)
