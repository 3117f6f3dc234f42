"""What is imported for a session, and what is not."""

import gc
import subprocess
import sys

import pytest

from runbook_lib.lazy import kept, put_off, without
from tests.engine.conftest import Papermill

pytestmark = pytest.mark.usefixtures("real_processes")


def told(code: str) -> str:
    """What a Python of its own prints."""
    command = [sys.executable, "-P", "-c", code]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_papermill_is_loaded_without_what_it_imports_for_others() -> None:
    found = told(
        "import sys\nfrom runbook_lib.engine.loading import load_papermill\nload_papermill()\n"
        "others = {'github', 'requests', 'urllib3', 'jwt', 'arrow', 'fqdn', 'webcolors'}\n"
        "print(sorted(others & set(sys.modules)))\n"
        "import github, requests, papermill.iorw\n"  # who needs them later finds them
        "print(papermill.iorw.requests.get is requests.get, github.Github.__name__)"
    )
    assert found.splitlines() == ["[]", "True Github"]


def test_a_command_that_runs_nothing_does_not_load_papermill() -> None:
    code = "import sys, runbook_lib.cli.run\nprint({'papermill', 'nbformat'} & set(sys.modules))"
    assert told(code) == "set()\n"


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("release.run", "ReleaseRun"),
        ("push.run", "PushRun"),
        ("services.github", "GitHub"),
        ("services.github", "Environment"),
    ],
)
def test_github_is_loaded_without_cryptography_until_an_app_signs(module: str, name: str) -> None:
    found = told(
        f"import sys\nfrom runbook_lib.{module} import {name}\n"
        "print('github' in sys.modules, 'cryptography' in sys.modules)\n"
        "import github.Auth\nprint(len(github.Auth.jwt.encode({}, 'a' * 32).split('.')))\n"
        "import jwt\nprint(github.Auth.jwt.encode is jwt.encode)"
    )
    assert found.splitlines() == ["True False", "3", "True"]


def test_a_headless_kernel_has_no_debugger_until_a_cell_asks_for_one(papermill: Papermill) -> None:
    papermill.write(
        "import sys\nloaded = [name for name in sys.modules if 'pydev' in name]\nassert not loaded",
        "import debugpy\ndebugpy.listen",
    )
    papermill.run()
    assert papermill.statuses()[-1] == "completed"


def test_what_is_imported_is_not_looked_through_again() -> None:
    before = gc.get_freeze_count()
    with kept():
        assert not gc.isenabled()
    assert gc.isenabled()
    assert gc.get_freeze_count() > before


def test_a_module_is_left_out_only_while_others_are_imported() -> None:
    sys.modules.pop("colorsys", None)
    with without("colorsys"), pytest.raises(ImportError):
        import colorsys
    import colorsys

    with without("colorsys"):  # what is there already stays
        assert sys.modules["colorsys"] is colorsys


def test_a_module_that_is_put_off_is_imported_when_a_name_is_used() -> None:
    sys.modules.pop("colorsys", None)
    with put_off("colorsys"):
        import colorsys as stand_in
    assert "colorsys" not in sys.modules
    assert stand_in.rgb_to_hls.__module__ == "colorsys"
    assert sys.modules["colorsys"] is not stand_in
    with pytest.raises(AttributeError, match="no_such_name"):
        stand_in.no_such_name  # noqa: B018
