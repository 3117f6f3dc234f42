"""Which tags are the project's own, where a repository has those of several packages."""

from collections.abc import Sequence

from runbook_lib.errors import UsageError
from runbook_lib.policy.release.tag_reading import ReadTag, is_own, is_whole

FEW = 5
"""How many tags are named; so many of another word are no accident."""


def choose_own(read: Sequence[ReadTag], project: str) -> list[ReadTag]:
    """The tags of the project as a whole; raises `UsageError` where all are of packages."""
    own = [one for one in read if is_own(one.stem, project)]
    if later := gone_on(read, own):
        return later
    stems = sorted({one.stem for one in read if one.stem})
    packages = {one.stem for one in read if one.tag.reached and not is_own(one.stem, project)}
    if own and (is_whole(own[-1].stem) or not packages):
        return own
    if len(stems) < 2:
        return list(read)
    newest_of = [next(one for one in reversed(read) if one.stem == stem) for stem in stems]
    found = ", ".join(f"{one.stem} ({one.tag.name})" for one in newest_of[:FEW])
    raise UsageError(
        f"expected to know which package is released, found tags of {len(stems)}: {found}; name it "
        "with -p package=…, or the form of the tags in the profile (names.tag)"
    )


def gone_on(read: Sequence[ReadTag], own: Sequence[ReadTag]) -> list[ReadTag]:
    """The tags by which a project went on under another word: all newer ones, or all reached."""
    if not own:
        return []
    left = not any(one.tag.reached for one in own)
    since = 0 if left else read.index(own[-1]) + 1
    later = [one for one in read[since:] if one.tag.reached]
    if len(later) < FEW or len({one.stem for one in later}) > 1:
        return []
    above = max(one.version for one in own) < min(one.version for one in later)
    return [one for one in read if one.stem == later[0].stem] if left or above else []
