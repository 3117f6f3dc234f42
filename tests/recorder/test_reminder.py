"""The button under a wait is answered while the cell still waits, by a subshell of the kernel."""

from pathlib import Path
from typing import Any

from tests.recorder.front import LIMIT, Front, start_front, wait_until

WAITING = """
import threading, time
from runbook_lib.display.reminder import Reminder
from runbook_lib.steps.report import Pace

def remind():
    print("in the main thread:", threading.current_thread() is threading.main_thread())
    return "Reminded: ada."

reminder = Reminder().of(Pace(0.0, 0.0, 0.0, 60.0, remind=remind))
time.sleep(60)
"""


def control(front: Front, kind: str) -> dict[str, Any]:
    """Ask something over the control channel, as JupyterLab does before it sends a click."""
    message = front.client.session.msg(kind, {})
    front.client.control_channel.send(message)
    reply: dict[str, Any] = front.client.get_control_msg(timeout=LIMIT)
    return dict(reply["content"])


def button(front: Front) -> str:
    """The id of the button's comm, as soon as the page has it."""
    while True:
        message = front.client.get_iopub_msg(timeout=LIMIT)
        state = message["content"].get("data", {}).get("state", {})
        if message["msg_type"] == "comm_open" and state.get("_model_name") == "ButtonModel":
            return str(message["content"]["comm_id"])


def click(front: Front, comm: str, subshell: str) -> None:
    """Click a button as a page does whose clicks go to a subshell."""
    data = {"method": "custom", "content": {"event": "click"}}
    message = front.client.session.msg("comm_msg", {"comm_id": comm, "data": data})
    message["header"]["subshell_id"] = subshell
    front.client.shell_channel.send(message)


def wait_for(front: Front, *texts: str) -> None:
    """Wait until the kernel has sent each of these, in whatever order."""
    left = set(texts)

    def all_said() -> bool:
        said = str(front.client.get_iopub_msg(timeout=LIMIT)["content"])
        left.difference_update([text for text in texts if text in said])
        return not left

    wait_until(all_said, ", ".join(texts))


def test_a_click_is_answered_while_the_cell_waits_and_the_wait_can_be_interrupted(
    tmp_path: Path,
) -> None:
    with start_front(tmp_path) as front:
        waits = front.request(WAITING)
        comm = button(front)
        subshell = control(front, "create_subshell_request")["subshell_id"]
        click(front, comm, subshell)
        wait_for(front, "in the main thread: False", "Reminded: ada.")
        front.manager.interrupt_kernel()
        assert front.wait(waits)[-1]["content"]["ename"] == "KeyboardInterrupt"
        [shown] = [one for one in front.run("print(6 * 7)") if one["msg_type"] == "stream"]
        assert shown["content"]["text"] == "42\n"
