"""Writes papermill's output file whole or not at all, so that no death leaves half of it."""

import errno
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

import nbformat
from papermill.iorw import LocalHandler, papermill_io, write_ipynb

NO_OTHER_FILE = (errno.EACCES, errno.EPERM, errno.EROFS, errno.EBUSY)
"""What a folder says that takes no new file, or a file that is mounted and can't be replaced."""


def write_output(nb: Any, path: str) -> None:
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
        replace_or_overwrite(target, nbformat.writes(nb))  # type: ignore[no-untyped-call]


def replace_or_overwrite(target: Path, text: str) -> None:
    """Put a text in a file's place; into the file itself where its folder takes no other."""
    try:
        replace_file(target, text)
    except OSError as error:
        if error.errno not in NO_OTHER_FILE:
            raise
        target.write_text(text, encoding="utf-8")


def replace_file(target: Path, text: str) -> None:
    """Put a text in a file's place in one go; the file keeps its mode."""
    descriptor, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
        set_mode(Path(name), target)
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def set_mode(path: Path, target: Path) -> None:
    """Give a new file the mode of the one that it replaces, else the usual one."""
    if target.exists():
        shutil.copymode(target, path)
        return
    usual = os.umask(0)
    os.umask(usual)
    path.chmod(0o666 & ~usual)


def input_file(path: object) -> Path | None:
    """The file that papermill reads the notebook from; None where it is none on this machine."""
    if not isinstance(path, str):
        return None
    handler = papermill_io.get_handler("local")
    found = Path(getattr(handler, "_cwd", None) or ".", path)
    return found.resolve() if found.is_file() else None
