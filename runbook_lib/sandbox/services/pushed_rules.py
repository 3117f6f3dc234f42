"""Pushes that a ruleset refuses: told as GitHub tells them, before anything is received.

https://git-scm.com/docs/pack-protocol#_pushing_data_to_a_server has the form of both.
"""

import os
from collections.abc import Callable, Iterator
from gzip import GzipFile
from io import BytesIO
from typing import IO, cast

from runbook_lib.frozen import frozen
from runbook_lib.sandbox.world.git_objects import ZEROS

HEAD = 1 << 20
"""How many bytes at the beginning of a push are looked at: its commands stand there."""
DECLINED = "push declined due to repository rule violations"
HINT = """\
error: GH013: Repository rule violations found for {}.
- Cannot create ref due to creations being restricted.
"""


@frozen
class Command:
    """One ref that a push is to move."""

    ref: str
    old: str
    new: str

    @property
    def creates(self) -> bool:
        """Whether the ref is not there yet."""
        return self.old == ZEROS


def read_commands(body: IO[bytes], zipped: bool) -> list[Command]:
    """What a push is to move, from the beginning of its body, which stays as unread as it was."""
    head = BytesIO(os.pread(body.fileno(), HEAD, 0))
    plain = cast(IO[bytes], GzipFile(fileobj=head)) if zipped else head
    return [command_of(line) for line in read_lines(plain)]


def read_lines(body: IO[bytes]) -> Iterator[str]:
    """The lines of a request up to the first flush."""
    while (length := int(body.read(4) or b"0", 16)) > 4:
        yield body.read(length - 4).decode(errors="replace").partition("\0")[0].strip()


def command_of(line: str) -> Command:
    """The command that a line is."""
    old, new, ref = line.split(" ", 2)
    return Command(ref, old, new)


def refusal(commands: list[Command], held: Callable[[str], bool]) -> bytes:
    """The answer to a push that makes a ref which is held back; empty where it makes none.

    It is refused as a whole, as one that is atomic is.
    """
    refused = [one.ref for one in commands if one.creates and held(one.ref)]
    if not refused:
        return b""
    report = [line("unpack ok\n"), *(line(f"ng {one.ref} {DECLINED}\n") for one in commands)]
    said = "".join(HINT.format(ref) for ref in refused)
    bands = (b"\2" + said.encode(), b"\1" + b"".join(report) + b"0000")
    return b"".join(map(packet, bands)) + b"0000"


def line(text: str) -> bytes:
    """A text as a packet."""
    return packet(text.encode())


def packet(content: bytes) -> bytes:
    """A packet, with its length before it."""
    return b"%04x" % (len(content) + 4) + content
