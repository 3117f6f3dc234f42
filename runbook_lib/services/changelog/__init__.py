"""The changelog of a checkout: its entry of a release, written by git-cliff or another command.

Read `changelog` first.
"""

from runbook_lib.services.changelog.changelog import Changelog

__all__ = ["Changelog"]
