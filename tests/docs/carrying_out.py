"""Carries out a page of the documentation: its files are written, its commands typed, in order.

Each fenced block says by its first words what it is:

    ```console                                 commands after `$ `, each with the lines it promises
    ```toml runbook.toml                       a file
    ```python runbooks/NAME.ipynb HEADING      a notebook's code cell below a heading, anew
    ```crontab                                 a line of a crontab: its command is typed

A promised `...` stands for anything. A command that fails is followed by `$ echo $?`.
"""

import doctest
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat
from markdown_it import MarkdownIt

LIKE = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
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
        kept = {name: value for name, value in os.environ.items() if name not in UNSET}
        programs = f"{Path(sys.executable).parent}{os.pathsep}{kept['PATH']}"
        self.environment = kept | {"HOME": str(home), "RUNBOOK_HOME": str(home / "data")}
        self.environment |= {"PATH": programs, "COLUMNS": "100", "LANG": "C.UTF-8"}

    def follow(self, page: Path) -> None:
        """Carry out each block of a page, in order; the last command has to have ended well."""
        for block in blocks(page):
            self.carry_out(block, f"{page.name}, line {block.line}")
        assert self.status == 0, f"{page.name}: the last command ended with {self.status}"

    def carry_out(self, block: Block, where: str) -> None:
        """Do what one block says."""
        match block.words:
            case ("console",):
                for command, promised in commands(block.text):
                    self.type(command, promised, where)
            case ("crontab",):
                self.type(block.text.split(maxsplit=5)[5].strip(), "...", where)
            case (_, name):
                self.write(name, block.text)
            case (_, name, heading) if name.endswith(".ipynb"):
                self.write_cell(self.folder / name, heading, block.text)
            case _:
                raise AssertionError(f"{where}: a block that nobody can carry out")

    def type(self, command: str, promised: str, where: str) -> None:
        """Type a command, and hold what it says against what is promised."""
        assert self.status == 0 or "$?" in command, f"{where}: {self.status} before {command!r}"
        ended = subprocess.run(
            ["bash", "-c", f"(exit {self.status})\n{command}"],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=300,
            check=False,
        )
        self.status = ended.returncode
        said = ended.stdout
        like = doctest.OutputChecker().check_output(f"{promised}\n", f"{said.strip()}\n", LIKE)
        assert like, f"{where}: $ {command}\npromised:\n{promised}\nfound ({self.status}):\n{said}"

    def write(self, name: str, text: str) -> None:
        """Write a file as the page has it."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def write_cell(self, path: Path, heading: str, source: str) -> None:
        """Give a notebook's code cell below a heading another source; make one where none is."""
        notebook = nbformat.read(path, as_version=4)
        titles = [
            number
            for number, cell in enumerate(notebook.cells)
            if cell.cell_type == "markdown" and heading.strip() in cell.source
        ]
        assert len(titles) == 1, f"expected one heading {heading!r} in {path}, found {len(titles)}"
        below = titles[0] + 1
        if below == len(notebook.cells) or notebook.cells[below].cell_type != "code":
            notebook.cells.insert(below, nbformat.v4.new_code_cell())
        notebook.cells[below].source = source.rstrip("\n")
        nbformat.write(notebook, path)
