"""The report of an audit pack: who asked, who approved what, what was tested, what was done."""

import re
from collections.abc import Iterator, Sequence
from functools import cached_property

from runbook_lib.frozen import frozen
from runbook_lib.journal.events import Event, unsettled
from runbook_lib.journal.summary import DECIDING, SessionSummary, StepSummary, summarise
from runbook_lib.proof.chain import shown
from runbook_lib.proof.history import Person
from runbook_lib.record.cells import fenced
from runbook_lib.record.heading import PRIVATE, plain, written

TESTS = re.compile(r"(?:\b|_)(tests?|tested|checks?|ci|green|passed)(?:\b|_)", re.IGNORECASE)
"""Words by which a step is told to be about tests, where it says so of itself."""

CHECK = """\
sha256sum --check --strict --quiet SHA256SUMS
git init --quiet --bare --object-format=sha1 check.git
for kind in commit tree; do
  for name in objects/$kind/*; do
    test "$(git -C check.git hash-object -t $kind -w --stdin < "$name")" = "${name##*/}" || exit 1
  done
done
"""
SIGNED = """\
for name in objects/commit/*; do
  git -C check.git -c gpg.ssh.allowedSignersFile="$PWD/allowed_signers" \\
    verify-commit "${name##*/}" || exit 1
done
"""
PROVES = """\
What this proves: each session's commit names, by its hash, the very bytes of the record and the
journal that are here; whoever signed it vouches for them, for all that the archive had before
(its parent's hash), and for the operator, outcome and times in its message. The folder of the
run in the last commit lists all sessions that the archive had of this run by then.

What it does not: that the list `allowed_signers` is the right one (compare it with one that reached
you in another way, or give yours: `runbook verify PACK.zip --signers FILE`); that no session came
after the last one here; that what an operator with a key wrote was so, or was not written anew
before anybody else had fetched it; what the clocks said. Commits of other runs are not in here, so
the line between these commits is not checked: `runbook verify` does that where the archive is."""


@frozen
class Told:
    """A session as the report tells it: its commit, who archived it, its events."""

    commit: str
    archived: Person
    events: tuple[Event, ...]

    @cached_property
    def summary(self) -> SessionSummary:
        """What it came to."""
        return summarise(self.events)


def write_report(run: str, sessions: Sequence[Told], signed: bool) -> str:
    """The report, in Markdown; texts from outside stand in it as they are."""
    parts = [
        *([PRIVATE] if any(one.summary.private for one in sessions) else []),
        f"# Audit pack of {plain(run)}",
        "\n".join(asked_by(sessions)),
        "## Decisions",
        "\n\n".join(decisions(sessions)) or "Nobody was asked to decide anything.",
        "## Tests and checks seen",
        "\n".join(table(tests(sessions))) or "No step says that it tested anything.",
        "## What was done",
        "\n\n".join(part for one in sessions for part in session_part(one)),
        "## What nobody knows the end of",
        "\n".join(unknown(sessions)) or "Nothing.",
        "## Evidence",
        "\n\n".join(map(evidence, sessions)),
        "## How to check it",
        "\n\n".join(how_to_check(sessions, signed)),
    ]
    return "\n\n".join(parts) + "\n"


def asked_by(sessions: Sequence[Told]) -> Iterator[str]:
    """Who began the run, when, with what; what it has come to."""
    first, last = sessions[0].summary, sessions[-1].summary
    worked = [one.summary for one in sessions if one.summary.runbook not in DECIDING]
    first, last = (worked[0], worked[-1]) if worked else (first, last)
    yield f"- asked for by **{plain(first.operator)}** on {plain(first.host)}, {first.started}"
    yield f"- runbook {plain(first.runbook)}, commit {plain(first.runbook_commit) or 'none'}"
    yield f"- profile {plain(first.profile)}"
    yield from (f"- parameter {plain(k)}: {plain(written(v))}" for k, v in first.parameters.items())
    yield from (f"- decided, {plain(k)}: {plain(written(v))}" for k, v in decided(worked).items())
    people = dict.fromkeys(one.summary.operator for one in sessions)
    yield f"- sessions: {len(sessions)}, by {', '.join(map(plain, people))}"
    yield f"- outcome: **{last.outcome}**, {last.ended}"


def decided(sessions: Sequence[SessionSummary]) -> dict[str, object]:
    """What was pinned for the whole run."""
    return next((one.decided for one in sessions if one.decided), {})


def decisions(sessions: Sequence[Told]) -> Iterator[str]:
    """Each decision with its digest, and under it what was asked."""
    events = [event for one in sessions for event in one.events]
    asked = {str(e.said.get("digest")): e.said for e in events if e.kind == "asked"}
    for one in sessions:
        for made in one.summary.decisions:
            reason = f": {plain(made.why)}" if made.why else ""
            yield (
                f"**{plain(made.gate)}: {made.verb}** by **{plain(made.by)}** "
                f"({plain(made.how)}, from {plain(made.host)}), {made.time}{reason}"
                f"{linked(made.link)}  \n"
                f"digest `{plain(made.digest)}`"
            )
            question = asked.get(made.digest)
            if question:
                yield fenced(f"{question.get('title', '')}\n\n{question.get('text', '')}".strip())


def tests(sessions: Sequence[Told]) -> Iterator[StepSummary]:
    """The steps that say of themselves that they tested or checked something."""
    for one in sessions:
        for step in one.summary.steps:
            said = f"{step.step} {step.announced} {step.detail.partition(chr(10))[0]}"
            if TESTS.search(said):
                yield step


def session_part(one: Told) -> Iterator[str]:
    """A session: what it came to, and its steps."""
    summary = one.summary
    yield f"### {plain(summary.session)}"
    yield (
        f"{plain(summary.runbook)} by **{plain(summary.operator)}** on {plain(summary.host)}, "
        f"{summary.started} to {summary.ended}: **{summary.outcome}**"
    )
    yield "\n".join(table(summary.steps)) or "No step was carried out."


def table(steps: Iterator[StepSummary] | Sequence[StepSummary]) -> Iterator[str]:
    """Steps as a table; nothing where there is none."""
    for number, step in enumerate(steps):
        if number == 0:
            yield "| outcome | step | what | found | seconds |\n|---|---|---|---|---|"
        detail = plain(step.detail.partition("\n")[0])
        yield (
            f"| {step.outcome} | {step.number} {plain(step.step)} | {plain(step.announced)} "
            f"| {detail}{linked(step.link)} | {step.seconds:.1f} |"
        )


def linked(link: str) -> str:
    """An address of the web, to be put behind a text; nothing where it is none."""
    return f" <{link}>" if re.fullmatch(r"https?://[^\s<>|`]+", link) else ""


def unknown(sessions: Sequence[Told]) -> Iterator[str]:
    """The changes that were announced, and that nobody has looked at since."""
    for event in unsettled([event for one in sessions for event in one.events]):
        yield f"- {plain(str(event.said['announced']))} (session {plain(event.said['session'])})"


def evidence(one: Told) -> str:
    """What keeps a session's bytes."""
    summary, by = one.summary, one.archived
    return "\n".join(
        [
            f"- sessions/{summary.session}/record.ipynb: SHA-256 `{summary.record}`",
            f"- sessions/{summary.session}/journal.jsonl: its last event has the hash "
            f"`{summary.head}`",
            f"- objects/commit/{one.commit}: archived by {plain(by.name)} ({plain(by.email)}), "
            f"{shown(by.time)}; library {plain(summary.library)}",
        ]
    )


def how_to_check(sessions: Sequence[Told], signed: bool) -> Iterator[str]:
    """Commands that check the pack, with standard tools and with this library."""
    yield "With this library: `runbook verify PACK.zip`. It needs no network and no archive."
    yield "With sha256sum, git and ssh-keygen alone, in a shell, where the pack is unpacked:"
    yield fenced(commands(sessions, signed), "sh")
    if not signed:
        yield "There was no list of allowed signers: nobody's signature is vouched for."
    yield PROVES


def commands(sessions: Sequence[Told], signed: bool) -> str:
    """The commands; the last ones find each file in its own commit, and in the last one."""
    last = sessions[-1].commit
    lines = [
        f'test "$(git -C check.git rev-parse {commit}:{day(name)}/{name}/{file})" = '
        f'"$(git hash-object --no-filters sessions/{name}/{file})" || exit 1'
        for one in sessions
        for name in [one.summary.session]
        for file in ("record.ipynb", "journal.jsonl")
        for commit in dict.fromkeys([one.commit, last])
    ]
    return CHECK + (SIGNED if signed else "") + "\n".join([*lines, "echo all of it stands"])


def day(session: str) -> str:
    """The folder of a session's day."""
    return f"{session[:4]}/{session[4:6]}/{session[6:8]}"
