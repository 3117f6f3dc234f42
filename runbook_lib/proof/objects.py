"""Reads git's objects in great numbers, and checks that each is what its name says."""

import hashlib
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice
from pathlib import Path

from runbook_lib.archive.batch import read_batch
from runbook_lib.frozen import frozen
from runbook_lib.services.git.git import Git, one_a_line

TOGETHER = 128
"""How many objects are read by one process: a record may have megabytes."""


@frozen
class Object:
    """An object as the repository has it; `kind` is empty where it is missing or unreadable."""

    name: str
    kind: str
    data: bytes

    @property
    def whole(self) -> bool:
        """Whether it is there, and its bytes have the hash that is its name."""
        return bool(self.kind) and object_name(self.kind, self.data) == self.name


def object_name(kind: str, data: bytes) -> str:
    """The name of an object, as git computes it."""
    head = f"{kind} {len(data)}\0".encode()
    return hashlib.sha1(head + data, usedforsecurity=False).hexdigest()


@contextmanager
def apart(git: Git) -> Iterator[Git]:
    """git with the objects of a repository, and with nothing else that stands in it.

    What is in there besides (settings, replacements, grafts) could have git run another program to
    check signatures, overlook what is wrong, or show other objects than there are.
    """
    with tempfile.TemporaryDirectory(prefix="runbook-") as folder:
        here = replace(git, folder=Path(folder))
        here.run("init", "--quiet", "--bare", "--template=", "--object-format=sha1")
        objects = {"GIT_OBJECT_DIRECTORY": str(git.folder.absolute() / "objects")}
        yield replace(here, environment={**git.environment, **objects})


def in_parts(names: Iterable[str], size: int = TOGETHER) -> Iterator[list[str]]:
    """The names, so many at a time."""
    left = iter(names)
    while part := list(islice(left, size)):
        yield part


def read_objects(git: Git, names: Sequence[str]) -> dict[str, Object]:
    """Objects by their names, read by one process, unless one of them can't be read."""
    if not names:
        return {}
    answer = git.ask("cat-file", "--batch", stdin=one_a_line(names))
    if answer.status == 0:
        return {one[0]: Object(*one) for one in read_batch(answer.written)}
    if len(names) == 1:
        return {names[0]: Object(names[0], "", b"")}
    half = len(names) // 2
    return read_objects(git, names[:half]) | read_objects(git, names[half:])
