"""Messages about deployments, as the programs that deploy write them into a channel."""

import re
from datetime import datetime

from runbook_lib.errors import UsageError
from runbook_lib.frozen import frozen

PATTERN = (
    r"\b(?:(?P<failed>failed)\s+to\s+(?:deploy|push)|deployed|pushed)"
    r"\s+(?:\S+/)?(?P<service>[\w.-]+)\s+(?P<tag>(?=\S*\d)\w[\w./+-]*)"
    r"(?:\s+\((?P<commit>[0-9a-f]{7,40})\))?\s+to\s+(?P<environment>[\w-]+)"
)
"""What a message says by default: `deployed owner/name 2026.03.12 (1a2b3c4d5) to stage`."""
NEEDED = ("service", "tag", "environment")


@frozen
class Deployment:
    """What a message says: a service's tag went to an environment, or failed to.

    `commit` is empty where the message does not say it, and may be shortened.
    """

    service: str
    tag: str
    environment: str
    at: datetime
    commit: str = ""
    by: str = ""
    link: str = ""
    failed: bool = False

    def __str__(self) -> str:
        what = "failed to deploy" if self.failed else "deployed"
        return f"{self.by} {what} {self.service} {self.tag} to {self.environment}".strip()


def compile_pattern(pattern: str = "") -> re.Pattern[str]:
    """What finds deployments in messages; raises `UsageError` where it can't."""
    try:
        found = re.compile(pattern or PATTERN, re.IGNORECASE)
    except re.error as error:
        raise UsageError(
            f"expected a regular expression as push.slack.deployment, found {pattern!r}: {error}"
        ) from None
    missing = [name for name in NEEDED if name not in found.groupindex]
    if missing:
        raise UsageError(
            f"expected the groups {', '.join(NEEDED)} in push.slack.deployment, found {pattern!r} "
            f"without {', '.join(missing)}; name them as (?P<tag>…)"
        )
    return found


def read_deployments(
    text: str, pattern: re.Pattern[str], *, at: datetime, by: str, link: str
) -> tuple[Deployment, ...]:
    """The deployments that a message tells of; none in a message about something else."""
    return tuple(
        Deployment(
            service=said["service"].rpartition("/")[2],
            tag=said["tag"],
            environment=said["environment"].lower(),
            at=at,
            commit=said.get("commit") or "",
            by=by,
            link=link,
            failed=bool(said.get("failed")),
        )
        for found in pattern.finditer(text)
        for said in [found.groupdict()]
        if all(said[name] for name in NEEDED)
    )
