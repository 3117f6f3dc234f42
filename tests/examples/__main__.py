"""Writes what the cells of examples are expected to show: `python -m tests.examples NAME…`.

Each is executed by papermill in a copy of its folder, beside real servers; nbval compares.
"""

import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from tests.examples.clusters import run_pair
from tests.examples.example import EXPECTED, Example
from tests.examples.indexes import run_index
from tests.examples.sites import run_site
from tests.notebooks import INJECTED, tidy, write


@contextmanager
def publish_package(folder: Path) -> Iterator[Example]:
    """The example that publishes a package, with its index."""
    with run_index(folder / "index") as index:
        yield Example.copy("publish_package", folder, {"http://127.0.0.1:8080": index.url})


@contextmanager
def switch_database(folder: Path) -> Iterator[Example]:
    """The example that switches a database over, with its two servers."""
    with run_pair() as pair:
        yield Example.copy("switch_database", folder, variables=pair.environment)


@contextmanager
def incident(folder: Path) -> Iterator[Example]:
    """The example that leads through an incident, of a site that is well again."""
    with run_site() as site:
        yield Example.copy("incident", folder, {"http://127.0.0.1:8000": site.url})


TRIED: dict[str, Callable[[Path], AbstractContextManager[Example]]] = {
    "incident": incident,
    "publish_package": publish_package,
    "switch_database": switch_database,
}


def main(names: list[str]) -> int:
    """Execute the examples that are named; 1 where one shows something else than before."""
    changed = False
    for name in names:
        with tempfile.TemporaryDirectory() as folder, TRIED[name](Path(folder)) as example:
            ran, executed = example.papermill()
            ran.ended(0)
            executed["cells"] = [
                cell
                for cell in executed["cells"]
                if INJECTED not in cell["metadata"].get("tags", [])
            ]
            changed |= write(EXPECTED / f"{name}.ipynb", tidy(executed))
    return int(changed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
