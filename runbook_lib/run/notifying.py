"""Tells people of a run by Apprise: each thing once, and never in the run's way.

A notification is announced in the journal before it is sent, and noted when it was taken. What
dies in between is sent again by the next session, if it still holds: rather twice than never.
"""

import os
from collections.abc import Callable, Iterator
from itertools import takewhile

from runbook_lib.archive.places import profile_of
from runbook_lib.errors import RunbookError
from runbook_lib.journal.events import Event
from runbook_lib.journal.journal import Journal, read_changed
from runbook_lib.journal.session import JOURNAL, Home
from runbook_lib.journal.summary import said_by
from runbook_lib.profile import secret_places
from runbook_lib.profile.notify import NAME, NotifySettings, service_of
from runbook_lib.run.notices import Notice, kept_private
from runbook_lib.run.setting import find_secrets
from runbook_lib.secrets.masking import Masking, environment_secrets
from runbook_lib.services.apprise import send

SAID_ONCE = ("gate", "reminder")
"""What is said once for good: an ending is said again where another one came between."""
NEXT_TIME = {"reminder": "run the cell again to try again"}
"""How it is tried again, where no session does it by itself."""
LOOKED_AT = 100
"""How many earlier sessions without a run are looked at for what was said already."""


class Notifier:
    """Tells the people whom a profile names; `secret` has what is kept for a service."""

    def __init__(
        self,
        settings: NotifySettings,
        journal: Journal,
        home: Home,
        *,
        runbook: str,
        secret: Callable[[str], str],
        masking: Masking,
    ) -> None:
        self.settings = settings
        self.journal = journal
        self.home = home
        self.runbook = runbook
        self.secret = secret
        self.masking = masking

    @classmethod
    def of_dead(cls, journal: Journal, home: Home) -> "Notifier":
        """Whoever is told of a session that has died, as its profile says now."""
        profile = profile_of(home)
        settings = profile.notify if profile else NotifySettings()
        places = secret_places(settings)
        masking = Masking([*find_secrets(settings).values(), *environment_secrets(os.environ)])
        journal.mask = masking
        return cls(
            settings,
            journal,
            home,
            runbook=str(said_by(journal.own, "opened").get("runbook") or ""),
            secret=lambda service: places[service].find().value,
            masking=masking,
        )

    def tell(self, notice: Notice, say: Callable[[str], object]) -> None:
        """Tell each who is to hear of it and has not yet; `say` shows what could not be sent."""
        if notice.occasion not in self.settings.on or not self.settings.to:
            return
        self.journal.refresh()
        shown = kept_private(notice, self.runbook) if self.home.private else notice
        for to in self.settings.to:
            if not self.is_told(notice, to):
                self.send(shown, to, say)

    def remind(self, notice: Notice) -> str:
        """Remind each of a wait who has not been; in words, who was."""
        self.journal.refresh()
        shown = kept_private(notice, self.runbook) if self.home.private else notice
        left = [to for to in self.settings.to if not self.is_told(notice, to)]
        trouble: list[object] = []
        for to in left:
            self.send(shown, to, trouble.append)
        if trouble:
            return " ".join(map(str, trouble))
        return (
            f"Reminded: {', '.join(left)}." if left else "They have been reminded of this before."
        )

    def is_told(self, notice: Notice, to: str) -> bool:
        """Whether somebody has heard of it: once for good, or of an ending if it was the last."""
        told = [event.said for event in self.events() if event.matches("notified", to=to)]
        if notice.occasion in SAID_ONCE:
            return any(said["about"] == notice.about for said in told)
        endings = [said["about"] for said in told if said["on"] not in SAID_ONCE]
        return endings[-1:] == [notice.about]

    def events(self) -> Iterator[Event]:
        """The events of the run; before it has joined one, of the sessions that have not either."""
        if self.journal.run is None:
            yield from self.without_run()
        yield from self.journal.events()

    def without_run(self) -> Iterator[Event]:
        """The events of this runbook's earlier sessions here that came to no run."""
        folders = sorted((self.home.folder / "sessions").glob(f"*/{JOURNAL}"))
        earlier = takewhile(lambda path: path.parent.name < self.journal.session, folders)
        for path in [*earlier][-LOOKED_AT:]:
            events = read_changed(path)
            if said_by(events, "opened").get("runbook") == self.runbook:
                yield from events

    def send(self, notice: Notice, to: str, say: Callable[[str], object]) -> None:
        """Send it to one, and note before and after; what can't be sent stops nothing."""
        mask = self.journal.mask
        said = {"on": notice.occasion, "about": notice.about, "to": to}
        self.journal.append("notifying", **said)
        try:
            address = self.secret(service_of(to)) if NAME.fullmatch(to) else to
            send(address, title=mask(notice.title), text=mask(notice.text), masking=self.masking)
        except RunbookError as error:
            why = mask(str(error))
            self.journal.append("not_notified", **said, why=why)
            again = NEXT_TIME.get(notice.occasion, "the next session tries")
            say(f"! {to} has not heard of this ({notice.occasion}); {again}: {why}")
        else:
            self.journal.append("notified", **said)
