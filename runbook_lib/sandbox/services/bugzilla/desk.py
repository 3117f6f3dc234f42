"""What Bugzilla asks for in a new bug: its fields, their values and defaults."""

from typing import Any

from runbook_lib.sandbox.services.bugzilla.call import Answer, Call
from runbook_lib.sandbox.services.bugzilla.problem import Problem
from runbook_lib.sandbox.services.bugzilla.read import listed

SELECTS = {
    "op_sys": ("All", "Linux", "macOS", "Windows", "Unspecified"),
    "rep_platform": ("All", "x86_64", "ARM", "Unspecified"),
    "bug_severity": ("--", "S1", "S2", "S3", "S4", "N/A"),
    "priority": ("--", "P1", "P2", "P3", "P4", "P5"),
    "bug_type": ("defect", "enhancement", "task"),
}
"""The fields that have one of a few values, by the names that they have inside Bugzilla."""
SHOWN = {"rep_platform": "platform", "bug_severity": "severity", "bug_type": "type"}
"""What the API calls those that it calls otherwise."""
NAMES = {"op_sys": "OS", "rep_platform": "Hardware", "bug_severity": "Severity"}
MANDATORY = ("product", "component", "version", "short_desc")
OTHERS = (
    *("bug_id", "alias", "bug_status", "resolution", "status_whiteboard", "keywords"),
    *("reporter", "assigned_to", "cc", "creation_ts", "delta_ts"),
)
"""Fields of any value, or whose values are not told here."""
CUSTOM = "cf_cost_center"
"""A field of an installation's own, which a bug must have in the dialect `custom_field`."""


def get_fields(call: Call) -> Answer:
    """GET /rest/field/bug and /rest/field/bug/{name}."""
    custom = [CUSTOM] if "custom_field" in call.dialect else []
    selects = [name for name in SELECTS if name != "bug_type" or "no_type" not in call.dialect]
    known = [*MANDATORY, *selects, *OTHERS, *custom]
    wanted = call.path.get("name")
    if wanted is not None and wanted not in known:
        raise Problem("object_does_not_exist", f"There is no field named '{wanted}'.")
    names = known if wanted is None else [wanted]
    included = listed(call, "include_fields")
    shown = [show_field(name, known.index(name)) for name in names]
    return Answer(
        {
            "fields": [
                {key: value for key, value in one.items() if not included or key in included}
                for one in shown
            ]
        }
    )


def show_field(name: str, number: int) -> dict[str, Any]:
    """A field as JSON."""
    values = [{"name": one, "sort_key": at} for at, one in enumerate(SELECTS.get(name, ()))]
    return {
        "id": number,
        "name": name,
        "display_name": NAMES.get(name, name),
        "type": 2 if values else 1,
        "is_custom": name == CUSTOM,
        "is_mandatory": name in (*MANDATORY, CUSTOM),
        "is_on_bug_entry": name == CUSTOM,
        "visibility_field": None,
        "visibility_values": [],
        **({"value_field": None, "values": values} if values else {}),
    }


def get_parameters(call: Call) -> Answer:
    """GET /rest/parameters: bugzilla.mozilla.org has none of this; others tell their defaults."""
    if "no_defaults" not in call.dialect:
        raise Problem(
            "rest_invalid_resource", "A REST API resource was not found for 'GET /parameters'."
        )
    empty = {"defaultopsys": "", "defaultplatform": ""}
    return Answer({"parameters": {**empty, "defaultpriority": "--", "defaultseverity": "--"}})


def check_fields(call: Call) -> None:
    """Refuse a new bug that lacks a field, or has one with a value that is none of its values."""
    for name, values in SELECTS.items():
        given = str(call.said.get(SHOWN.get(name, name)) or call.said.get(name) or "")
        if not given and name == "bug_type" and "type_required" in call.dialect:
            raise Problem(
                "bug_type_required",
                "To file a new bug, you must first choose a type: defect, enhancement, or task.",
            )
        if not given and name in ("op_sys", "rep_platform") and "no_defaults" in call.dialect:
            raise Problem("param_required", f"You must select/enter a {NAMES[name]}.")
        if given and given not in values:
            raise Problem("object_does_not_exist", f"There is no {name} named '{given}'.")
    if "custom_field" in call.dialect and not call.said.get(CUSTOM):
        raise Problem("param_required", f"You must select/enter a {CUSTOM}.")
    if call.said.get("version") not in (None, "", "unspecified"):
        raise Problem(
            "object_does_not_exist",
            f"There is no version named '{call.said['version']}' in the "
            f"'{call.said['product']}' product.",
        )
