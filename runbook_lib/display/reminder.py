"""The button under a wait that reminds people of it, once."""

from typing import Any

from runbook_lib.display.output import show_changing
from runbook_lib.display.widgets import Answer, boxed, push_button, told
from runbook_lib.errors import RunbookError
from runbook_lib.policy.sentence import sentence
from runbook_lib.steps.report import Pace

WHEN = "Sent at once; if nothing happens, interrupt the cell (■): it is sent then. Run it again."
"""A kernel that waits hears of a button afterwards where the page has no subshell for clicks."""


class Reminder:
    """The button, as long as it is waited, and after a wait that has ended as `waiting`."""

    def __init__(self) -> None:
        self.pace: Pace | None = None
        self.button = push_button("Remind them once", icon="bell")
        self.button.on_click(lambda _: self.press())
        heard_meanwhile(self.button)
        self.box = boxed([self.button, told(WHEN)])
        self.shown: Any = None

    def of(self, pace: Pace) -> "Reminder":
        """The same, for how the wait stands now."""
        self.pace = pace
        if self.shown is None:
            self.shown = show_changing(Answer(self.box))
        return self

    def press(self) -> None:
        """Remind them, and say what came of it; what is over is not reminded of."""
        if self.button.disabled or self.pace is None or self.pace.remind is None:
            return
        self.button.disabled = True
        try:
            said = self.pace.remind()
        except RunbookError as error:
            said = f"Nobody was reminded: {sentence(error)}"
        self.box.children = [told(said)]

    def clear(self) -> None:
        """Take it away: the wait is over."""
        self.button.disabled = True
        self.shown.update(Answer())


def heard_meanwhile(button: Any) -> None:
    """Have clicks answered where the page sends them: in a subshell, while the cell still waits.

    ipykernel has sent them since 7.4 to whoever showed the button last instead, the waiting cell
    (`BaseComm._reply_subshell_for`); an older one goes by the page anyway.
    """
    if button.comm is not None:
        button.comm._reply_subshell_for = lambda _, asked: asked
