"""What a merge changes of a public branch, to be read before it is published."""

import hashlib
from collections.abc import Sequence
from dataclasses import field

from runbook_lib.frozen import frozen
from runbook_lib.policy.changelog import line_html
from runbook_lib.policy.plural import plural
from runbook_lib.policy.visible import as_html, bundle
from runbook_lib.services.git.git import Git
from runbook_lib.services.git.history import SHORT

LINES, LONGEST = 2000, 1000
"""How many lines of a diff are shown, of how many characters; its digest stands for all of it."""
UNCHANGED = "no file is changed; what becomes public are the commits"
NOTHING = "nothing becomes public"


@frozen
class Diff:
    """A diff as text, cut where it is long; its text is empty where nothing becomes public.

    `lines` are all of it, `left` those that are not shown. `digest` stands for the whole: the
    public commit, the reviewed ones and the files that come of them. It is the same on every
    machine, whatever git is set up to show there.
    """

    title: str
    text: str = field(repr=False)
    digest: str
    lines: int
    left: int
    command: str

    def __str__(self) -> str:
        return "\n".join(filter(None, (self.title, self.text, self.rest)))

    @property
    def rest(self) -> str:
        """How much is not shown, and where it is; empty where all is."""
        return f"… and {plural(self.left, 'line')} more: {self.command}" if self.left else ""

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return bundle(str(self) or NOTHING, self.html())

    def html(self) -> str:
        """The diff as HTML: added lines green, removed ones red, every text escaped."""
        title = f"<b>{as_html(self.title or NOTHING)}</b>"
        lines = "\n".join([*map(line_html, self.text.split("\n")), as_html(self.rest)]).strip()
        return f'<div>{title}<pre style="white-space:pre-wrap;margin:0">{lines}</pre></div>'


def read_diff(git: Git, base: str, commit: str, heads: Sequence[str]) -> Diff:
    """What lies between two commits, as plumbing shows it; binary files by their ids."""
    plain = ("-r", "-p", "--full-index", "--find-renames", "--no-ext-diff", "--no-textconv")
    lines = git.run("diff-tree", "--no-color", *plain, base, commit, "--").lines
    tree = git.object_at(f"{commit}^{{tree}}")
    whole = "\n".join([base, *sorted(heads), str(tree)])
    return Diff(
        title=headline(lines, base) if base != commit else "",
        text="\n".join(map(cut, lines[:LINES])),
        digest=hashlib.sha256(whole.encode()).hexdigest(),
        lines=len(lines),
        left=max(len(lines) - LINES, 0),
        command=f"git -C '{git.folder}' diff {base} {commit}",
    )


def headline(lines: Sequence[str], base: str) -> str:
    """How much a diff is."""
    files = sum(line.startswith("diff --git ") for line in lines)
    said = f"{files} files are changed" if files > 1 else "one file is changed"
    return f"since {base:.{SHORT}}, which is public: {said if files else UNCHANGED}"


def cut(line: str) -> str:
    """A line as it is shown, with what it is longer by."""
    more = len(line) - LONGEST
    return f"{line[:LONGEST]} … and {plural(more, 'character')} more" if more > 0 else line
