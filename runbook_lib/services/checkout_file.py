"""A file of a checkout: it is inside, whatever links lead there, and is replaced whole."""

import os
import shutil
from pathlib import Path

from runbook_lib.errors import UsageError


def find_inside(root: Path, file: str) -> Path:
    """The file itself, behind its links; it may not be there yet.

    Raises `UsageError` where that is not in the checkout, or is what git keeps of its own in there.
    """
    root = root.resolve()
    found = resolved(root / file)
    own = found.is_relative_to(root) and ".git" in map(str.lower, found.relative_to(root).parts)
    if own or not found.is_relative_to(root) or found == root or found.is_dir():
        raise UsageError(
            f"expected a file in the checkout {root}, found {file!r}: "
            "name it by its path from the repository's top"
        )
    return found


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


def replace_file(path: Path, data: bytes) -> None:
    """Replace a file at once: a reader sees the old bytes or the new; its mode stays.

    What a repository has under the name of the part is never written through.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    part.unlink(missing_ok=True)
    with part.open("xb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
    if path.exists():
        shutil.copymode(path, part)
    part.replace(path)
