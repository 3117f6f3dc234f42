"""Each way to tamper with an archive is found, and the first record that it touches is named.

The forger has the operator's own key, where it is not the signature that gives them away.
"""

import hashlib
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from tests.proof.conftest import OTHER, RUN, WORLD, Verify
from tests.proof.forgery import JOURNAL, RECORD, Entries, Entry, Forger, Said, at, relinked
from tests.services.git.conftest import make_ssh_key

DAY = 86400
CLOSE = "code-6"
"""The cell that closes the run: no step is its."""
Change = Callable[[Entries], Entries]


@dataclass(frozen=True)
class Way:
    """A way to tamper: what it does, the place of the first record, what it is named as."""

    name: str
    change: Change
    place: int
    about: str
    words: str


def events(place: int, change: Callable[[list[Said]], list[Said]], *, told: bool = True) -> Change:
    """Change what a record's journal says, all its hashes anew; its message too, and the chain."""

    def changed(entries: Entries) -> Entries:
        entry = entries[place].journal(change(entries[place].said))
        return relinked(at(entries, place, entry.retold() if told else entry))

    return changed


def unread(place: int, change: Callable[[list[Said]], list[Said]]) -> Change:
    """Change what a journal says, all its hashes anew, so that no reader can make sense of it."""
    return lambda entries: at(entries, place, entries[place].journal(change(entries[place].said)))


def lines(place: int, change: Callable[[list[bytes]], list[bytes]]) -> Change:
    """Change the lines of a record's journal, and nothing else."""

    def changed(entries: Entries) -> Entries:
        written = entries[place].read(JOURNAL).splitlines(keepends=True)
        return at(entries, place, entries[place].write(JOURNAL, b"".join(change(written))))

    return changed


def notebook(place: int, change: Callable[[Said], object]) -> Change:
    """Change a record's notebook; journal, message and chain have its new hash."""

    def changed(entries: Entries) -> Entries:
        record = entries[place].record
        change(record)
        return relinked(at(entries, place, entries[place].notebook(record).retold()))

    return changed


def commit(place: int, change: Callable[[Entry], Entry]) -> Change:
    """Change a record's commit; the ones behind it are made again."""
    return lambda entries: at(entries, place, change(entries[place]))


def message(place: int, old: str, new: str) -> Change:
    """Change a record's message."""

    def changed(entry: Entry) -> Entry:
        assert old in entry.message
        return replace(entry, message=entry.message.replace(old, new))

    return commit(place, changed)


def files(entry: Entry, change: Callable[[str], str]) -> Entry:
    """The record with other paths; one that is empty is left out."""
    moved = {change(path): data for path, data in entry.files.items()}
    return replace(entry, files={path: data for path, data in moved.items() if path})


def outcome_of(said: list[Said], number: int = 1) -> Said:
    """The event that says what a step came to."""
    return next(one for one in said if one["event"] == "outcome" and one["number"] == number)


def other_detail(said: list[Said]) -> list[Said]:
    outcome_of(said)["detail"] = "a cup of gold is on the desk"
    return said


def back_dated(said: list[Said]) -> list[Said]:
    said[3]["time"] = "2026-01-01T00:00:00.000+00:00"
    return said


def all_back_dated(said: list[Said]) -> list[Said]:
    return [{**one, "time": f"2025-{one['time'][5:]}"} for one in said]


def without(place: int) -> Callable[[list[Said]], list[Said]]:
    return lambda said: [one for at, one in enumerate(said) if at != place]


def swapped(found: list[bytes]) -> list[bytes]:
    return [*found[:2], found[3], found[2], *found[4:]]


def called_done(record: Said) -> None:
    """The step that nobody knows the end of is called done in the whole notebook."""
    steps = record["metadata"]["runbook"]["steps"]
    for cell in record["cells"]:
        steps = [*steps, *cell["metadata"]["runbook"].get("steps", ())]
    for step in steps:
        step["outcome"] = "done"


def called_done_in_its_cell(record: Said) -> None:
    cells = [cell["metadata"]["runbook"].get("steps", ()) for cell in record["cells"]]
    [step for steps in cells for step in steps][-1]["outcome"] = "done"


def line_changed(record: Said) -> None:
    """What stands under the cell, and no data about it, says something else."""
    outputs = [one for cell in record["cells"] for one in cell.get("outputs", ())]
    shown = [one["data"] for one in outputs if "put cup" in str(one.get("data", ""))]
    shown[0]["text/plain"] = ["✔ done      put plate on the desk                            0.0 s"]


def step_left_out(record: Said) -> None:
    """The notebook knows nothing of the first step."""
    record["metadata"]["runbook"]["steps"].pop(0)
    for cell in record["cells"]:
        steps = cell["metadata"]["runbook"].get("steps", [])
        steps[:] = [step for step in steps if step["number"] != 1]


def step_left_out_of_its_cell(record: Said) -> None:
    for cell in record["cells"]:
        steps = cell["metadata"]["runbook"].get("steps", [])
        steps[:] = [step for step in steps if step["number"] != 1]


def detail_changed(record: Said) -> None:
    record["metadata"]["runbook"]["steps"][0]["detail"] = "nothing is on the desk"


def line_of_another_cell(record: Said) -> None:
    """A line that is true of one cell's step stands under another cell, too."""
    outputs = [one for cell in record["cells"] for one in cell.get("outputs", ())]
    [line] = [one for one in outputs if "put cup" in str(one.get("data", ""))]
    cells = {cell["metadata"]["runbook"].get("cell"): cell for cell in record["cells"]}
    cells[CLOSE]["outputs"] = [line]


def misshapen(said: list[Said]) -> list[Said]:
    """A step has a list for its name, and all hashes fit."""
    return [{**one, "step": []} if one["event"] == "outcome" else one for one in said]


def operator_changed(record: Said) -> None:
    record["cells"][0]["source"] = [
        "| operator | mallory |\n" if "| operator |" in line else line
        for line in record["cells"][0]["source"]
    ]


def byte_changed(entries: Entries) -> Entries:
    record = entries[1].read(RECORD)
    return at(entries, 1, entries[1].write(RECORD, record.replace(b"Practice", b"practice", 1)))


def older_file_changed(entries: Entries) -> Entries:
    older = {entries[0].path(JOURNAL): entries[0].read(JOURNAL).replace(b"cup", b"cap")}
    return at(entries, 2, replace(entries[2], files={**entries[2].files, **older}))


def older_file_removed(entries: Entries) -> Entries:
    return at(entries, 2, replace(entries[2], removed=(entries[0].path(RECORD),)))


def again(entries: Entries) -> Entries:
    """A session a second time, with nothing to add."""
    return relinked([*entries[:3], replace(entries[1], files={}), entries[3]])


def again_on_another_day(entries: Entries) -> Entries:
    twin = files(entries[1], lambda path: path.replace("2026/", "2027/").replace("20/", "21/", 0))
    return relinked([*entries[:3], twin, entries[3]])


def other_day(path: str) -> str:
    return path if path.startswith("runs/") else f"2019/01/02/{path.split('/', 3)[3]}"


WAYS = (
    Way("a byte of a journal", lines(1, lambda found: [found[0].replace(b"practice", b"P", 1),
        *found[1:]]), 1, "journal", "does not have the hash"),
    Way("a space in a journal", lines(1, lambda found: [found[0].replace(b'":', b'": ', 1),
        *found[1:]]), 1, "journal", "is not written as a journal's lines are"),
    Way("half a line behind a journal", lines(1, lambda found: [*found, b'{"event":']), 1,
        "journal", "cut off"),
    Way("an event dropped", lines(1, lambda found: [*found[:3], *found[4:]]), 1, "journal",
        "expected to follow"),
    Way("events swapped", lines(1, swapped), 1, "journal", "expected to follow"),
    Way("the last event dropped", lines(1, lambda found: found[:-1]), 1, "journal",
        "the event ended in the last line"),
    Way("the last event dropped, and the message fits", events(1, lambda said: said[:-1]), 1,
        "journal", "the event ended in the last line"),
    Way("an event changed, hashes fit", events(1, other_detail), 1, "notebook",
        "a cup of gold is on the desk"),
    Way("an event changed, hashes fit but the message's", events(1, other_detail, told=False), 1,
        "trailers", "Journal"),
    Way("the start of a step dropped, hashes fit", events(1, without(2)), 1, "journal",
        "an event was dropped"),
    Way("the outcome of a step dropped, hashes fit", events(1, without(4)), 1, "notebook",
        "outcome"),
    Way("an event back-dated, hashes fit", events(1, back_dated), 1, "date", "back-dated"),
    Way("all events back-dated, hashes fit", events(1, all_back_dated), 1, "date", "2025"),
    Way("another session's journal", lambda entries: at(entries, 1, entries[1].write(JOURNAL,
        entries[3].read(JOURNAL))), 1, "journal", "session"),
    Way("the operator of an event, hashes fit", events(1, lambda said: [*said[:2],
        {**said[2], "operator": "mallory"}, *said[3:]]), 1, "journal", "mallory"),
    Way("the run of an event, hashes fit", events(1, lambda said: [*said[:3],
        {**said[3], "run": OTHER}, *said[4:]]), 1, "journal", OTHER),
    Way("a byte of a record", byte_changed, 1, "record", "SHA-256"),
    Way("a step called done that is unknown", notebook(0, called_done), 0, "notebook",
        '"unknown", as in the journal; found "done"'),
    Way("a step called done under its cell", notebook(0, called_done_in_its_cell), 0, "notebook",
        '"unknown", as in the journal; found "done"'),
    Way("a step called done by the line under its cell", notebook(1, line_changed), 1, "notebook",
        "put plate on the desk"),
    Way("a step left out of a notebook", notebook(1, step_left_out), 1, "notebook",
        "no such step"),
    Way("a step left out under its cell", notebook(1, step_left_out_of_its_cell), 1, "notebook",
        "no such step under any cell"),
    Way("another detail of a step in a notebook", notebook(1, detail_changed), 1, "notebook",
        "nothing is on the desk"),
    Way("a true line under another cell", notebook(1, line_of_another_cell), 1, "notebook",
        "no step at all"),
    Way("an event that says something of another kind", unread(1, misshapen), 1, "journal",
        "expected an event as a session writes it"),
    Way("a trailer twice", message(1, "\nPrevious: ", "\nOutcome: done\nPrevious: "), 1,
        "trailers", "each once"),
    Way("a date that is to come", commit(3, lambda entry: replace(entry,
        archived=entry.archived + 30 * DAY)), 3, "date", "which is to come"),
    Way("the head of a notebook", notebook(1, operator_changed), 1, "notebook", "head"),
    Way("a record dropped", lambda entries: [*entries[:1], *entries[2:]], 2, "chain",
        "a record was dropped"),
    Way("a record dropped, all links fit", lambda entries: relinked([*entries[:1], *entries[2:]]),
        3, "chain", "after which it joined"),
    Way("the first record dropped", lambda entries: entries[1:], 1, "chain",
        "the first record, which follows none"),
    Way("two records swapped", lambda entries: [entries[0], entries[2], entries[1], entries[3]], 2,
        "chain", "a record was dropped, put in or moved"),
    Way("a commit's date", commit(1, lambda entry: replace(entry, author=(*entry.author[:2],
        entry.author[2] - 60))), 1, "date", "when it ended"),
    Way("when a record was archived", commit(1, lambda entry: replace(entry,
        archived=entry.archived - 30 * DAY)), 1, "date", "it archived after"),
    Way("an outcome in a message", message(0, "Outcome: unknown", "Outcome: done"), 0, "trailers",
        "Outcome: unknown"),
    Way("a title of a message", message(0, "unknown: ", "done: "), 0, "trailers", "unknown: "),
    Way("a step in a message", message(1, "put cup on the desk", "put nothing on the desk"), 1,
        "trailers", "put nothing on the desk"),
    Way("an operator in a message", message(1, "\nOperator: ", "\nOperator: mallory or "), 1,
        "journal", "mallory"),
    Way("a trailer put in", message(1, "\nPrevious: ", "\nReviewed: yes\nPrevious: "), 1,
        "trailers", "Reviewed"),
    Way("a file put in", commit(1, lambda entry: replace(entry, files={**entry.files,
        "README": b"hello"})), 1, "place", "README"),
    Way("a file of an older record", older_file_changed, 2, "place", "changes"),
    Way("a file of an older record removed", older_file_removed, 2, "place", "removes"),
    Way("a session under another day", commit(1, lambda entry: files(entry, other_day)), 1,
        "place", "that it does not"),
    Way("a session not listed in its run", commit(1, lambda entry: files(entry,
        lambda path: "" if path.startswith("runs/") else path)), 1, "place", "runs/"),
    Way("a session listed in another run", commit(1, lambda entry: files(entry,
        lambda path: path.replace("runs/", "runs/00/"))), 1, "place", "runs/"),
    Way("something in the list of a run", commit(1, lambda entry: replace(entry, files={
        path: b"x" if path.startswith("runs/") else data for path, data in entry.files.items()})),
        1, "place", "an empty file"),
    Way("a session twice", again, 1, "place", "that it does not"),
    Way("a session twice, on another day", again_on_another_day, 1, "place", "2027/"),
    Way("a signature taken away", commit(2, lambda entry: replace(entry, key="")), 2, "signature",
        "found none"),
)  # fmt: skip


def test_nothing_is_found_where_nothing_was_changed(home: Path, prove: Verify) -> None:
    proved = prove(home)
    assert proved.status == 0, proved.text
    assert proved.text.startswith(f"✔ 4 records of {home / WORLD / 'archive.git'} stand, from 20")
    assert "signed by operator@sandbox.example (4)" in proved.text


def test_putting_it_together_again_unchanged_changes_nothing(
    home: Path, forger: Forger, prove: Verify
) -> None:
    tip = forger.git("rev-parse", "main")
    assert forger.change(lambda entries: entries) == tip
    assert forger.change(relinked) == tip
    assert prove(home).status == 0


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.name)
def test_tampering_is_found_and_the_first_record_named(
    home: Path, forger: Forger, prove: Verify, way: Way
) -> None:
    sessions = [entry.session for entry in forger.entries()]
    forger.change(way.change)
    proved = prove(home)
    assert proved.status == 1
    assert proved.first["session"] == sessions[way.place], proved.text
    first = [one for one in proved.findings if one["session"] == sessions[way.place]]
    named = [
        f"{one['expected']}; found {one['found']}" for one in first if one["about"] == way.about
    ]
    assert any(way.words in text for text in named), proved.text
    assert "the first that does not stand: " + sessions[way.place] in proved.text


def rewritten(entries: Entries, key: str) -> Entries:
    """Everything fits, notebooks too; but one record was signed by somebody else."""
    return at(entries, 1, replace(entries[1], key=key))


def test_a_key_that_is_not_on_the_list_does_not_count(
    home: Path, forger: Forger, prove: Verify, tmp_path: Path
) -> None:
    """Nor does it count that git, as it is set up here, takes it for good."""
    other = make_ssh_key(tmp_path, "mallory")
    session = forger.entries()[1].session
    forger.change(lambda entries: rewritten(entries, str(other)))
    everybody = tmp_path / "everybody"
    everybody.write_text(f"* {other.with_suffix('.pub').read_text()}")
    forger.git("config", "gpg.ssh.allowedSignersFile", str(everybody))
    forger.git("verify-commit", forger.made[1])
    proved = prove(home)
    assert (proved.status, proved.first["session"]) == (1, session)
    assert "a key that the list does not have" in proved.first["found"]


@pytest.mark.parametrize("when", ['valid-before="20200101"', 'valid-after="20990101"'])
def test_a_key_that_is_not_in_force_at_the_time_does_not_count(
    home: Path, forger: Forger, prove: Verify, tmp_path: Path, when: str
) -> None:
    """A second key, on the list for another time, has signed the second record."""
    other = make_ssh_key(tmp_path, "olive")
    session = forger.entries()[1].session
    forger.change(lambda entries: rewritten(entries, str(other)))
    own = (home / WORLD / "keys/allowed_signers").read_text()
    listed = tmp_path / "listed"
    listed.write_text(f"# the team\n{own}olive {when} {other.with_suffix('.pub').read_text()}")
    proved = prove(home, "--signers", str(listed))
    assert (proved.status, proved.first["session"]) == (1, session)
    assert proved.first["about"] == "signature"
    in_force = listed.read_text().replace(when, "")
    listed.write_text(in_force)
    assert prove(home, "--signers", str(listed)).status == 0


def test_a_record_that_another_than_its_operator_signed_is_named(
    home: Path, forger: Forger, prove: Verify, tmp_path: Path
) -> None:
    other = make_ssh_key(tmp_path, "mallory")
    entry = forger.entries()[1]
    operator = entry.said[0]["operator"]
    own = (home / WORLD / "keys/allowed_signers").read_text().split(" ", 1)[1]
    listed = tmp_path / "listed"
    public = other.with_suffix(".pub").read_text()
    listed.write_text(f"{operator}@quay {own}mallory@quay {public}")
    assert prove(home, "--signers", str(listed)).status == 0
    forger.change(lambda entries: rewritten(entries, str(other)))
    proved = prove(home, "--signers", str(listed))
    assert (proved.status, proved.first["session"]) == (1, entry.session)
    assert f"of its operator {operator}" in proved.first["expected"]
    assert "mallory@quay" in proved.first["found"]


def test_a_merge_is_named(home: Path, forger: Forger, prove: Verify) -> None:
    first = forger.git("rev-list", "--reverse", "main").splitlines()[0]
    session = forger.entries()[2].session
    forger.change(commit(2, lambda entry: replace(entry, parents=(first,))))
    proved = prove(home)
    assert (proved.status, proved.first["session"]) == (1, session)
    assert "a merge of" in proved.first["found"]


def test_a_commit_graph_that_leaves_records_out_is_named(
    home: Path, forger: Forger, prove: Verify
) -> None:
    """git believes it without a look at the commits."""
    forger.git("commit-graph", "write", "--reachable")
    assert prove(home).status == 0
    commits = forger.git("rev-list", "main").splitlines()
    place = home / WORLD / "archive.git/objects/info/commit-graph"
    place.chmod(0o600)
    place.write_bytes(with_parent(place.read_bytes(), commits, of=0, parent=2))
    assert forger.git("rev-list", "main").splitlines() == [commits[0], *commits[2:]]
    proved = prove(home)
    assert proved.status == 1
    assert "a repository that git finds whole" in proved.text


def with_parent(graph: bytes, commits: list[str], *, of: int, parent: int) -> bytes:
    """A commit-graph that says another parent (https://git-scm.com/docs/gitformat-commit-graph)."""
    ordered = sorted(commits)
    table = {graph[at : at + 4]: int.from_bytes(graph[at + 4 : at + 12]) for at in range(8, 56, 12)}
    row = table[b"CDAT"] + ordered.index(commits[of]) * 36
    number = ordered.index(commits[parent]).to_bytes(4)
    said = graph[: row + 20] + number + graph[row + 24 : -20]
    return said + hashlib.sha1(said, usedforsecurity=False).digest()


def test_records_dropped_from_the_end_are_named_once_they_were_verified(
    home: Path, forger: Forger, prove: Verify
) -> None:
    assert prove(home).status == 0
    dropped = forger.entries()[-1]
    forger.git("update-ref", "refs/heads/main", "main~1")
    proved = prove(home)
    assert (proved.status, proved.first["session"]) == (1, dropped.session)
    assert (proved.first["about"], proved.first["run"]) == ("dropped", RUN)
    assert prove(home).status == 1


def test_a_branch_that_is_gone_is_named_once_it_was_verified(
    home: Path, forger: Forger, prove: Verify
) -> None:
    assert prove(home).status == 0
    first = forger.entries()[0]
    forger.git("update-ref", "-d", "refs/heads/main")
    proved = prove(home)
    assert (proved.status, proved.first["session"]) == (1, first.session)
    assert len(proved.findings) == 4


def test_a_rewritten_line_in_which_all_fits_is_named_once_it_was_verified(
    home: Path, forger: Forger, prove: Verify
) -> None:
    """With the key, everything can be made to fit: what was seen before can't be unseen."""
    changed = notebook(3, lambda record: record["cells"].pop())
    session = forger.entries()[3].session
    assert prove(home).status == 0
    forger.change(changed)
    proved = prove(home)
    assert (proved.status, proved.first["session"]) == (1, session)
    assert "was verified here before" in proved.first["expected"]


def damage(folder: Path, name: str) -> None:
    """Have an object's file hold another object."""
    other = subprocess.run(
        ["git", "hash-object", "-w", "--stdin"],
        cwd=folder,
        input=b"something else",
        capture_output=True,
        check=True,
    ).stdout.decode().strip()  # fmt: skip
    path = folder / "objects" / name[:2] / name[2:]
    path.chmod(0o644)
    path.write_bytes((folder / "objects" / other[:2] / other[2:]).read_bytes())


def unpack(forger: Forger) -> None:
    """Have each object be a file of its own."""
    packs = forger.folder / "objects" / "pack"
    for pack in sorted(packs.glob("*.pack")):
        moved = pack.rename(forger.folder / pack.name)
        pack.with_suffix(".idx").unlink()
        forger.git("unpack-objects", "-q", stdin=moved.read_bytes())
        moved.unlink()


@pytest.mark.parametrize("what", ["journal.jsonl", "record.ipynb", "commit", "tree"])
def test_an_object_that_is_not_what_its_name_says_is_found(
    home: Path, forger: Forger, prove: Verify, what: str
) -> None:
    unpack(forger)
    names = forger.git("rev-list", "--reverse", "main").splitlines()
    entry = forger.entries()[1]
    folder = entry.path(RECORD).removesuffix(f"/{RECORD}")
    path = {"commit": "", "tree": f":{folder}"}.get(what, f":{folder}/{what}")
    damage(forger.folder, forger.git("rev-parse", f"{names[1]}{path}"))
    proved = prove(home)
    assert proved.status == 1
    assert proved.first["about"] == "object", proved.text
    assert proved.first["session"] == entry.session


def test_an_object_put_in_the_place_of_another_is_named_and_does_not_show(
    home: Path, forger: Forger, prove: Verify
) -> None:
    """git-replace would show a forged commit under the name of the real one."""
    names = forger.git("rev-list", "--reverse", "main").splitlines()
    forger.git("replace", names[1], names[0])
    proved = prove(home)
    assert proved.status == 1
    [finding] = proved.findings
    assert finding["about"] == "place"
    assert f"refs/replace/{names[1]}" in finding["found"]


@pytest.mark.parametrize("name", ["info/grafts", "shallow"])
def test_a_file_that_makes_parents_up_is_named(
    name: str, home: Path, forger: Forger, prove: Verify
) -> None:
    tip = forger.git("rev-parse", "main")
    (forger.folder / name).parent.mkdir(exist_ok=True)
    (forger.folder / name).write_text(f"{tip}\n")
    proved = prove(home)
    assert proved.status == 1
    assert any(name in one["found"] for one in proved.findings), proved.text


def test_a_header_that_has_git_show_another_message_is_named(
    home: Path, forger: Forger, prove: Verify
) -> None:
    entries = forger.entries()
    forger.git("config", "i18n.commitEncoding", "iso-8859-7")
    forger.rebuild(entries)
    proved = prove(home)
    assert proved.status == 1
    assert proved.first["session"] == entries[0].session, proved.text
    assert any("encoding" in one["found"] for one in proved.findings), proved.text


def test_a_paragraph_behind_the_trailers_is_named(
    home: Path, forger: Forger, prove: Verify
) -> None:
    """git takes the last paragraph for the trailers: whose record it is can't be told then."""

    def behind(entry: Entry) -> Entry:
        return replace(entry, message=f"{entry.message.rstrip()}\n\nReviewed by nobody\n")

    forger.change(commit(1, behind))
    proved = prove(home)
    assert (proved.status, proved.first["commit"]) == (1, forger.made[1])


def test_a_folder_that_has_a_path_twice_is_named(home: Path, forger: Forger, prove: Verify) -> None:
    """Readers take one of the two, and don't say which."""
    entries = forger.entries()
    forger.rebuild(entries)
    show = ["git", "cat-file", "tree", "main^{tree}"]
    tree = subprocess.run(show, cwd=forger.folder, check=True, capture_output=True).stdout
    twice = tree + tree[tree.rindex(b"40000 ") :]
    name = forger.git("hash-object", "-t", "tree", "-w", "--literally", "--stdin", stdin=twice)
    forger.git("update-ref", "refs/heads/main", forger.commit(entries[3], name, forger.made[2]))
    proved = prove(home)
    assert (proved.status, proved.first["session"]) == (1, entries[3].session), proved.text


def test_the_archives_own_settings_decide_nothing(
    home: Path, forger: Forger, prove: Verify, tmp_path: Path
) -> None:
    """Who may write the archive may write its settings: no program of theirs checks signatures."""
    liar = tmp_path / "liar"
    liar.write_text("#!/bin/sh\necho 'Good \"git\" signature for anybody'\nexit 0\n")
    liar.chmod(0o755)
    forger.git("config", "gpg.ssh.program", str(liar))
    forger.git("config", "fsck.skipList", "/dev/null")
    forged = make_ssh_key(tmp_path, "mallory")
    forger.git("config", "--unset", "gpg.ssh.program")
    forger.change(commit(1, lambda entry: replace(entry, key=str(forged))))
    forger.git("config", "gpg.ssh.program", str(liar))
    proved = prove(home)
    assert proved.status == 1
    assert proved.first["about"] == "signature", proved.text
