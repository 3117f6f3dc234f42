"""A changelog's file in a checkout: read as it is, and replaced whole."""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from runbook_lib.errors import UsageError


@dataclass(frozen=True)
class ChangelogFile:
    """A file of the checkout at `path`, by its path from there."""

    path: Path
    file: str

    @property
    def location(self) -> Path:
        """Where the file is; raises `UsageError` for a place outside the checkout."""
        root = self.path.resolve()
        location = resolved(root / self.file)
        if not location.is_relative_to(root) or location == root or location.is_dir():
            raise UsageError(
                f"expected a file in the checkout {root}, found {self.file!r}: "
                "name the changelog by its path from the repository's top"
            )
        return location

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
        location = self.location
        location.parent.mkdir(parents=True, exist_ok=True)
        temporary = location.with_name(f".{location.name}.new")
        with temporary.open("wb") as stream:
            stream.write(text.encode())
            stream.flush()
            os.fsync(stream.fileno())
        if location.exists():
            shutil.copymode(location, temporary)
        temporary.replace(location)

    def remove(self) -> None:
        """Take the file away; it may be gone already."""
        self.location.unlink(missing_ok=True)


def resolved(path: Path) -> Path:
    """Where a path leads in the end; raises `UsageError` for one that leads round in a circle."""
    try:
        return path.resolve(strict=True)
    except FileNotFoundError:
        return path.resolve()
    except (OSError, RuntimeError):
        raise UsageError(
            f"expected a file at {path}, found a link that leads round in a circle; mend it in the "
            "repository"
        ) from None
