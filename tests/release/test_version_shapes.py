"""Shapes of projects: which files a release changes, and every byte of them that it changes."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from runbook_lib.errors import RunbookError, UsageError
from runbook_lib.policy.release.past_names import last_tags
from runbook_lib.policy.release.said_versions import Wanted
from runbook_lib.policy.release.version_files import VersionFiles
from runbook_lib.policy.version_files.spelling import unpadded
from runbook_lib.policy.version_files.written import by_file, write
from runbook_lib.release.past import read_version_files
from runbook_lib.services.git.git import Git
from runbook_lib.services.git.history import read_tags
from tests.release.history import Change, build
from tests.release.world import git

Edit = tuple[str, str, str]
"""A file, a line as it was, and as it is then."""


@dataclass(frozen=True)
class Shape:
    """A project with two releases, 1.7.0 and 1.8.0, and what a release of 1.9.0 changes of it.

    In `files`, @ is the version, and ~ the version without zeros before its numbers; `since` is
    what was committed after the last release.
    """

    files: dict[str, str]
    edits: tuple[Edit, ...]
    since: dict[str, str] = field(default_factory=dict)
    following: tuple[Edit, ...] = ()
    releases: tuple[str, ...] = ("1.7.0", "1.8.0")
    tags: str = "{}"
    wanted: Wanted = field(default_factory=lambda: Wanted("1.9.0", "1.9"))
    left: tuple[str, ...] = ()


def make(folder: Path, shape: Shape) -> Path:
    """The project as a repository."""
    begin = [Change("chore: begin", {"README.md": "# Tide\n"})]
    releases = [
        Change(
            f"Release {version}",
            {path: filled(text, version) for path, text in shape.files.items()},
            tag=shape.tags.format(version),
        )
        for version in shape.releases
    ]
    return build(folder, [*begin, *releases, Change("feat: x", {"x": "1", **shape.since})])


def filled(text: str, version: str) -> str:
    return text.replace("@", version).replace("~", unpadded(version))


def look(folder: Path, shape: Shape, **said: str) -> VersionFiles:
    """What is found of the version files."""
    last = shape.tags.format(shape.releases[-1]) if shape.releases else ""
    here, start = Git(folder), git(folder, "rev-parse", "HEAD")
    every = [tag.name for tag in read_tags(here)]
    return read_version_files(here, start, last_tags(last, every), every, shape.wanted, **said)


def edited(folder: Path, found: VersionFiles) -> tuple[list[Edit], list[Edit]]:
    """Each line that the release changes, and each that changes again after it."""
    released: list[Edit] = []
    then: list[Edit] = []
    for file, each in by_file(found.written).items():
        before = (folder / file).read_bytes().decode()
        after = write(before, each)
        released += compared(file, before, after)
        then += compared(file, after, write(after, each, following=True))
    return released, then


def compared(file: str, before: str, after: str) -> Iterable[Edit]:
    """The lines that differ, with their ends; there are as many before as after."""
    pairs = zip(before.split("\n"), after.split("\n"), strict=True)
    return [(file, was, now) for was, now in pairs if was != now]


SETUP = 'from setuptools import setup\n\nsetup(name="tide", version="@")\n'
LOCK = (
    'version = 4\n\n[[package]]\nname = "serde"\nversion = "@"\n'
    'source = "registry+https://github.com/rust-lang/crates.io-index"\n\n'
    '[[package]]\nname = "tide"\nversion = "@"\ndependencies = [\n "serde",\n]\n'
)
NPM_LOCK = (
    '{\n  "name": "tide",\n  "version": "@",\n  "lockfileVersion": 3,\n  "packages": {\n'
    '    "": {\n      "name": "tide",\n      "version": "@"\n    },\n'
    '    "node_modules/a": {\n      "version": "1.8.0"\n    }\n  }\n}\n'
)
UV_LOCK = (
    'version = 1\n\n[[package]]\nname = "anyio"\nversion = "@"\n'
    'source = { registry = "https://pypi.org/simple" }\n\n[[package]]\nname = "tide-gauge"\n'
    'version = "@"\nsource = { editable = "." }\n'
)
POM = (
    "<project>\n  <parent>\n    <version>1.8.0</version>\n  </parent>\n"
    "  <version>@</version>\n</project>\n"
)
MODULE = "<project>\n  <parent>\n    <version>@</version>\n  </parent>\n</project>\n"


def line(file: str, around: str, was: str, now: str) -> Edit:
    return file, around.replace("@", was), around.replace("@", now)


def step(file: str, around: str) -> Edit:
    return line(file, around, "1.8.0", "1.9.0")


SHAPES = {
    "one setup.py": Shape(
        {"setup.py": SETUP}, (step("setup.py", 'setup(name="tide", version="@")'),)
    ),
    "two numbers stay two": Shape(
        {"setup.py": SETUP},
        (line("setup.py", 'setup(name="tide", version="@")', "1.8", "1.9"),),
        releases=("1.7", "1.8"),
    ),
    "three numbers where tags have two": Shape(
        {"setup.py": SETUP.replace("@", "@.0")},
        (step("setup.py", 'setup(name="tide", version="@")'),),
        releases=("1.7", "1.8"),
    ),
    "several that agree": Shape(
        {
            "setup.cfg": "[metadata]\nversion = @\n",
            "src/tide/__init__.py": '__version__ = "@"\n',
            "VERSION": "@\r\n",
        },
        (
            step("VERSION", "@\r"),
            step("setup.cfg", "version = @"),
            step("src/tide/__init__.py", '__version__ = "@"'),
        ),
    ),
    "one that never followed": Shape(
        {"setup.py": SETUP, "package.json": '{"private": true, "version": "1.0.0"}\n'},
        (step("setup.py", 'setup(name="tide", version="@")'),),
        left=("package.json (1.0.0)",),
    ),
    "one of no version of its own": Shape(
        {"pyproject.toml": '[project]\nversion = "@"\n', "package.json": '{"version": "0.0.0"}'},
        (step("pyproject.toml", 'version = "@"'),),
        left=("package.json (0.0.0)",),
    ),
    "setuptools' attribute": Shape(
        {
            "pyproject.toml": '[project]\ndynamic = ["version"]\n[tool.setuptools.dynamic]\n'
            'version = {attr = "tide.gauge.meta.__version__"}\n',
            "tide/gauge/meta.py": '__version__ = "@"\n',
        },
        (step("tide/gauge/meta.py", '__version__ = "@"'),),
    ),
    "setuptools' file": Shape(
        {
            "pyproject.toml": '[tool.setuptools.dynamic]\nversion = {file = ["data/number.txt"]}\n',
            "data/number.txt": "@\n",
        },
        (step("data/number.txt", "@"),),
    ),
    "hatch's path": Shape(
        {
            "pyproject.toml": '[tool.hatch.version]\npath = "a/b/c/about.py"\n',
            "a/b/c/about.py": "__version__ = '@'\n",
        },
        (step("a/b/c/about.py", "__version__ = '@'"),),
    ),
    "lines that no reader knows": Shape(
        {
            "setup.py": SETUP,
            "README.rst": "Tide\n====\n\n    pip install tide==@\n\nNeeds gauge 1.8.0.\n",
            "src/version.h": '#define TIDE_VERSION "@"\n',
            "docs/conf.py": "project = 'Tide'\nrelease = 'v@'\n",
        },
        (
            step("setup.py", 'setup(name="tide", version="@")'),
            step("README.rst", "    pip install tide==@"),
            step("docs/conf.py", "release = 'v@'"),
            step("src/version.h", '#define TIDE_VERSION "@"'),
        ),
    ),
    "a script alone": Shape({"tide.sh": "#!/bin/sh\nVERSION=@\n"}, (step("tide.sh", "VERSION=@"),)),
    "a changelog is no version file": Shape(
        {"setup.py": SETUP, "CHANGES.md": "# Changes\n\nNewest: @\n"},
        (step("setup.py", 'setup(name="tide", version="@")'),),
    ),
    "cargo and its lock": Shape(
        {"Cargo.toml": '[package]\nname = "tide"\nversion = "@"\n', "Cargo.lock": LOCK},
        (
            step("Cargo.toml", 'version = "@"'),
            ("Cargo.lock", 'version = "1.8.0"', 'version = "1.9.0"'),
        ),
    ),
    "a workspace": Shape(
        {
            "Cargo.toml": '[workspace]\nmembers = ["a", "b"]\n[workspace.package]\nversion = "@"\n'
            '[workspace.dependencies]\ntide-a = { path = "a", version = "@" }\n',
            "a/Cargo.toml": '[package]\nname = "tide-a"\nversion.workspace = true\n',
            "b/Cargo.toml": '[package]\nname = "tide-b"\nversion = "@"\n',
            "c/Cargo.toml": '[package]\nname = "tide-c"\nversion = "0.3.0"\n',
            "Cargo.lock": "".join(
                f'[[package]]\nname = "tide-{name}"\nversion = "{version}"\n\n'
                for name, version in (("a", "@"), ("b", "@"), ("c", "0.3.0"))
            ),
        },
        (
            step("Cargo.toml", 'version = "@"'),
            step("Cargo.toml", 'tide-a = { path = "a", version = "@" }'),
            step("b/Cargo.toml", 'version = "@"'),
            step("Cargo.lock", 'version = "@"'),
            step("Cargo.lock", 'version = "@"'),
        ),
    ),
    "npm and its lock": Shape(
        {
            "package.json": '{\n  "name": "tide",\n  "version": "@"\n}\n',
            "package-lock.json": NPM_LOCK,
        },
        (
            step("package.json", '  "version": "@"'),
            step("package-lock.json", '  "version": "@",'),
            step("package-lock.json", '      "version": "@"'),
        ),
    ),
    "uv and its lock": Shape(
        {
            "pyproject.toml": '[project]\nname = "Tide_Gauge"\nversion = "@"\n',
            "uv.lock": UV_LOCK,
        },
        (step("pyproject.toml", 'version = "@"'), step("uv.lock", 'version = "@"')),
    ),
    "uv's own spelling of a development version": Shape(
        {"pyproject.toml": '[project]\nname = "tide-gauge"\nversion = "@"\n', "uv.lock": UV_LOCK},
        (
            ("pyproject.toml", 'version = "1.9.0.dev"', 'version = "1.9.0"'),
            ("uv.lock", 'version = "1.9.0.dev0"', 'version = "1.9.0"'),
        ),
        since={
            "pyproject.toml": '[project]\nname = "tide-gauge"\nversion = "1.9.0.dev"\n',
            "uv.lock": UV_LOCK.replace("@", "1.9.0.dev0").replace("1.9.0.dev0", "1.8.0", 1),
        },
        following=(
            ("pyproject.toml", 'version = "1.9.0"', 'version = "1.10.0.dev"'),
            ("uv.lock", 'version = "1.9.0"', 'version = "1.10.0.dev0"'),
        ),
    ),
    "a gem and its lock": Shape(
        {
            "tide.gemspec": "Gem::Specification.new do |s|\n  s.version = Tide::VERSION\nend\n",
            "lib/tide/version.rb": "module Tide\n  VERSION = '@'\nend\n",
            "Gemfile.lock": "PATH\n  remote: .\n  specs:\n    tide (@)\n\nGEM\n  specs:\n"
            "    rake (1.8.0)\n",
        },
        (
            step("lib/tide/version.rb", "  VERSION = '@'"),
            step("Gemfile.lock", "    tide (@)"),
        ),
    ),
    "maven with modules, between releases": Shape(
        {"pom.xml": POM, "core/pom.xml": MODULE},
        (
            line("pom.xml", "  <version>@</version>", "1.9.0-SNAPSHOT", "1.9.0"),
            line("core/pom.xml", "    <version>@</version>", "1.9.0-SNAPSHOT", "1.9.0"),
        ),
        since={
            "pom.xml": POM.replace("@", "1.9.0-SNAPSHOT"),
            "core/pom.xml": MODULE.replace("@", "1.9.0-SNAPSHOT"),
        },
        following=(
            line("pom.xml", "  <version>@</version>", "1.9.0", "1.10.0-SNAPSHOT"),
            line("core/pom.xml", "    <version>@</version>", "1.9.0", "1.10.0-SNAPSHOT"),
        ),
    ),
    "a module with a version of its own": Shape(
        {
            "pom.xml": POM,
            "core/pom.xml": MODULE.replace("</project>", "  <version>3.1</version>\n</project>"),
        },
        (
            step("pom.xml", "  <version>@</version>"),
            step("core/pom.xml", "    <version>@</version>"),
        ),
    ),
    "a development version beside one that waits": Shape(
        {"tide/__init__.py": '__version__ = "@"\n', "README.md": "tide==@\n"},
        (
            line("tide/__init__.py", '__version__ = "@"', "1.9.dev0", "1.9.0"),
            step("README.md", "tide==@"),
        ),
        since={"tide/__init__.py": '__version__ = "1.9.dev0"\n'},
        following=(line("tide/__init__.py", '__version__ = "@"', "1.9.0", "1.10.dev0"),),
    ),
    "a patch in development": Shape(
        {"VERSION": "@\n"},
        (("VERSION", "1.8.1-dev", "2.0.0"),),
        since={"VERSION": "1.8.1-dev\n"},
        following=(("VERSION", "2.0.0", "2.0.1-dev"),),
        wanted=Wanted("2.0.0", "2.0"),
    ),
    "a pre-release in Python's words": Shape(
        {"tide.py": '__version__ = "@"\n'},
        (("tide.py", '__version__ = "1.8.0"', '__version__ = "2.0.0rc1"'),),
        wanted=Wanted("2.0.0-rc.1", "2.0.0-rc.1"),
    ),
    "a pre-release in npm's": Shape(
        {"package.json": '{"version": "@"}'},
        (("package.json", '{"version": "1.8.0"}', '{"version": "2.0.0-rc.1"}'),),
        wanted=Wanted("2.0.0rc1", "2.0.0rc1"),
    ),
    "dates without zeros": Shape(
        {"tide.py": '__version__ = "~"\n'},
        (("tide.py", '__version__ = "2026.7.9"', '__version__ = "2026.11.2"'),),
        releases=("2026.06.08", "2026.07.09"),
        wanted=Wanted("2026.11.02", "2026.11.02"),
    ),
    "said already": Shape({"VERSION": "@\n"}, (), since={"VERSION": "1.9.0\n"}),
    "tags with words": Shape({"VERSION": "@\n"}, (step("VERSION", "@"),), tags="tide-release-{}"),
    "a file that is new": Shape(
        {"setup.py": SETUP},
        (
            step("setup.py", 'setup(name="tide", version="@")'),
            step("tide/__init__.py", '__version__ = "@"'),
        ),
        since={"tide/__init__.py": '__version__ = "1.8.0"\n'},
    ),
    "the first release": Shape(
        {},
        (("setup.py", 'setup(name="tide", version="0.1")', 'setup(name="tide", version="1.9")'),),
        since={"setup.py": SETUP.replace("@", "0.1")},
        releases=(),
    ),
}


@pytest.mark.parametrize("name", SHAPES)
def test_every_byte_that_a_release_changes(name: str, tmp_path: Path) -> None:
    shape = SHAPES[name]
    folder = make(tmp_path / "tide", shape)
    found = look(folder, shape)
    released, then = edited(folder, found)
    assert sorted(released) == sorted(shape.edits)
    assert sorted(then) == sorted(shape.following)
    assert found.left == shape.left


SCM = '[build-system]\nrequires = ["setuptools", "setuptools_scm>=8"]\n[project]\nname = "tide"\n'


@pytest.mark.parametrize(
    ("files", "why"),
    [
        ({"pyproject.toml": SCM}, "setuptools_scm (pyproject.toml)"),
        ({"go.mod": "module example.org/tide\n"}, "a Go module (go.mod)"),
        ({"package.json": '{"version": "0.0.0-development"}'}, "no file says a version"),
        ({"action.yml": "name: tide\n"}, "no file says a version"),
        (
            {"pyproject.toml": SCM.replace("setuptools_scm", "hatch-vcs"), "VERSION": "1.2\n"},
            "hatch-vcs (pyproject.toml)",
        ),
    ],
)
def test_the_tag_alone_makes_the_release(files: dict[str, str], why: str, tmp_path: Path) -> None:
    shape = Shape(files, ())
    found = look(make(tmp_path / "tide", shape), shape)
    assert (found.written, found.from_tag) == ((), why)
    assert next(found.findings).missing == f"the tag alone makes the release ({why})"


@pytest.mark.parametrize(
    ("shape", "said"),
    [
        (
            Shape(
                {"setup.py": SETUP, "VERSION": "@\n"},
                (),
                since={"VERSION": "2.5.0\n", "setup.py": SETUP.replace("@", "1.8.5")},
            ),
            r"agree on the present version, found VERSION: 2.5.0, setup.py: 1.8.5: .*version_file",
        ),
        (
            Shape({"setup.py": SETUP.replace("@", "0.9")}, ()),
            r"as the last release \(1.8.0\) did, found setup.py \(0.9\): name the files",
        ),
        (
            Shape({"setup.py": SETUP}, (), since={"setup.py": "import x\n"}),
            "found none, where setup.py said it: name the files .*version_file=none",
        ),
        (
            Shape({"tide.sh": "VERSION=@\n"}, (), since={"tide.sh": "VERSION=2.5.0\n"}),
            "found none, where tide.sh said it: name the files .*version_file=none",
        ),
        (
            Shape(
                {},
                (),
                since={"setup.py": SETUP.replace("@", "1.8"), "VERSION": "1.9.1"},
                releases=(),
            ),
            "agree on the present version, found VERSION: 1.9.1, setup.py: 1.8",
        ),
        (
            Shape(
                {
                    "Cargo.toml": '[package]\nname = "tide"\nversion = "@"\n',
                    "Cargo.lock": LOCK + '[[package]]\nname = "b"\nversion = "1"\n'
                    'dependencies = [\n "tide 1.8.0",\n]\n',
                },
                (),
            ),
            "Cargo.lock to name tide's version once, .*cargo update --workspace",
        ),
        (Shape({}, (), since={"package.json": "{"}, releases=()), "package.json can't be read"),
    ],
)
def test_what_is_not_clear_is_a_question(shape: Shape, said: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=said):
        look(make(tmp_path / "tide", shape), shape)


@pytest.mark.parametrize(
    ("said", "files"),
    [
        ({"version_file": "VERSION"}, ["VERSION"]),
        ({"version_file": "setup.py, VERSION"}, ["setup.py", "VERSION"]),
        ({"version_file": "none"}, []),
        ({"version_file": "notes.txt", "version_pattern": r"^tide (\S+)$"}, ["notes.txt"]),
    ],
)
def test_a_person_says_which_files_are_meant(
    said: dict[str, str], files: list[str], tmp_path: Path
) -> None:
    shape = Shape({"setup.py": SETUP, "VERSION": "2.0\n", "notes.txt": "tide 1.1\n"}, ())
    given = {name.removeprefix("version_"): value for name, value in said.items()}
    given["named"] = given.pop("file")
    found = look(make(tmp_path / "tide", shape), shape, **given)
    assert [one.file for one in found.written] == files
    assert all(one.says in ("1.9.0", "1.9") for one in found.written)


@pytest.mark.parametrize(
    ("named", "pattern", "said"),
    [
        ("none.py", "", "expected the version in none.py, and there is no such file"),
        ("../x", "", "expected a file inside the repository, found '../x'"),
        ("setup.py", "(setup)", "expected one place in setup.py .*line 1: setup; line 3: setup"),
        ("", "(", "is no regular expression"),
    ],
)
def test_what_a_person_says_is_looked_at(
    named: str, pattern: str, said: str, tmp_path: Path
) -> None:
    shape = Shape({"setup.py": SETUP}, ())
    folder = make(tmp_path / "tide", shape)
    with pytest.raises(RunbookError, match=said):
        look(folder, shape, named=named, pattern=pattern)
