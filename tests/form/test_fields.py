"""A form's fields: what was given, what is wrong with it, and the cell that says it."""

import ast
from pathlib import Path

import pytest

from runbook_lib.errors import UsageError
from runbook_lib.form.fields import cell_of, fields_of, offering, read_cell
from runbook_lib.notebook.catalog import Parameter, RunbookDescription
from runbook_lib.policy.choices import Choices

DESCRIPTION = RunbookDescription(
    "lamp",
    Path("lamp.ipynb"),
    "Lights a lamp.",
    (
        Parameter("name", "str", "", "the lamp"),
        Parameter("times", "int", 1, "how often"),
        Parameter("bright", "bool", False, "how"),
        Parameter("days", "list[str]", None, "when"),
    ),
)


def test_what_is_not_given_is_the_default_and_stands_in_no_cell() -> None:
    fields = fields_of(DESCRIPTION, {"name": "", "times": "1", "bright": "False"})
    assert [one.value for one in fields] == ["", 1, False, None]
    assert cell_of(fields) == ""


def test_what_is_given_stands_in_a_cell_as_papermill_writes_it() -> None:
    given = {"name": 'it\'s \\ "one"\n', "times": "3", "bright": "True", "days": '["Monday"]'}
    cell = cell_of(fields_of(DESCRIPTION, given))
    assert cell.startswith("# Parameters\n")
    namespace: dict[str, object] = {}
    exec(compile(ast.parse(cell), "cell", "exec"), namespace)
    assert namespace["name"] == given["name"]
    assert namespace["days"] == ["Monday"]
    assert read_cell(cell) == {"name": given["name"], "times": "3", "bright": "True"}


def test_a_version_stays_a_text() -> None:
    [first, *_] = fields_of(DESCRIPTION, {"name": "2.10"})
    assert first.value == "2.10"


def test_a_value_of_another_type_is_told_and_stands_in_no_cell() -> None:
    fields = fields_of(DESCRIPTION, {"times": "often", "name": "blue"})
    assert "expected a value of type int, found 'often'" in fields[1].problem
    assert fields[1].value == "often"
    assert cell_of(fields) == "# Parameters\nname = 'blue'"


def test_a_mistyped_parameter_gets_the_nearest_name() -> None:
    with pytest.raises(UsageError, match="did you mean times"):
        fields_of(DESCRIPTION, {"tims": "2"})


@pytest.mark.parametrize(
    ("name", "closed", "problem"),
    [
        ("", True, ""),
        ("blue", True, ""),
        ("bleu", True, "did you mean blue?"),
        ("x", True, "there are: blue, green"),
        ("bleu", False, ""),
    ],
)
def test_a_mistyped_choice_gets_the_nearest(name: str, closed: bool, problem: str) -> None:
    fields = fields_of(DESCRIPTION, {"name": name})
    [first, *_] = offering(fields, {"name": Choices(("blue", "green"), closed)})
    assert problem in first.problem
    assert bool(first.problem) == bool(problem)
    assert first.choices == ("blue", "green")


@pytest.mark.parametrize("cell", ["# Parameters\nname = input()", "# Parameters", ""])
def test_what_is_no_plain_value_is_left_to_the_cell(cell: str) -> None:
    assert read_cell(cell) == {}
