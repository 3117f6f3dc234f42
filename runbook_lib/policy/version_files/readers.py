"""Which file says a project's version, and which reader knows where in it.

A version counts where it is written out: a dynamic one (`dynamic = ["version"]`, a version read
from git) stands in no file, and is not found.
"""

import re
from pathlib import PurePosixPath

from runbook_lib.policy.version_files.data_files import Reader, ini, json_at, toml, xml_at
from runbook_lib.policy.version_files.place import Place, Spans, make_places, matched
from runbook_lib.policy.version_files.python_files import module_places, setup_places

VERSION = r"(?P<version>\d[0-9A-Za-z.+_-]*)"


def lines(pattern: str, *, flags: re.RegexFlag = re.MULTILINE) -> Reader:
    """A reader of a file by a regular expression, in which <> stands for the version."""
    expression = re.compile(pattern.replace("<>", VERSION), flags | re.MULTILINE)

    def places(_: str, text: str) -> Spans:
        return (found.span("version") for found in expression.finditer(text))

    return places


YAML = lines(r"^version:[ \t]*['\"]?<>['\"]?[ \t]*(?:#.*)?\r?$")
WHOLE = lines(r"\A\s*[vV]?<>\s*\Z")
PACKAGE = json_at(("version",))
LOCK = json_at(("version",), ("packages", "", "version"))
DOTNET = xml_at("Project/PropertyGroup/Version", "Project/PropertyGroup/VersionPrefix")
POM = xml_at("project/version", "project/properties/revision")
MODULE = xml_at("project/version", "project/properties/revision", "project/parent/version")
RUBY = lines(r"^[^#\r\n]*\.version\s*=\s*['\"]<>['\"]")
GRADLE = lines(r"^[ \t]{0,4}version\s*=?\s*\(?['\"]<>['\"]")

READERS: dict[str, Reader] = {
    "setup.py": setup_places,
    "setup.cfg": ini(metadata="version", bumpversion="current_version"),
    ".bumpversion.cfg": ini(bumpversion="current_version"),
    "pyproject.toml": toml(
        project="version",
        tool__poetry="version",
        tool__commitizen="version",
        tool__briefcase="version",
        tool__bumpversion="current_version",
        tool__bumpver="current_version",
        tool__tbump__version="current",
    ),
    ".bumpversion.toml": toml(tool__bumpversion="current_version"),
    "bumpver.toml": toml(bumpver="current_version"),
    ".cz.toml": toml(tool__commitizen="version"),
    "tbump.toml": toml(version="current"),
    "Cargo.toml": toml(package="version", workspace__package="version"),
    "Project.toml": toml(top="version"),
    "gleam.toml": toml(top="version"),
    "typst.toml": toml(package="version"),
    "package.json": PACKAGE,
    "composer.json": PACKAGE,
    "bower.json": PACKAGE,
    "deno.json": PACKAGE,
    "jsr.json": PACKAGE,
    "manifest.json": PACKAGE,
    "package-lock.json": LOCK,
    "npm-shrinkwrap.json": LOCK,
    "pom.xml": lambda path, text: (MODULE if "/" in path else POM)(path, text),
    "Directory.Build.props": DOTNET,
    "VERSION": WHOLE,
    "VERSION.txt": WHOLE,
    "version": WHOLE,
    "version.txt": WHOLE,
    ".version": WHOLE,
    "version.rb": lines(r"^\s*VERSION\s*=\s*['\"]<>['\"]"),
    "CMakeLists.txt": lines(
        r"^\s*project\s*\([^)]*?\bVERSION\s+<>", flags=re.IGNORECASE | re.DOTALL
    ),
    "meson.build": lines(r"^\s*project\s*\([^)]*?\bversion\s*:\s*'<>'", flags=re.DOTALL),
    "configure.ac": lines(r"^AC_INIT\s*\([^,]*,\s*\[?<>"),
    "gradle.properties": lines(r"^\s*(?:version|VERSION_NAME|projectVersion)\s*[=:]\s*<>"),
    "build.gradle": GRADLE,
    "build.gradle.kts": GRADLE,
    "build.sbt": lines(r"^\s*(?:ThisBuild\s*/\s*)?version\s*(?:in ThisBuild\s*)?:=\s*\"<>\""),
    "version.sbt": lines(r"^\s*(?:ThisBuild\s*/\s*)?version\s*(?:in ThisBuild\s*)?:=\s*\"<>\""),
    "mix.exs": lines(r"^\s*(?:@version\s+|\[?version:\s*)\"<>\""),
    "project.clj": lines(r"\(defproject\s+\S+\s+\"<>\""),
    "Chart.yaml": YAML,
    "pubspec.yaml": YAML,
    "galaxy.yml": YAML,
    "DESCRIPTION": lines(r"^Version:[ \t]*<>"),
}
"""Which file's name has which reader."""

BY_ENDING: dict[str, Reader] = {
    ".gemspec": RUBY,
    ".podspec": RUBY,
    ".cabal": lines(r"^version:[ \t]*<>", flags=re.IGNORECASE),
    ".nimble": lines(r"^version\s*=\s*\"<>\""),
    ".csproj": DOTNET,
    ".fsproj": DOTNET,
    ".nuspec": xml_at("package/metadata/version"),
    ".py": module_places,
}
"""The same for files that are named for the project."""

LOCK_FILES = ("package-lock.json", "npm-shrinkwrap.json", "Cargo.lock", "uv.lock", "Gemfile.lock")
"""Lock files that hold the project's own version; those of poetry, yarn, pnpm and pdm do not."""

IN_A_PACKAGE = re.compile(
    r"(?:(?:src|lib|python)/)?[^/]+/(?:__init__|__about__|__version__|_version|version)\.py"
)
RUBY_VERSION = re.compile(r"lib/(?:.+/)?version\.rb")


def is_known(path: str) -> bool:
    """Whether a file of that path is expected to say the project's version.

    A file of that name elsewhere may be a part's own: it counts where it has followed releases.
    """
    name = PurePosixPath(path).name
    if name in LOCK_FILES:
        return False
    at_the_top = "/" not in path and reader_of(path) is not None
    return at_the_top or bool(IN_A_PACKAGE.fullmatch(path) or RUBY_VERSION.fullmatch(path))


def reader_of(path: str) -> Reader | None:
    """The reader of a file, by its name or by how that ends."""
    pure = PurePosixPath(path)
    return READERS.get(pure.name) or BY_ENDING.get(pure.suffix)


def find_places(path: str, text: str, pattern: str | None = None) -> tuple[Place, ...]:
    """The places where a file says the version: by `pattern`, else as its name lets expect."""
    if pattern:
        return make_places(text, matched(pattern, text))
    reader = reader_of(path)
    return make_places(text, reader(path, text)) if reader else ()
