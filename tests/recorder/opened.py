"""What the first cell of a test's notebook calls: a session with a journal and a recorder."""

import atexit
import os
from collections.abc import Iterable
from pathlib import Path

from runbook_lib.journal.journal import Journal
from runbook_lib.notebook.reference import read_reference
from runbook_lib.record.recorder import Recorder, start_recording
from runbook_lib.secrets.masking import Masking, Secret


class Session:
    """A session as a run has it, without anything outside."""

    def __init__(self, folder: Path, notebook: Path | None, secrets: Iterable[str]) -> None:
        mask = Masking(map(Secret, secrets))
        name = folder.name
        self.journal = Journal(folder / "journal.jsonl", session=name, operator="olive", mask=mask)
        reference = read_reference(notebook)
        self.journal.append(
            "opened",
            runbook="tides",
            parameters={"version": "1.9"},
            profile="sandbox",
            host="here",
            process=os.getpid(),
            library="0.1.0",
            runbook_commit=reference.commit,
        )
        self.recorder: Recorder | None = start_recording(self.journal, reference, mask)
        self.number = 0
        atexit.register(self.end)

    def begin(self, step: str, announced: str = "") -> None:
        self.number += 1
        self.journal.append("started", step=step, number=self.number, arguments={})
        if announced:
            self.journal.append("intent", step=step, number=self.number, announced=announced)

    def step(self, step: str, announced: str = "", outcome: str = "done") -> None:
        self.begin(step, announced)
        said = {"announced": announced, "detail": "", "link": "", "seconds": 0.1}
        self.journal.append("outcome", step=step, number=self.number, outcome=outcome, **said)

    def end(self) -> None:
        if self.recorder is not None:
            self.recorder.end(self.finish)
        atexit.unregister(self.end)

    def finish(self, digest: str) -> None:
        self.journal.append("ended", record=digest)
        self.journal.close()


def open_session(folder: str, notebook: str | None = None, secrets: Iterable[str] = ()) -> Session:
    return Session(Path(folder), Path(notebook) if notebook else None, secrets)
