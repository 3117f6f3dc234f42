"""git's trees, read from their bytes: what is in a folder, and the folders on the way to a path."""

from collections.abc import Iterator, Mapping

from runbook_lib.frozen import frozen

ID = 20
"""How many bytes an object's name has in a tree."""


@frozen
class Node:
    """One thing in a folder: its mode, and the object's name."""

    mode: str
    object: str


def read_tree(data: bytes) -> dict[str, Node]:
    """What is in a folder, by name; raises `ValueError` where that is no tree."""
    found: dict[str, Node] = {}
    at = 0
    while at < len(data):
        end = data.index(b"\0", at)
        mode, _, name = data[at:end].decode(errors="surrogateescape").partition(" ")
        found[name] = Node(mode, data[end + 1 : end + 1 + ID].hex())
        at = end + 1 + ID
    return found


def on_the_way(trees: Mapping[str, bytes], root: str, path: str) -> Iterator[str]:
    """The names of the trees from the root to the folder at a path; raises `LookupError`."""
    yield root
    for part in path.split("/"):
        root = read_tree(trees[root])[part].object
        yield root


def folder_at(trees: Mapping[str, bytes], root: str, path: str) -> dict[str, Node]:
    """What is in the folder at a path; raises `LookupError` where one on the way is not there."""
    *_, last = on_the_way(trees, root, path)
    return read_tree(trees[last])
