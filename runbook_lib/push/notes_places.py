"""Where the notes of a push are kept, as the profile says."""

from datetime import date

from runbook_lib.errors import UsageError
from runbook_lib.policy.templates import fill
from runbook_lib.push.services import PushServices
from runbook_lib.services.etherpad.pad import Pad
from runbook_lib.services.github import DraftRelease, FileInRepository
from runbook_lib.services.notes import NotesStore


def open_store(bench: PushServices, day: date) -> NotesStore:
    """The place of the notes of the push of a day.

    Raises `UsageError` where the profile does not name the repository, or the Etherpad.
    """
    settings = bench.push.notes
    names = {
        "date": day.isoformat(),
        "tag": bench.push.tag_form.name(day),
        "year": f"{day:%Y}",
        "month": f"{day:%m}",
        "day": f"{day:%d}",
    }
    if settings.kind == "etherpad":
        named(settings.url, "url", "the address of the Etherpad")
        return Pad(bench.open(settings.etherpad), fill(settings.pad, names))
    github = bench.github(named(settings.github, "github", "the repository of the notes"))
    if settings.kind == "draft":
        return DraftRelease(github, names["tag"], name=f"{bench.team.project} {names['tag']}")
    return FileInRepository(github, fill(settings.path, names), branch=settings.branch)


def named(value: str, key: str, what: str) -> str:
    """A setting that its kind of notes needs."""
    if not value:
        raise UsageError(f"expected {what} in the profile, found none; add push.notes.{key}")
    return value
