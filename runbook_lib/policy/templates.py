"""Templates of names: text with placeholders such as {version}, and nothing cleverer."""

import re
from collections.abc import Mapping
from functools import cache
from string import Formatter

from runbook_lib.errors import UsageError

PLACEHOLDERS = ("project", "version", "major", "minor", "patch", "full")
"""What a name's template may mention; `{version}` is the short one, `{full}` has three parts."""


@cache
def parts(template: str) -> tuple[tuple[str, str | None], ...]:
    """The pieces of a template: literal text, and the placeholder after it, if any.

    Raises `UsageError` where it is malformed, or asks for a format.
    """
    try:
        parsed = list(Formatter().parse(template))
    except ValueError as error:
        raise UsageError(
            f"expected a template such as release/{{version}}, found {template!r}: "
            f"{error}; write {{{{ and }}}} for braces"
        ) from None
    if any(form or conversion for _, _, form, conversion in parsed):
        raise UsageError(f"expected plain placeholders in {template!r}, found a format")
    return tuple((literal, name) for literal, name, _, _ in parsed)


def escaped(literal: str) -> str:
    """A text as a template has it."""
    return literal.replace("{", "{{").replace("}", "}}")


def fields(template: str) -> set[str]:
    """The placeholders that a template mentions."""
    return {name for _, name in parts(template) if name is not None}


def check_template(template: str, *, known: tuple[str, ...] = PLACEHOLDERS) -> None:
    """Raise `UsageError` for a placeholder that means nothing."""
    unknown = sorted(fields(template) - set(known))
    if unknown:
        found = ", ".join(f"{{{name}}}" for name in unknown)
        raise UsageError(
            f"expected placeholders among {', '.join(f'{{{name}}}' for name in known)} "
            f"in the template {template!r}; found {found}"
        )


def fill(template: str, names: Mapping[str, str]) -> str:
    """The template with each placeholder replaced by what it stands for."""
    check_template(template, known=tuple(names))
    return "".join(
        literal + ("" if name is None else names[name]) for literal, name in parts(template)
    )


def pattern(template: str, matches: Mapping[str, str]) -> str:
    """What reads a template back: by each placeholder what it matches, as a group of its name.

    One that stands there twice says the same twice. Raises `UsageError` for one that means nothing.
    """
    check_template(template, known=tuple(matches))
    found, named = "", set[str]()
    for literal, name in parts(template):
        found += re.escape(literal)
        if name is not None:
            found += f"(?P={name})" if name in named else f"(?P<{name}>{matches[name]})"
            named.add(name)
    return found
