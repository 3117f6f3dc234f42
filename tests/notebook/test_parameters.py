"""A runbook's parameters: papermill only warns, this refuses."""

import pytest

from runbook_lib.errors import UsageError
from runbook_lib.notebook.parameters import read_parameters

DECLARED = {"version": str, "plan": bool, "limit": float, "hosts": int}
VALUES = {"version": "1.9", "plan": False, "limit": 3, "hosts": 2}


def namespace(injected: str = "", **values: object) -> dict[str, object]:
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
