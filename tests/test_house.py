"""The house: a room imports only from the floors below its own, and exports few names."""

import ast
import re
from collections.abc import Iterable
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import runbook_lib

ROOT = Path(runbook_lib.__file__).parent
FLOORS = (
    ("errors", "frozen", "lazy"),
    ("programs", "policy"),
    ("journal", "secrets", "notebook"),
    ("steps", "profile", "sandbox", "lint"),
    ("display", "services", "skeleton"),
    ("record", "archive"),
    ("run", "reading"),
    ("release", "push", "proof", "engine", "testing", "doctor", "form"),
    ("cli", "launcher", "__init__"),
)
"""From the ground up; a room imports from the floors below its own, and from itself."""

PROCEDURES = ("release", "push", "policy.release", "policy.push")
"""What is one procedure's own; the kit, which is all the rest, knows nothing of it."""

MODULES = sorted(path for path in ROOT.rglob("*.py") if (path.parent / "__init__.py").exists())
"""All of the library; what stands beside it for Jupyter is no package of it."""


def room_of(module: str) -> str:
    """The room that a dotted name below `runbook_lib` belongs to."""
    return module.split(".")[0] or "__init__"


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


def imports(path: Path) -> set[str]:
    """The modules of the library that a file imports, as dotted names below it."""
    return imported_by(ast.walk(ast.parse(path.read_text())))


def imported_by(nodes: Iterable[ast.AST]) -> set[str]:
    """The modules of the library, and names of them, that these lines import."""
    found = set()
    for node in nodes:
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"relative import of {node.module}"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
            names += [node.module or ""]
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
def test_a_room_imports_only_from_floors_below_its_own(path: Path) -> None:
    room = room_of(name_of(path))
    others = {name for name in imports(path) if room_of(name) != room}
    assert {name for name in others if floor(room_of(name)) >= floor(room)} == set()


def is_of(name: str, rooms: tuple[str, ...]) -> bool:
    """Whether a dotted name is one of these rooms, or in one."""
    return any(name == room or name.startswith(f"{room}.") for room in rooms)


@pytest.mark.parametrize(
    "path",
    [path for path in MODULES if not is_of(name_of(path), (*PROCEDURES, "sandbox", "__init__"))],
    ids=name_of,
)
def test_the_kit_knows_neither_procedure(path: Path) -> None:
    assert {name for name in imports(path) if is_of(name, PROCEDURES)} == set()


def loaded_with(path: Path) -> set[str]:
    """The modules that are imported before a module is, but for the packages that it is in."""
    module = ast.parse(path.read_text())
    at_once = [node for node in module.body if isinstance(node, ast.Import | ast.ImportFrom)]
    loaded = imported_by(at_once)
    own = name_of(path).removesuffix(".__init__")
    return {
        name
        for each in loaded & NAMES
        for name in [*packages_of(each), each]
        if name != own and not own.startswith(f"{name}.")
    }


NAMES = {name_of(path).removesuffix(".__init__") for path in MODULES}


def packages_of(name: str) -> list[str]:
    """The packages that a dotted name is in, below the library."""
    parts = name.split(".")
    return [".".join(parts[:size]) for size in range(1, len(parts))]


def test_no_import_goes_in_a_circle() -> None:
    """Whichever module is imported first, it can be."""
    loaded = {name_of(path).removesuffix(".__init__"): loaded_with(path) for path in MODULES}
    TopologicalSorter(loaded).prepare()


def contents() -> str:
    """The house as CONTRIBUTING shows it: floor by floor, what each room says of itself."""
    rows = [
        f"| {level} | `{room}` | {first_line(room)} |"
        for level, rooms in enumerate(FLOORS)
        for room in rooms
        if room != "__init__"
    ]
    return "\n".join(["| floor | room | what is in it |", "| --- | --- | --- |", *rows])


def first_line(room: str) -> str:
    """The first line of a room's docstring."""
    path = ROOT / room / "__init__.py" if (ROOT / room).is_dir() else ROOT / f"{room}.py"
    return (ast.get_docstring(ast.parse(path.read_text())) or "").splitlines()[0]


def test_contributing_shows_the_house_as_it_is() -> None:
    shown = (ROOT.parent / "CONTRIBUTING.md").read_text()
    assert contents() in shown, f"put this table into CONTRIBUTING.md:\n{contents()}"


ROOMS = sorted(path.parent for path in ROOT.rglob("__init__.py") if path.parent != ROOT)


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: str(room.relative_to(ROOT)))
def test_each_room_says_what_is_in_it_and_what_to_read_first(room: Path) -> None:
    told = ast.get_docstring(ast.parse((room / "__init__.py").read_text())) or ""
    first = re.search(r"\bRead `(\w+)`", told)
    assert first, f"{room}: expected words such as: Read `step` first"
    assert (room / f"{first[1]}.py").exists() or (room / first[1]).is_dir()


@pytest.mark.parametrize("path", sorted((ROOT / "services").rglob("*.py")), ids=name_of)
def test_services_do_not_import_each_other(path: Path) -> None:
    service = name_of(path).split(".")[1]
    others = {name for name in imports(path) if name.startswith("services.")}
    assert {name.split(".")[1] for name in others} <= {
        *(service, "api", "form", "http", "bounds", "filing", "traffic", "diagnosis"),
        "checkout_file",
    }


@pytest.mark.parametrize("path", sorted((ROOT / "sandbox").rglob("*.py")), ids=name_of)
def test_the_sandbox_knows_nothing_of_the_library_but_the_ground(path: Path) -> None:
    assert {room_of(name) for name in imports(path)} <= {
        "sandbox",
        "errors",
        "frozen",
        "programs",
        "policy",
    }


def test_nothing_but_rehearsals_and_the_command_line_starts_the_sandbox() -> None:
    starting = {
        name_of(path)
        for path in MODULES
        if any(name.startswith("sandbox.server.process") for name in imports(path))
    }
    ours = {name for name in starting if room_of(name) != "sandbox"}
    assert ours == {"run.rehearsal", "release.rehearsal", "push.rehearsal", "cli.sandbox"}


STARTING = {"programs", "reading.jupyterlab", "sandbox.server.process"}
"""Who starts a process: for all, and what is to have the terminal or to outlive who started it."""


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_program_is_started_in_one_place_only(path: Path) -> None:
    starts = re.search(
        r"subprocess\.(run|Popen|check_\w+|call)\(|os\.(system|spawn|exec)", path.read_text()
    )
    assert not starts or name_of(path) in STARTING


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_text_becomes_html_in_one_place_only(path: Path) -> None:
    lines = set(map(str.strip, path.read_text().splitlines()))
    assert ("from html import escape" in lines) == (name_of(path) == "policy.visible")
    assert ("from markupsafe import Markup" in lines) == (name_of(path) == "policy.pages")


HTML = {
    *("colours", "coloured(cell.source)", "content", "output_html(output)", "prose(cell.source)"),
    *("script", "timeline"),
}
"""What templates are given that is HTML already: our own, or made harmless."""


@pytest.mark.parametrize("path", sorted(ROOT.rglob("*.html.j2")), ids=lambda path: path.name)
def test_a_template_takes_nothing_else_for_html(path: Path) -> None:
    text = path.read_text()
    assert set(re.findall(r"([^{|]+?) *\| *safe\b", text)) <= {f" {given}" for given in HTML}
    assert not re.search(r"autoescape|\| *(e|escape|forceescape|join|xmlattr)\b", text)


def test_the_names_that_a_notebook_imports_are_few() -> None:
    assert runbook_lib.__all__ == [
        *("AccessDenied", "Address", "Api", "Bugzilla", "Conflict", "DoneByHand", "Failed"),
        *("GitHub", "Grafana", "Held", "Key", "Made", "Matrix", "Mirror", "NotHeld"),
        *("NotYet", "Outcome", "OwnRun", "Passed", "Plot", "Refused", "Repository"),
        *("RunbookError", "Sentry", "Service", "Settings", "Shown", "Slack", "Table"),
        *("Unavailable", "UsageError", "Waiting", "Web", "check", "check_taken_back"),
        *("decide_release", "find_unfinished_release", "look", "open_push", "open_release"),
        *("open_run", "step", "wait", "waivable_as"),
    ]


@pytest.mark.parametrize("name", runbook_lib.__all__)
def test_a_public_name_is_there_and_has_a_docstring(name: str) -> None:
    found = getattr(runbook_lib, name)
    assert (found.__doc__ or "").strip() or name in ("Address", "Outcome")
