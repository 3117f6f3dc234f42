"""Fragments of a changelog, and the project's own tool that gathers them into an entry."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from configparser import ConfigParser
from configparser import Error as ConfigError
from pathlib import PurePosixPath
from typing import Any

from runbook_lib.frozen import frozen
from runbook_lib.policy.changelog.file import Read, named_so

NO_FRAGMENT = re.compile(
    r"\..*|readme.*|template.*|.*template\..*|.*\.(?:j2|jinja2?|ini|toml|tmpl)", re.IGNORECASE
)
"""What lies in a folder of fragments and is none."""


@frozen
class Tool:
    """A tool that gathers fragments: where they are, and the commands that do it, each in turn.

    What it takes away, and `made` what it writes there besides, is below `folder`; `file` is the
    changelog as its settings name it, empty where they do not.
    """

    name: str
    seen: str
    folder: str
    commands: tuple[tuple[str, ...], ...]
    install: str
    file: str = ""
    made: str = ""

    def fragments(self, paths: Iterable[str]) -> tuple[str, ...]:
        """The fragments among a repository's paths."""
        below = (path for path in paths if is_below(path, self.folder))
        return tuple(p for p in below if not NO_FRAGMENT.fullmatch(PurePosixPath(p).name))


def is_below(path: str, folder: str) -> bool:
    """Whether a path is in a folder, or in one of that."""
    return bool(folder) and path.startswith(f"{folder.rstrip('/')}/")


def find_tool(paths: Iterable[str], read: Read) -> Tool | None:
    """The tool that a repository is set up for: towncrier, scriv or changie; or None."""
    there = set(paths)
    known = {path: text for path in SETTINGS if path in there and (text := read(path)) is not None}
    return find_towncrier(known, there) or find_scriv(known) or find_changie(known, there)


SETTINGS = (
    *("towncrier.toml", "pyproject.toml", "setup.cfg", "tox.ini", "changelog.d/scriv.ini"),
    *(".changie.yaml", ".changie.yml"),
)


def find_towncrier(texts: Mapping[str, str], paths: set[str]) -> Tool | None:
    """towncrier, by https://towncrier.readthedocs.io/en/stable/configuration.html."""
    for file in ("towncrier.toml", "pyproject.toml"):
        found = table(texts.get(file, ""), "tool", "towncrier")
        if found is None:
            continue
        return Tool(
            "towncrier",
            file,
            clean(found.get("directory")) or default_folder(found, paths),
            (("towncrier", "build", "--yes", "--version={version}", "--date={date}"),),
            "pip install towncrier",
            file=clean(found.get("filename")) or "NEWS.rst",
        )
    return None


def default_folder(settings: Mapping[str, Any], paths: set[str]) -> str:
    """Where towncrier looks for fragments of its own accord: in the package, else at the top."""
    package = clean(settings.get("package")).replace(".", "/")
    place = clean(settings.get("package_dir"))
    inside = str(PurePosixPath(place, package, "newsfragments")) if package else ""
    return inside if any(is_below(path, inside) for path in paths) else "newsfragments"


def find_scriv(texts: Mapping[str, str]) -> Tool | None:
    """scriv, by https://scriv.readthedocs.io/en/latest/configuration.html."""
    for file in ("setup.cfg", "tox.ini", "pyproject.toml", "changelog.d/scriv.ini"):
        text = texts.get(file, "")
        found = table(text, "tool", "scriv") if file.endswith(".toml") else section(text)
        if found is None:
            continue
        ending = clean(found.get("format")) or "rst"
        named = clean(found.get("changelog")) or clean(found.get("output_file"))
        return Tool(
            "scriv",
            file,
            clean(found.get("fragment_directory")) or "changelog.d",
            (("scriv", "collect", "--version={version}"),),
            "pip install scriv" if file != "pyproject.toml" else "pip install 'scriv[toml]'",
            file=(named or "CHANGELOG.${config:format}").replace("${config:format}", ending),
        )
    return None


def find_changie(texts: Mapping[str, str], paths: set[str]) -> Tool | None:
    """changie, by https://changie.dev/config/."""
    for file in (".changie.yaml", ".changie.yml"):
        if file not in texts:
            continue
        folder = scalar(texts[file], "changesDir") or ".changes"
        ending = scalar(texts[file], "versionExt") or "md"
        prefixed = any(re.match(rf"{re.escape(folder)}/v[0-9]", path) for path in paths)
        plain = any(re.match(rf"{re.escape(folder)}/[0-9]", path) for path in paths)
        name = "{version}" if plain and not prefixed else "v{version}"
        return Tool(
            "changie",
            file,
            str(PurePosixPath(folder, scalar(texts[file], "unreleasedDir") or "unreleased")),
            (("changie", "batch", name), ("changie", "merge")),
            "npm install --global changie",
            file=scalar(texts[file], "changelogPath") or "CHANGELOG.md",
            made=str(PurePosixPath(folder, f"{name}.{ending}")),
        )
    return None


def scalar(text: str, key: str) -> str:
    """A plain value at the top of a YAML file; empty where it is not there."""
    value = r"[ \t]*(['\"]?)(?P<value>[^'\"#\r\n]+?)\1[ \t]*(?:#.*)?$"
    found = re.search(f"^{key}:{value}", text, re.MULTILINE)
    return found["value"] if found else ""


def clean(value: object) -> str:
    """A setting's text; a path without what stands for here."""
    return str(value or "").removeprefix("./").rstrip("/")


def table(text: str, *names: str) -> Mapping[str, Any] | None:
    """A table of a TOML file; None where it has none, or cannot be read."""
    try:
        found: Any = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return None
    for name in names:
        found = found.get(name) if isinstance(found, dict) else None
    return found if isinstance(found, dict) else None


def section(text: str) -> Mapping[str, str] | None:
    """scriv's section of an INI file; None where it has none, or cannot be read."""
    parser = ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string(text)
    except ConfigError:
        return None
    return next((parser[name] for name in ("scriv", "tool.scriv") if name in parser), None)


def likely_files(paths: Iterable[str], *, folder: str = "") -> list[str]:
    """The files that are read to know how a changelog is kept: settings, and what is called so."""
    there = set(paths)
    return [*there.intersection(SETTINGS), *named_so(there, folder=folder).values()]
