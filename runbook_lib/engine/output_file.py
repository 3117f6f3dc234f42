"""Writes papermill's output file whole or not at all, so that no death leaves half of it."""

import errno
import os
import stat
import tempfile
from pathlib import Path
from typing import Any

from papermill.iorw import LocalHandler, papermill_io, write_ipynb

from runbook_lib.engine.cell_texts import CellTexts
from runbook_lib.engine.presented import is_private

NO_OTHER_FILE = (errno.EACCES, errno.EPERM, errno.EROFS, errno.EBUSY)
"""What a folder says that takes no new file, or a file that is mounted and can't be replaced."""
ANY, PRIVATE = 0o7777, 0o600
"""What may be the mode of an output file, and of one whose notebook calls itself private."""


def write_output(nb: Any, path: str, texts: CellTexts) -> None:
    """Write a notebook where papermill would."""
    handler = papermill_io.get_handler(path)
    if type(handler) is not LocalHandler:
        write_ipynb(nb, path)
        return
    target = Path(handler._cwd or ".", path).resolve()
    if target.exists() and not target.is_file():
        write_ipynb(nb, path)
    elif not target.parent.is_dir():
        raise FileNotFoundError(f"output folder {target.parent} doesn't exist.")
    else:
        most = PRIVATE if is_private(nb) else ANY
        replace_or_overwrite(target, texts.write(nb), most=most)


def replace_or_overwrite(target: Path, text: str, *, most: int = ANY) -> None:
    """Put a text in a file's place; into the file itself where its folder takes no other.

    Of `most`, the file gets what it had, or what is usual for one that is new.
    """
    mode = most & (stat.S_IMODE(target.stat().st_mode) if target.exists() else usual_mode())
    try:
        replace_file(target, text, mode)
    except OSError as error:
        if error.errno not in NO_OTHER_FILE:
            raise
        overwrite_file(target, text, mode)


def replace_file(target: Path, text: str, mode: int) -> None:
    """Put a text in a file's place in one go."""
    descriptor, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
        Path(name).chmod(mode)
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def overwrite_file(target: Path, text: str, mode: int) -> None:
    """Put a text into a file, after nobody reads it who may not."""
    if target.exists() and stat.S_IMODE(target.stat().st_mode) != mode:
        target.chmod(mode)
    target.write_text(text, encoding="utf-8")


def usual_mode() -> int:
    """The mode of a new file as this process makes it."""
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def input_file(path: object) -> Path | None:
    """The file that papermill reads the notebook from; None where it is none on this machine."""
    if not isinstance(path, str):
        return None
    handler = papermill_io.get_handler("local")
    found = Path(getattr(handler, "_cwd", None) or ".", path)
    return found.resolve() if found.is_file() else None
