"""Each sentence of the procedures stands beside what carries it out, or that nothing does."""

from itertools import groupby

import pytest

from docs.pages.procedures import Sentence, find_cell, page, sentences

OUTLINES = {
    "release": {
        "Release Procedure": ["1"],
        "Requirements": ["1", "2", "3", "4"],
        "Versions": ["1", "2", "3", "4"],
        "Release Process": [
            *map(str, range(1, 19)),
            *("18.1", "18.2", "18.3", "18.4", "19", "20", "21"),
        ],
    },
    "push": {
        "Push Duty": ["1", "2", "3"],
        "Before the push": ["1", "2"],
        "Project Dependencies": ["1", "2", "3.1", "3.2", "4"],
        "Security Fixes": [
            *("1", "2", "3", "4", "4.1", "4.2", "4.3", "4.4", "4.5", "4.6", "4.7"),
            *("5", "6", "7", "8"),
        ],
        "Tag the repos": [
            *("1", "2", "3", "4", "4.1", "4.2", "4.3", "4.4", "5", "6", "7", "8", "9", "10"),
            *("11", "12", "13", "14", "14.1", "14.2", "14.3", "14.4"),
            *("15", "15.1", "15.2", "15.3", "15.4", "16"),
        ],
        "Push to stage": ["1", "2", "3", "3.1", "3.2", "3.3"],
        "Extract locales": ["1", "1.1", "1.2", "2", "3"],
        "Before the push (again)": ["1", "2"],
        "Push": ["1", "2"],
        "Monitoring the push": ["1", "1.1", "1.2", "1.3", "1.4", "1.5", "2", "3"],
        "Once complete": ["1", "2", "3"],
        "Future Goals": ["1"],
    },
}
"""The sentences, list items and commands that each heading of a written procedure has."""

ALL = [one for procedure in OUTLINES for one in sentences(procedure)]


@pytest.mark.parametrize("procedure", OUTLINES)
def test_every_sentence_of_the_procedure_is_there(procedure: str) -> None:
    told = {
        heading: [one.at for one in each]
        for heading, each in groupby(sentences(procedure), lambda one: one.heading)
    }
    assert told == OUTLINES[procedure]


@pytest.mark.parametrize("one", ALL, ids=lambda one: f"{one.heading} {one.at}")
def test_a_sentence_names_cells_that_are_there_or_says_that_nothing_does_it(one: Sentence) -> None:
    assert bool(one.cells) != bool(one.nothing)
    for told in one.cells:
        assert find_cell(told).source


@pytest.mark.parametrize("procedure", OUTLINES)
def test_the_page_has_a_row_for_each_sentence(procedure: str) -> None:
    rows = [line for line in page(procedure).splitlines() if line.startswith("| ")]
    told = [row for row in rows if row[2].isdigit()]
    assert len(told) == len(sentences(procedure))
    silent = [one for one in sentences(procedure) if one.nothing]
    assert sum("*nothing carries this out:*" in row for row in told) == len(silent)


def test_a_cell_that_has_moved_is_missed() -> None:
    with pytest.raises(
        ValueError, match="expected one cell 'release › 9 · Commit › gone', found 0"
    ):
        find_cell("release › 9 · Commit › gone")
