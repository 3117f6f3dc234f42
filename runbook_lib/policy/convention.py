"""The types that a subject may begin with, and what each says of its commit.

They are those of https://www.conventionalcommits.org/en/v1.0.0/ as commitlint and commitizen know
them, and clog's (https://github.com/clog-tool/clog-lib). A word that is no known type is part of
the subject (`README: …`, `unix: …`), for any project names its files and folders that way.
"""

from collections.abc import Mapping
from dataclasses import field
from typing import Literal

from runbook_lib.frozen import frozen

Kind = Literal["feature", "fix", "performance", "other", "none"]
"""What a commit says it is: "other" has a type that users don't notice (chore, docs …), "none"
follows no convention."""

Level = Literal["major", "minor", "patch", "nothing"]
"""What a type calls for."""

RELEASED: tuple[Kind, ...] = ("feature", "fix", "performance")
"""The kinds that a release's version depends on, and that its changelog lists."""

OTHERS = (
    "build", "bump", "chore", "ci", "deps", "doc", "docs", "refactor", "release", "style", "test",
    "tests", "wip",
)  # fmt: skip
KINDS: Mapping[str, Kind] = {
    **dict.fromkeys(("feat", "ft", "feature"), "feature"),
    **dict.fromkeys(("fix", "fx", "revert"), "fix"),
    **dict.fromkeys(("perf",), "performance"),
    **dict.fromkeys((*OTHERS, "breaks", "breaking"), "other"),
}
OF_LEVEL: Mapping[Level, Kind] = {
    "major": "other",
    "minor": "feature",
    "patch": "fix",
    "nothing": "other",
}


@frozen
class Convention:
    """The known types in lower case, each with its kind; `breaks` are those that break something.

    `labels` has the type that a pull request's label stands for.
    """

    kinds: Mapping[str, Kind] = field(default_factory=lambda: KINDS)
    breaks: frozenset[str] = frozenset(("breaks", "breaking"))
    labels: Mapping[str, str] = field(default_factory=dict)

    def adding(
        self, types: Mapping[str, Level], labels: Mapping[str, str] | None = None
    ) -> "Convention":
        """This convention with more types, or known ones that call for something else."""
        levels = {name.lower(): level for name, level in types.items()}
        major = {name for name, level in levels.items() if level == "major"}
        return Convention(
            {**self.kinds, **{name: OF_LEVEL[level] for name, level in levels.items()}},
            (self.breaks - set(levels)) | major,
            {**self.labels, **{label_key(name): one for name, one in (labels or {}).items()}},
        )

    def labelled(self, labels: tuple[str, ...]) -> str:
        """The type that a pull request's labels stand for: the one that calls for most, or none."""
        types = [self.labels.get(label_key(label), "") for label in labels]
        return min(filter(None, types), key=self.rank, default="")

    def rank(self, type: str) -> int:
        """A type's place among those that call for more than others."""
        kind = self.kinds.get(type, "none")
        return -1 if type in self.breaks else [*RELEASED, "other", "none"].index(kind)


def label_key(label: str) -> str:
    """A label as it is compared: in lower case, whatever stands between its words."""
    return "-".join("".join(c if c.isalnum() else " " for c in label.lower()).split())


LABELS: Mapping[str, str] = {
    **dict.fromkeys(
        ("breaking", "breaking-change", "semver-major", "major", "type-breaking"), "breaks"
    ),
    **dict.fromkeys(
        ("feature", "enhancement", "semver-minor", "minor", "type-feature", "kind-feature"), "feat"
    ),
    **dict.fromkeys(
        ("fix", "bug", "bugfix", "semver-patch", "patch", "type-bug", "kind-bug"), "fix"
    ),
    **dict.fromkeys(("performance", "perf"), "perf"),
    **dict.fromkeys(("documentation", "docs"), "docs"),
    **dict.fromkeys(
        ("chore", "maintenance", "dependencies", "internal", "refactor", "ci", "tests",
         "skip-changelog", "no-changelog", "ignore-for-release"),
        "chore",
    ),
}  # fmt: skip
"""The labels that are known: GitHub's own, and those of its and release-drafter's examples.

https://docs.github.com/en/repositories/releasing-projects-on-github/automatically-generated-release-notes
"""

KNOWN = Convention(labels=LABELS)
"""What is known where no profile says more."""
