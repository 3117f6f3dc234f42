"""Lock files that hold the project's own version, and the one entry of each that says it.

`npm version`, `cargo update --workspace`, `uv lock` and `bundle install` write that entry anew when
the version changes, and nothing else of the file: seen with npm 11.19, cargo 1.95 and uv 0.13.
https://docs.npmjs.com/cli/configuring-npm/package-lock-json
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePosixPath

from runbook_lib.errors import UsageError
from runbook_lib.policy.version_files.readers import LOCK_FILES, find_places

NPM = ("package-lock.json", "npm-shrinkwrap.json")


def locked_places(
    files: Mapping[str, str], changed: Iterable[str]
) -> Iterator[tuple[str, str, str]]:
    """The lock files that follow a change of these files: path, pattern, and what each says now."""
    kept = list(changed)
    for path in sorted(files):
        name = PurePosixPath(path).name
        if name in LOCK_FILES:
            for pattern in dict.fromkeys(patterns(path, name, files, kept)):
                found = find_places(path, files[path], pattern)
                for said in dict.fromkeys(place.version for place in found):
                    yield path, pattern, said


def patterns(path: str, name: str, files: Mapping[str, str], changed: list[str]) -> Iterator[str]:
    """Where a lock file says the project's own version; an empty pattern: as its kind has it."""
    beside = PurePosixPath(path).parent
    if name in NPM and str(beside / "package.json") in changed:
        yield ""
    elif name == "Cargo.lock" and any(one.endswith("Cargo.toml") for one in changed):
        for package in sorted(crates(files, changed)):
            refuse_named_elsewhere(path, files[path], package)
            yield entry(package, r"(?!source = )")
    elif name == "uv.lock" and str(beside / "pyproject.toml") in changed:
        package = project_name(files[str(beside / "pyproject.toml")])
        yield entry(package, r"source = \{ (?:editable|virtual|directory) = ")
    elif name == "Gemfile.lock" and any(one.endswith((".gemspec", ".rb")) for one in changed):
        yield r"^PATH\n  remote: \.\n  specs:\n    [^\s(]+ \(([^)\n]+)\)$"


def entry(package: str, source: str) -> str:
    """A package's own entry in a lock file of cargo or uv: the one that comes from here."""
    return rf'^\[\[package\]\]\nname = "{re.escape(package)}"\nversion = "([^"\n]+)"\n?{source}'


def crates(files: Mapping[str, str], changed: list[str]) -> set[str]:
    """The crates whose version is changed: their own, or that of their workspace."""
    found = set()
    workspace = any("package" in read(files, one).get("workspace", {}) for one in changed)
    for path in files:
        package = read(files, path).get("package", {}) if path.endswith("Cargo.toml") else {}
        inherits = isinstance(package.get("version"), dict) and workspace
        if "name" in package and (path in changed or inherits):
            found.add(str(package["name"]))
    return found


def refuse_named_elsewhere(path: str, text: str, package: str) -> None:
    """Raise `UsageError` where other entries name a crate with its version, as old ones do."""
    if re.search(rf'^ "{re.escape(package)} \d', text, re.MULTILINE):
        raise UsageError(
            f"expected {path} to name {package}'s version once, found it in other entries too: an "
            "old form, or two versions of it. Let cargo write it anew (cargo update --workspace), "
            "commit that, then run this again"
        )


def project_name(text: str) -> str:
    """A Python project's name as lock files write it."""
    try:
        name = tomllib.loads(text).get("project", {}).get("name", "")
    except ValueError:
        name = ""
    return re.sub(r"[-_.]+", "-", str(name)).lower()


def read(files: Mapping[str, str], path: str) -> dict[str, dict[str, object]]:
    """A Cargo.toml's tables; none where it can't be read."""
    try:
        return tomllib.loads(files[path]) if path.endswith("Cargo.toml") else {}
    except (KeyError, ValueError):
        return {}
