"""Where a version stands in a file, and which file it is."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runbook_lib.errors import Refused, UsageError
from runbook_lib.policy.version_file import (
    change_version,
    find_place,
    find_places,
    find_version_file,
)

SETUP = 'from setuptools import setup\nsetup(name="x", version="1.8", python_requires=">=3")\n'
PYPROJECT = '[build-system]\nrequires = []\n\n[project]\nname = "x"\nversion = "1.8"\n'


def versions(path: str, text: str, pattern: str | None = None) -> list[str]:
    return [place.version for place in find_places(path, text, pattern)]


def detect(files: Mapping[str, str]) -> str:
    return find_version_file(files, files.get)


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
    ],
)
def test_the_version_is_found_where_it_is_written_out(path: str, text: str) -> None:
    place = find_place(path, text)
    assert place.version == "1.8"
    assert text[place.start : place.end] == "1.8"
    assert "1.8" in text.splitlines()[place.line - 1]
    assert change_version(text, place, "1.9") == text[: place.start] + "1.9" + text[place.end :]


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


def test_several_places_are_refused_and_listed_with_their_lines() -> None:
    text = '[project]\nversion = "1.8"\n\n[tool.poetry]\nversion = "1.7"\n'
    with pytest.raises(Refused, match=r"found line 2: 1\.8; line 5: 1\.7; .*version_pattern"):
        find_place("pyproject.toml", text)


def test_no_place_is_refused() -> None:
    with pytest.raises(Refused, match=r"one place in README.md that says the version, found none"):
        find_place("README.md", "hello\n")


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
        change_version(SETUP, find_place("setup.py", SETUP), version)


def test_the_one_file_with_a_version_is_found() -> None:
    files = {
        "README.md": "version='1.8'",
        "pyproject.toml": '[project]\ndynamic = ["version"]\n',
        "src/x/__init__.py": '__version__ = "1.8"\n',
        "src/x/deep/er/__init__.py": '__version__ = "0"\n',
    }
    assert detect(files) == "src/x/__init__.py"


def test_two_files_with_a_version_are_an_error_that_names_both_and_the_parameters() -> None:
    files = {"setup.py": SETUP, "x/__init__.py": '__version__ = "1.8"\n'}
    expected = r"setup\.py, x/__init__\.py; .*version_file.*version_pattern"
    with pytest.raises(UsageError, match=expected):
        detect(files)


def test_no_file_with_a_version_is_an_error_that_names_the_parameters() -> None:
    with pytest.raises(UsageError, match="version_file"):
        detect({"README.md": "1.8", "setup.py": "import versioneer\n"})


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
