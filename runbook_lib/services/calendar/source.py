"""Where a calendar comes from: a file, or an address.

The address of a private calendar is its secret: no message names more of it than the host.
"""

import re
from dataclasses import field
from pathlib import Path
from urllib.parse import urlsplit

import requests

from runbook_lib.errors import AccessDenied, Failed, Refused, Unavailable, UsageError
from runbook_lib.frozen import frozen
from runbook_lib.secrets.credentials import keeps_secrets
from runbook_lib.services.bounds import TooLarge
from runbook_lib.services.http import Moved, open_session, send

LARGEST = 5_000_000
"""How many bytes of a calendar are read at most."""

SECRET_ADDRESS = (
    "give its secret address in iCal format (push.calendar_variable names the variable)"
)


@frozen
class Source:
    """A calendar's file or address."""

    text: str = field(repr=False)

    def __str__(self) -> str:
        if not self.is_address:
            return f"the calendar file {self.file.name}"
        return f"the calendar at {urlsplit(self.address()).netloc}"

    @property
    def is_address(self) -> bool:
        """Whether it is an address, and not a file."""
        return "://" in self.text

    @property
    def file(self) -> Path:
        """The file."""
        return Path(self.text).expanduser()

    def read(self) -> bytes:
        """What is written there."""
        return self.download() if self.is_address else self.read_file()

    def read_file(self) -> bytes:
        """The file's content."""
        try:
            with self.file.open("rb") as file:
                found = file.read(LARGEST + 1)
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else "no file has such a name"
            raise UsageError(
                f"expected an .ics file, {self} can't be read ({reason}); correct push.calendar in "
                "the profile"
            ) from None
        if len(found) > LARGEST:
            raise self.too_large()
        return found

    def download(self) -> bytes:
        """What the address answers; redirects are not followed."""
        url = self.address()
        try:
            with open_session(url, largest=LARGEST) as session:
                answer = send(session, "GET", url, service="the calendar")
        except Unavailable as lost:
            raise self.lost(lost.retry_after) from None
        except Moved:
            raise Refused(
                f"expected {self}, found that it leads elsewhere (a login?); {SECRET_ADDRESS}"
            ) from None
        except UsageError:
            raise self.bad_address() from None
        except Failed as error:
            if isinstance(error.__cause__, TooLarge):
                raise self.too_large() from None
            raise Failed(
                f"expected {self} to prove who it is, found no certificate to trust; check its "
                "certificate, and this machine's clock and certificates"
            ) from None
        self.check_answer(answer)
        return answer.content

    def address(self) -> str:
        """The address; raises `UsageError` for one that can't be asked for."""
        address = re.sub(r"^webcals?://", "https://", self.text.strip(), flags=re.IGNORECASE)
        try:
            parts = urlsplit(address)
            whole = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
        except ValueError:
            raise self.bad_address() from None
        if not whole or "@" in parts.netloc or re.search(r"[\s\x00-\x1f]", address):
            raise self.bad_address()
        if not keeps_secrets(address):
            raise UsageError(
                f"expected the calendar of {parts.netloc} at an https address: its own is a secret "
                "that could be read on the way; only this machine is asked without TLS"
            )
        return address

    def bad_address(self) -> UsageError:
        """The error for an address that can't be asked for."""
        return UsageError(
            "expected an http(s) address of a calendar, without a name or a password in it, found "
            "something else (not shown here: it may be a secret); correct push.calendar in the "
            "profile, or its variable"
        )

    def check_answer(self, answer: requests.Response) -> None:
        """Raise what an answer means that is not the calendar."""
        if answer.status_code == requests.codes.ok:
            return
        found = f"found {answer.status_code}"
        if answer.status_code in (requests.codes.unauthorized, requests.codes.forbidden):
            raise AccessDenied(f"expected that {self} can be read, {found}; {SECRET_ADDRESS}")
        raise Refused(f"expected {self}, {found}; correct push.calendar in the profile")

    def lost(self, pause: float | None = None) -> Unavailable:
        """The error for a calendar that gave no answer."""
        return Unavailable(
            f"{self} gave no answer, or only a part of one; check the network and the address, "
            "then run this again",
            retry_after=pause,
            may_have_acted=False,
        )

    def too_large(self) -> Refused:
        """The error for a calendar that is not read to its end."""
        return Refused(
            f"expected a calendar of {LARGEST // 1_000_000} MB at most, {self} is larger; "
            "name one that has the push duty alone"
        )
