"""Finds a release that was begun on another machine, by the tag that it has pushed."""

from dataclasses import replace
from datetime import UTC

from runbook_lib.errors import Conflict
from runbook_lib.policy.commits import Commit, standing
from runbook_lib.policy.release.choice import choose_version
from runbook_lib.policy.release.names import Names
from runbook_lib.policy.release.next_version import Known
from runbook_lib.policy.version import Version
from runbook_lib.release.commits import read_commits
from runbook_lib.release.known import Looked, see_tags, with_named
from runbook_lib.release.past_names import found_names
from runbook_lib.release.release import Decided, subject_of
from runbook_lib.release.run import ReleaseRun
from runbook_lib.release.services import signing
from runbook_lib.services.git.history import find_commit
from runbook_lib.services.git.tags.signed_tags import check_signature


def find_begun(
    run: ReleaseRun, version: str, source: str, looked: Looked, named: str
) -> Decided | None:
    """What a session on another machine has decided, as the tag that it pushed tells; or None.

    Only while that release is not published. Its approvals are in the journal over there, so they
    are asked for again.
    """
    wanted = Version.parse(version) if version else newest(looked)
    if wanted is None:
        return None
    names = Names(run.profile.project, wanted, run.profile.names.templates(looked.tags.template))
    at = run.mirror.git.commit_at(f"refs/tags/{names.tag}")
    tagged = find_commit(run.mirror.git, at) if at else None
    if tagged is None or len(tagged.parents) != 1:
        return None
    before = as_before(run, looked, names, tagged)
    if not under_way(run, before, tagged, run.mirror.head(source)):
        return None
    return decide_again(run, names, tagged, source, named)


def as_before(run: ReleaseRun, looked: Looked, names: Names, tagged: Commit) -> Names:
    """The names of a release as the last ones before it have them."""
    template = names.templates.tag
    last = see_tags(run, tagged.parents[0]).last
    tags = [name for name in looked.names if name != names.tag]
    found = found_names(run, last.tag if last else "", tags)
    return replace(names, templates=run.profile.names.templates(template, found))


def newest(looked: Looked) -> Version | None:
    """The newest version that may have been begun: of the source branch, or of no branch."""
    last = [looked.tags.last.version] if looked.tags.last else []
    return max([*last, *(one.version for one in looked.orphans)], default=None)


def decide_again(run: ReleaseRun, names: Names, tagged: Commit, source: str, named: str) -> Decided:
    """What the session over there has decided, from where its commit starts."""
    start = tagged.parents[0]
    tags = see_tags(run, start).without([names.tag])
    tags = with_named(run, tags, named) if named else tags
    last = tags.last
    commits = standing(read_commits(run, last.tag if last else None, start))
    known = Known(replace(tags, doubts=()), zero_breaks=run.profile.versions.zero_breaks)
    choice = choose_version(str(names.version), last, commits, [], known)
    return Decided(
        version=str(choice.version),
        source=source,
        start=start,
        last=last.tag if last else "",
        date=tagged.date.astimezone(UTC).date().isoformat(),
        tag_template=tags.template,
        reason=f"begun on another machine, where tag {names.tag} was pushed; {choice}",
        leap=choice.leap,
        package=run.profile.repository.package,
    )


def under_way(run: ReleaseRun, names: Names, tagged: Commit, source: Commit) -> bool:
    """Whether a pushed tag is that of a release by this procedure, and is not published yet.

    It has this run's draft; or it has no release, is not merged, and was made as this procedure
    makes it: signed, and pushed with its branch. A tag that somebody has left by hand is not.
    """
    if tagged.subject != names.message:
        return False
    subject = subject_of(names.version, run.profile.repository.package)
    try:
        found = run.github.find_release(names.tag, run.name_for(subject))
    except Conflict:
        return False
    if found is not None:
        return found.draft
    if run.mirror.git.is_ancestor(tagged.id, source.id):
        return False
    pushed = run.mirror.git.commit_at(f"refs/heads/{names.branch}") == tagged.id
    return pushed and is_signed(run, names.tag)


def is_signed(run: ReleaseRun, tag: str) -> bool:
    """Whether a tag is signed as the profile expects it."""
    try:
        check_signature(run.mirror.git, tag, signing(run.profile), str(run.mirror))
    except Conflict:
        return False
    return True
