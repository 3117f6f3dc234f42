"""Reads what `git cat-file --batch` writes: many objects by one process."""

from collections.abc import Iterator


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
