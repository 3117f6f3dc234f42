"""Where a version stands in a file, by the reader of its kind."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runbook_lib.errors import UsageError
from runbook_lib.policy.version_files.lock_files import project_name
from runbook_lib.policy.version_files.place import change_version
from runbook_lib.policy.version_files.readers import find_places, is_known
from runbook_lib.policy.version_files.release_lines import line_patterns

SETUP = 'from setuptools import setup\nsetup(name="x", version="1.8", python_requires=">=3")\n'
PYPROJECT = '[build-system]\nrequires = []\n\n[project]\nname = "x"\nversion = "1.8"\n'


def versions(path: str, text: str, pattern: str | None = None) -> list[str]:
    return [place.version for place in find_places(path, text, pattern)]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ('[project]\nname = "Tide_watch.core"\n', "tide-watch-core"),
        ("[tool.x]\n", ""),
        ("[project\n", ""),
    ],
)
def test_lock_files_write_a_project_s_name_in_their_own_way(text: str, name: str) -> None:
    assert project_name(text) == name


def test_a_line_with_several_versions_has_a_pattern_for_each() -> None:
    first, second = line_patterns(("kit ", " of ", "."))
    line = "kit 1.8 of 2.0."
    found = [re.search(pattern, line) for pattern in (first, second)]
    assert [each and each.groups() for each in found] == [("1.8",), ("2.0",)]
    assert not re.search(first, f"a {line}")


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("setup.py", SETUP),
        ("setup.py", "import setuptools\nsetuptools.setup(version=u'1.8')\n"),
        ("setup.py", 'VERSION = "1.8"\nfrom setuptools import setup\nsetup(version=VERSION)\n'),
        ("setup.py", '# version="0.1"\nfrom setuptools import setup\nsetup(\n  version="1.8",\n)'),
        ("setup.py", 'print "old"\nsetup(\n    # version="0"\n    version="1.8",\n)\n'),
        ("setup.py", 'é = "é"; setup(name="é", version="1.8")\n'),
        ("pyproject.toml", PYPROJECT),
        ("pyproject.toml", "[tool.poetry]\nname = 'x'\nversion = '1.8'  # now\n"),
        ("pyproject.toml", '[tool.x]\nversion = "3"\n[project]\nversion = "1.8"\n'),
        ("pyproject.toml", '[project]\nd = """\nversion = "0"\n"""\nversion = "1.8"\n'),
        ("pyproject.toml", '[project]\nversion = "1.8"\n[[tool.x]]\nversion = "1.8"\n'),
        ("package.json", '{"name": "version", "a": {"version": "0"}, "version": "1.8"}'),
        ("package.json", '{\r\n  "version" : "1.8",\r\n  "x": ["version", "2"]\r\n}'),
        ("Cargo.toml", '[package]\nname = "x"\nversion = "1.8"\n[dependencies.y]\nversion = "2"\n'),
        ("x/__init__.py", '"""__version__ = \'0\'"""\n__version__: str = "1.8"\n'),
        ("x/__init__.py", "__version__ = '1.8'"),
        ("x/_version.py", "version = '1.8'\nversion_tuple = (1, 8)\n"),
        ("x/version.py", "VERSION = '1.8'\n"),
        ("setup.cfg", "[metadata]\nname = x\nversion = 1.8\n[options]\nversion = 2\n"),
        (".bumpversion.cfg", "[bumpversion]\ncurrent_version = 1.8\ncommit = True\n"),
        ("pyproject.toml", '[tool.commitizen]\nversion = "1.8"\n'),
        ("pyproject.toml", '[tool.bumpversion]\ncurrent_version = "1.8"\nversion = "2"\n'),
        ("tbump.toml", '[version]\ncurrent = "1.8"\nregex = "x"\n'),
        ("Project.toml", 'name = "X"\nversion = "1.8"\n[compat]\nversion = "2"\n'),
        ("composer.json", '{"require": {"version": "2"}, "version": "1.8"}'),
        (
            "pom.xml",
            "<project><!-- <version>0</version> --><parent><version>3</version></parent>"
            "<version>1.8</version><dependencies><dependency><version>2</version></dependency>"
            "</dependencies></project>",
        ),
        (
            "pom.xml",
            "<?xml version='1.0'?>\n<project>\n<version>${revision}</version>\n<properties>"
            "<empty/><revision>1.8</revision></properties></project>",
        ),
        ("x.csproj", "<Project><PropertyGroup><Version>1.8</Version></PropertyGroup></Project>"),
        ("VERSION", "1.8\n"),
        ("version.txt", "v1.8"),
        ("x.gemspec", "Gem::Specification.new do |s|\n  # s.version = '0'\n  s.version = '1.8'\n"),
        ("lib/x/version.rb", 'module X\n  VERSION = "1.8".freeze\nend\n'),
        (
            "CMakeLists.txt",
            "cmake_minimum_required(VERSION 3.5)\nproject(x\n  VERSION 1.8\n  LANGUAGES C)\n",
        ),
        ("meson.build", "project('x', 'c',\n  version : '1.8',\n  meson_version : '>= 0.5')\n"),
        ("configure.ac", "AC_INIT([x], [1.8], [x@example.org])\n"),
        ("gradle.properties", "group=x\nversion=1.8\nkotlin.version=2\n"),
        ("build.gradle", "plugins {\n    id 'x' version '2'\n}\nversion = '1.8'\n"),
        ("build.gradle.kts", 'plugins { id("x") version "2" }\nversion = "1.8"\n'),
        ("build.sbt", 'ThisBuild / version := "1.8"\nscalaVersion := "3"\n'),
        ("mix.exs", 'def project do\n  [version: "1.8", elixir: "~> 1.15"]\nend\n'),
        ("mix.exs", '@version "1.8"\ndef project, do: [version: @version]\n'),
        ("project.clj", '(defproject x/y "1.8"\n  :dependencies [[z "2"]])\n'),
        ("Chart.yaml", "apiVersion: v2\nversion: 1.8 # now\nappVersion: 2\n"),
        ("DESCRIPTION", "Package: x\nVersion: 1.8\nRoxygenNote: 7\n"),
        ("x.cabal", "cabal-version: 2.4\nname: x\nversion:       1.8\n"),
    ],
)
def test_the_version_is_found_where_it_is_written_out(path: str, text: str) -> None:
    [place] = find_places(path, text)
    assert place.version == "1.8"
    assert text[place.start : place.end] == "1.8"
    assert "1.8" in text.splitlines()[place.line - 1]
    assert change_version(text, (place,), "1.9") == text[: place.start] + "1.9" + text[place.end :]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("setup.py", "from setuptools import setup\nsetup(version=read())\n"),
        ("setup.py", "from setuptools import setup\nsetup(use_scm_version=True)\n"),
        ("setup.py", 'from setuptools import setup\nsetup(version="1." "8")\n'),
        ("setup.py", 'from setuptools import setup\nsetup(version=f"1.8")\n'),
        ("pyproject.toml", '[project]\ndynamic = ["version"]\n'),
        ("pyproject.toml", '[tool.other]\nversion = "1.8"\n'),
        ("Cargo.toml", "[package]\nversion.workspace = true\n"),
        ("package.json", '{"dependencies": {"version": "1.8"}}'),
        ("x/__init__.py", "def f():\n    __version__ = '1.8'\n"),
        ("README.md", "version = '1.8'\n"),
    ],
)
def test_a_version_that_is_not_written_out_is_not_found(path: str, text: str) -> None:
    assert versions(path, text) == []


def test_all_places_of_a_file_are_found_and_changed() -> None:
    text = '[project]\nversion = "1.8"\n\n[tool.poetry]\nversion = "1.8"\n'
    places = find_places("pyproject.toml", text)
    assert [str(place) for place in places] == ["line 2: 1.8", "line 5: 1.8"]
    assert change_version(text, places, "1.10") == text.replace("1.8", "1.10")


@pytest.mark.parametrize(
    "path",
    [
        "setup.py",
        "tide.py",
        "src/x/__init__.py",
        "x/_version.py",
        "lib/a/b/version.rb",
        "x.gemspec",
    ],
)
def test_where_a_project_s_own_version_is_expected(path: str) -> None:
    assert is_known(path)


@pytest.mark.parametrize(
    "path",
    ["docs/package.json", "a/b/c/__init__.py", "README.md", "package-lock.json", "Cargo.lock"],
)
def test_where_it_is_not(path: str) -> None:
    assert not is_known(path)


def test_a_pattern_with_one_group_names_the_place() -> None:
    text = "release: v1.8\r\nold: v1.7\r\n"
    assert versions("any.txt", text, r"^release: v(\S+)") == ["1.8"]
    assert versions("any.txt", text, r"v(\S+)") == ["1.8", "1.7"]
    assert versions("any.txt", f"name: v0\n{text}", r"^release: v(\S+)") == ["1.8"]


@pytest.mark.parametrize("pattern", ["v(", "v1", "(v)(1)"])
def test_a_pattern_without_exactly_one_group_is_an_error(pattern: str) -> None:
    with pytest.raises(UsageError, match="version_pattern"):
        find_places("any.txt", "v1", pattern)


@pytest.mark.parametrize("version", ['1.9"\nimport os', "", "1 9", "-1", "1'"])
def test_a_version_that_would_end_its_quotes_is_refused(version: str) -> None:
    with pytest.raises(UsageError, match="expected a version"):
        change_version(SETUP, find_places("setup.py", SETUP), version)


@pytest.mark.parametrize("path", ["pyproject.toml", "package.json", "Cargo.toml"])
def test_a_file_that_cannot_be_read_is_an_error_that_names_it(path: str) -> None:
    with pytest.raises(UsageError, match=f"{path} can't be read"):
        find_places(path, '{"version = ')


@given(
    before=st.text(alphabet="aé\r\n\t #€\U0001f600", max_size=30).map(lambda text: f"# {text!a}"),
    ends=st.sampled_from(["\n", "\r\n", "\r"]),
    wide=st.text(alphabet="aé€\U0001f600", max_size=8),
)
def test_places_are_right_whatever_stands_before_them(before: str, ends: str, wide: str) -> None:
    text = ends.join([before, f'"{wide}"; __version__ = "{wide}"; x = 1'])
    places = find_places("x/__init__.py", text)
    assert [place.version for place in places] == [wide]
    assert [place.line for place in places] == [2]
