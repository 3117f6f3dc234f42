"""The tables of a `runbook.toml`, and those that environment variables lay over them."""

import json
import os
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from runbook_lib.errors import UsageError

VARIABLE = "RUNBOOK_SETTING_"
"""How the environment variables begin that win over the file."""


def read_tables(file: Path | None, keys: Iterable[str]) -> dict[str, Any]:
    """What a file has, and for some of its keys environment variables, which win over it.

    Raises `UsageError` for what is no TOML, and for a variable that is no JSON.
    """
    given = {key: f"{VARIABLE}{key.upper()}" for key in keys}
    said = {key: read_json(name) for key, name in given.items() if name in os.environ}
    return laid_over(read_toml(file) if file else {}, said)


def read_toml(file: Path) -> dict[str, Any]:
    """A TOML file's tables."""
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise UsageError(f"expected TOML in {file}, found: {error}") from None


def read_json(variable: str) -> Any:
    """What an environment variable says; the error does not show it."""
    try:
        return json.loads(os.environ[variable])
    except ValueError as error:
        raise UsageError(f"expected JSON in {variable}, found: {error}") from None


def laid_over(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    """Tables with others over them, key by key: what is in one alone stays."""
    tables = {
        key: laid_over(below[key], above[key])
        for key in below.keys() & above.keys()
        if isinstance(below[key], dict) and isinstance(above[key], dict)
    }
    return {**below, **above, **tables}
