"""A run or a session as one JSON document."""

from typing import Any

from runbook_lib.archive.sessions import KeptSession
from runbook_lib.errors import RunbookError
from runbook_lib.reading.finding import Found
from runbook_lib.reading.shown import doubts, read_cells


def document(found: Found) -> dict[str, Any]:
    """What is known of a run or a session, as JSON can hold it."""
    return {
        "name": found.name,
        "kind": "run" if found.of_run else "session",
        "sessions": [session_said(session) for session in found.sessions],
    }


def session_said(session: KeptSession) -> dict[str, Any]:
    """A session: what it came to, its steps and decisions, and its record's cells.

    Of one that can't be read, why.
    """
    try:
        summary = session.summary.to_dict()
        return {
            **summary,
            "outcome": session.outcome,
            "work": session.summary.work.to_dict(),
            "state": session.state,
            "private": session.place.private,
            "doubts": doubts(session),
            "cells": [cell.to_dict() for cell in read_cells(session)],
            "problem": "",
        }
    except (RunbookError, OSError) as error:
        return {
            "session": session.name,
            "run": session.run_here,
            "outcome": "unknown",
            "state": "damaged",
            "private": session.place.private,
            "problem": str(error),
        }
