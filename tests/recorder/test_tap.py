"""The tap: what a front end gets, and what is recorded of it, in a real kernel."""

import json
import signal
import time
from pathlib import Path

import pytest

from runbook_lib.record.interrupts import quiet, undisturbed
from tests.recorder.front import (
    SECRET,
    Front,
    Left,
    opening,
    outputs,
    said,
    start_front,
    wait_until,
)


def texts(messages: list[dict], name: str = "stdout") -> str:
    return "".join(
        message["content"]["text"]
        for message in messages
        if message["msg_type"] == "stream" and message["content"]["name"] == name
    )


def test_what_a_cell_shows_is_recorded_as_it_was_sent(opened: Front, left: Left) -> None:
    sent = opened.run(
        "import sys\nprint('one')\nprint('two', file=sys.stderr)"
        "\ndisplay({'a': 1})\nprint('three', flush=True)\n'result'"
    )
    kinds = [message["msg_type"] for message in sent if message["msg_type"] != "status"]
    assert kinds[0] == "execute_input"
    assert kinds[-2:] == ["execute_result", "execute_reply"]
    (cell,) = left.ran[1:]
    assert outputs(cell).replace("two\n", "") == "one\n{'a': 1}three\n'result'"
    assert cell["execution_count"] == 2
    assert said(cell)["status"] == "done"
    assert said(cell)["started"] <= said(cell)["ended"]


def test_the_cell_that_opens_the_run_and_those_before_it_are_recorded(
    front: Front, folder: Path, left: Left
) -> None:
    front.run("before = 1\nprint(before)")
    front.run("%env EARLIER=1")
    front.run(opening(folder) + "\nprint('open')")
    first, second, third = left.ran
    assert "".join(first["source"]) == "before = 1\nprint(before)"
    assert "".join(second["source"]) == "%env EARLIER=1"
    for cell in (first, second):
        assert said(cell)["status"] == "not recorded"
        assert said(cell)["marks"] == ["before the run"]
    assert "**Before the run was opened**: output not recorded" in left.reading()
    assert outputs(third) == "open\n"
    assert said(third)["status"] == "done"


def test_streams_of_one_name_are_merged_and_silent_requests_are_not_recorded(
    opened: Front, left: Left
) -> None:
    opened.run("for n in range(3): print(n, flush=True)")
    opened.run("print('silent', flush=True)", silent=True)
    opened.run("1")
    (printed,) = left.ran[1]["outputs"]
    assert "".join(printed["text"]) == "0\n1\n2\n"
    assert len(left.ran) == 3
    assert "silent" not in left.reading()


def test_an_error_is_recorded_and_the_cells_after_it_are_not_run(opened: Front, left: Left) -> None:
    # Both are asked for before the first has ended, as Run All does.
    failing = opened.request("import time; time.sleep(1); 1/0", cell="a")
    dropped = opened.request("print('never')", cell="b")
    assert opened.wait(failing)[-1]["content"]["ename"] == "ZeroDivisionError"
    assert opened.wait(dropped)[-1]["content"]["status"] == "aborted"
    opened.run("2")
    assert [said(cell)["status"] for cell in left.ran] == ["done", "failed", "done"]
    assert "ZeroDivisionError" in outputs(left.ran[1])
    assert {line["kind"] for line in left.lines} >= {"aborted"}


def test_a_cell_that_exits_ends_as_failed_and_the_session_goes_on(
    opened: Front, left: Left
) -> None:
    reply = opened.run("import sys; sys.exit(0)")[-1]
    assert reply["content"]["status"] == "error"
    opened.run("print('after')")
    assert said(left.ran[1])["status"] == "failed"
    assert outputs(left.ran[2]) == "after\n"


def test_an_interrupt_ends_the_cell_as_failed_and_loses_nothing(opened: Front, left: Left) -> None:
    # One write, which no interrupt can come between.
    begin = "import sys, time\nsys.stdout.write('begun\\n')\nsys.stdout.flush()\n"
    name = opened.request(f"{begin}time.sleep(600)")
    wait_until(lambda: left.shown("begun"), "the cell has begun")
    opened.manager.interrupt_kernel()
    assert opened.wait(name)[-1]["content"]["ename"] == "KeyboardInterrupt"
    opened.run("print('after')")
    assert outputs(left.ran[1]).startswith("begun\n")
    assert "KeyboardInterrupt" in outputs(left.ran[1])
    assert said(left.ran[1])["status"] == "failed"
    assert outputs(left.ran[2]) == "after\n"


def test_ipython_writes_no_history_of_its_own_once_a_run_is_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    with start_front(tmp_path) as front:
        front.run("'before'")
        (tmp_path / "session").mkdir()
        front.run(opening(tmp_path / "session"))
        front.run("'after'")
        assert "'after'" in texts(front.run("%history"))
    kept = b"".join(path.read_bytes() for path in (tmp_path / "ipython").rglob("history.sqlite*"))
    assert b"'before'" in kept
    assert b"'after'" not in kept


def test_interrupts_at_any_moment_leave_every_line_whole_and_in_order(
    opened: Front, left: Left
) -> None:
    for _ in range(12):
        name = opened.request("for n in range(3000): print(n, flush=True)")
        time.sleep(0.05)
        opened.manager.interrupt_kernel()
        sent = opened.wait(name)
        shown = texts(sent).split()
        assert shown == [str(n) for n in range(len(shown))]
        recorded = [one["text"] for one in left.ran[-1]["outputs"] if "text" in one]
        assert "".join("".join(text) for text in recorded).split() == shown


SLOW_FLUSH = """
import ipykernel.iostream, os, signal, threading, time, types

class Slow(threading.Event):
    def set(self):
        ipykernel.iostream.threading = threading
        with self._cond:
            self._flag = True
            self._cond.notify_all()
            time.sleep(0.2)
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(0.2)

ipykernel.iostream.threading = types.SimpleNamespace(**{**vars(threading), "Event": Slow})
"""
"""Interrupts the next flush while it takes back the lock that the thread which sends still has."""


@pytest.mark.parametrize("flush", ["print('flushed', flush=True)", "display('flushed')"])
def test_an_interrupt_while_a_stream_is_flushed_does_not_end_the_thread_that_sends(
    opened: Front, left: Left, flush: str
) -> None:
    sent = opened.run(SLOW_FLUSH + flush)
    assert sent[-1]["content"]["ename"] == "KeyboardInterrupt"
    assert texts(opened.run("print('after')")) == "after\n"
    assert outputs(left.ran[2]) == "after\n"


INTERRUPTED = """
import os, signal
kernel = get_ipython().kernel
was = kernel.{place}
def interrupted(*given):
    kernel.{place} = was
    os.kill(os.getpid(), signal.SIGINT)
    return was(*given)
kernel.{place} = interrupted
"""
"""Interrupts the kernel where it is at a place the next time."""


def test_an_interrupt_before_a_cells_code_comes_into_it(opened: Front, left: Left) -> None:
    opened.run(INTERRUPTED.format(place="_publish_execute_input"))
    assert opened.run("print('never')")[-1]["content"]["ename"] == "KeyboardInterrupt"
    assert said(left.ran[2])["status"] == "failed"
    assert "never" not in texts(opened.got)
    assert texts(opened.run("print('after')")) == "after\n"


def test_an_interrupt_after_a_cells_code_takes_no_reply(opened: Front, left: Left) -> None:
    sent = opened.run(INTERRUPTED.format(place="finish_metadata") + "print('done')")
    assert (sent[-1]["content"]["status"], texts(sent)) == ("ok", "done\n")
    assert said(left.ran[1])["status"] == "done"
    assert texts(opened.run("print('after')")) == "after\n"


def test_no_interrupt_breaks_a_flush_of_streams_that_stood_aside_when_the_run_was_opened(
    front: Front, folder: Path
) -> None:
    front.run("%%capture\n" + opening(folder))
    for _ in range(3):  # not every interrupt comes in that instant
        front.run(SLOW_FLUSH + "print('flushed', flush=True)")
        asked = front.run("import sys\nprint(sys.stdout.pub_thread.thread.is_alive())")
        assert texts(asked) == "True\n"


def test_streams_that_are_made_one_before_a_run_are_given_back(front: Front, folder: Path) -> None:
    front.run("import sys\nwas, sys.stderr = type(sys.stdout).flush, sys.stdout")
    front.run(opening(folder))
    asked = "print(type(sys.stdout).flush is was)"
    sent = front.run(f"{asked}\nsession.recorder.stop()\n{asked}")
    assert texts(sent) == "False\nTrue\n"


def test_cleared_outputs_are_cleared_when_the_next_one_comes(opened: Front, left: Left) -> None:
    opened.run(
        "from IPython.display import clear_output\nprint('old')\nclear_output(wait=True)\n"
        "print('new')\nclear_output(wait=True)"
    )
    opened.run("print('gone')\nclear_output()\nprint('stays')")
    assert outputs(left.ran[1]) == "new\n"
    assert outputs(left.ran[2]) == "stays\n"


def test_of_an_output_whose_states_pass_only_the_last_of_each_cell_is_kept(
    opened: Front, left: Left, folder: Path
) -> None:
    opened.run("from runbook_lib.display.output import show_passing\nb = show_passing('0', 'b')")
    sent = opened.run("for number in range(1, 10): b.update(f'so far {number}')")
    assert sum(message["msg_type"] == "update_display_data" for message in sent) == 9
    opened.run("b.update('in the end')\nraise KeyError")
    kept = (folder / "messages.jsonl").read_text()
    assert [f"so far {number}" in kept for number in range(1, 10)] == [False] * 8 + [True]
    assert "in the end" in outputs(left.ran[1])


def test_a_display_that_a_later_cell_updates_shows_its_last_state_where_it_stood(
    opened: Front, left: Left
) -> None:
    opened.run("from IPython.display import display, HTML\nh = display('asked', display_id='card')")
    opened.run("h.update('approved')")
    opened.run("h.update(HTML('<b>approved by olive</b>'))")
    shown = left.ran[1]["outputs"][0]["data"]
    assert shown["text/html"] == ["<b>approved by olive</b>"]
    assert left.ran[2]["outputs"] == left.ran[3]["outputs"] == []


def test_a_thread_may_show_something_after_its_cells_end(opened: Front, left: Left) -> None:
    opened.run(
        "import threading\ngo = threading.Event()\n"
        "def late():\n    go.wait(60); print('late', flush=True)\n"
        "thread = threading.Thread(target=late); thread.start()"
    )
    sent = opened.run("go.set(); thread.join(); print('here')")
    assert "late" in outputs(left.ran[1]) + outputs(left.ran[2])
    assert ("late" in texts(sent)) == ("late" in outputs(left.ran[2]))


def test_what_a_widgets_button_shows_is_recorded_though_no_cell_runs(
    opened: Front, left: Left
) -> None:
    opened.run(
        "import ipywidgets\nfrom IPython.display import display\n"
        "card = display('asked', display_id=True)\nbutton = ipywidgets.Button(description='ok')\n"
        "button.on_click(lambda _: (card.update('approved'), display('clicked')))\nbutton"
    )
    model = opened.run("print(button.model_id)")
    click = {"method": "custom", "content": {"event": "click"}}
    content = {"comm_id": texts(model).strip(), "data": click}
    message = opened.client.session.msg("comm_msg", content)
    opened.client.shell_channel.send(message)
    opened.run("print('after')")
    assert outputs(left.ran[1]).startswith("'approved'")
    (outside,) = [cell for cell in left.ran if said(cell)["marks"] == ["outside"]]
    assert outputs(outside) == "'clicked'"
    assert "jupyter.widget" not in json.dumps(left.record)
    assert "Button(" in outputs(left.ran[1])


def test_what_a_forked_process_prints_is_recorded(opened: Front, left: Left) -> None:
    opened.run(
        f"import os\nif os.fork() == 0:\n    print('child {SECRET}', flush=True); os._exit(0)\n"
        "_ = os.wait()\nprint('parent')"
    )
    opened.run("1")
    assert "child •••" in outputs(left.ran[1])
    assert "parent" in outputs(left.ran[1])


def test_the_session_ends_when_its_last_cell_does(opened: Front, left: Left) -> None:
    opened.run("session.end()\nprint('the last words')")
    assert "the last words" in outputs(left.ran[1])
    assert left.events[-1]["event"] == "ended"
    assert left.events[-1]["record"] == left.digest
    after = left.digest
    sent = opened.run(f"print({SECRET!r})")
    assert SECRET not in json.dumps(sent, default=str)
    assert left.digest == after


def test_a_kernel_that_is_shut_down_ends_its_session(opened: Front, left: Left) -> None:
    opened.run("print('one')")
    opened.end()
    assert left.events[-1]["event"] == "ended"
    assert left.events[-1]["record"] == left.digest
    assert outputs(left.ran[1]) == "one\n"


def test_what_fails_at_the_end_is_shown_and_the_kernel_goes_on(opened: Front) -> None:
    sent = opened.run(
        "def fail(digest): raise RuntimeError('no archive')\nsession.recorder.end(fail)"
    )
    assert sent[-1]["content"]["status"] == "ok"
    assert "no archive" in texts(sent, "stderr")
    assert opened.run("1 + 1")[-1]["content"]["status"] == "ok"


def test_a_second_recorder_takes_the_first_ones_place(
    opened: Front, left: Left, tmp_path: Path
) -> None:
    opened.run("print('first')")
    second = Left(tmp_path / "sessions" / "second")
    opened.run("session.end()\n" + opening(second.folder) + "\nprint('second')")
    opened.run("print('third')")
    assert [said(cell)["status"] for cell in left.ran] == ["done", "done", "continued"]
    assert left.events[-1]["record"] == left.digest
    assert [said(cell)["status"] for cell in second.ran][-2:] == ["done", "done"]
    assert outputs(second.ran[-2]) == "second\n"
    assert outputs(second.ran[-1]) == "third\n"
    assert "**Goes on in the next session**" in left.reading()


def test_stopping_gives_the_kernel_its_own_way_to_send_back(opened: Front) -> None:
    opened.run("session.recorder.stop()")
    sent = opened.run("print('send' in vars(get_ipython().kernel.session))")
    assert texts(sent) == "False\n"


def test_outside_of_a_kernel_nothing_is_recorded(folder: Path) -> None:
    from tests.recorder.opened import open_session

    session = open_session(str(folder))
    assert session.recorder is None
    session.end()
    assert [path.name for path in folder.iterdir()] == ["journal.jsonl"]


def test_a_session_that_joins_its_run_takes_its_record_with_it(
    opened: Front, left: Left, tmp_path: Path
) -> None:
    opened.run("from pathlib import Path\nsession.journal.join('tides/1.9', Path('runs/sessions'))")
    opened.run("print('joined')")
    there = Left(tmp_path / "runs" / "sessions" / left.folder.name)
    assert outputs(there.ran[-1]) == "joined\n"
    assert said_by_head(there) == "tides/1.9"
    assert not left.folder.exists()


def said_by_head(left: Left) -> str:
    return str(left.record["metadata"]["runbook"]["run"])


@pytest.mark.parametrize("colours", ["Linux", "NoColor"])
def test_a_secret_reaches_neither_front_end_nor_disk_in_any_form(
    front: Front, folder: Path, left: Left, colours: str
) -> None:
    front.run(f"%colors {colours}" if colours == "NoColor" else "1")
    front.run(opening(folder, secrets=(SECRET,)))
    for source in (
        f"print('{SECRET}')",
        f"half = '{SECRET}'\nprint(half[:9], end='', flush=True)\nprint(half[9:])",
        "import sys\nfor c in half:\n"
        "    print(c, end='', flush=True); print(c, end='', file=sys.stderr)",
        "raise RuntimeError(f'no access with {half}')",
        f"def login(token): raise ValueError(token)\nlogin('{SECRET}')",
        "from IPython.display import HTML, Markdown\nHTML(f'<b>{half}</b>')",
        "import base64, urllib.parse\nbase64.b64encode(f'olive:{half}'.encode()).decode()",
        "print(urllib.parse.quote(half), urllib.parse.quote(half, safe=''), half.encode().hex())",
        "display({'a': {'deep': [half]}}, metadata={'note': half})",
        "import ipywidgets; ipywidgets.Text(value=half, description='token')",
        "import os; os.environ['X'] = half; get_ipython().system('echo $X; printf %s $X >&2')",
        "half",
        "assert False, repr(half)",
        f"!echo {SECRET}",
        "1/0 # " + SECRET,
    ):
        front.run(source)
    name = front.client.inspect("half")
    reply = front.client.get_shell_msg(timeout=60)
    assert reply["parent_header"]["msg_id"] == name
    front.client.history(raw=True, hist_access_type="tail", n=20)
    history = front.client.get_shell_msg(timeout=60)
    front.run("session.end()")
    got = json.dumps([*front.got, reply, history], default=str, ensure_ascii=False)
    told = [bytes(line, "utf-8") for line in got.split("\n")]
    for form in forms():
        assert form not in got.encode()
        assert form not in left.bytes()
    assert b"\xe2\x80\xa2\xe2\x80\xa2" in b"".join(told)


def forms() -> list[bytes]:
    """How the secret may look; of each what would be enough to know it by."""
    import base64
    import urllib.parse

    return [
        b"hunter2-",
        b"and-more",
        base64.b64encode(SECRET.encode())[:12],
        base64.b64encode(b"olive:" + SECRET.encode())[8:20],
        SECRET.encode().hex().encode()[:16],
        urllib.parse.quote(SECRET, safe="").encode(),
    ]


def test_halves_of_a_secret_are_held_back_and_nothing_else_is_lost_or_late(
    opened: Front, left: Left
) -> None:
    sent = opened.run(
        f"s = {SECRET!r}\nprint('a', s[:10], sep='', end='', flush=True)\n"
        "print(s[10:], 'b', sep='', flush=True)\nprint('hunt', end='', flush=True)\n"
        "import sys; print('err', file=sys.stderr, flush=True)\nprint('ing')\nprint('hun', end='')"
    )
    assert texts(sent) == "a•••b\nhunting\nhun"
    assert texts(sent, "stderr") == "err\n"
    assert sent[-1]["msg_type"] == "execute_reply"
    recorded = [o["text"] for o in left.ran[1]["outputs"] if o.get("name") == "stdout"]
    assert "".join("".join(text) for text in recorded) == "a•••b\nhunting\nhun"
    sent = opened.run("print(s[:12], end='')")
    assert texts(sent) == "•••"


def test_a_kernel_elsewhere_is_not_touched(tmp_path: Path) -> None:
    with start_front(tmp_path) as front:
        front.run("import runbook_lib.record.recorder")
        assert texts(front.run("print('send' in vars(get_ipython().kernel.session))")) == "False\n"


def test_an_interrupt_that_comes_while_a_message_is_sent_waits_until_it_is() -> None:
    done = []
    with pytest.raises(KeyboardInterrupt), undisturbed():
        signal.raise_signal(signal.SIGINT)
        done.append("sent")
    with quiet():
        signal.raise_signal(signal.SIGINT)
        done.append("replied")
    assert done == ["sent", "replied"]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
