"""What a kernel executed and what it showed, put together again from the list of messages."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from runbook_lib.notebook.reference import Reference

WIDGETS = ("application/vnd.jupyter.widget-view+json", "application/vnd.jupyter.widget-state+json")
"""What shows an empty widget once its kernel is gone."""

Output = dict[str, Any]


@dataclass
class Execution:
    """One execution of a cell, as far as it is known.

    `cell` is the id that the front end gave its cell, `count` its number in the kernel, `status`
    the kernel's word (`ok`, `error`), empty while it has not answered. Of the session's events
    those from `first_event` up to `last_event` happened in it. `lost` outputs could not be
    recorded, `why` says the reason.
    """

    id: str
    order: int
    source: str = ""
    count: int | None = None
    cell: str = ""
    started: str = ""
    ended: str = ""
    status: str = ""
    first_event: int = 0
    last_event: int | None = None
    kind: str = "cell"
    """Or `before` the run was opened, `outside` of any cell, or `aborted` before it began."""
    lost: int = 0
    why: str = ""
    shown: list[Output] = field(default_factory=list)
    clearing: bool = False
    rendered: list[Output] | None = None

    @property
    def outputs(self) -> list[Output]:
        """Its outputs as a notebook keeps them; the same list until there is another."""
        if self.rendered is None:
            self.rendered = [render(output) for output in self.shown]
        return self.rendered

    def show(self, output: Output) -> None:
        """Add an output; a stream goes on where the last output was the same stream."""
        self.clear_if_asked()
        last = self.shown[-1] if self.shown else {}
        if output["output_type"] == "stream" and last.get("name") == output["name"]:
            last["text"] += output["text"]
        else:
            self.shown.append(output)
        self.rendered = None

    def clear(self, *, wait: bool) -> None:
        """Clear what was shown; or, with `wait`, when the next output comes."""
        self.clearing = True
        if not wait:
            self.clear_if_asked()

    def clear_if_asked(self) -> None:
        """Clear what was shown, where that was asked for."""
        if self.clearing:
            self.clearing, self.shown, self.rendered = False, [], None


class Transcript:
    """The executions so far, in the order in which they ran."""

    def __init__(self) -> None:
        self.reference = Reference()
        self.executions: list[Execution] = []
        self.by_id: dict[str, Execution] = {}
        self.displays: dict[str, list[tuple[Execution, Output]]] = {}

    def read(self, lines: Iterable[dict[str, Any]]) -> "Transcript":
        """Take in more lines of the list."""
        for line in lines:
            getattr(self, f"read_{line['kind']}", self.pass_over)(line)
        return self

    def pass_over(self, line: dict[str, Any]) -> None:
        """A line of a kind that this version does not know."""

    def read_reference(self, line: dict[str, Any]) -> None:
        """The runbook that the cells are compared with."""
        self.reference = Reference.from_dict(line)

    def read_before(self, line: dict[str, Any]) -> None:
        """A cell that was executed before the run was opened."""
        self.add(f"before-{line['count']}", source=line["source"], kind="before")

    def read_started(self, line: dict[str, Any]) -> None:
        """A cell's execution begins."""
        self.add(
            line["execution"],
            source=line["source"],
            count=line["count"],
            cell=line["cell"],
            started=line["time"],
            first_event=line["events"],
        )

    def read_aborted(self, line: dict[str, Any]) -> None:
        """A cell was to be executed after one that failed, and was not."""
        self.add(line["execution"], source=line["source"], cell=line["cell"], kind="aborted")

    def read_ended(self, line: dict[str, Any]) -> None:
        """A cell's execution has ended."""
        execution = self.find(line["execution"])
        execution.ended, execution.status = line["time"], line["status"]
        execution.last_event = line["events"]

    def read_gap(self, line: dict[str, Any]) -> None:
        """Outputs are missing."""
        for name, count in line["lost"].items():
            execution = self.find(name)
            execution.lost, execution.why = execution.lost + count, line["why"]

    def read_output(self, line: dict[str, Any]) -> None:
        """A cell showed something."""
        execution, kind, content = self.find(line["execution"]), line["type"], line["content"]
        if kind == "clear_output":
            execution.clear(wait=bool(content.get("wait")))
        elif kind == "stream":
            execution.show({"output_type": kind, "name": content["name"], "text": Text(content)})
        elif kind == "error":
            names = ("ename", "evalue", "traceback")
            execution.show({"output_type": kind, **{name: content[name] for name in names}})
        else:
            self.read_display(execution, kind, content)

    def read_display(self, execution: Execution, kind: str, content: dict[str, Any]) -> None:
        """A cell showed a value, or changed one that it, or another, had shown."""
        data = {name: text for name, text in content["data"].items() if name not in WIDGETS}
        shown = {"data": data, "metadata": content.get("metadata") or {}}
        name = (content.get("transient") or {}).get("display_id")
        for earlier, output in self.displays.get(name, ()) if name else ():
            output.update(shown)
            earlier.rendered = None
        if kind == "update_display_data":
            return
        output = {"output_type": kind, **shown}
        if kind == "execute_result":
            output["execution_count"] = content["execution_count"]
        execution.show(output)
        if name:
            self.displays.setdefault(name, []).append((execution, output))

    def find(self, name: str) -> Execution:
        """An execution; one that nobody began has its output from outside of any cell."""
        return self.by_id.get(name) or self.add(name, kind="outside", status="ok")

    def add(self, name: str, **known: Any) -> Execution:
        """The next execution."""
        execution = Execution(name, len(self.executions) + 1, **known)
        self.executions.append(execution)
        self.by_id[name] = execution
        return execution


class Text:
    """A stream's text, put together when it is asked for: it may come in thousands of pieces."""

    def __init__(self, content: dict[str, Any]) -> None:
        self.pieces = [str(content["text"])]

    def __iadd__(self, more: "Text") -> "Text":
        self.pieces += more.pieces
        return self

    def __str__(self) -> str:
        self.pieces = ["".join(self.pieces)]
        return self.pieces[0]


def render(output: Output) -> Output:
    """An output as a notebook keeps it: texts as lists of lines."""
    if "text" in output:
        return {**output, "text": str(output["text"]).splitlines(keepends=True)}
    if "data" in output:
        data = {kind: render_data(value) for kind, value in output["data"].items()}
        return {**output, "data": data}
    return output


def render_data(value: Any) -> Any:
    """One form of a shown value, as a notebook keeps it."""
    return value.splitlines(keepends=True) if isinstance(value, str) else value
