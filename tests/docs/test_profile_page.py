"""The reference of the profile has every key of every table, each with its meaning."""

import inspect
import re
from pathlib import Path

import pytest

from docs.pages import profile, secrets
from docs.pages.profile import UNREAD, Table, chapters, meaning, walk
from runbook_lib.profile import Configuration, load_profile, secret_places
from runbook_lib.profile.kinds import kinds
from runbook_lib.run.own_run import TABLES as OWN
from runbook_lib.run.own_run import OwnRun

EXAMPLE = Path(__file__).parents[2] / "docs" / "reference" / "example.toml"
TABLES = [table for roots in chapters().values() for root in roots for table in walk(root)]
KEYS = [(table, key) for table in TABLES for key in table.keys]


@pytest.mark.parametrize(
    ("table", "key"), KEYS, ids=[f"{table.place}.{key}" for table, key in KEYS]
)
def test_every_key_is_in_the_reference_with_its_meaning(table: Table, key: str) -> None:
    [*_, row] = [line for line in below(table.header) if line.startswith(f"| `{key}` |")]
    told = row.split(" | ")[-1].removesuffix(" |")
    assert told, f"{table.model.__module__}: expected a docstring below {key} of {table.model}"
    assert told.endswith(".")
    assert told == meaning(table.model, key).replace("|", "\\|")


def below(header: str) -> list[str]:
    """The lines of the reference below the headings of a table."""
    parts = profile.page().split("### `")
    return [
        line
        for part in parts
        if part.startswith(f"{header}`")
        for line in part.split("\n## ")[0].splitlines()
    ]


def test_what_the_file_says_beside_its_profiles_is_told_with_its_meaning() -> None:
    for key in Configuration.model_fields.keys() - {"profiles"}:
        assert f"| `{key}` |" in profile.page()
        assert meaning(Configuration, key).endswith(".")


def test_no_key_of_a_profile_is_left_out() -> None:
    told = {key for table in TABLES if table.place == "profiles.NAME" for key in table.keys}
    assert told == {key for kind in kinds() for key in kind.model_fields} - {UNREAD}


def test_the_services_that_a_runbook_of_ones_own_asks_for_are_all_there() -> None:
    asked = re.findall(r'self\.read\("(\w+)", (\w+)\)', inspect.getsource(OwnRun))
    assert asked == [(name, model.__name__) for name, model in OWN.items()]


def test_a_type_and_its_default_are_told_as_one_writes_them() -> None:
    page = profile.page()
    assert "| `approvals` | whole number, at least 1 | `1` |" in page
    assert "| `first` | date | **required** |" in page
    assert '| `kind` | `"file"`, `"draft"`, `"etherpad"` | `"file"` |' in page
    assert "| `people` | list of texts |  |" in page
    assert "| `throttle` | true or false | `true` |" in page
    assert '| `on` | list of `"gate"`, `"waiting"`, ' in page


def test_a_key_that_has_tables_of_its_own_is_followed() -> None:
    page = profile.page()
    assert "### `[profiles.NAME.gates.GATE]`" in page
    assert "### `[[profiles.NAME.push.repositories]]`" in page
    assert "### `[profiles.NAME.push.repositories.locales]`" in page


def test_the_example_is_a_profile_of_both_procedures_with_every_table(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("RUNBOOK_CONFIG", str(EXAMPLE))
    readings = load_profile("team")
    assert {type(each) for each in readings} >= set(kinds())
    # Of the desks a profile has one: each other one is that of a profile of its own.
    others = (*load_profile("islands"), *load_profile("harbour"))
    said = [each.model_dump(exclude_unset=True) for each in (*readings, *others)]
    given = {name for each in said for name in dotted(each) | dotted(each["tables"])}
    tables = {one.place.removeprefix("profiles.NAME.") for one in TABLES}
    tables.discard("profiles.NAME")
    for one, named in {"GATE": "changelog", "WAIVER": "ci", "PERSON": "sam"}.items():
        tables = {table.replace(one, named) for table in tables}
    assert tables <= given


def dotted(value: object, place: str = "") -> set[str]:
    """The places of all tables in a value."""
    if isinstance(value, tuple):
        return {name for each in value for name in dotted(each, place)}
    if not isinstance(value, dict):
        return set()
    inner = {name for key, each in value.items() for name in dotted(each, f"{place}.{key}")}
    return {place.removeprefix("."), *inner}


def test_each_secret_that_a_profile_wants_is_told_with_its_variable(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("RUNBOOK_CONFIG", str(EXAMPLE))
    every = (*load_profile("team"), *load_profile("islands"), *load_profile("harbour"))
    wanted = {place for each in every for place in secret_places(each).values()}
    told = secrets.page() + EXAMPLE.with_name("profile.md").read_text()
    for place in wanted:
        assert f"`{place.variable}`" in told
        assert f"`keyring set runbook-{place.service} " in told


def test_no_document_sends_its_reader_into_the_library() -> None:
    root = EXAMPLE.parents[2]
    pages = [root / "README.md", *(root / "docs").rglob("*.md")]
    assert [page for page in pages if "](runbook_lib/" in page.read_text()] == []
    assert [page for page in pages if "](../runbook_lib/" in page.read_text()] == []
