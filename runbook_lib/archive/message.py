"""Commit messages of the archive: one line a step, and trailers that programs read."""

from collections.abc import Mapping

from runbook_lib.journal.summary import SessionSummary, StepSummary, facts_of

NONE = "none"
LIBRARY = "runbook-kit "
NAMES = (
    *("runbook", "run", "session", "operator", "host", "profile", "outcome", "started", "ended"),
    *("library", "runbook_commit", "journal", "record"),
)
TRAILERS = {name.replace("_", "-").title(): name for name in NAMES}
TRAILERS |= {"Gates-Gone": "gone", "Waived": "waived", "Previous": "previous"}
"""What a session's commit says, in its order, and the name of what each trailer says."""
RARE = ("Run", "Gates-Gone", "Waived", "Previous")
"""Those that are left out where they would say nothing."""
LINE = 200
"""How many characters of a step's text a message shows."""


def clean(text: str) -> str:
    """The text on one line, without characters that steer a terminal or hide."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def compose(summary: SessionSummary, *, record: str, previous: str) -> str:
    """The message of a session's commit; `record` is its record's digest."""
    title = clean(f"{summary.outcome}: {summary.run or summary.runbook}")
    steps = "\n".join(map(step_line, summary.steps))
    trailers = write_trailers(session_trailers(summary, record) | {"Previous": previous})
    return "\n\n".join(part for part in (title, steps, trailers) if part) + "\n"


def session_trailers(summary: SessionSummary, record: str) -> dict[str, str]:
    """What programs read of a session."""
    said = {**facts_of(summary), "journal": summary.head, "record": record}
    said["library"] = f"{LIBRARY}{summary.library}" if summary.library else ""
    told = {trailer: said.get(name, "") for trailer, name in TRAILERS.items()}
    return {trailer: value for trailer, value in told.items() if value or trailer not in RARE}


def read_session_trailers(message: str) -> dict[str, str]:
    """The same from a message, each by the name of what it says; what is not said is empty."""
    said = read_trailers(message)
    found = {name: said.get(trailer, "") for trailer, name in TRAILERS.items()}
    return {**found, "library": found["library"].removeprefix(LIBRARY)}


def step_line(step: StepSummary) -> str:
    """One step: what it came to, then two spaces, then what was to be done or was found."""
    detail = step.detail.strip().partition("\n")[0]
    text = clean(step.announced) or clean(detail) or clean(step.step.replace("_", " "))
    return f"{clean(step.outcome)}  {text if len(text) <= LINE else f'{text[:LINE]}…'}"


def write_trailers(said: Mapping[str, str]) -> str:
    """The last paragraph of a message."""
    return "\n".join(f"{name}: {clean(value) or NONE}" for name, value in said.items())


def read_trailers(message: str) -> dict[str, str]:
    """What the last paragraph of a message says, by name; `none` is empty."""
    lines = message.strip().rpartition("\n\n")[2].split("\n")
    pairs = [line.partition(": ") for line in lines if ": " in line]
    return {name: "" if value == NONE else value for name, _, value in pairs}


def link(message: str) -> str:
    """What the record after the one with that message names as its previous."""
    said = read_trailers(message)
    return f"{said['Session']} {said['Journal']}" if "Session" in said else NONE


def relink(message: str, previous: str) -> str:
    """The message with another record before it."""
    start, gap, trailers = message.rstrip("\n").rpartition("\n\n")
    kept = [line for line in trailers.split("\n") if not line.startswith("Previous: ")]
    return f"{start}{gap}" + "\n".join([*kept, f"Previous: {previous}"]) + "\n"
