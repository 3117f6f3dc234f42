"""The runbooks as pages: prose and cells, without running them."""

import json
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "runbooks"


@dataclass(frozen=True)
class Cell:
    """A code cell: its place in the notebook, the heading above it, and its source."""

    runbook: str
    number: int
    heading: str
    source: str

    @property
    def target(self) -> str:
        """What links to it are made of."""
        return f"{self.runbook}-cell-{self.number}"

    @property
    def first_line(self) -> str:
        """The line that it is known by."""
        return self.source.partition("\n")[0]


def names() -> list[str]:
    """The runbooks there are."""
    return sorted(path.stem for path in FOLDER.glob("*.ipynb"))


def page(name: str, folder: Path = FOLDER) -> str:
    """A runbook as Markdown; each code cell can be linked to."""
    code = {cell.number: cell for cell in cells(name, folder)}
    parts = [
        shown(code[number]) if number in code else prose
        for number, (_, prose) in enumerate(sources(name, folder))
    ]
    return "\n\n".join(parts) + "\n"


def shown(cell: Cell) -> str:
    """A code cell, and what links lead to."""
    return f"({cell.target})=\n```python\n{cell.source}\n```"


def cells(name: str, folder: Path = FOLDER) -> list[Cell]:
    """The code cells of a runbook, in their order."""
    found, heading = [], ""
    for number, (kind, source) in enumerate(sources(name, folder)):
        titles = [line for line in source.splitlines() if line.startswith("#")]
        if kind == "code":
            found.append(Cell(name, number, heading, source))
        elif titles:
            heading = titles[-1].lstrip("# ")
    return found


def sources(name: str, folder: Path = FOLDER) -> list[tuple[str, str]]:
    """The kind and the text of each cell; links lead from page to page."""
    notebook = json.loads((folder / f"{name}.ipynb").read_text(encoding="utf-8"))
    return [
        (cell["cell_type"], "".join(cell["source"]).replace(".ipynb)", ".md)"))
        for cell in notebook["cells"]
    ]
