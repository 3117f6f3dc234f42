"""Parameters that are given as text, as values of the types that a runbook declares."""

import os
from collections.abc import Callable
from typing import Any

from pydantic_core import to_jsonable_python

from runbook_lib.errors import UsageError
from runbook_lib.notebook.catalog import Parameter
from runbook_lib.notebook.types import fitted, type_of
from runbook_lib.secrets.masking import Masking, Secret, environment_secrets

WORDS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
KINDS: dict[str, Callable[[str], Any]] = {
    "bool": lambda text: WORDS[text.lower()],
    "int": int,
    "float": float,
}


def typed(parameter: Parameter, text: str) -> Any:
    """A text as a value of a parameter's type, as papermill hands it on.

    What is of no type that is known without the notebook stays a text.
    """
    kind = type_of(parameter.type)
    if parameter.type not in KINDS and kind is not None:
        return to_jsonable_python(fitted(parameter.name, kind, text))
    try:
        return KINDS.get(parameter.type, str)(text)
    except (KeyError, ValueError):
        raise UsageError(
            f"parameter {parameter.name}: expected a value of type {parameter.type}, "
            f"found {hide(text)!r}"
        ) from None


def hide(text: str, *secrets: Secret) -> str:
    """A text for the screen, without secrets: these, the environment's, those in addresses."""
    return Masking([*environment_secrets(os.environ), *secrets])(text)
