"""Decides from a terminal: finds the run and what it asks, and keeps the answer in its journal."""

import os
from dataclasses import replace
from importlib.metadata import version
from urllib.parse import urlsplit

from runbook_lib.archive.places import find_home, is_world, operator_of, profile_name, profile_of
from runbook_lib.archive.signed_approval import SignedApprovals
from runbook_lib.errors import UsageError
from runbook_lib.frozen import frozen
from runbook_lib.journal.decision import Decision, Verdict
from runbook_lib.journal.journal import Journal
from runbook_lib.journal.session import JOURNAL, Home
from runbook_lib.policy.questions import GATE, words_of
from runbook_lib.run.session_archive import SessionArchive
from runbook_lib.secrets.masking import Masking, environment_secrets
from runbook_lib.steps.decisions import check_answer, find_question, record_decision
from runbook_lib.steps.gate import host, whoami
from runbook_lib.steps.question import PASSED_ON


@frozen
class PassedOn:
    """Whose answer a program passes on, by their account there, and the link to where it was given.

    That it is theirs, that program says, and who passes it on: nothing proves it.
    """

    by: str
    link: str

    def on(self, decision: Decision, home: Home) -> Decision:
        """A decision as theirs; raises `UsageError` where the profile trusts no such program."""
        profile = profile_of(home)
        trusted = profile.answers_from if profile else ()
        if not (is_world(home) or any(is_within(self.link, place) for place in trusted)):
            raise UsageError(
                "expected a link to where the profile takes answers from (answers_from: "
                f"{', '.join(trusted) or 'none'}), found {self.link}; nothing was decided"
            )
        return replace(
            decision,
            by=profile.who.name(self.by) if profile else self.by,
            host=str(urlsplit(self.link).hostname),
            how=PASSED_ON,
            account=self.by,
            link=self.link,
        )


def is_within(link: str, place: str) -> bool:
    """Whether a link leads to an address, or below it."""
    found, wanted = urlsplit(link), urlsplit(place)
    below = f"{found.path}/".startswith(f"{wanted.path.rstrip('/')}/")
    return below and (found.scheme, found.netloc) == (wanted.scheme, wanted.netloc)


def decide(
    run: str,
    gate: str,
    *,
    verdict: Verdict,
    reason: str,
    short: str,
    kind: str = GATE,
    evidence: str = "",
    passed_on: PassedOn | None = None,
    profile: str = "",
) -> Decision:
    """Decide on what a run asks for at a gate; `short` is the digest's beginning, or empty.

    `kind` says whether it is a gate, a step by hand or a waiver; `passed_on` whose answer it is,
    where it was not given here; `profile` whose run it is, where that is known.
    What comes back is the decision as the record has it, any secret in it masked.
    Raises `UsageError` where there is no such run, it does not ask that, it asks something else by
    now, or the answer lacks what it asks for.
    """
    home = find_home(run, profile)
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
        decision = passed_on.on(decision, home) if passed_on else decision
        check_answer(question, decision, mask)
        signature = SignedApprovals(home, lambda: run).sign(question, decision)
        return record_decision(journal, replace(decision, signature=signature), question.rule)
    finally:
        session_archive.end()
