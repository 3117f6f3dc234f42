"""The page that leads through the kit: its modules are there, and it is an afternoon's reading."""

import re
from pathlib import Path

import pytest

import runbook_lib

ROOT = Path(runbook_lib.__file__).parent
PAGE = (Path(__file__).parents[2] / "docs" / "kit.md").read_text()
ROUTE = PAGE.partition("<!-- route -->\n")[2].partition("<!-- end -->")[0]
PARTS = re.findall(
    r"^\*\*.*?\(some (\d+) lines\)\.\n(.*?)(?=^\*\*|\Z)", ROUTE, re.DOTALL | re.MULTILINE
)
NAMES = re.compile(r"^- `([a-z_/]+\.py)`", re.MULTILINE)


def lines(text: str) -> int:
    """The lines of the modules that a part of the page names."""
    return sum((ROOT / name).read_text().count("\n") for name in NAMES.findall(text))


@pytest.mark.parametrize(("said", "text"), PARTS)
def test_each_part_is_as_long_as_it_says(said: str, text: str) -> None:
    assert abs(lines(text) - int(said)) <= 30


def test_the_whole_is_an_afternoon() -> None:
    assert 3_500 < lines(ROUTE) < 4_300


@pytest.mark.parametrize("module", NAMES.findall(ROUTE))
def test_what_is_pointed_at_in_a_module_is_there(module: str) -> None:
    said = ROUTE.partition(f"- `{module}`:")[2].partition("\n- `")[0].partition("\n**")[0]
    source = (ROOT / module).read_text()
    for name in re.findall(r"`([A-Za-z_]+)`", said):
        assert re.search(rf"\b{name}\b", source), f"{module} has no {name}"
