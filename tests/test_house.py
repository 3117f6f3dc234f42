"""The house: a room imports only from the floors below its own, and exports few names."""

import ast
from pathlib import Path

import pytest

import runbook_lib

ROOT = Path(runbook_lib.__file__).parent
FLOORS = (
    ("errors",),
    ("policy",),
    (
        "events",
        "journal",
        "parameters",
        "secret_forms",
        "redaction",
        "credentials",
        "messages",
    ),
    ("catalog", "reference", "summary", "transcript", "matching"),
    ("report", "refusals", "result", "quorum", "gate_places", "position"),
    ("runner",),
    ("step", "gate", "guard", "wait"),
    ("profile",),
    ("services", "session"),
    ("working_copy",),
    ("display", "card", "table", "terminal"),
    ("archive", "cells", "heading", "weaving", "record"),
    ("tap", "recorder", "following"),
    ("sandbox",),
    ("rehearsal",),
    ("setting",),
    ("workbench",),
    ("homes", "signers"),
    ("signed_approval",),
    ("recovery",),
    ("custody",),
    ("archives",),
    ("reading",),
    ("proof",),
    ("release", "release_bench"),
    ("run", "approval"),
    ("release_run",),
    ("decision", "push"),
    ("headless", "cli", "engine", "__init__"),
)
"""From the ground up; rooms on one floor may use each other, except services and the sandbox."""

MODULES = sorted(ROOT.rglob("*.py"))


def room_of(module: str) -> str:
    """The room that a dotted name below `runbook_lib` belongs to."""
    return module.split(".")[0] or "__init__"


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


def imports(path: Path) -> set[str]:
    """The modules of the library that a file imports, as dotted names below it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        else:
            continue
        ours = [name for name in names if name.startswith("runbook_lib.")]
        found |= {name.removeprefix("runbook_lib.") for name in ours}
    return found


def floor(room: str) -> int:
    return next(level for level, rooms in enumerate(FLOORS) if room in rooms)


def test_every_room_has_its_floor() -> None:
    rooms = {room_of(name_of(path)) for path in MODULES}
    assert rooms == {room for rooms in FLOORS for room in rooms}


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_room_imports_only_from_its_floor_and_below(path: Path) -> None:
    room = room_of(name_of(path))
    above = {name for name in imports(path) if floor(room_of(name)) > floor(room)}
    assert above == set()


@pytest.mark.parametrize("path", sorted((ROOT / "services").rglob("*.py")), ids=name_of)
def test_services_do_not_import_each_other(path: Path) -> None:
    service = name_of(path).split(".")[1]
    others = {name for name in imports(path) if name.startswith("services.")}
    assert {name.split(".")[1] for name in others} <= {service, "http", "bounds"}


@pytest.mark.parametrize("path", sorted((ROOT / "sandbox").rglob("*.py")), ids=name_of)
def test_the_sandbox_knows_nothing_of_the_library_but_errors_and_policy(path: Path) -> None:
    assert {room_of(name) for name in imports(path)} <= {"sandbox", "errors", "policy"}


def test_nothing_but_run_cli_and_tests_starts_the_sandbox() -> None:
    users = {
        room_of(name_of(path))
        for path in MODULES
        if any(room_of(name) == "sandbox" for name in imports(path))
    }
    assert users <= {"sandbox", "rehearsal", "run", "cli"}


ESCAPING = {"policy.visible", "reading.page", "reading.sanitised"}
"""Who writes HTML: from a text from outside, and anew from a record's own texts and HTML."""


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_text_becomes_html_in_one_place_only(path: Path) -> None:
    writes = "from html import escape" in path.read_text().splitlines()
    assert not writes or name_of(path) in ESCAPING


def test_the_names_that_a_notebook_imports_are_few() -> None:
    assert runbook_lib.__all__ == ["decide_release", "open_push", "open_run"]
