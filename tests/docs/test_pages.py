"""The tutorial and the how-tos do what they promise, block by block."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import remove
from tests.docs.carrying_out import Reader

DOCS = Path(__file__).parents[2] / "docs"
PAGES = [DOCS / "tutorial.md", *sorted(DOCS.glob("how-to/*.md"))]


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[Reader]:
    home = tmp_path / "home"
    (home / "ops").mkdir(parents=True)
    yield Reader(home / "ops", home)
    for data in home.glob("data*"):
        remove(data)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_does_what_it_promises(reader: Reader, page: Path) -> None:
    reader.follow(page)
