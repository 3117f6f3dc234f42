"""Decides what a run of the release runbook releases: once, and for each later session."""

from runbook_lib.display.output import told_too
from runbook_lib.errors import Refused
from runbook_lib.journal.journal import Event
from runbook_lib.journal.session import PastRun
from runbook_lib.policy.commits import standing
from runbook_lib.policy.release.choice import Choice, choose_version
from runbook_lib.policy.release.names import Names
from runbook_lib.policy.release.next_version import Known
from runbook_lib.policy.tag_template import find_last_release
from runbook_lib.policy.version import Version
from runbook_lib.release.begun import find_begun
from runbook_lib.release.changelog_habit import read_changelog
from runbook_lib.release.commits import read_commits
from runbook_lib.release.found import with_findings
from runbook_lib.release.known import Looked, find_known, look
from runbook_lib.release.merging import refuse_held_back
from runbook_lib.release.overtaken import refuse_overtaken
from runbook_lib.release.past import as_it_was_settled, without_next_version
from runbook_lib.release.release import Decided, Release, names_of, subject_of
from runbook_lib.release.run import ReleaseRun
from runbook_lib.release.tags_over_time import tags_over_time
from runbook_lib.run.joined_run import abandoned_line
from runbook_lib.steps.step import check


@check
def decide_release(run: ReleaseRun, *, version: str = "", last_release: str = "") -> Release:
    """Decide what is released, or find again what an earlier session of the run has decided.

    Without a version it is the one that the commits since the last release call for; a run of
    this project that is not finished goes on, and where nothing new was committed the finished one
    is shown again. Raises what `choose_version` raises, `Refused` where another machine was faster
    (`refuse_overtaken`), `Conflict` where the tag has a release or a draft that this run did not
    make, and what the texts of the bug raise: behind the push it is too late to choose others.
    """
    decision = resume(run, version) or decide(run, version, last_release)
    refuse_overtaken(run, decision)
    decision = as_it_was_settled(run, decision)
    refuse_other(decision, source=str(run.parameters.get("source") or ""), last=last_release)
    mirror = run.mirror
    release = Release(
        decision,
        run.profile,
        tuple(read_commits(run, decision.last or None, decision.start)),
        mirror.changed_paths(decision.last or None, decision.start, run.profile.watched_paths),
        run.gates.note,
        tags_over_time(run, decision),
    )
    run.github.find_release(release.names.tag, run.name)
    refuse_crowded(run, release.names)
    refuse_held_back(run, release.names, decision.source)
    if decision.found:
        told_too(release.found)
    release.deployment_request("", link="", operations=str(run.parameters.get("operations") or ""))
    return release


def refuse_crowded(run: ReleaseRun, names: Names) -> None:
    """Raise `Refused` where another branch's name leaves no room for the release branch's.

    git keeps branches as files: beside `cut` there is no `cut/1.9`.
    """
    found = run.mirror.crowding(names.branch)
    if found:
        raise Refused(
            f"expected room for the branch {names.branch}, found the branch {found}: git has no "
            "place for both; name the release branch otherwise in the profile (names.branch)"
        )


def resume(run: ReleaseRun, version: str) -> Decided | None:
    """Join the run that is under way (`is_open`), or the one of that version; else None."""
    if version:
        named = find_past(run, Version.parse(version))
        return join(run, named) if named else None
    package = run.profile.repository.package
    decided = [(past, past.decision(Decided)) for past in run.unfinished()]
    mine = [(past, one) for past, one in decided if one and one.package == package]
    unfinished = [past for past, one in mine if is_open(run, one)]
    if not unfinished:
        return None
    run.gates.note = (
        f"This goes on with {unfinished[0].name}, {unfinished[0].begun}, which is not finished. "
        "To begin anew, name the version (parameter version), in a session of its own."
    )
    return join(run, unfinished[0])


def refuse_other(decision: Decided, *, source: str, last: str) -> None:
    """Raise `Refused` where a parameter says otherwise than what the run has pinned."""
    pinned = {"source": (decision.source, source), "last_release": (decision.last, last)}
    other = [
        f"{name} {was}, found {now}" for name, (was, now) in pinned.items() if now not in ("", was)
    ]
    if other:
        raise Refused(
            f"expected what the run of {decision.version} has pinned: {'; '.join(other)}. Leave "
            "the parameter out to go on with that run, or name another version to begin anew"
        )


def is_open(run: ReleaseRun, decision: Decided | None) -> bool:
    """Whether a run that is not finished is gone on with though nobody has named its version.

    It is not where it came to no decision, or where it has pushed no tag and a larger version has
    been released since: nobody means that one any more.
    """
    if decision is None:
        return False
    tags = [tag.name for tag in run.mirror.tags()]
    last = find_last_release(tags, decision.tag_template, project=run.profile.project)
    pushed = names_of(run.profile, decision).tag in tags
    return pushed or last is None or last.version < Version.parse(decision.version)


def join(run: ReleaseRun, past: PastRun) -> Decided:
    """Go on in a run of which the decision is known."""
    decision = past.decision(Decided)
    assert decision is not None, "the caller has looked"
    return run.join(past.subject, decision)


def find_past(run: ReleaseRun, version: Version) -> PastRun | None:
    """The run of that version, here or in the archive, if it came to a decision."""
    past = run.past_run(subject_of(version, run.profile.repository.package))
    return None if past is None or past.decision(Decided) is None else past


def decide(run: ReleaseRun, version: str, last_release: str) -> Decided:
    """Decide what is released, and join the run of that."""
    mirror, profile = run.mirror, run.profile
    source = profile.repository.source or mirror.default_branch()
    start = mirror.head(source)
    looked = look(run, start.id)
    named = last_release or profile.repository.last_release
    begun = find_begun(run, version, source, looked, named)
    if begun is not None:
        habit = read_changelog(run, begun.start, looked.tags.last)
        known = Known(looked.tags, changelog=habit)
        subject = subject_of(Version.parse(begun.version), begun.package)
        return run.join(subject, with_findings(run, begun, known))
    known = find_known(run, looked, start.id, source, named, version)
    choice = choose(run, version, known, start.id, looked)
    if isinstance(choice, PastRun):
        return join(run, choice)
    refuse_abandoned(run, choice.version, looked.abandoned)
    decided = Decided(
        version=str(choice.version),
        source=source,
        start=start.id,
        last=choice.last.tag if choice.last else "",
        date=run.now().date().isoformat(),
        tag_template=known.tags.template,
        reason=str(choice),
        leap=choice.leap,
        package=profile.repository.package,
    )
    return run.join(subject_of(choice.version, decided.package), with_findings(run, decided, known))


def choose(
    run: ReleaseRun, version: str, known: Known, start: str, looked: Looked
) -> Choice | PastRun:
    """The version, or the finished run of the last release where there is nothing after it."""
    last, package = known.tags.last, run.profile.repository.package
    commits = standing(read_commits(run, last.tag if last else None, start))
    if last is not None:
        commits = without_next_version(commits, run.mirror.find(last.tag))
    every = () if package else looked.names
    released = [tag for tag in every if tag not in looked.abandoned]
    try:
        return choose_version(version or None, last, commits, released, known)
    except Refused:
        finished = find_past(run, last.version) if last and not version else None
        if finished is None:
            raise
        return finished


def refuse_abandoned(run: ReleaseRun, version: Version, abandoned: dict[str, Event]) -> None:
    """Raise `Refused` for a version whose run was abandoned after its tag was pushed."""
    for tag, event in abandoned.items():
        if run.name_for(subject_of(version, run.profile.repository.package)) == event.said["run"]:
            raise Refused(
                f"expected a version that can be released, found that {abandoned_line(event)}; its "
                f"tag {tag} was pushed before, and stays: choose another version (-p version …)"
            )
