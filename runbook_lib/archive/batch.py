"""Many objects by one git process: what is read by the batch, and what is logged in parts."""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

from runbook_lib.services.git.git import Git, one_a_line


def log_in_parts(git: Git, commits: Sequence[str], size: int, *options: str) -> Iterator[list[str]]:
    """What `git log` says of commits, in their order: the fields of so many of them at a time.

    As many processes read side by side as the machine has processors.
    """
    parts = [commits[at : at + size] for at in range(0, len(commits), size)]
    asked = ("log", "--no-walk=unsorted", "--stdin", *options)
    with ThreadPoolExecutor(os.cpu_count() or 1) as workers:
        for answer in workers.map(lambda part: git.run(*asked, stdin=one_a_line(part)), parts):
            yield answer.text.split("\0")


def read_batch(written: bytes) -> Iterator[tuple[str, str, bytes]]:
    """The name, kind and bytes of each object, as asked for; the kind of a missing one is empty."""
    at = 0
    while at < len(written):
        end = written.index(b"\n", at)
        name, kind, *size = written[at:end].decode().split(" ")
        if kind == "missing":
            yield name, "", b""
            at = end + 1
            continue
        start, length = end + 1, int(size[0])
        yield name, kind, written[start : start + length]
        at = start + length + 1
