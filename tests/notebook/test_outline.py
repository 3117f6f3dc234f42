"""The parts of a procedure are the headings of its runbook that have code below them."""

from runbook_lib.notebook.outline import Part, outline, parts_by_cell
from runbook_lib.notebook.reference import ReferenceCell, read_cells, shipped_runbook


def cells(*sources: str) -> list[ReferenceCell]:
    kinds = {True: "markdown", False: "code"}
    return [ReferenceCell(kinds[one[0] in "#*"], one) for one in sources]


def test_code_belongs_to_the_last_heading_above_it() -> None:
    found = outline(cells("# It", "a()", "## One\n### 1 · Do\ntext", "b()", "* note", "c()"))
    assert found == (Part("It", (1,)), Part("1 · Do", (3, 5)))
    assert parts_by_cell(found)[5].title == "Do"


def test_a_heading_without_code_is_no_part_and_code_without_one_has_an_empty_one() -> None:
    assert outline(cells("a()", "## No", "## Yes", "b()")) == (Part("", (0,)), Part("Yes", (3,)))


def test_the_release_has_the_numbers_of_the_procedure() -> None:
    parts = outline(read_cells(shipped_runbook("release").read_bytes()))
    numbers = [part.number for part in parts if part.number]
    assert numbers == [*map(str, range(1, 14)), "14–16", *map(str, range(17, 21))]
    assert [part.title for part in parts if part.number == "11"] == ["Push branch and tag"]
