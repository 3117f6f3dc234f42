"""The changelog of a checkout: its entry of a release, written from its commits or by a command.

Read `changelog` first.
"""

from runbook_lib.services.changelog.changelog import Changelog

__all__ = ["Changelog"]
