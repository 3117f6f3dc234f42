"""What the tests of services have in common: a Bugzilla that is running."""

from tests.services.bugzillas import desk, server

__all__ = ["desk", "server"]
