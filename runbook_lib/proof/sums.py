"""The list of a pack's files: each is there with its digest, and no other."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence

from runbook_lib.archive.layout import FILES
from runbook_lib.proof.finding import Finding
from runbook_lib.proof.pack import INDEX, REPORT, SIGNERS, SUMS, write_sums


def check_sums(files: Mapping[str, bytes], sessions: Sequence[str], run: str) -> Iterator[Finding]:
    """What is wrong with the digests of a pack's files, and with their names."""
    rest = {name: data for name, data in files.items() if name != SUMS}
    listed = read_sums(files.get(SUMS, b""))
    digests = {name: hashlib.sha256(data).hexdigest() for name, data in rest.items()}
    for name in sorted({*listed, *rest}):
        wanted, found = listed.get(name, "none"), digests.get(name, "no such file")
        if wanted != found:
            expected = f"the SHA-256 that {SUMS} lists of {name}, {wanted}"
            yield Finding("pack", expected, found, session_of(name), run)
    strange = sorted(set(rest) - known_names(files, sessions))
    if strange or SUMS not in files:
        yield Finding("pack", "the files of a pack", ", ".join(strange) or f"no {SUMS}", "", run)
    elif listed == digests and write_sums(rest) != files[SUMS]:
        yield Finding("pack", f"{SUMS} as sha256sum writes it", "other lines in it", "", run)


def known_names(files: Mapping[str, bytes], sessions: Sequence[str]) -> set[str]:
    """The names that a pack's files may have."""
    own = {f"sessions/{session}/{file}" for session in sessions for file in FILES}
    objects = {name for name in files if name.startswith("objects/")}
    return {REPORT, INDEX, SIGNERS} | own | objects


def read_sums(data: bytes) -> dict[str, str]:
    """The digests that are listed, by the files' names."""
    lines = data.decode(errors="replace").splitlines()
    return {name: digest for digest, _, name in (line.partition("  ") for line in lines)}


def session_of(path: str) -> str:
    """The session that a file of a pack is of, if it is of one."""
    parts = path.split("/")
    return parts[1] if parts[0] == "sessions" and len(parts) > 2 else ""
