"""Where each secret is looked for, from what the tables of a profile say of it."""

from itertools import product
from typing import Any, Literal, get_args, get_origin

from docs.pages.profile import Table, chapters, walk
from runbook_lib.profile import Section
from runbook_lib.secrets.credentials import SecretPlace, host_of

HEAD = "| table | key | variable | in the keyring |\n| --- | --- | --- | --- |"
UNNAMED = "HOST"


def page() -> str:
    """A row for each table that wants a secret."""
    roots = [root for tables in chapters().values() for root in tables]
    tables = [table for root in roots for table in walk(root)]
    rows = [row(table, place) for table in tables if (place := secret_of(table.model))]
    return "\n".join([HEAD, *dict.fromkeys(rows)]) + "\n"


def row(table: Table, place: SecretPlace) -> str:
    """A table's secret: which key names its variable, and what it is called in the keyring."""
    key = next(name for name in table.keys if name.endswith("_variable"))
    variable = "" if place.variable == UNNAMED else f"`{place.variable}`"
    kept = f"`keyring set runbook-{place.service} {host_of(place.url)}`" if place.url else ""
    return f"| `{table.header}` | `{key}` | {variable} | {kept} |"


def secret_of(model: type[Section]) -> SecretPlace | None:
    """Where a table's secret is, for some of the values that the table may have."""
    fields = model.model_fields
    texts = {key: UNNAMED for key, one in fields.items() if one.is_required() or not one.default}
    listed = {key: values for key, one in fields.items() if (values := choices(one.annotation))}
    for values in product(*listed.values()):
        chosen = dict(zip(listed, values, strict=True))
        place = model.model_construct(**{**texts, **chosen}).secret_place()
        if place is not None:
            return place
    return None


def choices(annotation: Any) -> tuple[Any, ...]:
    """The values that a key may have, where they are listed."""
    return get_args(annotation) if get_origin(annotation) is Literal else ()
