"""A dashboard's variables as they were saved, and what each stands for where nothing was chosen.

As Grafana does when it opens a dashboard: what was saved counts; else *All* where that can be
chosen, else the first of what can. What only a data source knows is asked of it (`choices`).

https://grafana.com/docs/grafana/latest/dashboards/variables/add-template-variables/
"""

import re
from collections.abc import Callable, Sequence
from typing import Any

from runbook_lib.frozen import frozen

ALL = ("$__all",), ("All",)
AUTO = re.compile(r"\$__auto(_interval_\w+)?")
COMMA = re.compile(r"(?<!\\),")
PAIR = re.compile(r"\s*(?P<text>(?:\\ |[^:])+?)\s+:\s+(?P<value>.+)", re.DOTALL)
INTERVALS = re.compile(r"\"(.*?)\"|'(.*?)'|([^,\s]+)")


@frozen
class Variable:
    """What stands for a name; `all` is the pattern for all values, where that is named.

    It is `lacking` where nobody can tell what it stands for: the reason. Of an interval that
    follows the window, `steps` is how many there are to be in it, and `least` its shortest.
    """

    name: str
    values: tuple[str, ...] = ()
    all: str = ""
    lacking: str = ""
    steps: int = 0
    least: str = "10s"


def chosen(said: dict[str, Any]) -> tuple[str, ...]:
    """What was chosen when the dashboard was saved; nothing where nothing was."""
    found = listed((said.get("current") or {}).get("value"))
    marked = (each for each in said.get("options") or () if each.get("selected"))
    return found or tuple(value for each in marked for value in listed(each.get("value")))


def listed(value: object) -> tuple[str, ...]:
    """One value or several, as texts."""
    if isinstance(value, list):
        return tuple(map(str, value))
    return (str(value),) if isinstance(value, str | int | float) and str(value) else ()


def read_fixed(said: dict[str, Any]) -> Variable:
    """A constant, or a text that people may change."""
    text = "".join(listed(said.get("query")))
    saved = chosen(said) if said.get("type") == "textbox" else ()
    return Variable(str(said.get("name", "")), saved or (text,))


def read_interval(said: dict[str, Any]) -> Variable:
    """A span of time; one that follows the window is known with the window."""
    name = str(said.get("name", ""))
    given = ("".join(each) for each in INTERVALS.findall(str(said.get("query") or "")))
    spans = [each for each in given if not AUTO.fullmatch(each)]
    wanted = chosen(said) or (("$__auto",) if said.get("auto") else tuple(spans[:1]))
    if wanted and AUTO.fullmatch(wanted[0]):
        least = str(said.get("auto_min") or "10s")
        return Variable(name, ("$__auto",), steps=int(said.get("auto_count") or 30), least=least)
    return Variable(name, wanted) if wanted else lacks(said, "it has no span of time")


def custom_choices(said: dict[str, Any]) -> list[str]:
    """The values of a list that was written by hand: `a,b`, or `name : value` for each."""
    given = [each.replace("\\,", ",").strip() for each in COMMA.split(str(said.get("query") or ""))]
    pairs = [PAIR.fullmatch(each) for each in given]
    found = [
        pair["value"].strip() if pair else each for each, pair in zip(given, pairs, strict=True)
    ]
    return [each for each in found if each] or [
        value
        for option in said.get("options") or ()
        for value in listed(option.get("value"))
        if value != "$__all"
    ]


def choose(said: dict[str, Any], choices: Sequence[str]) -> Variable:
    """What a variable stands for, of what can be chosen."""
    name, saved = str(said.get("name", "")), chosen(said)
    everything = saved in ALL or (not saved and said.get("includeAll"))
    if everything and said.get("allValue"):
        return Variable(name, all=str(said["allValue"]))
    values = tuple(choices) if everything else saved or tuple(choices[:1])
    return Variable(name, values) if values else lacks(said, "there is nothing to choose from")


def needs_choices(said: dict[str, Any]) -> bool:
    """Whether what can be chosen has to be known."""
    saved = chosen(said)
    if saved in ALL or (not saved and said.get("includeAll")):
        return not said.get("allValue")
    return not saved


def lacks(said: dict[str, Any], why: str) -> Variable:
    """A variable of which nobody can tell what it stands for."""
    name = str(said.get("name", ""))
    return Variable(name, lacking=f"its variable ${name} has no saved value, and {why}")


def narrowed(said: dict[str, Any], values: Sequence[str]) -> list[str]:
    """The values that a variable's own pattern leaves, each once and in its order."""
    pattern = str(said.get("regex") or "")
    written = re.fullmatch(r"/(.*)/([a-z]*)", pattern, re.DOTALL)
    flags = re.IGNORECASE if written and "i" in written[2] else 0
    kept = re.compile(javascript(written[1] if written else pattern), flags)
    found = dict.fromkeys(
        next((group for group in [match.groupdict().get("value"), *match.groups()] if group), value)
        for value in values
        if (match := kept.search(value))
    )
    return in_order(list(found), int(said.get("sort") or 0))


def javascript(pattern: str) -> str:
    """A pattern of JavaScript's as one of Python's: groups are named in another way."""
    return re.sub(r"\(\?<(?![=!])", "(?P<", pattern)


def in_order(values: list[str], sort: int) -> list[str]:
    """The values in the order that a variable asks for: 1 and 2 by letters, 3 and 4 by numbers."""
    if not sort:
        return values

    keys: tuple[Callable[[str], str | float], ...] = (str, number_in, str.casefold)
    key = keys[min((sort - 1) // 2, 2)]
    return sorted(values, key=key, reverse=sort % 2 == 0)


def number_in(value: str) -> float:
    """The first number in a value; those without one come first."""
    found = re.search(r"\d+(\.\d+)?", value)
    return float(found[0]) if found else -1.0
