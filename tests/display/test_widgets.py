"""Where the page brings its reader."""

import asyncio
from typing import Any

import pytest

from runbook_lib.display import widgets


@pytest.mark.parametrize(("written", "times"), [("", 2), ("why", 0)])
def test_who_has_written_into_a_field_is_not_brought_back_to_it(
    monkeypatch: pytest.MonkeyPatch, written: str, times: int
) -> None:
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
