"""Decides from a terminal: finds the run and what it asks, and keeps the answer in its journal."""

import os
from dataclasses import replace
from importlib.metadata import version

from runbook_lib.archive.places import find_home, operator_of, profile_name
from runbook_lib.archive.signed_approval import SignedApprovals
from runbook_lib.journal.journal import Journal
from runbook_lib.journal.session import JOURNAL
from runbook_lib.policy.questions import GATE, words_of
from runbook_lib.run.session_archive import SessionArchive
from runbook_lib.secrets.masking import Masking, environment_secrets
from runbook_lib.steps.decisions import check_answer, find_question, record_decision
from runbook_lib.steps.gate import host, whoami
from runbook_lib.steps.question import Decision, Verdict


def decide(
    run: str,
    gate: str,
    *,
    verdict: Verdict,
    reason: str,
    short: str,
    kind: str = GATE,
    evidence: str = "",
) -> Decision:
    """Decide on what a run asks for at a gate; `short` is the digest's beginning, or empty.

    `kind` says whether it is a gate, a step by hand or a waiver.
    What comes back is the decision as the record has it, any secret in it masked.
    Raises `UsageError` where there is no such run, it does not ask that, it asks something else by
    now, or the answer lacks what it asks for.
    """
    home = find_home(run)
    session = home.new_session()
    folder = home.session_folder(session)
    mask, operator = Masking(environment_secrets(os.environ)), operator_of(home)
    journal = Journal(folder / JOURNAL, session=session, operator=operator, mask=mask)
    session_archive = SessionArchive(journal, home, None)
    try:
        journal.append(
            "opened",
            command=words_of(kind).command,
            profile=profile_name(home),
            host=host(),
            account=whoami(),
            library=version("runbook-kit"),
            **home.said(),
        )
        session_archive.begin()
        session_archive.bring(run)
        journal.join(run, home.run_folder(run) / "sessions")
        question = find_question(journal, gate, short, kind)
        decision = Decision(
            gate,
            question.digest,
            verdict,
            operator,
            host(),
            "command",
            mask(reason),
            whoami(),
            kind=kind,
            evidence=mask(evidence.strip()),
        )
        check_answer(question, decision, mask)
        signature = SignedApprovals(home, lambda: run).sign(question, decision)
        return record_decision(journal, replace(decision, signature=signature))
    finally:
        session_archive.end()
