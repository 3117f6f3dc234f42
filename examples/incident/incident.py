"""What an incident needs besides people: how severe it is, and a report of what was done."""

from collections.abc import Generator
from pathlib import Path

from runbook_lib import Address, Service, Settings, UsageError, step

SEVERITIES = {50: "critical", 10: "major", 1: "minor"}  # by how many of a hundred are affected


def severity_of(affected: int) -> str:
    """How severe an incident is that affects so many of a hundred people."""
    if not 1 <= affected <= 100:
        raise UsageError(f"expected from 1 to 100 of a hundred people, found {affected}")
    return next(name for least, name in SEVERITIES.items() if affected >= least)


class IncidentSettings(Settings):
    """The site that people miss, what stands on it when it is well, and where reports go."""

    site: Address
    contains: str = ""
    reports: Path = Path("reports")


class Incident(Service):
    """What the team has for its incidents."""

    settings: IncidentSettings

    @step
    def write_report(self, title: str, *done: object) -> Generator[str, None, Path]:
        """Write what was done, when and by whom, for those who learn from it."""
        place = self.settings.reports / f"{self.run.name.rpartition('/')[2]}.md"
        text = "\n".join([f"# {title}", "", *(f"* {one}" for one in done), ""])
        if not place.exists() or place.read_text() != text:
            yield f"write {place}"
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text)
        return place
