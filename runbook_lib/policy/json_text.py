"""JSON from outside: what is no JSON, or nested to no end, is one and the same error."""

import json
from typing import Any


def read_json(text: str | bytes) -> Any:
    """What a text says as JSON; raises `ValueError` for what can't be read, however it is not."""
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError("it is nested too deep") from None
