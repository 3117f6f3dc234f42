"""The people of the sandbox, who act by themselves as their part of the procedure says."""

from runbook_lib.sandbox.people.work import People

__all__ = ["People"]
