"""The fields of a bug: which one needs, and which values they have.

https://bugzilla.readthedocs.io/en/latest/api/core/v1/field.html
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import field
from difflib import get_close_matches
from typing import Any

from runbook_lib.frozen import frozen
from runbook_lib.services.bugzilla.client import Client

INSIDE = {
    "platform": "rep_platform",
    "severity": "bug_severity",
    "type": "bug_type",
    "status": "bug_status",
    "summary": "short_desc",
    "url": "bug_file_loc",
    "id": "bug_id",
    "creator": "reporter",
    "whiteboard": "status_whiteboard",
    "blocks": "blocked",
    "depends_on": "dependson",
    "creation_time": "creation_ts",
    "last_change_time": "delta_ts",
}
"""What fields are called inside Bugzilla, where that is not what the API calls them."""
DEFAULTS = {
    "op_sys": "defaultopsys",
    "platform": "defaultplatform",
    "severity": "defaultseverity",
    "priority": "defaultpriority",
}
"""The fields that an installation's parameters may leave without a default."""
SEARCHED = re.compile(r"quicksearch|limit|offset|order|[fonvj]\d+")
"""What a search may say beside fields."""
SENT = frozenset({"product", "component", "version", "short_desc"})


@frozen
class Wanted:
    """A bug that is to be filed: where, with which `fields`, who is `asked` on it and who is told.

    Nothing is asked of anybody where `asked` is empty.
    """

    product: str
    component: str
    version: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    asked: str = ""
    cc: tuple[str, ...] = ()


class Fields:
    """The fields of the bugs of one Bugzilla."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def missing(self, product: dict[str, Any], wanted: Wanted) -> Iterator[str]:
        """The fields that a bug needs here, and that the profile does not give."""
        given = {INSIDE.get(name, name) for name in wanted.fields}
        needed = dict.fromkeys([*self.without_default(product), *self.mandatory(wanted)])
        for name in needed:
            if INSIDE.get(name, name) not in given:
                known = self.values(name)
                choices = f", one of {', '.join(known)}" if known else ""
                yield (
                    f"expected a value for the field {name}, which a bug needs here, found none: "
                    f'add fields = {{ {name} = "…" }} to the profile\'s bugzilla{choices}'
                )

    def without_default(self, product: dict[str, Any]) -> Iterator[str]:
        """The fields that have no default; bugzilla.mozilla.org has one for all but the type."""
        if "default_bug_type" in product:
            yield "type"
        if "default_op_sys" in product:
            return
        reply = self.client.get("parameters")
        said = {} if reply.nowhere else reply.require()["parameters"]
        yield from (name for name, parameter in DEFAULTS.items() if said.get(parameter) == "")

    def mandatory(self, wanted: Wanted) -> Iterator[str]:
        """The fields that an installation has made mandatory for such a bug."""
        asked = "name,is_mandatory,is_on_bug_entry,visibility_field,visibility_values"
        reply = self.client.get("field", "bug", include_fields=asked)
        for one in reply.require()["fields"]:
            needed = one.get("is_mandatory") and one.get("is_on_bug_entry")
            if needed and one["name"] not in SENT and is_shown(one, wanted):
                yield str(one["name"])

    def wrong(self, fields: Mapping[str, str]) -> Iterator[str]:
        """The profile's fields that Bugzilla does not have, or not with that value."""
        for name, value in fields.items():
            known = self.values(name)
            if known is None:
                yield f"expected a field {name}, found none: take it from the profile's fields"
            elif known and value not in known:
                yield unknown(f"value of {name}", value, known, "")

    def unsearchable(self, criteria: Mapping[str, str]) -> Iterator[str]:
        """What a search would not heed, in silence: a field or a value that there is not."""
        for name, value in criteria.items():
            if name == "product":
                products = self.client.get("product", names=value, include_fields="name")
                if products.unknown or not products.require().get("products"):
                    yield f"expected a product {value!r} to search in, found none: correct it"
            elif not SEARCHED.fullmatch(name):
                known = self.values(name)
                if known is None:
                    yield f"expected a field {name!r} to search by, found none: correct it"
                elif known and value not in known and not value.startswith(("_", "-")):
                    yield unknown(f"value of {name}", value, known, "")

    def values(self, name: str) -> list[str] | None:
        """The values of a field, none where it takes any; None where there is no such field."""
        reply = self.client.get("field", "bug", INSIDE.get(name, name))
        if reply.unknown:
            return None
        fields = reply.require()["fields"]
        return [one["name"] for one in fields[0].get("values") or () if one.get("name")]


def is_shown(one: dict[str, Any], wanted: Wanted) -> bool:
    """Whether a field is one of all bugs, or of those in that product or component."""
    by, values = one.get("visibility_field"), one.get("visibility_values") or ()
    places = {"product": wanted.product, "component": wanted.component}
    return not by or places.get(str(by)) in values


def unknown(what: str, name: str, known: list[str], where: str) -> str:
    """The message for a name that Bugzilla does not have, with those nearest to it first."""
    near = get_close_matches(name, known, n=1, cutoff=0.75)
    hint = f"did you mean {near[0]!r}?" if near else f"choose one of: {', '.join(known) or 'none'}"
    return f"expected a {what} named {name!r}{where}, found no such {what}; {hint}"
