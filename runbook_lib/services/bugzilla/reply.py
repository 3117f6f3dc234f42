"""What Bugzilla answers, and what its refusals mean (Bugzilla/WebService/Constants.pm)."""

from typing import Any

from runbook_lib.errors import AccessDenied, Failed, Refused, RunbookError
from runbook_lib.frozen import frozen
from runbook_lib.services.bugzilla.calls import NO_METHOD

UNKNOWN = frozenset({51, 100, 101})
"""Codes that say that there is no such thing (Bugzilla/WebService/Constants.pm)."""
NO_RESOURCE = 32614
OWN_FAILURE = 100_000
"""From there on a code is that of a failure within: mail that could not be sent, say."""
NO_ALIAS = frozenset({103, 115})
"""Codes that an alias is refused with: it does not fit, it is taken, or it may not be set."""
NOT_LOGGED_IN = frozenset({300, 301, 302, 304, 305, 306, 307, 410})
NOT_ALLOWED = frozenset({102, 106, 109, 110, 113, 115, 120, 505})


@frozen
class Reply:
    """What Bugzilla answered: `code` and `message` are those of a refusal, else 0 and empty."""

    asked: str
    status: int
    body: dict[str, Any]
    code: int
    message: str

    @property
    def refused(self) -> bool:
        """Whether it is a refusal."""
        return self.status >= 400 or bool(self.body.get("error"))

    @property
    def unknown(self) -> bool:
        """Whether it says that there is no such thing."""
        return self.refused and self.code in UNKNOWN

    @property
    def nowhere(self) -> bool:
        """Whether it says that this version has no such part of the API."""
        return self.refused and self.code in {NO_RESOURCE, *NO_METHOD}

    def require(self) -> dict[str, Any]:
        """The body of an answer that is no refusal; raises what a refusal means."""
        if self.refused:
            raise self.refusal()
        return self.body

    def refusal(self) -> RunbookError:
        """What a refusal means to whoever asked."""
        found = f"{self.asked} was refused: {self.message} (status {self.status}, code {self.code})"
        if self.code in NOT_LOGGED_IN:
            return AccessDenied(
                f"{found}; check the Bugzilla API key, or make a new one in Bugzilla's "
                "preferences (before 5.0: check the account and its password)"
            )
        if self.code in NOT_ALLOWED or self.status in (401, 403):
            return AccessDenied(f"{found}; check the names, and ask for the account's permission")
        if self.code >= OWN_FAILURE:
            return Failed(f"{found}; it is a failure of this Bugzilla's own: ask its administrator")
        if self.code:
            return Refused(f"{found}; correct what was sent")
        return Failed(f"{found}; check the address, and what stands in front of Bugzilla")


def read_code(code: object) -> int:
    """An error's code: a number in some versions, a text in others; 0 where it is neither."""
    try:
        return int(str(code))
    except ValueError:
        return 0
