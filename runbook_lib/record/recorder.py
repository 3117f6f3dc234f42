"""Records, inside the kernel, what its cells execute and show, as it is sent."""

import atexit
import contextlib
import linecache
import sys
import traceback
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from runbook_lib.display.output import PASSING
from runbook_lib.display.output import kernel as find_kernel
from runbook_lib.journal.journal import Journal
from runbook_lib.notebook.reference import Reference
from runbook_lib.record.interrupts import quiet
from runbook_lib.record.messages import MESSAGES, MessageLog, decode, now
from runbook_lib.record.position import Walk
from runbook_lib.record.record import RECORD, Pages, digest, store, weave
from runbook_lib.record.tap import SHOWN, Message, Tap, parent_of
from runbook_lib.record.transcript import Execution, Transcript
from runbook_lib.secrets.masking import Masking


class Recorder(Tap):
    """Masks all that a kernel sends, and records what its cells execute and show.

    `end` says that the session is over; from then on messages are only masked. `stop` gives the
    kernel its own way to send back.
    """

    def __init__(self, journal: Journal, reference: Reference, masking: Masking, kernel: Any):
        super().__init__(kernel, masking)
        self.journal = journal
        self.reference = reference
        self.log = MessageLog(journal.path.parent / MESSAGES)
        self.transcript, self.place, self.pages = Transcript(), 0, Pages()
        self.under_way: dict[str, None] = {}
        self.known: set[str] = set()
        self.finish: Callable[[str], None] | None = None
        self.walk = Walk(reference)
        self.recording = False
        self.passing: dict[str, dict[str, Any]] = {}
        """The newest state of each output whose states are passing, by its display id."""
        self.placed: dict[str, str] = {}
        """The execution that has shown it: whoever changes it, it stands there."""

    def start(self) -> None:
        """Tap the kernel, in the place of an earlier recorder if there is one."""
        earlier = recorder_of(self.kernel)
        if earlier is not None:
            earlier.give_way()
        with self.lock:
            self.recording = True
            self.log.append({"kind": "reference", **self.masking.tree(self.reference.to_dict())})
            self.note_earlier_cells()
            self.tap()
        # IPython would write every source into a history of its own as it is.
        self.kernel.shell.history_manager.enabled = False
        self.complain()
        atexit.register(self.end_with_kernel)

    def note_earlier_cells(self) -> None:
        """Note the cells that ran before, and the one that is under way."""
        parent = self.kernel.get_parent("shell") or {}
        content = parent.get("content", {})
        under_way = "code" in content and not content.get("silent", False)
        earlier = earlier_sources(self.kernel.shell)
        count = self.kernel.execution_count
        if under_way and earlier and earlier[-1].rstrip("\n") == content["code"].rstrip("\n"):
            earlier, count = earlier[:-1], len(earlier)
        for number, source in enumerate(earlier, start=1):
            if source:
                self.walk.begin(source, "")
                self.note("before", source=self.masking(source), count=number)
        if under_way:
            self.note_start(content["code"], count, parent, events=0)

    def note(self, kind: str, **said: Any) -> None:
        """Append one line to the list of messages."""
        if self.recording:
            self.log.append({"kind": kind, "time": now(), **said})

    def note_start(self, source: str, count: int, parent: Message, *, events: int) -> None:
        """Note that a cell's execution begins."""
        name = parent["header"]["msg_id"]
        if self.recording:
            self.under_way[name] = None
            self.known.add(name)
        cell = str((parent.get("metadata") or {}).get("cellId") or "")
        self.walk.begin(source, cell)
        source = self.masking(source)
        self.note("started", execution=name, source=source, count=count, cell=cell, events=events)

    def begun(self, message: Message, request: Any) -> None:
        """Note that a cell's execution begins."""
        code, count = message["content"]["code"], message["content"]["execution_count"]
        self.note_start(code, count, request, events=len(self.journal.own))

    def shown(self, message: Message) -> None:
        """Note an output, unless it is of a request that no cell made; a passing one, later."""
        name, said = passing(message), output_said(message)
        if name and said["type"] == "update_display_data":
            self.passing[name] = {**said, "execution": self.placed.get(name, said["execution"])}
        elif self.is_of_a_cell(message):
            self.placed |= {name: said["execution"]} if name else {}
            self.note("output", **said)

    def note_passing(self) -> None:
        """Note the newest state of each output that changes often."""
        while self.passing:
            self.note("output", **self.passing.popitem()[1])

    def is_of_a_cell(self, message: Message) -> bool:
        """Whether a cell shows it, or a widget; a silent request is nobody's business."""
        asked = message["parent_header"].get("msg_type")
        return parent_of(message) in self.known or asked != "execute_request"

    def shown_by_fork(self, message: Message) -> None:
        """Note an output of a process that a cell has forked: it shares nothing but the file."""
        shown = message["header"]["msg_type"] in SHOWN
        if shown and self.recording and self.is_of_a_cell(message):
            with contextlib.suppress(OSError):
                self.log.put({"kind": "output", "time": now(), **output_said(message)})

    def before_reply(self) -> None:
        """End the session, if that was asked and its last cell is over."""
        if self.finish is not None and not self.under_way:
            self.conclude()
        self.complain()

    def ended(self, message: Message, request: Any) -> None:
        """Note how a cell's execution ended, and write the record."""
        name, content = parent_of(message), message["content"]
        if name in self.under_way:
            del self.under_way[name]
            self.note_passing()
            status, events = content.get("status", "ok"), len(self.journal.own)
            self.note("ended", execution=name, status=status, events=events)
            if self.finish is None or self.under_way:
                self.write()
        elif content.get("status") == "aborted" and isinstance(request, dict):
            source = self.masking(request.get("content", {}).get("code", ""))
            cell = str((request.get("metadata") or {}).get("cellId") or "")
            self.note("aborted", execution=name, source=source, cell=cell)

    def write(self, *, durably: bool = False) -> str:
        """Write the record as far as the session has come.

        `durably`, it is on the disk after, and its SHA-256 in hex is returned; empty where the disk
        took nothing.
        """
        with self.lock:
            if not self.recording:
                return ""
            self.note_passing()
            self.log.sync()
            try:
                found = self.write_pages(durably=durably)
            except OSError as error:
                self.log.trouble(error)
            except Exception:
                self.log.complaint = f"the record was not written:\n{traceback.format_exc()}"
            else:
                self.log.troubled = self.log.gap is not None
                return found
            return ""

    def write_pages(self, *, durably: bool) -> str:
        """Weave the record from what is on the disk, and put it there."""
        more = self.log.read(self.place)
        whole = more[: more.rfind(b"\n") + 1]
        self.place += len(whole)
        read = self.transcript.read(decode(whole))
        executions = read.executions if durably else [*map(self.so_far, read.executions)]
        woven = weave(read.reference, executions, self.journal.own)
        pages = self.pages.write(woven)
        store(self.journal.path.parent / RECORD, pages, durably=durably)
        return digest(pages) if durably else ""

    def so_far(self, execution: Execution) -> Execution:
        """An execution as it is while its kernel lives: one without an end is under way."""
        if execution.status or execution.kind != "cell":
            return execution
        return replace(execution, status="running", rendered=execution.outputs)

    def end(self, finish: Callable[[str], None]) -> None:
        """The session is over: when its cell is, write the record and call `finish` with its hash.

        `finish` is called at once where no cell is under way. What it raises is shown. It is given
        an empty text where the record could not be written.
        """
        self.finish = finish
        if not self.under_way:
            self.conclude()

    def conclude(self) -> None:
        """Write the record for the last time, and call what was to be called then."""
        finish, self.finish = self.finish, None
        with quiet(), self.alone():
            self.release()
            found = self.write(durably=True)
            self.recording = False
            self.log.close()
        try:
            if finish is not None:
                finish(found)
        except BaseException as error:
            print(self.masking(f"the session did not end as it should: {error}"), file=sys.stderr)
            print(self.masking(traceback.format_exc()), file=sys.stderr)
        self.complain()
        flush()

    def end_with_kernel(self) -> None:
        """The kernel ends: what waits for a cell's end waits no longer."""
        if self.finish is not None:
            self.conclude()
        elif self.recording:
            self.write(durably=True)

    def give_way(self) -> None:
        """Another recorder takes this one's place: end the session, if that was asked, and stop."""
        with self.alone():
            for name in list(self.under_way):
                events = len(self.journal.own)
                self.note("ended", execution=name, status="continued", events=events)
            self.under_way.clear()
        self.end_with_kernel()
        self.stop()

    def stop(self) -> None:
        """Record and mask no longer; the kernel sends as it did before."""
        with self.alone():
            self.release()
            self.recording = False
            self.log.close()
            self.untap()
        atexit.unregister(self.end_with_kernel)

    def complain(self) -> None:
        """Tell the operator, once, what keeps the record from being written."""
        complaint, self.log.complaint = self.log.complaint, ""
        if complaint:
            print(self.masking(complaint), file=sys.stderr)
            flush()


def start_recording(journal: Journal, reference: Reference, masking: Masking) -> Recorder | None:
    """Record what this kernel executes from now on; None outside of a kernel."""
    kernel = find_kernel()
    if kernel is None:
        return None
    recorder = Recorder(journal, reference, masking, kernel)
    recorder.start()
    return recorder


def earlier_sources(shell: Any) -> list[str]:
    """What a kernel has executed so far, the cell under way too.

    A front end that wants no history (nbval) leaves its sources only where tracebacks look.
    """
    history = list(shell.history_manager.input_hist_raw)[1:]
    if history:
        return history
    names = getattr(shell.compile, "_filename_map", ())
    return ["".join(linecache.getlines(name)) for name in names]


def recorder_of(kernel: Any) -> Recorder | None:
    """The recorder that taps a kernel, or None."""
    tap = kernel.session.__dict__.get("send")
    owner = getattr(tap, "__self__", None)
    return owner if isinstance(owner, Recorder) else None


def passing(message: Message) -> str:
    """The display id of an output whose states are passing; empty of any other."""
    name = str((message["content"].get("transient") or {}).get("display_id") or "")
    return name if name.startswith(PASSING) else ""


def output_said(message: Message) -> dict[str, Any]:
    """What the list of messages has of an output."""
    kind = message["header"]["msg_type"]
    return {"execution": parent_of(message), "type": kind, "content": message["content"]}


def flush() -> None:
    """Send what was printed."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(Exception):
            stream.flush()
