"""Bugzilla as the desk of a release: its product and people are those of the profile."""

from dataclasses import dataclass

from runbook_lib.policy.tickets import Answer
from runbook_lib.policy.visible import Shown
from runbook_lib.release.left_out import LeftOut, left_out
from runbook_lib.services.bugzilla.service import Bugzilla
from runbook_lib.services.bugzilla.settings import BugzillaSettings
from runbook_lib.services.bugzilla.values import Access, Bug


@dataclass(frozen=True)
class BugzillaDesk:
    """A Bugzilla, and what a profile says of the bugs there; without QA nobody is asked on them."""

    bugzilla: Bugzilla
    settings: BugzillaSettings

    def check_access(self) -> Access:
        """Check that such a bug can be filed, and asked about."""
        return self.bugzilla.check_access(self.settings.wanted())

    def file(self, title: str, text: str, *, alias: str, whole: str) -> Bug:
        """File the bug, once."""
        settings = self.settings
        return self.bugzilla.file_bug(
            product=settings.product,
            component=settings.component,
            version=settings.version,
            fields=settings.fields,
            title=title,
            description=text,
            alias=alias,
            cc=settings.cc,
            whole=whole,
        )

    def ask(self, ticket: Bug, *, comment: str) -> Shown:
        """Ask QA on the bug, once."""
        if not self.settings.qa:
            return self.without_qa("nobody is asked for a load test")
        return self.bugzilla.request_information(ticket, of=self.settings.qa, comment=comment)

    def await_answer(self, ticket: Bug) -> Answer | LeftOut:
        """Wait for QA's answer."""
        if not self.settings.qa:
            return self.without_qa("no answer is waited for, and none is judged")
        return self.bugzilla.await_answer(ticket, of=self.settings.qa)

    def await_ticket(self, title: str) -> Bug | LeftOut:
        """Wait for QA's bug of that title."""
        if not self.settings.qa:
            return self.without_qa(f"nobody files a ticket: {title}")
        return self.bugzilla.await_bug(title, product=self.settings.product)

    def without_qa(self, what: str) -> LeftOut:
        """Say what is left out where nobody is QA."""
        return left_out(self.bugzilla, f"the profile names no QA (bugzilla.qa): {what}")

    def result(self, ticket: Bug) -> str:
        """Which bug asks operations."""
        return f"bug {ticket.id} asks operations"
