"""A pack as a zip: always the same for the same files, and nothing in it that is not plain."""

import io
import os
import stat
import struct
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path

from runbook_lib.errors import Refused

EPOCH = (1980, 1, 1, 0, 0, 0)
"""The oldest time that a zip can tell: its members have no other."""

START, END, END_LENGTH = b"PK\3\4", b"PK\5\6", 22
"""How a zip begins, and how its last record does, which has no comment behind it."""
PLAIN = {mode | kind for mode in (0o644, 0o664, 0o600) for kind in (0, stat.S_IFREG)} | {0}
"""Modes of a zip's plain files: ours, and those of a pack that was unpacked and packed again."""
LARGEST = 2**30
"""So many bytes may be in a pack, all together: what is small as a zip need not be so here."""
DAMAGED = (
    *(OSError, EOFError, MemoryError, ValueError, RuntimeError, NotImplementedError),
    *(zipfile.BadZipFile, zlib.error, struct.error),
)

Files = dict[str, bytes]


def write_zip(files: Mapping[str, bytes]) -> bytes:
    """The zip of some files: always the same for the same files."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as pack:
        for name in sorted(files):
            member = zipfile.ZipInfo(name, EPOCH)
            member.create_system, member.external_attr = 3, 0o644 << 16
            member.compress_type = zipfile.ZIP_DEFLATED
            pack.writestr(member, files[name])
    return written.getvalue()


def read_zip(path: Path) -> Files:
    """The files of a zip; raises `Refused` where it is none, or not one of `write_zip`."""
    try:
        with zipfile.ZipFile(path) as pack:
            check_zip(path, pack)
            return {member.filename: pack.read(member) for member in pack.infolist()}
    except DAMAGED as error:
        raise Refused(
            f"expected a pack of runbook export at {path}, found: {error}; have it sent again"
        ) from error


def check_zip(path: Path, pack: zipfile.ZipFile) -> None:
    """Raise `Refused` where a zip holds what other programs would unpack otherwise, or too much."""
    members = pack.infolist()
    if len({member.filename for member in members}) != len(members):
        raise Refused(f"expected each file once in {path}, found one of them twice")
    strange = [one.filename for one in members if one.external_attr >> 16 not in PLAIN]
    if strange:
        raise Refused(f"expected plain files only in {path}, found otherwise: {strange[0]!r}")
    size = sum(member.file_size for member in members)
    if size > LARGEST:
        raise Refused(f"expected at most {LARGEST} bytes in {path}, found {size}")
    with path.open("rb") as file:
        start = file.read(len(START))
        file.seek(-END_LENGTH, os.SEEK_END)
        end = file.read(len(END))
    if (start, end) != (START, END):
        raise Refused(f"expected a zip and nothing else in {path}, found something around it")
