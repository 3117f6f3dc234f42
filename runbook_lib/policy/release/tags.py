"""What a repository's tags say: their form, the last release, and what of them is left out.

Tags are given in the order of their making, with what git says of each.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from itertools import pairwise

from runbook_lib.frozen import frozen
from runbook_lib.policy.plural import plural
from runbook_lib.policy.release.finding import Finding
from runbook_lib.policy.release.own_tags import FEW, choose_own
from runbook_lib.policy.release.tag_reading import (
    ReadTag,
    SeenTag,
    infer_template,
    is_package,
    package_name,
    read_by,
    read_one,
    without_moving,
)
from runbook_lib.policy.tag_template import ReleaseTag, read_tag

RECENT = 6
"""So many of the newest pre-releases say whether there is mostly another."""


@frozen
class Tags:
    """What the tags say; `releases` are those of the source branch, in the order of their making.

    `others` have the same form, and the source branch does not reach them. Where one of these is
    the `last` release all the same, `orphaned` says how it was found.
    """

    template: str = "{version}"
    last: ReleaseTag | None = None
    releases: tuple[ReadTag, ...] = ()
    others: tuple[ReadTag, ...] = ()
    left_out: tuple[str, ...] = ()
    """Other tags with a version in them: of another form, of other packages, moving ones."""
    orphaned: str = ""
    doubts: tuple[str, ...] = ()
    """What has to be decided by a person: a sentence each."""

    @property
    def pre(self) -> ReleaseTag | None:
        """The newest pre-release above the last release, of those that were made after it."""
        names = [one.tag.name for one in self.releases]
        begin = names.index(self.last.tag) if self.last and self.last.tag in names else 0
        later = self.releases[begin:]
        return newest([one for one in later if one.version.is_pre and self.is_above(one)])

    @property
    def goes_on(self) -> bool:
        """Whether after a pre-release there was mostly another of the same version."""
        finals = sorted((one.version for one in self.releases), key=lambda one: one.key)
        pairs = [(old, new) for old, new in pairwise(finals) if old.is_pre and old != new]
        same = [new.is_pre for old, new in pairs if old.base == new.base]
        return 2 * sum(same[-RECENT:]) > len(same[-RECENT:])

    @property
    def newer(self) -> tuple[ReadTag, ...]:
        """The releases above the last one that the source branch does not reach."""
        above = (one for one in self.others if self.is_above(one))
        return tuple(one for one in above if not one.version.is_pre)

    def is_above(self, one: ReadTag) -> bool:
        """Whether a tag's version is above the last release."""
        return self.last is None or one.version > self.last.version

    def without(self, names: Collection[str]) -> "Tags":
        """The same without the tags of these names, among those that are not reached."""
        kept = tuple(one for one in self.others if one.tag.name not in names)
        return replace(self, others=kept)

    @property
    def known(self) -> list[ReleaseTag]:
        """Every release of this form, wherever it is."""
        return [one.release for one in (*self.releases, *self.others)]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What was found, for whoever releases."""
        such = f", such as {self.last.tag}" if self.last else ""
        form = Finding(
            "tag form",
            self.template if self.releases or self.last else "",
            f"{plural(len(self.releases), 'release tag')}{such}",
            "names.tag",
            f"no tag names a version: tags are {self.template}, as the procedure has it",
        )
        last = Finding(
            "last release",
            str(self.last or ""),
            self.orphaned or "the newest version that the source branch reaches",
            "-p last_release",
            without_release(self),
        )
        left = Finding("tags left out", shown(self.left_out), "tags", "-p last_release", "none")
        return (form, last, *((left,) if self.left_out else ()))


def read_tags(
    tags: Sequence[SeenTag], *, project: str = "", package: str = "", template: str = ""
) -> Tags:
    """Read a repository's tags; `template` is the form where the profile names one.

    Raises `UsageError` where they are those of several packages, and none is named.
    """
    read = [found for tag in tags if (found := read_one(tag))]
    if template:
        own = [one for tag in tags if (one := read_by(tag, template, project))]
    elif package:
        own = [one for one in read if is_package(one.stem, package)]
    else:
        own = choose_own(read, project)
    form = own if template else without_moving(own)
    reached = [one for one in form if one.tag.reached] or form
    template = template or infer_template(reached) or template_of(read, package)
    same = [one for one in form if read_tag(one.tag.name, template, project=project)]
    kept = {one.tag.name for one in same}
    every = Tags(
        template,
        releases=tuple(one for one in same if one.tag.reached),
        others=tuple(one for one in same if not one.tag.reached),
        left_out=tuple(one.tag.name for one in read if one.tag.name not in kept),
    )
    last = newest(every.releases)
    return with_doubts(replace(every, last=last), read, own)


def template_of(read: Sequence[ReadTag], package: str) -> str:
    """The form of tags where there is none yet: as other packages' are, else the procedure's."""
    if not package:
        return "{version}"
    name = package_name(package)
    alike = [one for one in read if one.stem and not one.version.is_pre]
    template = infer_template(alike)
    return template.replace(alike[-1].stem, name, 1) if template else f"{name}-{{version}}"


def newest(read: Sequence[ReadTag]) -> ReleaseTag | None:
    """The newest version; a pre-release only where there is no other."""
    numbered = enumerate(read)
    ranked = [(not one.version.is_pre, one.version, at, one) for at, one in numbered]
    return max(ranked, key=lambda ranks: ranks[:3])[3].release if ranked else None


def with_doubts(tags: Tags, read: Sequence[ReadTag], own: Sequence[ReadTag]) -> Tags:
    """The tags with what a person has to decide about them."""
    kept = {one.tag.name for one in own}
    last = tags.last.version if tags.last else None
    releases = {one.tag.name for one in tags.releases}
    above = [one for one in own if one.tag.reached and one.tag.name not in releases]
    above = [one for one in above if last and one.version > last]
    later = [one for one in read if one.tag.reached][-2:]
    others = [one.tag.name for one in later if one.tag.name not in kept]
    doubts = [
        f"{shown([one.tag.name for one in above])}, of another form than {tags.template}, "
        f"would be newer than {tags.last}"
        if above
        else "",
        f"the newest tags are of another form than {tags.template}: {shown(others)}"
        if len(others) > 1
        else "",
    ]
    return replace(tags, doubts=tuple(filter(None, doubts)))


def without_release(tags: Tags) -> str:
    """What is said where no last release was found."""
    others = (*tags.left_out, *(one.tag.name for one in tags.others))
    if not others:
        return "this is the first release, and no earlier one says what comes next"
    return f"no tag of a release is part of the source branch; there are {shown(others)}"


def shown(tags: Sequence[str]) -> str:
    """The newest of some tags by name, and how many more there are."""
    more = len(tags) - FEW
    listed = ", ".join(tags[::-1][:FEW])
    return f"{listed} and {more} more" if more > 0 else listed
