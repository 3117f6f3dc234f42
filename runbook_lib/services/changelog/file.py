"""A changelog's file in a checkout: read as it is, and replaced whole."""

from pathlib import Path

from runbook_lib.errors import UsageError
from runbook_lib.frozen import frozen
from runbook_lib.services.checkout_file import find_inside, replace_file


@frozen
class ChangelogFile:
    """A file of the checkout at `path`, by its path from there."""

    path: Path
    file: str

    @property
    def location(self) -> Path:
        """Where the file is; raises `UsageError` for a place outside the checkout."""
        return find_inside(self.path, self.file)

    def read(self) -> str:
        """The whole text, line ends as they are; empty where there is no such file yet."""
        if not self.location.exists():
            return ""
        try:
            return self.location.read_bytes().decode()
        except UnicodeDecodeError as error:
            raise UsageError(
                f"expected UTF-8 in {self.file}, found another encoding ({error.reason} at byte "
                f"{error.start}): convert the file first"
            ) from None

    def write(self, text: str) -> None:
        """Replace the file at once: a reader sees the old text or the new one, nothing between."""
        replace_file(self.location, text.encode())

    def remove(self) -> None:
        """Take the file away, or the link that it is; it may be gone already."""
        find_inside(self.path, self.file)
        (self.path / self.file).unlink(missing_ok=True)
