"""Which file a project's own settings name for the version, and what makes it from the tag."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

FROM_TAG = {
    "pyproject.toml": (
        "setuptools_scm|setuptools-scm|hatch-vcs|poetry-dynamic-versioning|versioningit|dunamai"
        "|setuptools-git-versioning|flit_scm|versioneer|pbr|vcs-versioning|uv-dynamic-versioning"
    ),
    "setup.py": "use_scm_version|setuptools_scm|versioneer|pbr|setuptools_git_versioning",
    "setup.cfg": "setuptools_scm|versioneer|pbr",
    "build.gradle": "gradle-git-version|com.palantir.git-version|axion-release|nebula.release",
    "build.gradle.kts": "gradle-git-version|com.palantir.git-version|axion-release|nebula.release",
    "pom.xml": "jgitver|maven-git-versioning-extension",
    ".goreleaser.yml": "builds",
    ".goreleaser.yaml": "builds",
    "build.sbt": "sbt-dynver",
    "project/plugins.sbt": "sbt-dynver|sbt-git|sbt-ci-release",
    "CMakeLists.txt": "GitVersion|git_describe|git describe",
    "meson.build": "git describe|run_command",
}
"""What makes the version of the tag, by the file in which it is named."""
SETUP_CFG = re.compile(
    r"^\[metadata\](?:\r?\n(?!\[).*)*?\r?\nversion\s*=\s*(attr|file):\s*(\S+)", re.MULTILINE
)


def version_from_tag(files: Mapping[str, str]) -> str:
    """What makes the version of the tag, and where that is seen; empty where nothing does."""
    if "go.mod" in files:
        return "a Go module (go.mod)"
    for path, words in FROM_TAG.items():
        found = re.search(words, files.get(path, ""))
        if found:
            return f"{found[0]} ({path})"
    return ""


def pointed_files(files: Mapping[str, str]) -> tuple[str, ...]:
    """The files that a Python project's settings name for the version, as far as they are there."""
    named = [*named_in_pyproject(files.get("pyproject.toml", "")), *named_in_cfg(files)]
    return tuple(dict.fromkeys(str(PurePosixPath(path)) for path in named))


def named_in_cfg(files: Mapping[str, str]) -> Iterator[str]:
    """What setup.cfg names: `version = attr: tide.__version__`, `version = file: VERSION`."""
    for found in SETUP_CFG.finditer(files.get("setup.cfg", "")):
        yield from (module_files(found[2]) if found[1] == "attr" else [found[2]])


def named_in_pyproject(text: str) -> Iterator[str]:
    """What pyproject.toml names, for setuptools, hatch, pdm and flit."""
    try:
        data = tomllib.loads(text)
    except ValueError:
        return
    setuptools = at(data, "tool", "setuptools", "dynamic", "version")
    if isinstance(setuptools, dict):
        yield from module_files(str(setuptools.get("attr") or ""))
        named = setuptools.get("file") or []
        yield from [named] if isinstance(named, str) else named
    for keys in (("hatch", "version", "path"), ("pdm", "version", "path")):
        if isinstance(found := at(data, "tool", *keys), str):
            yield found
    if "flit" in str(at(data, "build-system", "build-backend")):
        name = at(data, "tool", "flit", "module", "name") or at(data, "project", "name")
        yield from module_files(f"{str(name).replace('-', '_')}.__version__")


def module_files(attribute: str) -> Iterator[str]:
    """The files that may hold an attribute such as `tide.version.__version__`."""
    module = attribute.rpartition(".")[0].replace(".", "/")
    for folder in ("", "src/", "lib/") if module else ():
        yield from (f"{folder}{module}.py", f"{folder}{module}/__init__.py")


def at(data: Any, *keys: str) -> Any:
    """What stands below these keys, or None."""
    for key in keys:
        data = data.get(key) if isinstance(data, dict) else None
    return data
