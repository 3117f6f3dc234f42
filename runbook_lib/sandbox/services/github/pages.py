"""Pages of long lists, and the links between them.

https://docs.github.com/en/rest/using-the-rest-api/using-pagination-in-the-rest-api
"""

from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlencode

from runbook_lib.sandbox.services.github.call import Answer, Call


def paged(call: Call, items: Sequence[Any], show: Callable[[Any], Any], *, key: str = "") -> Answer:
    """One page of things, shown, with links to the others; under `key` with their count."""
    start = (call.page - 1) * call.per_page
    shown = [show(item) for item in items[start : start + call.per_page]]
    headers = link_header(call, len(items))
    return Answer({"total_count": len(items), key: shown} if key else shown, headers=headers)


def link_header(call: Call, total: int) -> dict[str, str]:
    """The Link header of a page, where there are others."""
    last = max(1, -(-total // call.per_page))
    pages: dict[str, int] = {}
    if call.page > 1:
        pages["prev"] = min(call.page - 1, last)
    if call.page < last:
        pages |= {"next": call.page + 1, "last": last}
    if call.page > 1:
        pages["first"] = 1
    links = [f'<{page_address(call, page)}>; rel="{name}"' for name, page in pages.items()]
    return {"Link": ", ".join(links)} if links else {}


def page_address(call: Call, page: int) -> str:
    """The address of another page of what was asked for."""
    query = [
        (name, value) for name, value in call.request.query_params.multi_items() if name != "page"
    ]
    path = call.request.url.path
    return f"{call.links.base}{path}?{urlencode([*query, ('page', str(page))])}"
