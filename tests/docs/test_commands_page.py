"""The reference of the command line has every command with its options."""

import click
import pytest

from docs.pages import commands
from runbook_lib.cli import main

ALL = list(commands.commands())


def test_every_command_has_its_heading() -> None:
    page = commands.page()
    for name in main.list_commands(click.Context(main)):
        assert f"## `runbook {name}`\n" in page
    assert "## `runbook sandbox start`\n" in page


@pytest.mark.parametrize(("path", "command"), ALL, ids=[path for path, _ in ALL])
def test_every_option_is_told(path: str, command: click.Command) -> None:
    told = commands.page().split(f"## `{path}`\n")[1].split("\n## ")[0]
    assert f"Usage: {path} " in told
    for option in command.params:
        if isinstance(option, click.Option):
            assert option.opts[0] in told and (option.help or "").split(" ")[0] in told


def test_a_page_is_the_same_on_any_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    wide = commands.page()
    monkeypatch.setenv("COLUMNS", "40")
    assert commands.page() == wide
