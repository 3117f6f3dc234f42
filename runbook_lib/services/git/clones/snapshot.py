"""The files of one commit, read without a checkout: their paths, and many texts in one call."""

from collections.abc import Iterable
from io import BytesIO

from runbook_lib.frozen import frozen
from runbook_lib.services.git.git import Git, literal

AS_IT_IS = {"encoding": "utf-8", "errors": "surrogateescape"}
"""How a text is read and written so that each of its bytes stays."""


@frozen
class Snapshot:
    """A commit, or what stands for one, in a repository."""

    git: Git
    commit: str

    def paths(self) -> list[str]:
        """The paths of all its files; links and submodules are none."""
        lines = self.git.run("ls-tree", "-r", "-z", self.commit).fields
        return [
            path for kind, _, path in (line.partition("\t") for line in lines) if kind[:3] == "100"
        ]

    def files_with(self, texts: Iterable[str]) -> list[str]:
        """The paths of the files in which one of these texts stands; binary ones are left out."""
        words = [word for text in texts for word in ("-e", text)]
        found = ("-I", "-l", "-z", "--fixed-strings", *words, self.commit, "--")
        answer = self.git.look_up("grep", *found)
        return [name.removeprefix(f"{self.commit}:") for name in answer.fields]

    def read(self, paths: Iterable[str]) -> dict[str, str]:
        """The texts of those files that are there; what is no UTF-8 is kept as it is."""
        wanted = [path for path in paths if "\n" not in path and ".." not in path.split("/")]
        asked = "".join(f"{self.commit}:{path}\n" for path in wanted).encode(**AS_IT_IS)
        answer = BytesIO(self.git.run("cat-file", "--batch", stdin=asked).written)
        return {path: text for path in wanted if (text := next_text(answer)) is not None}


def read_blob(git: Git, tree: str, path: str) -> bytes | None:
    """The bytes of one file, whatever its name holds; None where there is none."""
    there = git.run("ls-tree", "-z", tree, "--", *literal([path])).fields
    blobs = [line.split()[2] for line in there if line.split()[1] == "blob"]
    return git.run("cat-file", "blob", blobs[0]).written if blobs else None


def next_text(answer: BytesIO) -> str | None:
    """The next text of what `git cat-file --batch` has written; None where there is no file."""
    header = answer.readline()
    if b" blob " not in header:
        return None
    content = answer.read(int(header.split()[-1]))
    answer.read(1)
    return content.decode(**AS_IT_IS)
