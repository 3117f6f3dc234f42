"""Decides at a gate from a terminal: finds the run, and keeps the decision in its journal."""

from runbook_lib.errors import UsageError
from runbook_lib.gate import Decision, Verdict, find_question, host, record_decision, whoami
from runbook_lib.journal import Journal
from runbook_lib.session import JOURNAL, Home, data_folder, newest_session


def decide(run: str, gate: str, *, verdict: Verdict, reason: str, short: str) -> Decision:
    """Decide on what a run asks for at a gate; `short` is the digest's beginning, or empty.

    Raises `UsageError` where there is no such run, it does not ask that, or it asks something else
    by now.
    """
    home = find_home(run)
    session = home.new_session()
    folder = home.session_folder(session)
    journal = Journal(folder / JOURNAL, session=session, operator=whoami())
    try:
        journal.append("opened", command="approve", host=host())
        journal.join(run, home.run_folder(run) / "sessions")
        question = find_question(journal, gate, short)
        decision = Decision(gate, question.digest, verdict, whoami(), host(), "command", reason)
        record_decision(journal, decision)
    finally:
        journal.append("ended")
        journal.close()
    return decision


def find_home(run: str) -> Home:
    """Where a run is kept: the place with its newest session, where several know it.

    Raises `UsageError` with the names of the runs there are.
    """
    homes = list(all_homes())
    known = [home for home in homes if run in run_names(home)]
    if not known:
        names = sorted({name for home in homes for name in run_names(home)})
        raise UsageError(
            f"expected the name of a run, such as release/tidewatch/1.9; found {run!r}; "
            f"there are: {', '.join(names) or 'none yet'}"
        )
    return max(known, key=lambda home: newest_session(home.run_folder(run)))


def all_homes() -> list[Home]:
    """All places on this machine where runs are kept."""
    data = data_folder()
    return [Home(path) for path in [*data.glob("profiles/*"), *data.glob("sandbox/*")]]


def run_names(home: Home) -> list[str]:
    """The names of the runs that are kept there."""
    folder = home.folder / "runs"
    return [str(path.relative_to(folder)) for path in folder.glob("*/*/*")]
