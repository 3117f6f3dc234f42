"""What the last releases were called: the templates of names that the last two of them share."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, field

from runbook_lib.frozen import frozen
from runbook_lib.policy.release.finding import Finding
from runbook_lib.policy.release.names import Templates
from runbook_lib.policy.same_version import split_tag
from runbook_lib.policy.templates import escaped
from runbook_lib.policy.version_files.release_lines import pieces
from runbook_lib.policy.version_files.spelling import count

MERGES = re.compile(
    r"Merge pull request #\d+ from [^/\s]+/(?P<pull>\S+)|Merge (?:remote-tracking )?branch "
    r"'(?:origin/)?(?P<branch>[^']+)'"
)
"""Subjects of merges, by which GitHub and git name the branch."""
SQUASHED = re.compile(r"(?P<title>.*\S) \(#\d+\)")
LAST = {"full": "\ue000", "version": "\ue001"}
"""What stands for the version before, until this release's own is known."""

KINDS = {
    "branch": "the release branch",
    "message": "the commit's message",
    "tag_message": "the tag's message",
    "pull_request": "the pull request's title",
    "release": "the release's title",
}


@frozen
class PastRelease:
    """What one release was called; empty where that is not known."""

    tag: str
    branch: str = ""
    message: str = ""
    tag_message: str = ""
    pull_request: str = ""
    release: str = ""

    @property
    def version(self) -> str:
        """The version as the tag writes it."""
        return split_tag(self.tag)[1]


@frozen
class PastNames:
    """The templates that the last releases share, by the names of `Templates`, and their tags."""

    templates: Mapping[str, str] = field(default_factory=dict)
    seen: tuple[str, ...] = ()
    apart: str = ""
    """The branch's template where the procedure's own can't be: a branch is called `release`."""

    @property
    def known(self) -> dict[str, str]:
        """The templates, with the branch's where another can't be."""
        return {**({"branch": self.apart} if self.apart else {}), **self.templates}

    def findings(self, said: Mapping[str, str]) -> Iterator[Finding]:
        """What a release is called, for a person to read; what a profile has `said` counts."""
        procedure = {**asdict(Templates()), "tag_message": "the commit's"}
        known = {kind: text for kind, text in self.known.items() if kind != "tag_message"}
        past = known if said.get("message") else self.known
        for kind, words in KINDS.items():
            found = said.get(kind) or past.get(kind) or procedure[kind]
            seen = self.where(kind) if kind in past else ""
            where = "the profile" if said.get(kind) else seen
            yield Finding(words, found, where or "as the procedure has it", f"names.{kind}")

    def where(self, kind: str) -> str:
        """Where a template was seen."""
        if kind in self.templates:
            return f"as at {' and '.join(self.seen)}"
        return "a branch is called release" if kind == "branch" and self.apart else ""


def last_tags(last: str, tags: Sequence[str]) -> list[str]:
    """The last release's tag and two of its form before it, newest first.

    `tags` are in the order of their making.
    """
    prefix = split_tag(last)[0]
    before = list(tags)[: list(tags).index(last)] if last in tags else []
    same = [tag for tag in before if split_tag(tag)[0] == prefix and "." in split_tag(tag)[1]]
    return [last, *same[::-1]][:3] if last else []


def merged_branch(subject: str) -> str:
    """The branch that a merge commit's subject names; empty where it names none."""
    found = MERGES.match(subject)
    return (found["pull"] or found["branch"]) if found else ""


def merged_title(subject: str, body: str) -> str:
    """A pull request's title, as its merge commit or its squashed commit has it; else empty."""
    squashed = SQUASHED.fullmatch(subject)
    if squashed:
        return squashed["title"]
    return body.split("\n")[0].strip() if subject.startswith("Merge pull request #") else ""


def past_names(releases: Sequence[PastRelease], *, tag_template: str = "") -> PastNames:
    """The templates that the last two releases share; `releases` are newest first.

    A name in which the version before stands too (`Bump version: 1.8.0 → 1.9.0`) has the last
    release's there.
    """
    if len(releases) < 2:
        return PastNames()
    newest, second = releases[:2]
    third = releases[2].version if len(releases) > 2 else ""
    found = {}
    for kind in KINDS:
        one = templates_of(getattr(newest, kind), newest.version, second.version, tag_template)
        other = templates_of(getattr(second, kind), second.version, third, tag_template)
        shared = [template for template in one if template in other]
        if shared:
            found[kind] = with_last(shared[0], newest.version)
    return PastNames(found, (newest.tag, second.tag))


def templates_of(text: str, version: str, before: str, tag_template: str) -> list[str]:
    """The templates that make this text of a version, the tag's own placeholder first."""
    text = SQUASHED.sub(r"\g<title>", text.strip())
    order = sorted(spelled(version), key=lambda name: f"{{{name}}}" not in tag_template)
    found = []
    for name in order if version else ():
        parts = pieces(text, spelled(version)[name])
        if len(parts) > 1:
            whole = [escaped(marked(part, before)) for part in parts]
            found.append(f"{{{name}}}".join(whole))
    return found


def spelled(version: str) -> dict[str, str]:
    """How the placeholders of a template write a version."""
    if count(version) == 3:
        return {"full": version, "version": version.removesuffix(".0")}
    return {"full": f"{version}.0" if count(version) == 2 else version, "version": version}


def marked(text: str, before: str) -> str:
    """A text with a mark where the version before stands in it."""
    for name, value in spelled(before).items() if before else ():
        parts = pieces(text, value)
        text = LAST[name].join(parts) if parts else text
    return text


def with_last(template: str, last: str) -> str:
    """A template with the last release's version where that stands."""
    for name, value in spelled(last).items():
        template = template.replace(LAST[name], value)
    return template
