"""What the engine writes of a notebook is what nbformat writes, however often it has changed."""

from typing import Any

import pytest
from nbformat import v4, writes

from runbook_lib.engine.cell_texts import CellTexts

TEXTS = [
    "1 + 1\n\nprint(2)\n",
    "",
    '"cells": []\n ],\n"metadata"',
    "  \u2028 é \x1b[31m \\n",
    "a\r\nb\x0bc",
]


def code(source: str, *outputs: Any, **metadata: Any) -> Any:
    return v4.new_code_cell(source, outputs=[*outputs], metadata=metadata)


def versions() -> list[Any]:
    """A notebook as it is before, while and after its cells are run, and with notes in it."""
    cells = [v4.new_markdown_cell(text) for text in TEXTS] + [code(text) for text in TEXTS]
    shown = {"text/html": "<b>\n</b>", "application/json": {"a\nb": [1, None, True, 0.1]}}
    printed = v4.new_output("stream", text="one\ntwo")
    result = v4.new_output("execute_result", shown, execution_count=3)
    ran = [*cells[:-1], code("x", printed, result, papermill={"status": "completed"})]
    noted = [v4.new_markdown_cell("**✘**"), *ran, v4.new_raw_cell("raw")]
    found = [v4.new_notebook(cells=some) for some in (cells, ran, noted, ran[2:], [], cells)]
    for number, one in enumerate(found):
        one.metadata = {"cells": [], "runbook": {"session": f"s{number}", "cells": []}}
    return found


def test_each_version_is_written_as_nbformat_writes_it() -> None:
    texts = CellTexts()
    for one in versions():
        assert texts.write(one) == writes(one)


@pytest.mark.parametrize("minor", [4, 5])
def test_so_is_an_older_form(minor: int) -> None:
    [one, *_] = versions()
    one.nbformat_minor = minor
    for cell in one.cells if minor == 4 else ():
        del cell["id"]
    assert CellTexts().write(one) == writes(one)


def test_what_is_the_same_as_before_is_not_written_again_and_what_is_gone_is_not_kept() -> None:
    before, after = versions()[:2]
    texts = CellTexts()
    texts.write(before)
    kept = dict(texts.kept)
    texts.write(after)
    assert len(texts.kept) == len(after.cells)
    same = [cell for cell in texts.kept if cell in kept]
    assert len(same) == len(before.cells) - 1
    assert all(texts.kept[cell] is kept[cell] for cell in same)
