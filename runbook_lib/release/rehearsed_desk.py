"""Desk and stage of a rehearsal: the sandbox's, as far and of the kind that a profile has them."""

from runbook_lib.release.settings import Habits, Profile
from runbook_lib.services.bugzilla.settings import BugzillaSettings
from runbook_lib.services.github.settings import IssuesSettings
from runbook_lib.services.jira.settings import JiraSettings

QA = "qa"
"""Who is QA in the sandbox."""

Desk = BugzillaSettings | JiraSettings | IssuesSettings


def with_desk(profile: Profile, said: Profile, url: str) -> Profile:
    """A rehearsal's profile with desk, QA and stage as `said` has them, in the sandbox at `url`."""
    desks: dict[str, Desk | None] = {"bugzilla": None}
    for name, table in said.desks.items():
        found = in_sandbox(table, url)
        desks[name] = found if table.qa else found.model_copy(update={"qa": ""})
    stage = profile.stage if said.stage else None
    return profile.model_copy(update={**desks, "stage": stage})


def in_sandbox(table: Desk, url: str) -> Desk:
    """The same desk in the sandbox: of the same kind, the issues of what is rehearsed."""
    if isinstance(table, JiraSettings):
        return JiraSettings.in_sandbox(url, cloud=bool(table.user))
    if isinstance(table, IssuesSettings):
        return IssuesSettings(labels=table.labels, qa=QA)
    return BugzillaSettings.in_sandbox(url)


def desk_text(said: Habits | None) -> str:
    """What tells desks apart, as `habits_text` does habits."""
    if not isinstance(said, Profile):
        return ""
    asked = ["QA" for desk in said.desks.values() if desk.qa]
    return " ".join([*said.desks, *asked, *(["stage"] if said.stage else [])])
