"""Which file a project's own settings name for the version, and what makes it from the tag."""

import pytest

from runbook_lib.policy.version_files.pointed import pointed_files, version_from_tag

SETUPTOOLS = "[tool.setuptools.dynamic]\nversion = "
FLIT = '[build-system]\nbuild-backend = "flit_core.buildapi"\n'
MODULE = (".py", "/__init__.py")


def modules(name: str) -> list[str]:
    """Where a module may be."""
    return [f"{folder}{name}{end}" for folder in ("", "src/", "lib/") for end in MODULE]


@pytest.mark.parametrize(
    ("path", "text", "named"),
    [
        ("pyproject.toml", '[tool.hatch.version]\npath = "./a/b.py"\n', ["a/b.py"]),
        ("pyproject.toml", '[tool.pdm.version]\npath = "a.py"\n', ["a.py"]),
        ("pyproject.toml", '[tool.hatch.version]\npath = ["a.py"]\n', []),
        ("pyproject.toml", SETUPTOOLS + '{attr = "tide.says.it"}\n', modules("tide/says")),
        ("pyproject.toml", SETUPTOOLS + '{attr = "it"}\n', []),
        ("pyproject.toml", SETUPTOOLS + '{file = "VERSION"}\n', ["VERSION"]),
        ("pyproject.toml", SETUPTOOLS + '{file = ["A", "B", "A"]}\n', ["A", "B"]),
        ("pyproject.toml", SETUPTOOLS + '"1.8"\n', []),
        ("pyproject.toml", FLIT + '[project]\nname = "tide-watch"\n', modules("tide_watch")),
        (
            "pyproject.toml",
            FLIT + '[project]\nname = "x"\n[tool.flit.module]\nname = "tide"\n',
            modules("tide"),
        ),
        ("pyproject.toml", '[project]\nname = "tide"\n', []),
        ("pyproject.toml", "tool = 3\n", []),
        ("pyproject.toml", "[tool\n", []),
        ("setup.cfg", "[metadata]\nname = x\nversion = attr: tide.it\n", modules("tide")),
        ("setup.cfg", "[metadata]\r\nversion = file: VERSION\r\n", ["VERSION"]),
        ("setup.cfg", "[options]\nversion = file: VERSION\n", []),
        ("setup.py", "version = file: VERSION", []),
    ],
)
def test_a_python_project_names_the_file_that_says_its_version(
    path: str, text: str, named: list[str]
) -> None:
    assert pointed_files({path: text}) == tuple(named)


@pytest.mark.parametrize(
    ("path", "text", "made_by"),
    [
        ("go.mod", "module example.org/tide\n", "a Go module (go.mod)"),
        ("pyproject.toml", 'requires = ["hatch-vcs"]\n', "hatch-vcs (pyproject.toml)"),
        ("setup.py", "setup(use_scm_version=True)\n", "use_scm_version (setup.py)"),
        ("setup.py", 'setup(version="1.8")\n', ""),
        ("README.md", "made by hatch-vcs\n", ""),
    ],
)
def test_what_makes_the_version_of_the_tag_is_said_with_where_that_is_seen(
    path: str, text: str, made_by: str
) -> None:
    assert version_from_tag({path: text}) == made_by
