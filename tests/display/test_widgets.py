"""Where the page brings its reader."""

import asyncio
from itertools import chain, repeat
from typing import Any

import pytest

from runbook_lib.display import widgets


@pytest.mark.parametrize(
    ("written", "cells", "times"), [("", (4, 5), 2), ("why", (4, 5), 0), ("", (4, 6), 0)]
)
def test_who_has_written_into_a_field_or_run_another_cell_is_not_brought_back_to_it(
    monkeypatch: pytest.MonkeyPatch, written: str, cells: tuple[int, int], times: int
) -> None:
    """A cell that has ended leaves the number of the next; another one that of the one after."""
    numbers = chain(cells[:1], repeat(cells[1]))
    monkeypatch.setattr(widgets, "executions", lambda: next(numbers))
    monkeypatch.setattr(widgets, "PAGE_SECONDS", (0.0, 0.01))
    focused: list[Any] = []
    field = widgets.reason_field()
    monkeypatch.setattr(type(field), "focus", lambda field: focused.append(field))

    async def page() -> None:
        widgets.bring_into_view(field)
        field.value = written
        await asyncio.sleep(0.05)

    asyncio.run(page())
    assert len(focused) == times
