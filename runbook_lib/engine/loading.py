"""Papermill, imported without what it imports for other places and other notebooks."""

from importlib import import_module

from runbook_lib.lazy import kept, put_off, without

UNUSED = (
    "github",
    "fqdn",
    "isoduration",
    "jsonpointer",
    "rfc3986_validator",
    "rfc3987",
    "rfc3987_syntax",
    "uri_template",
    "webcolors",
)
"""What papermill and jsonschema import where it is installed.

With the first papermill would read notebooks from GitHub; JupyterLab brings the others along, for
forms of texts that a notebook's schema does not have.
"""


def load_papermill() -> None:
    """Import papermill in half the time: a runbook is a file on this machine."""
    with kept(), without(*UNUSED), put_off("requests"):
        import_module("papermill")
