"""The sandbox's people as approvers: they answer gates where nobody sits at the notebook."""

import time
from collections.abc import Callable
from typing import Any

from runbook_lib.errors import Failed
from runbook_lib.journal.decision import Decision
from runbook_lib.services.http import open_session, send
from runbook_lib.steps.question import Question

PAUSE = 0.1
LIMIT = 20.0
"""How long a person of the sandbox is waited for, in seconds; then the session waits."""


class SandboxPeople:
    """Asks the approver of a sandbox, and waits a little for the answer."""

    def __init__(
        self, url: str, token: str, *, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self.url = url
        self.sleep = sleep
        self.session = open_session(url)
        self.session.headers["Authorization"] = f"Bearer {token}"

    def ask(self, question: Question, decide: Callable[[Decision], Decision]) -> None:
        """Put the question to the sandbox; decide as its people do, if they do in time.

        Who is away is not waited for: the session waits, and is run again.
        A step by hand that wants evidence waits where no example of it says what they would give.
        """
        if question.evidence and not question.example:
            return
        asked = self.request("POST", "/sandbox/approvals", **asked_of(question))
        for _ in range(int(LIMIT / PAUSE)):
            answer = self.request("GET", f"/sandbox/approvals/{asked['id']}")
            if answer["state"] != "pending":
                decide(decision(question, answer))
                return
            if answer["away"]:
                return
            self.sleep(PAUSE)

    def tell(self, question: Question, decided: Decision) -> None:
        """Tell the sandbox what somebody else has decided, for its people to go by; once."""
        asked = self.request("POST", "/sandbox/approvals", **asked_of(question))
        if asked["state"] == "pending":
            path = f"/sandbox/approvals/{asked['id']}"
            self.request("PATCH", path, state=decided.verdict, reason=decided.reason)

    def request(self, method: str, path: str, **body: str) -> dict[str, Any]:
        """One request to the sandbox's control, which is no effect of a run."""
        response = send(self.session, method, self.url + path, service="", json=body or None)
        if not response.ok:
            raise Failed(f"{method} {path}: expected an answer, found {response.status_code}")
        found: dict[str, Any] = response.json()
        return found


def asked_of(question: Question) -> dict[str, str]:
    """What the sandbox's people are asked."""
    return {name: getattr(question, name) for name in ("run", "gate", "digest", "title", "text")}


def decision(question: Question, answer: dict[str, Any]) -> Decision:
    """What the sandbox's people decided on a question."""
    return Decision(
        question.gate,
        question.digest,
        "approved" if answer["state"] == "approved" else "rejected",
        by=f"{answer['by']}@sandbox",
        host="sandbox",
        how="the sandbox's people",
        reason=str(answer.get("reason") or ""),
        kind=question.kind,
        evidence=question.example if answer["state"] == "approved" else "",
    )
