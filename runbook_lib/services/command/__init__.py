"""A project's own commands: tests that are remembered when they passed, files that are made once.

Read `command` first.
"""

from runbook_lib.services.command.command import Command, Passed
from runbook_lib.services.command.making import Made, MadeFile, Maker
from runbook_lib.services.command.program import run_program

__all__ = ["Command", "Made", "MadeFile", "Maker", "Passed", "run_program"]
