"""Every key of `runbook.toml`, from the models that read it."""

import inspect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, get_args, get_origin

from pydantic import BaseModel

from docs.pages.fields import default, docstrings, kind
from runbook_lib.profile import Configuration, Section, Team
from runbook_lib.profile.kinds import kinds
from runbook_lib.run.own_run import TABLES

UNREAD = "tables"
HEAD = "| key | type | default | what it means |\n| --- | --- | --- | --- |"


@dataclass(frozen=True)
class Table:
    """A table of the file: where it stands, what reads it, and which of its keys are told of."""

    place: str
    model: type[Section]
    keys: tuple[str, ...]
    several: bool = False

    @property
    def header(self) -> str:
        """The table as a file begins it."""
        return f"[[{self.place}]]" if self.several else f"[{self.place}]"


def page() -> str:
    """The reference, chapter by chapter: a heading, and each table with its keys."""
    parts = of_the_file()
    for title, tables in chapters().items():
        parts += [f"## {title}", *(shown(table) for root in tables for table in walk(root))]
    return "\n\n".join(parts) + "\n"


def of_the_file() -> list[str]:
    """What the file says beside its profiles, under a heading of its own."""
    rows = [row(Configuration, key) for key in Configuration.model_fields if key != "profiles"]
    return ["## Beside the profiles", "\n".join([HEAD, *rows])] if rows else []


def chapters() -> dict[str, list[Table]]:
    """The tables that stand for themselves, by what they are for."""
    procedures = {
        f"For {kind.purpose}": [root(kind, [key for key in keys(kind) if key not in keys(Team)])]
        for kind in kinds()
    }
    services = [
        Table(f"profiles.NAME.{name}", model, keys(model)) for name, model in TABLES.items()
    ]
    return {
        "Every profile": [root(Team, keys(Team))],
        "For a runbook of one's own": services,
        **procedures,
    }


def root(kind: type[Team], own: Sequence[str]) -> Table:
    """A profile itself, with some of its keys."""
    return Table("profiles.NAME", kind, tuple(own))


def keys(model: type[Section]) -> tuple[str, ...]:
    """What a table may say; a profile's other tables are kept apart, in none of the file's keys."""
    return tuple(key for key in model.model_fields if key != UNREAD or not issubclass(model, Team))


def shown(table: Table) -> str:
    """A table under a heading of its own: what it is for, and a row for each key."""
    rows = [row(table.model, key) for key in table.keys]
    told = "" if issubclass(table.model, Team) else prose(table.model)
    return "\n\n".join([f"### `{table.header}`", told, "\n".join([HEAD, *rows])])


def walk(table: Table) -> Iterator[Table]:
    """A table, then those in it in the order of their keys."""
    yield table
    for key in table.keys:
        kind, named, several = inner(table.model.model_fields[key].annotation)
        if kind is not None:
            one = "PERSON" if key == "people" else key.removesuffix("s").upper()
            place = f"{table.place}.{key}" + (f".{one}" if named else "")
            yield from walk(Table(place, kind, keys(kind), several))


def inner(annotation: Any) -> tuple[type[Section] | None, bool, bool]:
    """The model of the tables that a key holds, if any; whether by name, whether several."""
    if inspect.isclass(annotation) and issubclass(annotation, Section):
        return annotation, False, False
    origin = get_origin(annotation)
    found = [inner(each)[0] for each in get_args(annotation)]
    return next(filter(None, found), None), origin is dict, origin is tuple


def row(model: type[BaseModel], key: str) -> str:
    """A key: its type, its default, and what it means."""
    said = schema(model)["properties"][key]
    required = model.model_fields[key].is_required()
    cells = (
        f"`{key}`",
        kind(said),
        "**required**" if required else default(said),
        meaning(model, key),
    )
    return f"| {' | '.join(each.replace('|', chr(92) + '|') for each in cells)} |"


@cache
def schema(model: type[BaseModel]) -> dict[str, Any]:
    """The table as JSON Schema."""
    return model.model_json_schema()


def meaning(model: type[BaseModel], key: str) -> str:
    """What the docstring below a key says, else that of the table which it holds; one line."""
    found = [texts[key] for each in model.__mro__ if key in (texts := docstrings(each))]
    table = inner(model.model_fields[key].annotation)[0]
    text = found[0] if found else prose(table).partition("\n")[0] if table else ""
    return " ".join(text.split())


def prose(model: type[Section]) -> str:
    """What a model says of itself."""
    return inspect.cleandoc(model.__doc__ or "")
