"""Setting the version in the files of a checkout that say it."""

from collections.abc import Sequence
from pathlib import Path

from runbook_lib.errors import UsageError
from runbook_lib.frozen import frozen
from runbook_lib.policy.version_files.written import Written, by_file, write
from runbook_lib.policy.visible import Shown
from runbook_lib.services.checkout_file import find_inside, replace_file
from runbook_lib.services.git.clones.snapshot import AS_IT_IS
from runbook_lib.services.git.git import Git, literal


@frozen
class VersionChange(Shown):
    """The files that say the version, and how they differ from where the branch starts."""

    version: str
    said: tuple[str, ...]
    """The files, changed or not."""
    files: tuple[str, ...]
    """Those that are changed; none where they said this version before."""
    diff: str

    def __str__(self) -> str:
        if not self.said:
            return f"no file says {self.version}: the tag alone makes the release"
        verb = "says" if len(self.said) == 1 else "say"
        return f"{', '.join(self.said)} {verb} {self.version}\n{self.diff}".rstrip()


def unset_files(git: Git, written: Sequence[Written]) -> dict[str, str]:
    """The texts that the files have to have, of those that have not."""
    files = {}
    for file, each in by_file(written).items():
        text = read_text(git.folder, file)
        wanted = write(text, each)
        if wanted != text:
            files[file] = wanted
    return files


def tell_places(git: Git, written: Sequence[Written], files: Sequence[str]) -> str:
    """Where the version is to be set, and from what to what."""
    told = []
    for file, each in by_file(written).items():
        if file in files:
            text = read_text(git.folder, file)
            places = [(one, place) for one in each for place in one.places(text)]
            lines = dict.fromkeys(str(place.line) for _, place in places)
            now = dict.fromkeys(place.version for _, place in places)
            said = " and ".join(dict.fromkeys(one.says for one, _ in places))
            told.append(f"{file} line {', '.join(lines)} from {' and '.join(now)} to {said}")
    return f"set the version in {'; in '.join(told)}"


def read_text(folder: Path, file: str) -> str:
    """A file's text, which gives the same bytes when written."""
    path = find_inside(folder, file)
    if not path.is_file():
        raise UsageError(
            f"expected the version in {file}, and there is no such file; correct version_file"
        )
    return path.read_bytes().decode(**AS_IT_IS)


def write_text(folder: Path, file: str, text: str) -> None:
    """Change a file, whole or not at all; its mode stays."""
    replace_file(find_inside(folder, file), text.encode(**AS_IT_IS))


def show_version_change(
    git: Git, version: str, written: Sequence[Written], since: str
) -> VersionChange:
    """The change of all of them as one diff against the commit `since`."""
    files = list(by_file(written))
    if not files:
        return VersionChange(version, (), (), "")
    these, plain = literal(files), ("--no-color", "--no-ext-diff", "--unified=0")
    changed = git.run("diff", "--name-only", "-z", "--no-renames", since, "--", *these).fields
    diff = git.run("diff", *plain, since, "--", *these).text
    return VersionChange(version, tuple(files), tuple(changed), diff)
