"""What an unfinished release has left outside, and what of that can be taken back."""

from collections.abc import Iterator

from runbook_lib.errors import Refused
from runbook_lib.frozen import frozen
from runbook_lib.journal.session import PastRun
from runbook_lib.policy.commits import Commit
from runbook_lib.policy.release.names import Names
from runbook_lib.policy.version import Version
from runbook_lib.policy.visible import Shown
from runbook_lib.release.overtaken import made_elsewhere, pushed_elsewhere
from runbook_lib.release.release import Decided, names_of, subject_of
from runbook_lib.release.run import ReleaseRun
from runbook_lib.run.joined_run import abandoned_line
from runbook_lib.services.git.history import SHORT, find_commit, listed
from runbook_lib.services.github import PullRequest, Release
from runbook_lib.steps.decisions import is_asked
from runbook_lib.steps.step import check

GATE = "abandon"
MARK = "- "
"""How a line begins that says what is taken back."""


@frozen
class Unfinished(Shown):
    """An unfinished release: what of it is taken back, and what stays; `why` where it is none."""

    why: str = ""
    title: str = "Take nothing back"
    head: str = ""
    draft: Release | None = None
    pull: PullRequest | None = None
    branch: str = ""
    commit: str = ""
    """The commit of the branch that is deleted; empty where none is."""
    stays: tuple[str, ...] = ()
    asked: str = ""
    """What an earlier session has asked for, where that has all of this in it."""

    @property
    def taken(self) -> tuple[str, ...]:
        """What is taken back, a line each."""
        draft, pull = self.draft, self.pull
        lines = (
            f"the draft of release {draft.tag} (id {draft.id}) is deleted" if draft else "",
            f"pull request #{pull.number}, {pull.head} into {pull.base}, is closed" if pull else "",
            f"branch {self.branch} at {self.commit} is deleted" if self.commit else "",
        )
        return tuple(f"{MARK}{line}" for line in lines if line)

    @property
    def question(self) -> str:
        """What has to be approved; it stays the same while it is carried out."""
        return "" if self.why else self.asked or str(self)

    def __str__(self) -> str:
        taken = self.taken or (f"{MARK}nothing: none of it is outside",)
        stays = [f"! stays: {one}" for one in self.stays]
        return self.why or "\n".join([self.head, "taken back:", *taken, *stays])


@check
def find_unfinished_release(
    run: ReleaseRun, *, version: str = "", reason: str = "", keep_branch: bool = False
) -> Unfinished:
    """Find the release that is not finished, and what of it can be taken back.

    Without a version it is the only one there is. Raises `Refused` where there are several, none
    of that version, one that is published, or no reason to abandon it.
    """
    found = find_run(run, version)
    if isinstance(found, str):
        return Unfinished(found)
    decision = found.decision(Decided)
    if decision is None or found.closed:
        how = "published, and its run is closed" if found.closed else "not begun, only planned"
        raise Refused(
            f"expected a release that is not finished, found that {found.name} is {how}: there is "
            "nothing to abandon; what is published is mended by releasing a newer version"
        )
    if not (reason.strip() or run.runner.plan):
        raise Refused(f"expected a reason to abandon {found.name}, found none: parameter reason")
    head = f"{found.name}, {found.begun}, is abandoned: {reason}"
    return look_at(run, run.join(found.subject, decision), head, keep_branch)


def find_run(run: ReleaseRun, version: str) -> PastRun | str:
    """The run of that version, or the only unfinished one; in words, why there is none."""
    if version:
        subject = subject_of(Version.parse(version), run.profile.repository.package)
        named = run.past_run(subject)
        if named is None:
            raise Refused(
                f"expected a release that was begun, found no run {run.name_for(subject)}; there "
                f"are: {listed([past.name for past in run.past_runs()] or ['none'])}"
            )
        gone = named.abandoned
        return f"{abandoned_line(gone)}. There is nothing to take back." if gone else named
    unfinished = run.unfinished()
    if len(unfinished) > 1:
        names = listed([past.name for past in unfinished])
        raise Refused(f"expected one unfinished release, found {names}: name one (version)")
    none = f"No release of {run.team.project} is unfinished here: there is nothing to take back."
    return unfinished[0] if unfinished else none


def look_at(run: ReleaseRun, decision: Decided, head: str, keep_branch: bool) -> Unfinished:
    """What is outside of a release; raises `Refused` where it is published."""
    names = names_of(run.profile, decision)
    release = run.github.find_release(names.tag, run.name)
    if release is not None and not release.draft:
        raise Refused(
            f"expected a release that is not published, found that {names.tag} is "
            f"({release.link}): there is nothing to abandon; go on with its runbook, and mend what "
            "is wrong by releasing a newer version"
        )
    made = made_elsewhere(run, decision) or pushed_elsewhere(run, names)
    if made is not None:
        theirs = f"all that there is of {names.tag}: another machine has made it, at {made}"
        return Unfinished(title=f"Abandon the release {names.tag}", head=head, stays=(theirs,))
    pull = run.github.find_pull(names.branch, decision.source)
    branch, whose = find_branch(run, names, decision)
    stays = [*stays_of(run, names, pull), *([whose] if whose else [])]
    if branch and keep_branch:
        branch, stays = "", [*stays, f"branch {names.branch}: it is to be kept (keep_branch)"]
    found = Unfinished(
        title=f"Abandon the release {names.tag}",
        head=head,
        draft=release,
        pull=pull if pull and pull.state == "open" else None,
        branch=names.branch,
        commit=branch,
        stays=tuple(stays),
    )
    return Unfinished(**{**vars(found), "asked": find_asked(run, found)})


def find_branch(run: ReleaseRun, names: Names, decision: Decided) -> tuple[str, str]:
    """The commit of the release branch, where it is ours alone; else why it is not deleted.

    It is pushed with its tag as one, which nobody moves: that one tells what the run has made.
    """
    git = run.mirror.git
    head, made = (
        git.commit_at(f"refs/{name}") for name in (f"heads/{names.branch}", f"tags/{names.tag}")
    )
    if head is None:
        return "", ""
    if made is None or find_commit(git, made).parents != (decision.start,):
        return "", f"branch {names.branch} at {head:.{SHORT}}: nothing says that this run made it"
    if git.is_ancestor(head, run.mirror.head(decision.source).id):
        return "", f"branch {names.branch}: it is merged into {decision.source}"
    if head != made and not is_following(find_commit(git, head), made, decision):
        return "", f"branch {names.branch} at {head:.{SHORT}}: somebody has committed to it since"
    return head, ""


def is_following(head: Commit, made: str, decision: Decided) -> bool:
    """Whether a commit is the run's own with the next development version, on top of its tag's."""
    message = decision.following
    return bool(message) and (head.parents, head.subject) == ((made,), message)


def stays_of(run: ReleaseRun, names: Names, pull: PullRequest | None) -> Iterator[str]:
    """What was made and can't be taken back."""
    made = run.mirror.git.commit_at(f"refs/tags/{names.tag}")
    if made:
        yield (
            f"tag {names.tag} at {made:.{SHORT}}: a pushed tag is never moved, so that this "
            "version is not released any more"
        )
    if pull and pull.state == "merged":
        yield f"pull request #{pull.number}: it is merged ({pull.link})"


def find_asked(run: ReleaseRun, found: Unfinished) -> str:
    """What an earlier session has asked for, where all that is left to take back is in it."""
    events = [event.said for event in run.journal.of_runbook() if is_asked(event)]
    texts = [str(said["text"]) for said in events if said["gate"] == GATE]
    asked = texts[-1] if texts else ""
    same = asked.startswith(f"{found.head}\n") and set(found.taken) <= set(asked.split("\n"))
    return asked if same else ""


@check
def check_taken_back(
    run: ReleaseRun,
    unfinished: Unfinished,
    draft: object,  # noqa: ARG001 - in a plan these stand for what is still to be done
    pull: object,  # noqa: ARG001
    branch: object,  # noqa: ARG001
) -> str:
    """Check that nothing is left of what was to be taken back; what stays is said."""
    if unfinished.why:
        return unfinished.why
    found = unfinished.pull and run.github.find_pull(unfinished.pull.head, unfinished.pull.base)
    full = f"refs/heads/{unfinished.branch}"
    left = Unfinished(
        draft=unfinished.draft and run.github.look_again(unfinished.draft),
        pull=found if found and found.state == "open" else None,
        branch=unfinished.branch,
        commit=run.mirror.upstream.refs(full).get(full, "") if unfinished.commit else "",
    )
    if left.taken:
        raise Refused(
            f"expected that all of it was taken back, found that there is still: "
            f"{'; '.join(left.taken)}; run this again from the top"
        )
    return "\n".join(["nothing is left", *(f"! stays: {one}" for one in unfinished.stays)])
