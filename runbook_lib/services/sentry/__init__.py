"""Sentry: the issues that are new, or have come back, since a push."""

from runbook_lib.services.sentry.report import Release, SentryReport
from runbook_lib.services.sentry.service import Access, Sentry

__all__ = ["Access", "Release", "Sentry", "SentryReport"]
