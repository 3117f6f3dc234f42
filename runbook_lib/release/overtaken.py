"""A run whose version was released from another machine meanwhile, from another commit."""

from runbook_lib.errors import Refused
from runbook_lib.policy.commits import Commit
from runbook_lib.policy.release.names import Names
from runbook_lib.release.begun import is_signed
from runbook_lib.release.known import ELSEWHERE
from runbook_lib.release.release import Decided, names_of
from runbook_lib.release.run import ReleaseRun
from runbook_lib.services.git.git import Git
from runbook_lib.services.git.history import SHORT, find_commit


def refuse_overtaken(run: ReleaseRun, decision: Decided) -> None:
    """Raise `Refused` where the tag stands for a release of another start than the run's.

    Nothing of this run is outside then, and nothing can be: it is abandoned for theirs, and whoever
    opens it again goes on with that.
    """
    made = made_elsewhere(run, decision)
    if made is None or run.runner.plan:
        return
    tag, start = names_of(run.profile, decision).tag, decision.start
    reason = f"{tag} was released from another machine meanwhile, at {made.id:.{SHORT}}"
    said = {ELSEWHERE: made.id, "reason": reason, "by": run.journal.operator}
    run.journal.append("abandoned", **said)
    raise Refused(
        f"expected to release {tag} from {start:.{SHORT}}, found that it was released from another "
        f"machine meanwhile, from {made.parents[0]:.{SHORT}}: {made}. What was begun here is set "
        "aside; nothing of it is outside. Run this again: it goes on with theirs while that is not "
        "finished, and what was approved here is asked about anew; else with the next version"
    )


def made_elsewhere(run: ReleaseRun, decision: Decided) -> Commit | None:
    """The commit of this release as it was made from another start; None where it was not."""
    git, names = run.mirror.git, names_of(run.profile, decision)
    at = git.commit_at(f"refs/tags/{names.tag}")
    made = find_commit(git, at) if at else None
    if made is None or len(made.parents) != 1 or made.parents == (decision.start,):
        return None
    return made if made.subject == names.message and is_signed(run, names.tag) else None


def pushed_elsewhere(run: ReleaseRun, names: Names) -> Commit | None:
    """The commit of a release's tag that no session of the run has pushed, or None."""
    git, full = run.mirror.git, f"refs/tags/{names.tag}"
    there, here = git.object_at(full), Git(run.checkout.path)
    if there is None or run.journal.find("outcome", step="push", outcome="done"):
        return None
    own = here.object_at(full) if here.folder.is_dir() else None
    found = run.journal.find("outcome", step="push", outcome="already")
    return None if found or own == there else find_commit(git, full)
