"""The banner of a session: which profile it works with, on what, and whether it only plans."""

from runbook_lib.frozen import frozen
from runbook_lib.policy.contrast import ink
from runbook_lib.policy.visible import Drawn, as_html, one_line

REAL = "#9b1c1c"
"""The colour of a profile that names none: what is done is real."""
SANDBOX = "#d9e8d4"
HATCHED = "repeating-linear-gradient(135deg, transparent 0 10px, #b7cfae 10px 13px)"
"""The sandbox's own look, which no profile has."""
HARMLESS = "nothing outside this machine"
PLAN = "PLAN: nothing is changed"


@frozen
class Banner(Drawn):
    """The profile by its name, its target and its colour; the sandbox has a look of its own."""

    profile: str
    target: str = ""
    colour: str = REAL
    sandbox: bool = False
    plan: bool = False

    def __str__(self) -> str:
        said = f"{self.name}: {self.target}" if self.target else self.name
        return one_line(f"{said} · {PLAN}" if self.plan else said)

    @property
    def name(self) -> str:
        """What the profile is called; the sandbox is, whatever it is called."""
        return "SANDBOX" if self.sandbox else f"profile {self.profile}"

    def html(self) -> str:
        """The banner as HTML: on a ground of its own, it is the same in light and dark."""
        ground = SANDBOX if self.sandbox else self.colour
        hatched = f";background-image:{HATCHED}" if self.sandbox else ""
        plan = f'<b style="{MARKED}">{PLAN}</b>' if self.plan else ""
        return (
            f'<div style="background-color:{ground}{hatched};color:{ink(ground)};{SPACED}">'
            f'<span style="background-color:{ground};padding:.1em .4em">'
            f"<b>{as_html(self.name)}</b> {as_html(self.target)}</span> {plan}</div>"
        )


SPACED = "padding:.25em .6em;overflow-wrap:anywhere"
MARKED = (
    "display:inline-block;background-color:#000000;color:#ffffff;padding:0 .5em;margin-left:.5em"
)
