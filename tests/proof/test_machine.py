"""What `runbook verify` says of all that is on a machine, and of remotes."""

import json
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from runbook_lib.archive import Archive
from runbook_lib.archive.places import all_homes, open_archive
from runbook_lib.archive.record import read_events
from runbook_lib.cli.verify import command as verify
from runbook_lib.journal.events import START, seal
from runbook_lib.journal.session import folders_of
from runbook_lib.journal.summary import summarise
from runbook_lib.proof import prove as prove_archive
from runbook_lib.proof import read_signers
from runbook_lib.record.weaving import LATER
from runbook_lib.services.git.git import configured
from tests.proof.conftest import OTHER, RUN, WORLD, Verify
from tests.proof.forgery import Forger, relinked
from tests.record.conftest import Practice
from tests.release.world import stop_worlds

PROFILE = """\
[profiles.team]
project = "tidewatch"
operator = "olive"
repository = {{ url = "https://git.example.org/tidewatch.git" }}
github = {{ repository = "harbor/tidewatch" }}
bugzilla = {{ url = "https://bugzilla.example.org", qa = "qa@example.org" }}
stage = {{ url = "https://stage.example.org" }}
archive = {{ {archive} }}
"""


@pytest.fixture
def whole(carried_out: Practice, tmp_path: Path) -> Path:
    """The data folder with all its sessions."""
    folder = tmp_path / "whole"
    names = ("archive.git", "keys", "sessions", "runs")
    for name in filter(lambda name: (carried_out.home / WORLD / name).exists(), names):
        shutil.copytree(carried_out.home / WORLD / name, folder / WORLD / name)
    return folder


@pytest.fixture
def team(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., tuple[Path, Path]]:
    """Makes a profile whose archive has those records, with a remote, and maybe signers."""

    def make(signers: str = "") -> tuple[Path, Path]:
        folder = tmp_path / "team" / "profiles" / "team"
        folder.mkdir(parents=True)
        shutil.copytree(home / WORLD / "archive.git", folder / "archive.git")
        remote = tmp_path / "remote.git"
        shutil.copytree(home / WORLD / "archive.git", remote)
        archive = f'remote = "{remote}"' + (f', signers = "{signers}"' if signers else "")
        (tmp_path / "runbook.toml").write_text(PROFILE.format(archive=archive))
        monkeypatch.setenv("RUNBOOK_CONFIG", str(tmp_path / "runbook.toml"))
        monkeypatch.setenv("RUNBOOK_HOME", str(tmp_path / "team"))
        return folder / "archive.git", remote

    return make


def asked(*arguments: str, status: int) -> dict[str, object]:
    """What `runbook verify --json` answers."""
    done = CliRunner().invoke(verify, [*arguments, "--json"])
    assert done.exit_code == status, done.output
    return dict(json.loads(done.output))


def only(told: dict[str, object]) -> dict[str, object]:
    """What was said of the only archive."""
    [archive] = told["archives"]  # type: ignore[misc]
    return dict(archive)


def test_all_of_a_machine_stands_with_its_own_copies(whole: Path, prove: Verify) -> None:
    assert len([*(whole / WORLD).glob("runs/*/*/*/sessions/*/archived")]) == 4
    proved = prove(whole)
    assert (proved.status, proved.findings) == (0, [])


@pytest.mark.parametrize("name", ["journal.jsonl", "record.ipynb"])
def test_a_copy_on_this_machine_that_differs_from_the_archive_is_named(
    whole: Path, prove: Verify, name: str
) -> None:
    folder = sorted((whole / WORLD).glob("runs/*/*/*/sessions/*"), key=lambda path: path.name)[1]
    path = folder / name
    path.write_bytes(path.read_bytes().replace(b"practice", b"Practice", 1))
    proved = prove(whole)
    assert (proved.status, proved.first["session"], proved.first["run"]) == (1, folder.name, RUN)
    assert str(path) in proved.first["expected"]


def test_a_session_that_is_marked_as_archived_and_is_not_is_named(
    whole: Path, prove: Verify
) -> None:
    """Nobody had verified the archive before: the sessions here tell."""
    forger = Forger(whole / WORLD / "archive.git", whole / WORLD / "keys/operator")
    dropped = forger.entries()[2].session
    forger.change(lambda entries: relinked([*entries[:2], entries[3]]))
    proved = prove(whole)
    assert (proved.status, proved.first["session"], proved.first["run"]) == (1, dropped, OTHER)
    assert "not in the archive" in proved.first["found"]


def test_one_run_or_session_is_proved_by_its_name(
    home: Path, forger: Forger, prove: Verify
) -> None:
    entries = forger.entries()
    damaged = entries[2].write("record.ipynb", b"{}")
    forger.rebuild([*entries[:2], damaged, entries[3]])
    proved = prove(home, RUN)
    assert (proved.status, proved.told["archives"][0]["looked"]) == (0, 3)
    assert prove(home, entries[0].session).told["archives"][0]["looked"] == 1
    assert prove(home, OTHER).first["session"] == entries[2].session
    assert prove(home, "none/such/1").status == 2


def test_without_a_list_of_signers_it_says_plainly_that_nobody_looked(
    team: Callable[..., tuple[Path, Path]],
) -> None:
    team()
    told = only(asked(status=0))
    assert (told["list_of_signers"], told["unsigned"]) == ("", 0)
    said = CliRunner().invoke(verify, []).output
    assert "signatures not checked: no list of allowed signers" in said


def test_a_list_of_signers_that_is_not_there_is_wrong_usage(
    home: Path, prove: Verify, tmp_path: Path
) -> None:
    assert prove(home, "--signers", str(tmp_path / "none")).status == 2
    (tmp_path / "empty").write_text("# nobody\n")
    assert prove(home, "--signers", str(tmp_path / "empty")).status == 2


def test_the_list_of_a_profile_counts(team: Callable[..., tuple[Path, Path]], home: Path) -> None:
    team(str(home / WORLD / "keys/allowed_signers"))
    assert only(asked(status=0))["signed"] == {"operator@sandbox.example": 4}


def test_a_remote_that_is_away_is_told_and_what_is_here_is_proved(
    team: Callable[..., tuple[Path, Path]],
) -> None:
    _, remote = team()
    assert asked(status=0)["away"] == []
    remote.rename(remote.with_name("away.git"))
    told = asked(status=0)
    assert len(told["away"]) == 1  # type: ignore[arg-type]
    assert only(told)["looked"] == 4
    assert asked("--offline", status=0)["away"] == []


def test_a_remote_that_lost_records_is_a_finding(
    team: Callable[..., tuple[Path, Path]],
) -> None:
    _, remote = team()
    assert only(asked(status=0))["looked"] == 4
    forger = Forger(remote, Path("/none"))
    forger.git("update-ref", "refs/heads/main", "main~2")
    told = only(asked(status=1))
    assert told["first_finding"]["about"] == "dropped"  # type: ignore[index]
    assert asked("--offline", status=0)["stands"]


def test_records_that_are_missing_here_and_that_the_remote_had_are_named(
    team: Callable[..., tuple[Path, Path]],
) -> None:
    here, _ = team()
    assert only(asked(status=0))["looked"] == 4
    forger = Forger(here, Path("/none"))
    last = forger.entries()[-1].session
    forger.git("update-ref", "refs/heads/main", "main~1")
    told = only(asked("--offline", status=1))
    assert told["first_finding"]["session"] == last  # type: ignore[index]
    assert only(asked(status=0))["looked"] == 4, "fetching brings it back"


def test_records_that_were_put_on_top_of_others_are_no_rewritten_history(
    home: Path, tmp_path: Path, forger: Forger
) -> None:
    """Verified before it was pushed: then others were faster, and it was made again."""
    entries = forger.entries()
    remote = tmp_path / "remote.git"
    shutil.copytree(forger.folder, remote)
    Forger(remote, forger.key).rebuild(relinked([entries[1], entries[0]]))
    forger.rebuild(relinked([entries[2], entries[3]]))
    ours = Archive(forger.folder, remote=str(remote))
    before = forger.git("rev-parse", "main")
    forger.git("update-ref", "refs/verified/main", before)
    ours.push()
    assert forger.git("rev-parse", "main") != before
    assert not [one for one in prove_archive(ours).findings if one.about == "dropped"]


def test_no_record_is_no_proof_and_no_failure(tmp_path: Path, prove: Verify) -> None:
    (tmp_path / "empty").mkdir()
    proved = prove(tmp_path / "empty")
    assert (proved.status, proved.told["archives"]) == (0, [])


def test_a_clock_that_was_set_back_is_shown_and_is_no_tampering(
    home: Path, forger: Forger, prove: Verify
) -> None:
    entries = forger.entries()
    said = entries[3].said
    first = datetime.fromisoformat(said[2]["time"])
    back = first.replace(microsecond=0).timestamp() - 3600
    for number, event in enumerate(said[3:]):
        event["time"] = datetime.fromtimestamp(back + number, first.tzinfo).isoformat(
            timespec="milliseconds"
        )
    said[3]["clock"] = "went back 3600.000 s"
    changed = entries[3].journal(said)
    record = changed.record
    told = json.loads(json.dumps(record))
    summary = woven(changed.said)
    told["metadata"]["runbook"] |= summary
    head = told["cells"][0]["source"]
    told["cells"][0]["source"] = [
        f"| ended | {summary['ended']} |\n| clock | went back 3600.000 s |\n"
        if line.startswith("| ended |")
        else line
        for line in head
    ]
    changed = changed.notebook(told).retold()
    ended = datetime.fromisoformat(changed.said[-1]["time"])
    author = (*changed.author[:2], int(ended.timestamp()))
    forger.rebuild([*entries[:3], replace(changed, author=author)])
    proved = prove(home)
    assert proved.status == 0, proved.text
    assert "says that the clock went back 3600.000 s" in proved.text


def woven(said: list[dict[str, object]]) -> dict[str, object]:
    """What a record's metadata says of events, all but the last."""
    lines, previous = [], START
    for one in said[:-1]:
        event = seal(one, previous)
        lines.append(event.line())
        previous = event.hash
    events = read_events("".join(f"{line}\n" for line in lines).encode(), "")
    return {k: v for k, v in summarise(events).to_dict().items() if k not in LATER}


def openpgp_signed(forger: Forger, key: str) -> str:
    """Have all records signed with an OpenPGP key."""
    return forger.change(lambda entries: [replace(entry, key=key) for entry in entries])


def test_openpgp_signatures_count_by_their_whole_fingerprint(
    home: Path,
    forger: Forger,
    gnupg: Callable[..., str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setenv("GNUPGHOME", str(gnupg.folder))  # type: ignore[attr-defined]
    olive, other = gnupg("olive@quay"), gnupg("other@quay")
    openpgp_signed(forger, olive)
    archive = Archive(forger.folder)
    listed = tmp_path / "fingerprints"
    for text in (
        olive,
        f"{olive} olive@quay",
        " ".join(olive[at : at + 4] for at in range(0, 40, 4)),
    ):
        listed.write_text(f"{text}\n")
        proof = prove_archive(archive, signers=read_signers(listed))
        assert proof.stands, str(proof)
    assert sum(proof.signed.values()) == 4
    for text in (other, olive[-16:]):
        listed.write_text(f"{text}\n")
        proof = prove_archive(archive, signers=read_signers(listed))
        assert len([one for one in proof.findings if one.about == "signature"]) == 4


def test_a_revoked_openpgp_key_does_not_count(
    home: Path,
    forger: Forger,
    gnupg: Callable[..., str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    folder: Path = gnupg.folder  # type: ignore[attr-defined]
    monkeypatch.setenv("GNUPGHOME", str(folder))
    olive = gnupg("olive@quay")
    openpgp_signed(forger, olive)
    listed = tmp_path / "fingerprints"
    listed.write_text(f"{olive}\n")
    certificate = (folder / "openpgp-revocs.d" / f"{olive}.rev").read_text()
    revocation = tmp_path / "revocation"
    revocation.write_text(certificate.replace(":-----BEGIN", "-----BEGIN"))
    subprocess.run(["gpg", "--batch", "--quiet", "--import", revocation], check=True)
    proof = prove_archive(Archive(forger.folder), signers=read_signers(listed))
    assert "revoked" in proof.findings[0].found
    assert proof.findings[0].session == forger.entries()[0].session


def test_a_real_release_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two sessions of the sample release, by papermill."""
    data = tmp_path / "data"
    notebook = Path(__file__).resolve().parents[2] / "runbooks" / "release.ipynb"
    machine = Practice(tmp_path, notebook, data, tmp_path)
    try:
        machine.run()
        machine.run()
    finally:
        stop_worlds(data)
    monkeypatch.setenv("RUNBOOK_HOME", str(data))
    done = CliRunner().invoke(verify, [])
    assert done.exit_code == 0, done.output
    assert done.output.startswith("✔ 2 records of ")
    home, private = all_homes()
    assert open_archive(home).exists
    assert len(folders_of(home.folder)) == 2
    assert not private.folder.exists()


def test_signing_settings_of_the_surroundings_do_not_count(
    home: Path, forger: Forger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, prove: Verify
) -> None:
    """A git that is set up to trust everybody changes nothing."""
    listed = tmp_path / "everybody"
    public = (home / WORLD / "keys/operator.pub").read_text()
    listed.write_text(f"* {public}")
    settings = {"gpg.ssh.allowedSignersFile": str(listed)}
    for name, value in configured({}, settings).items():
        monkeypatch.setenv(name, value)
    other = tmp_path / "nobody"
    other.write_text(
        "olive ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n"
    )
    assert prove(home, "--signers", str(other)).status == 1
    assert prove(home).status == 0
