"""`runbook show`: the record in a terminal, as a page, as JSON; what a gate asks."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import browser as browser
from tests.reading.conftest import SAMPLE, damage
from tests.record.conftest import CELLS, RUNBOOK, Practice, gone, wait_for
from tests.record.team import RUN
from tests.recorder.front import start_front

Team = tuple[Practice, Practice, Path]


def test_a_record_reads_as_the_runbook_with_what_was_done(sample: Practice) -> None:
    said = sample.command("show", "1.9")
    assert f"── {SAMPLE}  ✔ done" in said
    assert "### 11 · Push" in said or "11 ·" in said
    assert "✔ done      draft release 1.9" in said
    assert "release = decide_release(run" in said
    assert "\x1b" not in said


@pytest.mark.parametrize("name", [SAMPLE, "tidewatch/1.9", "1.9"])
def test_a_run_is_found_by_the_end_of_its_name(name: str, sample: Practice) -> None:
    found = sample.asked("show", name)
    assert (found["name"], found["kind"]) == (SAMPLE, "run")


def test_a_session_is_found_by_the_beginning_of_its_name(sample: Practice) -> None:
    new, _ = [one["session"] for one in sample.asked("log")]
    assert sample.asked("show", new[:20])["name"] == new
    assert sample.asked("show")["name"] == new
    assert sample.asked("show", "latest")["name"] == new


def test_a_name_that_is_not_there_ends_with_those_that_are_like_it(sample: Practice) -> None:
    said = sample.command("show", "tidewatch/1.8", status=2)
    assert "tidewatch/1.8" in said and SAMPLE in said and "Traceback" not in said
    assert "Traceback" not in sample.command("show", "19990101", status=2)
    day = sample.asked("log")[0]["session"][:8]
    assert "may be any of" in sample.command("show", day, status=2)


def test_steps_are_a_table(sample: Practice) -> None:
    lines = sample.command("show", "1.9", "--steps").splitlines()
    assert lines[0].startswith("session")
    assert any("✔ done" in line and "draft release 1.9" in line for line in lines)


def test_json_tells_what_the_journal_and_the_record_say(sample: Practice) -> None:
    [session] = sample.asked("show", "1.9")["sessions"]
    assert (session["state"], session["outcome"], session["doubts"]) == ("archived", "done", [])
    assert {cell["status"] for cell in session["cells"] if cell["kind"] == "code"} == {
        "done",
        "not recorded",
    }
    assert session["decisions"][0]["gate"] == "changelog"
    assert session["decided"]["version"] == "1.9.0"


def test_only_one_way_of_showing_is_taken(sample: Practice) -> None:
    assert "--steps" in sample.command("show", "1.9", "--steps", "--gate", "x", status=2)


def test_a_gate_shows_just_what_would_be_approved(team: Team) -> None:
    olive, otto, _ = team
    asked = otto.asked("show", RUN, "--gate", "cups")
    assert (asked["text"], asked["title"]) == ("one cup, white", "Put a cup there")
    [open_run] = olive.asked("status")
    assert asked["digest"] == open_run["waiting"]["digest"]
    said = otto.command("show", RUN, "--gate", "cups")
    assert "   one cup, white" in said and asked["digest"] in said
    assert f"--digest {asked['digest'][:12]}" in said
    assert "has asked for: cups" in otto.command("show", RUN, "--gate", "plates", status=2)


def test_nothing_in_a_record_steers_the_terminal(team: Team) -> None:
    _, otto, _ = team
    said = otto.command("show", RUN)
    assert "<U+001B>[2Jred <U+202E>txt.exe" in said
    assert not any(mark in said for mark in ("\x1b", "\u202e"))


def test_a_page_loads_nothing_and_runs_nothing(team: Team, browser: Any, tmp_path: Path) -> None:
    olive, _, _ = team
    path = tmp_path / "page.html"
    olive.command("show", RUN, "--html", str(path))
    page = browser.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(path.as_uri())
    page.wait_for_load_state("networkidle")
    assert asked == [path.as_uri()]
    assert page.title() == f"Record of {RUN}"
    assert page.locator("b", has_text="bold").count() == 1
    assert page.locator("script, iframe, img[src]").count() == 0
    forged = page.locator("p", has_text="Status: done")
    assert forged.evaluate("e => getComputedStyle(e).position") == "static"
    assert forged.evaluate("e => e.closest('.output') !== null")
    assert page.locator(".cell.failed").count() == 1
    assert page.locator(".mark", has_text="Not run").count() == 3
    page.close()


def test_a_page_of_the_sample_shows_every_cell(sample: Practice, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    said = json.loads(sample.command("show", "1.9", "--html", str(path), "--json"))
    assert said == {"file": str(path)}
    page = path.read_text()
    [session] = sample.asked("show", "1.9")["sessions"]
    assert page.count('<div class="cell ') == sum(
        cell["kind"] == "code" for cell in session["cells"]
    )
    assert "<script" not in page and 'src="http' not in page


def test_the_record_of_a_session_that_died_says_what_is_unknown(practice: Practice) -> None:
    with practice.start(halt="act start") as papermill:
        kernel = practice.halted()
        assert "It is at work now" in practice.command("show")
        papermill.kill()
        papermill.communicate()
    wait_for(lambda: gone(kernel))
    said = practice.command("show")
    assert "? unknown" in said and "runbook recover" in said
    assert "running" not in said
    practice.command("recover")
    said = practice.command("show", "1.0")
    assert "put cup on the desk" in said and "Not run" in said


def test_a_record_that_was_changed_is_said_to_be(practice: Practice) -> None:
    practice.run()
    [folder] = practice.sessions
    (folder / "archived").unlink()
    record = folder / "record.ipynb"
    record.write_text(record.read_text().replace("before the cup", "after the cup"))
    shutil.rmtree(practice.home / "sandbox" / "sample" / "archive.git")
    assert "not the one that its journal ends with" in practice.command("show")
    record.write_text("no notebook")
    said = practice.command("show")
    assert "expected a notebook" in said and "Traceback" not in said


def test_a_damaged_session_is_named_among_the_others(practice: Practice) -> None:
    practice.run()
    broken = damage(practice)
    said = practice.command("show", "1.0", status=1)
    assert broken.name in said and "can't be shown" in said
    assert "put cup on the desk" in said
    assert "damaged" in {
        one["state"] for one in practice.asked("show", "1.0", status=1)["sessions"]
    }


def listens(port: int) -> bool:
    """Whether a server of this machine takes connections: it writes its card before that."""
    with socket.socket() as asking:
        return asking.connect_ex(("127.0.0.1", port)) == 0


def test_jupyterlab_opens_a_copy_that_cannot_be_saved(sample: Practice, tmp_path: Path) -> None:
    folders = {
        f"JUPYTER_{name}_DIR": str(tmp_path / name) for name in ("RUNTIME", "CONFIG", "DATA")
    }
    told = sample.environment(BROWSER="true", JUPYTER_TOKEN="token", **folders)
    (tmp_path / "CONFIG").mkdir()
    settings = {"ServerApp": {"allow_root": True, "port": 0}}
    (tmp_path / "CONFIG" / "jupyter_server_config.json").write_text(json.dumps(settings))
    command = [sys.executable, "-c", RUNBOOK, "show", "1.9", "--open"]
    with (tmp_path / "lab.log").open("wb") as log:
        lab = subprocess.Popen(command, env=told, stdout=log, stderr=log, start_new_session=True)
    try:
        wait_for(lambda: list((tmp_path / "RUNTIME").glob("jpserver-*.json")))
        [card] = (tmp_path / "RUNTIME").glob("jpserver-*.json")
        wait_for(lambda: card.read_text().strip().endswith("}"))
        server = json.loads(card.read_text())
        address = f"{server['url']}api/contents/?token=token"
        wait_for(lambda: listens(server["port"]))
        with urllib.request.urlopen(address) as answer:
            [listed] = json.load(answer)["content"]
        assert listed["name"].endswith(".ipynb")
        assert not listed["writable"] or os.geteuid() == 0
        assert not Path(server["root_dir"], listed["name"]).stat().st_mode & 0o222
    finally:
        os.killpg(lab.pid, signal.SIGTERM)
        lab.wait(60)
    assert not Path(server["root_dir"]).exists()


def test_a_jupyterlab_that_does_not_start_is_a_failure(
    practice: Practice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    practice.run()
    (tmp_path / "jupyter_config.json").write_text('{"ServerApp": {"port": "none"}}')
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(tmp_path))
    said = practice.command("show", "--open", status=1)
    assert "expected JupyterLab to show" in said and "ended with status 1" in said


def test_what_was_unusual_about_a_cell_is_said_with_it(practice: Practice) -> None:
    opening, desk, cup, plate, close = (source for _, source in CELLS[1:])
    told = practice.environment(JPY_SESSION_NAME=str(practice.notebook))
    with start_front(practice.folder, **told) as front:
        front.run(f"{CELLS[0][1]}\nprofile = 'sandbox'")
        for source in (opening, desk, plate, cup, cup, f"{plate}\n'a \x1b[2J word'"):
            front.run(source)
    said = practice.command("show")
    states = [line.split(" · ") for line in said.splitlines() if line.startswith("[")]
    assert "out of order" in states[4] and "run again" not in states[4]
    assert "again" in states[5]
    assert "changed" in states[6]
    assert "!  Out of order: a cell below it" in said
    assert "!  Run again (2nd time)" in said
    assert "!  Changed against the committed runbook:" in said
    assert states[-1] == ["[ ] not run"]
    assert close in said
