"""One version's entry in a changelog."""

from dataclasses import field
from hashlib import sha256

from runbook_lib.frozen import frozen
from runbook_lib.policy.asked import Revision
from runbook_lib.policy.colours import BLUE, GREEN, RED
from runbook_lib.policy.version import Version
from runbook_lib.policy.visible import DrawnRaw, as_html


@frozen
class Entry(DrawnRaw):
    """One version's entry in a changelog, from its anchor or heading to its last line.

    `text` has "\\n" for line ends and one at its end; `file` is the changelog's name, and `diff`
    the change that the entry is to that file, where they are known. `doubt` is what whoever
    approves it should know first.
    """

    version: Version
    text: str
    diff: str = ""
    file: str = "the changelog"
    doubt: str = ""
    beside: str = field(default="", compare=False, repr=False)
    """Safe HTML that is to be seen with it: the commits that it is of."""
    revision: Revision | None = field(default=None, compare=False, repr=False)
    """How it is edited, where it is asked about."""

    @property
    def markdown(self) -> str:
        """The entry as its readers will see it; empty where it is in another language."""
        name = self.file.lower()
        return self.text if "." not in name or name.endswith((".md", ".markdown")) else ""

    @property
    def digest(self) -> str:
        """SHA-256 of the entry's text: what an approval is bound to."""
        return sha256(self.text.encode()).hexdigest()

    def __str__(self) -> str:
        told = f"{self.file} has the entry of {self.version}\n{self.diff or self.text}".rstrip()
        return f"{self.doubt}\n\n{told}" if self.doubt else told

    def html(self) -> str:
        """The diff as HTML: added lines green, removed ones red, every text escaped."""
        lines = "\n".join(map(line_html, (self.diff or self.text).rstrip("\n").split("\n")))
        title = f"<b>{as_html(self.file)} has the entry of {self.version}</b>"
        doubt = (
            f'<pre style="white-space:pre-wrap">{as_html(self.doubt)}</pre>' if self.doubt else ""
        )
        return f'<div>{doubt}{title}<pre style="white-space:pre-wrap;margin:0">{lines}</pre></div>'


def line_html(line: str) -> str:
    """One line of a diff in its colour."""
    colour = {"+": GREEN, "-": RED, "@": BLUE}.get(line[:1])
    text = as_html(line)
    return f'<span style="color:{colour}">{text}</span>' if colour else text
