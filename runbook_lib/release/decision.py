"""Decides what a run of the release runbook releases: once, and for each later session."""

from datetime import UTC

from runbook_lib.errors import Conflict, Refused, UsageError
from runbook_lib.journal.journal import Event
from runbook_lib.journal.session import PastRun
from runbook_lib.policy.commits import Commit
from runbook_lib.policy.release.choice import choose_version, readings
from runbook_lib.policy.release.names import Names
from runbook_lib.policy.version import ReleaseTag, Version, find_last_release, infer_tag_template
from runbook_lib.release.release import Decided, Release
from runbook_lib.release.run import ReleaseRun
from runbook_lib.run.joined_run import abandoned_line
from runbook_lib.services.git.history import find_commit, listed
from runbook_lib.steps.step import check


@check
def decide_release(run: ReleaseRun, *, version: str = "", last_release: str = "") -> Release:
    """Decide what is released, or find again what an earlier session of the run has decided.

    Without a version it is the one that the commits since the last release call for; a run of
    this project that is not finished goes on, and where nothing new was committed the finished one
    is shown again. Raises what `choose_version` raises, `Conflict` where the tag has a release or a
    draft that this run did not make, and what the texts of the bug raise: behind the push it would
    be too late to choose others.
    """
    decision = resume(run, version) or decide(run, version, last_release)
    refuse_other(decision, source=str(run.parameters.get("source") or ""), last=last_release)
    mirror = run.mirror
    release = Release(
        decision,
        run.profile,
        tuple(mirror.commits(decision.last or None, decision.start)),
        mirror.changed_paths(decision.last or None, decision.start, run.profile.watched_paths),
        run.gates.note,
    )
    run.github.find_release(release.names.tag, run.name)
    release.deployment_request("", link="", operations=str(run.parameters.get("operations") or ""))
    return release


def resume(run: ReleaseRun, version: str) -> Decided | None:
    """Join the run that is under way (`is_open`), or the one of that version; else None."""
    if version:
        named = find_past(run, Version.parse(version))
        return join(run, named) if named else None
    unfinished = [past for past in run.unfinished() if is_open(run, past.decision(Decided))]
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
    project, version = run.profile.project, Version.parse(decision.version)
    templates = run.profile.names.templates(decision.tag_template)
    tags = [tag.name for tag in run.mirror.tags()]
    last = find_last_release(tags, decision.tag_template, project=project)
    pushed = Names(project, version, templates).tag in tags
    return pushed or last is None or last.version < version


def join(run: ReleaseRun, past: PastRun) -> Decided:
    """Go on in a run of which the decision is known."""
    decision = past.decision(Decided)
    assert decision is not None, "the caller has looked"
    return run.join(past.subject, decision)


def find_past(run: ReleaseRun, version: Version) -> PastRun | None:
    """The run of that version, if it is known here and came to a decision."""
    runs = (past for past in run.past_runs() if past.subject == version.short)
    return next((past for past in runs if past.decision(Decided)), None)


def decide(run: ReleaseRun, version: str, last_release: str) -> Decided:
    """Decide what is released, and join the run of that."""
    mirror, profile = run.mirror, run.profile
    source = profile.repository.source or mirror.default_branch()
    start = mirror.head(source)
    every = [tag.name for tag in mirror.tags()]
    template = profile.names.tag or infer_tag_template(every)
    abandoned = abandoned_tags(run, every, template, start)
    tags = [tag for tag in every if tag not in abandoned]
    named = last_release or profile.repository.last_release
    begun = find_begun(run, version, source, tags, template, named)
    if begun is not None:
        return run.join(Version.parse(begun.version).short, begun)
    last = find_last(run, every if named else tags, template, named)
    commits = mirror.commits(last.tag if last else None, start.id)
    try:
        choice = choose_version(version or None, last, commits, tags)
    except Refused:
        finished = find_past(run, last.version) if last and not version else None
        if finished is None:
            raise
        return join(run, finished)
    refuse_abandoned(run, choice.version, abandoned)
    return run.join(
        choice.version.short,
        Decided(
            version=str(choice.version),
            source=source,
            start=start.id,
            last=last.tag if last else "",
            date=run.now().date().isoformat(),
            tag_template=template,
            reason=str(choice),
            leap=choice.leap,
        ),
    )


def abandoned_tags(
    run: ReleaseRun, tags: list[str], template: str, start: Commit
) -> dict[str, Event]:
    """The tags that abandoned runs have pushed, above the last release: they are none.

    One that was merged all the same is a release.
    """
    found: dict[str, Event] = {}
    for _ in tags:
        left = [tag for tag in tags if tag not in found]
        newest = find_last_release(left, template, project=run.profile.project)
        past = newest and run.past_run(newest.version.short)
        if not (newest and past and past.abandoned):
            break
        if run.mirror.git.is_ancestor(run.mirror.find(newest.tag), start.id):
            break
        found[newest.tag] = past.abandoned
    return found


def refuse_abandoned(run: ReleaseRun, version: Version, abandoned: dict[str, Event]) -> None:
    """Raise `Refused` for a version whose run was abandoned after its tag was pushed."""
    for tag, event in abandoned.items():
        if run.name_for(version.short) == event.said["run"]:
            raise Refused(
                f"expected a version that can be released, found that {abandoned_line(event)}; its "
                f"tag {tag} was pushed before, and stays: choose another version (-p version …)"
            )


def find_last(run: ReleaseRun, tags: list[str], template: str, named: str) -> ReleaseTag | None:
    """The last release: the one that is named, else the newest version among the tags.

    Raises `Refused` for a tag that is not there, `UsageError` for one that names no version.
    """
    project = run.profile.project
    if not named:
        return find_last_release(tags, template, project=project)
    if named not in tags:
        raise Refused(
            f"expected a tag {named} in {run.mirror.url} as the last release, found none; "
            f"name one of its tags, such as {listed(tags[::-1], 5)}"
        )
    found = find_last_release([named], template, project=project) or next(
        iter(readings(named)), None
    )
    if found is None:
        raise UsageError(
            f"expected the last release's tag to name a version, as {template} does; "
            f"found {named!r}; name another tag"
        )
    return found


def find_begun(
    run: ReleaseRun, version: str, source: str, tags: list[str], template: str, last_release: str
) -> Decided | None:
    """What a session on another machine has decided, as the tag that it pushed tells; or None.

    Only while that release is not published. Its approvals are in the journal over there, so they
    are asked for again.
    """
    mirror, profile = run.mirror, run.profile
    newest = find_last_release(tags, template, project=profile.project)
    wanted = Version.parse(version) if version else newest and newest.version
    names = Names(profile.project, wanted, profile.names.templates(template)) if wanted else None
    if names is None or names.tag not in tags:
        return None
    tagged = find_commit(mirror.git, mirror.find(names.tag))
    if not under_way(run, names, tagged, mirror.head(source)):
        return None
    others = [tag for tag in tags if tag != names.tag]
    last = find_last(run, others, template, last_release)
    commits = mirror.commits(last.tag if last else None, tagged.parents[0])
    choice = choose_version(str(names.version), last, commits, others)
    return Decided(
        version=str(choice.version),
        source=source,
        start=tagged.parents[0],
        last=last.tag if last else "",
        date=tagged.date.astimezone(UTC).date().isoformat(),
        tag_template=template,
        reason=f"begun on another machine, where tag {names.tag} was pushed; {choice}",
        leap=choice.leap,
    )


def under_way(run: ReleaseRun, names: Names, tagged: Commit, source: Commit) -> bool:
    """Whether a pushed tag is that of a release by this procedure, and is not published yet.

    It has this run's draft; or it has no release, and is not merged.
    """
    if len(tagged.parents) != 1 or tagged.subject != names.message:
        return False
    try:
        found = run.github.find_release(names.tag, run.name_for(names.version.short))
    except Conflict:
        return False
    if found is not None:
        return found.draft
    return not run.mirror.git.is_ancestor(tagged.id, source.id)
