"""Bugzilla as a desk: its product and people are those of the profile."""

from runbook_lib.frozen import frozen
from runbook_lib.policy.tickets import Answer
from runbook_lib.services.bugzilla.service import Bugzilla
from runbook_lib.services.bugzilla.settings import BugzillaSettings
from runbook_lib.services.bugzilla.values import Access, Bug, NeedInfo


@frozen
class BugzillaDesk:
    """A Bugzilla, and what a profile says of the bugs there."""

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

    def ask(self, ticket: Bug, *, comment: str) -> NeedInfo:
        """Ask QA on the bug, once."""
        return self.bugzilla.request_information(ticket, of=self.settings.qa, comment=comment)

    def await_answer(self, ticket: Bug) -> Answer:
        """Wait for QA's answer."""
        return self.bugzilla.await_answer(ticket, of=self.settings.qa)

    def await_ticket(self, title: str) -> Bug:
        """Wait for QA's bug of that title."""
        settings = self.settings
        return self.bugzilla.await_bug(title, product=settings.product, of=settings.qa)

    def result(self, ticket: Bug) -> str:
        """Which bug asks operations."""
        return f"bug {ticket.id} asks operations"
