"""The runbook as it is committed: what the cells that are executed are compared with."""

import hashlib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import runbook_lib
from runbook_lib.errors import UsageError
from runbook_lib.frozen import frozen
from runbook_lib.policy.json_text import read_json
from runbook_lib.programs import ELSEWHERE, run

NOTEBOOK_VARIABLE = "RUNBOOK_NOTEBOOK"
"""Where our papermill engine says which notebook it executes."""
PRIVATE_VARIABLE = "RUNBOOK_PRIVATE"
"""Where it says that the notebook calls itself private."""
PACKAGE = Path(runbook_lib.__file__).parent
OURS = (PACKAGE / "runbooks", PACKAGE.parent / "runbooks")
"""Where the runbooks are that we bring: in what is installed, or in a clone."""


@frozen
class ReferenceCell:
    """One cell of the runbook: its type (`code`, `markdown`, `raw`), source, id and tags."""

    type: str
    source: str
    id: str = ""
    tags: tuple[str, ...] = ()


@frozen
class Reference:
    """A runbook's cells as git has them; where git doesn't have it, as its file does.

    `commit` is the commit they are of, empty where the file is not tracked; `digest` the SHA-256
    of the notebook they were read from; `changed` whether the file differs from the commit;
    `private` whether either of the two calls itself private.
    """

    path: Path | None = None
    cells: tuple[ReferenceCell, ...] = ()
    commit: str = ""
    digest: str = ""
    changed: bool = False
    private: bool = False

    def to_dict(self) -> dict[str, Any]:
        """The same as what JSON can hold."""
        cells = [{**vars(cell), "tags": list(cell.tags)} for cell in self.cells]
        return {**vars(self), "path": str(self.path or ""), "cells": cells}

    @classmethod
    def from_dict(cls, said: Mapping[str, Any]) -> "Reference":
        """The reference that `to_dict` was of."""
        cells = tuple(
            ReferenceCell(**{**cell, "tags": tuple(cell["tags"])}) for cell in said["cells"]
        )
        path = Path(said["path"]) if said["path"] else None
        private = bool(said.get("private"))
        return cls(path, cells, said["commit"], said["digest"], said["changed"], private)


def read_reference(path: Path | None) -> Reference:
    """A runbook as committed; an empty reference where there is no notebook to read.

    Of a working copy, that is the runbook at the commit that it was copied at.
    """
    found = read_file(path) if path else b""
    if path is None or not found:
        return Reference(path)
    origin = origin_of(found)
    return read_origin(origin) if origin else read_committed(path, found, "HEAD")


def read_committed(path: Path, found: bytes, commit: str) -> Reference:
    """A notebook as a commit has it; as it was `found` in its file where the commit has none."""
    commit, blob = find_committed(path, commit)
    if not commit or blob == blob_id(found):
        return Reference(path, read_cells(found), commit, sha256(found), False, says_private(found))
    committed = git(path.parent, "cat-file", "blob", blob)
    private = says_private(committed) or says_private(found)
    changed = committed != found
    return Reference(path, read_cells(committed), commit, sha256(committed), changed, private)


@frozen
class Origin:
    """Which runbook a working copy is of: its path, and its commit where git has it."""

    path: str
    commit: str = ""


def origin_of(content: bytes) -> Origin | None:
    """What a working copy's metadata says it is of; None where it is no working copy."""
    try:
        return Origin(**read_json(content)["metadata"]["runbook"]["copied_from"])
    except (ValueError, KeyError, TypeError):
        return None


def read_origin(origin: Origin) -> Reference:
    """The runbook that a working copy is of; raises `UsageError` where it is there no more."""
    path = Path(origin.path)
    reference = read_committed(path, read_file(path), origin.commit or "HEAD")
    if not reference.cells:
        raise UsageError(
            f"expected the runbook that this is a working copy of in {path}, found none: "
            f"open a new copy with `runbook open {path.stem}`"
        )
    return reference


def record_of(notebook: Path | None) -> str:
    """The run, or the runbook, that a notebook is the record of; empty where it is no record."""
    try:
        said = read_json(read_file(notebook) if notebook else b"")["metadata"]["runbook"]
        return str(said["run"] or said["runbook"]) if said.get("format") else ""
    except (ValueError, KeyError, TypeError, AttributeError):
        return ""


def find_committed(path: Path, commit: str = "HEAD") -> tuple[str, str]:
    """A commit (the one checked out) and a file's blob in it; empty where git has none."""
    answer = git(path.parent, "rev-parse", "-q", commit, f"{commit}:./{path.name}")
    names = answer.decode().split()
    return (names[0], names[1]) if len(names) == 2 else ("", "")


def git(folder: Path, *arguments: str) -> bytes:
    """What git answers about a folder; nothing where it fails, or is not there."""
    outer = {name: value for name, value in os.environ.items() if name not in ELSEWHERE}
    # A repository that lacks objects would have git fetch them by programs that its settings name.
    environment = {**outer, "GIT_ALLOW_PROTOCOL": "none"}
    try:
        command = ["git", "-C", str(folder), *arguments]
        answer = run(command, environment=environment, limit=20)
    except OSError:
        return b""
    return answer.written if answer.status == 0 else b""


def blob_id(content: bytes) -> str:
    """The name that git gives to a file's content."""
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


def sha256(content: bytes) -> str:
    """SHA-256 of a file's content, in hex."""
    return hashlib.sha256(content).hexdigest()


def read_cells(content: bytes) -> tuple[ReferenceCell, ...]:
    """The cells of a notebook; none where it is no notebook."""
    return tuple(map(read_cell, notebook_cells(content)))


def notebook_cells(content: bytes) -> list[dict[str, Any]]:
    """A notebook's cells as they stand in its file; none where it is no notebook."""
    try:
        found = read_json(content)["cells"]
    except (ValueError, KeyError, TypeError):
        return []
    cells = found if isinstance(found, list) else []
    return [cell for cell in cells if isinstance(cell, dict) and "cell_type" in cell]


def read_cell(cell: Mapping[str, Any]) -> ReferenceCell:
    """One cell of a notebook's file; what is not as nbformat has it in there is left out."""
    metadata = cell.get("metadata")
    tags = texts_in(metadata.get("tags") if isinstance(metadata, dict) else None)
    source = "".join(texts_in(cell.get("source")))
    return ReferenceCell(str(cell["cell_type"]), source, str(cell.get("id", "")), tags)


def texts_in(said: object) -> tuple[str, ...]:
    """A text, or the texts in a list."""
    listed = said if isinstance(said, list) else [said]
    return tuple(one for one in listed if isinstance(one, str))


def says_private(content: bytes) -> bool:
    """Whether a notebook's metadata calls it private: `"runbook": {"private": true}`."""
    try:
        return read_json(content)["metadata"]["runbook"]["private"] is True
    except (ValueError, KeyError, TypeError):
        return False


def is_private(runbook: str, namespace: Mapping[str, Any]) -> bool:
    """Whether any notebook that may be the one that is executed calls itself private.

    A front end that can't say which one it is does not make it public.
    """
    if os.environ.get(PRIVATE_VARIABLE):
        return True
    return any(map(says_private, filter(None, map(read_file, candidates(runbook, namespace)))))


def read_file(path: Path) -> bytes:
    """What stands in a file; nothing where there is none."""
    try:
        return path.read_bytes()
    except (OSError, ValueError):
        return b""


def find_notebook(runbook: str, namespace: Mapping[str, Any]) -> Path | None:
    """The notebook that is executed, as whoever executes it says; else the runbook of that name."""
    return next(filter(is_notebook, candidates(runbook, namespace)), None)


def candidates(runbook: str, namespace: Mapping[str, Any]) -> Iterator[Path]:
    """Where the notebook may be, the surest place first."""
    for name in (
        os.environ.get(NOTEBOOK_VARIABLE),
        namespace.get("__vsc_ipynb_file__"),
        os.environ.get("JPY_SESSION_NAME"),
        namespace.get("__session__"),
    ):
        if isinstance(name, str | Path) and str(name):
            yield from (Path(name).absolute(), Path(Path(name).name).absolute())
    yield Path("runbooks", f"{runbook}.ipynb").absolute()
    yield shipped_runbook(runbook)
    yield Path(f"{runbook}.ipynb").absolute()


def shipped_runbook(runbook: str) -> Path:
    """Where the runbook of that name is that comes with the library."""
    return next(filter(Path.is_dir, OURS), OURS[0]) / f"{runbook}.ipynb"


def is_notebook(path: Path) -> bool:
    """Whether a path names a notebook that can be read."""
    try:
        return bool(path.suffix == ".ipynb" and notebook_cells(path.read_bytes()))
    except (OSError, ValueError):
        return False
