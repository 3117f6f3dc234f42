"""Proves all archives of this machine, or what is asked for of them."""

import hashlib
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from runbook_lib.archive import Archive
from runbook_lib.archive.places import all_homes, archive_settings, is_world, open_archive
from runbook_lib.archive.signers import Signers, read_signers
from runbook_lib.errors import Refused, RunbookError, UsageError
from runbook_lib.frozen import frozen
from runbook_lib.journal.session import Home, folders_of
from runbook_lib.policy.plural import plural
from runbook_lib.proof.finding import Finding, Proof
from runbook_lib.proof.pack import make_pack
from runbook_lib.proof.unpacked import prove_pack
from runbook_lib.proof.walk import prove
from runbook_lib.proof.zipped import write_zip
from runbook_lib.reading.finding import Finder

REWRITTEN = "its history was rewritten"


@dataclass
class Proofs:
    """What was found of each archive, and what kept remotes from being asked."""

    proofs: list[Proof] = field(default_factory=list)
    away: list[str] = field(default_factory=list)

    @property
    def stands(self) -> bool:
        """Whether nothing was found anywhere."""
        return all(proof.stands for proof in self.proofs)

    def to_dict(self) -> dict[str, Any]:
        """The same as JSON can hold it."""
        proofs = [proof.to_dict() for proof in self.proofs]
        return {"stands": self.stands, "archives": proofs, "away": self.away}

    def __str__(self) -> str:
        lines = [*map(str, self.proofs), *self.away]
        return "\n".join(lines) or "There is no archive on this machine yet."


@frozen
class Exported:
    """A pack that was written: its run, its file and that one's digest, how many sessions it has.

    `open` are the run's sessions that have not ended, and are not in it.
    """

    run: str
    file: str
    sha256: str
    sessions: int
    open: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The same as JSON can hold it."""
        return asdict(self)

    def __str__(self) -> str:
        sessions = plural(self.sessions, "session")
        lines = [f"{self.file}: {sessions} of {self.run}, SHA-256 {self.sha256}"]
        return "\n".join([*lines, *(f"  not in it, for it has not ended: {o}" for o in self.open)])


def export(name: str, output: Path | None, *, offline: bool, private: bool = False) -> Exported:
    """Write the audit pack of a run, whose name may be shortened.

    Raises `UsageError` for a private run, unless `private` says that it is meant.
    """
    finder = Finder(offline=offline)
    found = finder.find(name)
    run = found.name if found.of_run else found.newest.summary.run
    if not run:
        raise UsageError(f"expected a run, found that {found.name} is a session that joined none")
    place = found.sessions[-1].place
    if place.private and not private:
        raise UsageError(
            f"expected a run that may be shown, found that {run} is private: its pack names what "
            "may not be public yet; where that is meant: runbook export --private"
        )
    files = make_pack(place.archive, run, listed([place.home]))
    path = output or Path(f"{run.replace('/', '-')}.zip")
    data = write_zip(files)
    path.parent.mkdir(parents=True, exist_ok=True)
    write(path, data, mode=0o600 if place.private else 0o666)
    packed = {file.split("/")[1] for file in files if file.startswith("sessions/")}
    left = tuple(one for one in place.archive.sessions_of(run) if one not in packed)
    here = [one.name for one in found.sessions if found.of_run and one.name not in packed]
    still_open = tuple(sorted({*left, *here}))
    return Exported(run, str(path), hashlib.sha256(data).hexdigest(), len(packed), still_open)


def write(path: Path, data: bytes, *, mode: int) -> None:
    """Write a file; one that is new gets that mode, as far as the umask allows."""
    with open(path, "wb", opener=lambda name, flags: os.open(name, flags, mode)) as file:
        file.write(data)


def prove_machine(name: str, *, offline: bool, signers: Path | None) -> Proofs:
    """Prove the archives of all homes, or only the records of one run or session in them."""
    if is_pack(name):
        return Proofs([prove_pack(Path(name), signers=signers)])
    found, given = Proofs(), read_signers(signers) if signers else None
    groups = group(all_homes())
    rewritten = {} if offline else fetch(groups, found.away)
    wanted = wanted_sessions(name) if name else None
    for folder, homes in groups.items():
        if wanted is not None and folder not in wanted:
            continue
        proof = prove(
            open_archive(homes[0]),
            signers=given or listed(homes),
            wanted=wanted[folder] if wanted is not None else None,
            folders=[path for home in homes for path in folders_of(home.folder)],
        )
        proof.findings += rewritten.get(folder, [])
        found.proofs.append(proof)
    return found


def is_pack(name: str) -> bool:
    """Whether a name is that of a file, and not of a run."""
    return name.endswith(".zip") or Path(name).is_file()


def group(homes: Iterable[Home]) -> dict[Path, list[Home]]:
    """The homes by their archives: several may share one."""
    groups: dict[Path, list[Home]] = {}
    for home in homes:
        archive = open_archive(home)
        if archive.exists or archive.remote:
            groups.setdefault(archive.folder.absolute(), []).append(home)
    return groups


def listed(homes: Iterable[Home]) -> Signers | None:
    """The list of allowed signers of an archive, where a profile names one."""
    named = {path: home for home in homes if (path := archive_settings(home).signers)}
    # A world of the sandbox may have been made without a key.
    paths = [path for path, home in named.items() if path.exists() or not is_world(home)]
    return read_signers(paths[0]) if paths else None


def fetch(groups: dict[Path, list[Home]], away: list[str]) -> dict[Path, list[Finding]]:
    """Have here what the remotes have; a remote that has lost records is a finding."""
    found: dict[Path, list[Finding]] = {}
    for folder, homes in groups.items():
        archive = open_archive(homes[0])
        try:
            archive.fetch()
        except RunbookError as error:
            if isinstance(error, Refused) and REWRITTEN in str(error):
                found[folder] = [lost(archive, error)]
            else:
                away.append(f"  {folder} is proved as it was last seen; its remote: {error}")
    return found


def lost(archive: Archive, error: RunbookError) -> Finding:
    """The finding for a remote that no longer has what it had."""
    return Finding("dropped", f"all records at {archive.remote} that it once had", str(error))


def wanted_sessions(name: str) -> dict[Path, set[str]]:
    """The sessions that a name stands for, by the folder of their archive."""
    found: dict[Path, set[str]] = {}
    for session in Finder(offline=True).find(name).sessions:
        folder = session.place.archive.folder.absolute()
        found.setdefault(folder, set()).add(session.name)
    return found
