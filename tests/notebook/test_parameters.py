"""A runbook's parameters: papermill only warns, this refuses."""

import threading
from dataclasses import dataclass
from datetime import date
from enum import Enum
from pathlib import Path
from typing import Any, Literal

import pytest

from runbook_lib.errors import Refused, UsageError
from runbook_lib.notebook.parameters import read_parameters, refuse_changed
from runbook_lib.notebook.types import fitted, type_of

DECLARED = {"version": str, "plan": bool, "limit": float, "hosts": int}
VALUES = {"version": "1.9", "plan": False, "limit": 3, "hosts": 2}


def namespace(injected: str = "", **values: object) -> dict[str, Any]:
    return {"__annotations__": DECLARED, "In": ["", injected], **VALUES, **values}


def test_declared_parameters_are_read_with_their_values() -> None:
    assert read_parameters({**namespace(), "other": 1}) == VALUES


def test_an_injected_parameter_that_is_not_declared_is_refused() -> None:
    with pytest.raises(UsageError, match="found 'versoin'; did you mean version"):
        read_parameters(namespace('# Parameters\nversoin = "1.9"\n', versoin="1.9"))


def test_an_injected_parameter_that_is_declared_is_accepted() -> None:
    given = namespace('# Parameters\nversion = "1.10"\n', version="1.10")
    assert read_parameters(given)["version"] == "1.10"


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("version", 2.1, "expected text, found float 2.1; give it as text: papermill … -r version"),
        ("plan", "yes", "expected True or False, found str 'yes'"),
        ("limit", "3", "expected a number, found str '3'"),
        ("limit", True, "expected a number, found bool True"),
        ("hosts", True, "expected a whole number, found bool True"),
        ("hosts", 2.0, "expected a whole number, found float 2.0"),
        ("plan", 1, "expected True or False, found int 1"),
    ],
)
def test_a_value_of_another_type_is_refused(name: str, value: object, expected: str) -> None:
    with pytest.raises(UsageError, match=expected):
        read_parameters(namespace(**{name: value}))


def test_parameters_are_found_where_python_makes_annotations_late() -> None:
    late = {**namespace(), "__annotate__": lambda _form: DECLARED}
    del late["__annotations__"]
    assert read_parameters(late) == VALUES


class Size(Enum):
    SMALL = "s"
    LARGE = "l"


@dataclass(frozen=True)
class Place:
    host: str
    port: int = 80


@pytest.mark.parametrize(
    ("kind", "given", "expected"),
    [
        (list[str], ["eu", "us"], ["eu", "us"]),
        (list[str], '["eu", "us"]', ["eu", "us"]),
        (dict[str, int], '{"eu": 2}', {"eu": 2}),
        (int | None, None, None),
        (int | None, "3", 3),
        (str | None, "3", "3"),
        (str | None, "null", "null"),
        (Literal["eu", "us"], "eu", "eu"),
        (date, "2026-11-26", date(2026, 11, 26)),
        (date, date(2026, 11, 26), date(2026, 11, 26)),
        (Path, "a/b", Path("a/b")),
        (Size, "l", Size.LARGE),
        (Place, '{"host": "db"}', Place("db")),
        (tuple[Place, ...], [{"host": "db", "port": 1}], (Place("db", 1),)),
        ("list[int]", "[1]", [1]),
    ],
)
def test_a_parameter_may_be_of_any_type_that_values_are_read_as(
    kind: Any, given: object, expected: object
) -> None:
    names = {"__annotations__": {"value": kind}, "value": given}
    assert read_parameters(names) == {"value": expected}
    assert names["value"] == expected


@pytest.mark.parametrize(
    ("kind", "given", "said"),
    [
        (list[str], "eu", r"""value: expected list\[str\], found str 'eu'.* -p value '\["…"""),
        (list[int], '["a"]', r"value: expected list\[int\], found str"),
        (list[int], ["a"], r"value\[0\]: expected list\[int\]"),
        (dict[str, int], {"eu": "two"}, r"value\['eu'\]: expected dict\[str, int\]"),
        (Literal["eu", "us"], "asia", r"expected Literal\['eu', 'us'\], found str 'asia'"),
        (date, "tomorrow", "expected date, found str 'tomorrow'"),
        (list[str], "[" * 100_000, r"expected list\[str\]"),
        (threading.Lock, None, "expected a type that values can be read as"),
        (list["Nobody"], [], "expected a type that values can be read as"),  # type: ignore[name-defined]  # noqa: F821
        (list["1/0"], [], "expected a type that values can be read as"),  # type: ignore[misc]
        ('""', 1, "expected a type that values can be read as"),
        ("nobody", 1, "expected a type, found 'nobody'"),
    ],
)
def test_a_value_that_is_not_read_as_its_type_says_how_it_is_given(
    kind: Any, given: object, said: str
) -> None:
    with pytest.raises(UsageError, match=said):
        read_parameters({"__annotations__": {"value": kind}, "value": given})


@pytest.mark.parametrize(
    "annotation",
    ["'{}'", "list['{}']", "dict[str, list['{}']]", "Annotated[int, '{}']", "Literal[list['{}']]"],
)
def test_no_text_in_an_annotation_is_executed_where_a_notebook_is_only_read(
    annotation: str, tmp_path: Path
) -> None:
    made = tmp_path / "made"
    kind = type_of(annotation.format(f'open("{made}", "w")'))
    assert kind is None
    assert not made.exists()


FUNCTIONS = (
    *("pathlib.Path.touch", "Path.touch", "list[Path.touch]", "Path.home", "pathlib.os.popen"),
    *("print", "list[eval]", "typing.get_type_hints", "uuid.uuid4", "datetime.date.today"),
)


@pytest.mark.parametrize("annotation", FUNCTIONS)
def test_no_function_is_a_type_for_reading_a_value_would_call_it(annotation: str) -> None:
    assert type_of(annotation) is None


def test_a_literals_texts_are_values() -> None:
    assert type_of("Literal['eu', 'us']") == type_of("typing.Literal['eu', 'us']")
    assert fitted("region", type_of("list[Literal['eu']] | None"), ["eu"]) == ["eu"]


def test_what_was_read_stays_whatever_becomes_of_the_list() -> None:
    names: dict[str, Any] = {"__annotations__": {"regions": list[str]}, "regions": ["eu"]}
    opened = read_parameters(names)
    names["regions"].append("us")
    assert opened == {"regions": ["eu"]}
    with pytest.raises(Refused, match="regions is .* and was "):
        refuse_changed("the parameters", opened, {"regions": names["regions"]})


@pytest.mark.parametrize(
    ("annotation", "kind"),
    [
        ("list[str]", list[str]),
        ("int | None", int | None),
        ("datetime.date", date),
        ("date", date),
        ("Path", Path),
        ("typing.Literal['a']", Literal["a"]),
        ("Region", None),
        ("__import__('os').system('true')", None),
        ("list[", None),
        ("int\ud800", None),
        ("(lambda: 1)", None),
    ],
)
def test_an_annotation_is_read_without_the_notebook(annotation: str, kind: Any) -> None:
    assert type_of(annotation) == kind
