"""No secret is left behind: every byte of a whole release is looked through, git's inflated too."""

import base64
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from tests.record.conftest import RUNBOOK, cell
from tests.release.carried_out import NOTEBOOK
from tests.release.conftest import WriteProfile
from tests.release.world import World

CANARY = "canary/of+the=deploy&key-7f3a91c2"
BURIED = "cr0ss-the-line-secret-55d0e1"
MOST_GATES = 8
LEAKS = f"""\
import base64, logging, os, sys, urllib.parse
from IPython.display import HTML, display

secret = os.environ["DEPLOY_SECRET"]
print("plain", secret)
print("literal {BURIED}")
print("first half", secret[:13], end="", flush=True)
print(secret[13:], "second half", flush=True)
for letter in secret:
    print(letter, end="", flush=True)
print()
print(base64.b64encode(("x-access-token:" + secret).encode()).decode())
print(base64.urlsafe_b64encode(secret.encode()).decode())
print(urllib.parse.quote(secret, safe=""), urllib.parse.quote_plus(secret), secret.encode().hex())
print(f"https://olive:{{secret}}@example.org/x", repr(secret), file=sys.stderr)
logging.getLogger("leak").warning("a log line with %s", secret)
display(HTML(f"<b title='{{secret}}'>{{secret}}</b>"))
display({{"application/json": {{"deep": [secret]}}, "text/plain": secret}}, raw=True)
print(os.environ["GITHUB_TOKEN"], os.environ["BUGZILLA_API_KEY"])
os.system("echo from a child: $DEPLOY_SECRET")
secret
"""
RAISES = """\
def fail(password):
    raise RuntimeError(f"no entry with {password}")


fail(os.environ["DEPLOY_SECRET"])
"""


def forms(secret: str) -> Iterator[bytes]:
    """What must not be found anywhere."""
    yield secret.encode()
    yield quote(secret, safe="").encode()
    yield secret.encode().hex().encode()
    yield json.dumps(secret)[1:-1].encode()
    for lead in range(3):
        coded = base64.b64encode(b"\0" * lead + secret.encode())
        yield coded[4 : len(coded) // 4 * 4 - 4]
        yield base64.urlsafe_b64encode(b"\0" * lead + secret.encode())[4 : len(coded) // 4 * 4 - 4]


def leaking(path: Path) -> Path:
    """The release runbook with cells in it that leak, behind the one that opens the run."""
    notebook = json.loads(NOTEBOOK.read_text())
    opened = next(
        i for i, one in enumerate(notebook["cells"]) if "open_release(" in "".join(one["source"])
    )
    leaks: list[dict[str, Any]] = [cell("code", "leaks", LEAKS), cell("code", "raises", RAISES)]
    leaks[1]["metadata"]["tags"] = ["raises-exception"]
    notebook["cells"][opened + 1 : opened + 1] = leaks
    path.write_text(json.dumps(notebook))
    return path


def everything(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every file below a folder by its name, and every object of every repository, inflated."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            yield str(path), path.read_bytes()
        if path.name == "objects" and (path.parent / "HEAD").exists():
            command = ["git", "-C", str(path.parent), "cat-file", "--batch-all-objects", "--batch"]
            answer = subprocess.run(command, capture_output=True, check=True)
            yield f"{path}, inflated", answer.stdout


def found_in(data: bytes, secrets: tuple[str, ...]) -> list[bytes]:
    """The forms of the secrets that stand in some bytes, each with what is around it."""
    found = (form for secret in secrets for form in forms(secret) if form in data)
    return [data[max(0, data.index(form) - 200) : data.index(form) + 200] for form in found]


@pytest.fixture(scope="module", autouse=True)
def the_search_finds_what_is_there() -> None:
    for before in ("x-access-token:", "token:x:", "a:"):
        assert found_in(base64.b64encode(f"{before}{CANARY}".encode()), (CANARY,))
    assert found_in(f"a {CANARY} b".encode(), (CANARY,))
    assert not found_in(b"nothing of it", (CANARY,))


def call(*arguments: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """What a command of ours comes to, and says."""
    given = {**os.environ, **environment}
    return subprocess.run([sys.executable, *arguments], capture_output=True, env=given)


def test_a_whole_release_leaves_no_secret_behind(
    world: World,
    home: Path,
    tmp_path: Path,
    write_profile: WriteProfile,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write_profile()
    world.hurry()
    # Under pytest's name ipykernel does not capture what a child process prints.
    monkeypatch.delenv("PYTEST_CURRENT_TEST")
    monkeypatch.setenv("DEPLOY_SECRET", CANARY)
    monkeypatch.setenv("OTHER_API_TOKEN", BURIED)
    left = tmp_path / "left"
    for name in ("HOME", "TMPDIR", "XDG_CACHE_HOME", "IPYTHONDIR"):
        (left / name).mkdir(parents=True)
        monkeypatch.setenv(name, str(left / name))
    notebook = leaking(tmp_path / "release.ipynb")
    said = b""

    def note(done: subprocess.CompletedProcess[bytes], *statuses: int) -> bytes:
        """Keep what a command said; it must have ended as expected."""
        nonlocal said
        said += done.stdout + done.stderr
        assert done.returncode in statuses, (done.stdout + done.stderr).decode()[-3000:]
        return done.stdout

    given = ["-r", "profile", "team", "-r", "test_command", f"{sys.executable} -c pass {BURIED}"]
    papermill = ["-m", "papermill", str(notebook), str(left / "out.ipynb"), *given, "--log-output"]
    reason = f"{CANARY} says so, {base64.b64encode(BURIED.encode()).decode()} too"
    for _ in range(MOST_GATES):
        # Also at its end 1: papermill minds the exception that is let pass.
        note(call(*papermill), 1)
        [opened] = json.loads(note(call("-c", RUNBOOK, "status", "--json"), 0)) or [None]
        if opened is None:
            break
        assert opened["waiting"], opened
        question = ["approve", opened["run"], opened["waiting"]["gate"], "--reason", reason]
        digest = opened["waiting"]["digest"]
        note(call("-c", RUNBOOK, *question, "--digest", digest, LOGNAME="ada"), 0)
    log = json.loads(note(call("-c", RUNBOOK, "log", "--json"), 0))
    run = log[0]["run"]
    assert log[0]["outcome"] == "done"
    page, pack = str(left / "page.html"), str(left / "pack.zip")
    for command in (["show", run], ["show", run, "--html", page], ["diff", run, run], ["verify"]):
        note(call("-c", RUNBOOK, *command), 0)
    note(call("-c", RUNBOOK, "export", run, "--output", pack), 0)
    zipfile.ZipFile(pack).extractall(left / "pack")

    secrets = (CANARY, BURIED, world.token())
    assert found_in(said, secrets) == []
    kept = dict(everything(home / "profiles")) | dict(everything(left))
    for name in ("messages.jsonl", "archive.git/objects, inflated", "/out.ipynb", "/page.html"):
        assert any(name in path for path in kept), name
    assert {name: found for name, data in kept.items() if (found := found_in(data, secrets))} == {}
    outside = everything(home / "sandbox")
    assert [name for name, data in outside if found_in(data, (CANARY, BURIED))] == []
    executed = [path.parent for path in (home / "profiles").rglob("messages.jsonl")]
    assert executed
    for record in (kept[str(session / "record.ipynb")] for session in executed):
        assert record.count("•••".encode()) > 20
        assert b"second half" in record and b"from a child" in record and b"no entry with" in record
