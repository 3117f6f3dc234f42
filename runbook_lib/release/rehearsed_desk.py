"""The desk of a rehearsal: the sandbox's, of the kind that a profile names."""

from runbook_lib.release.settings import Habits, Profile
from runbook_lib.services.bugzilla.settings import BugzillaSettings
from runbook_lib.services.github.settings import IssuesSettings
from runbook_lib.services.jira.settings import JiraSettings

QA = "qa"
"""Who is QA in the sandbox."""


def with_desk(profile: Profile, said: Habits | None, url: str) -> Profile:
    """A rehearsal's profile with a desk as `said` has one, in the sandbox at `url`."""
    return profile.model_copy(update=other_desk(said, url))


def other_desk(said: Habits | None, url: str) -> dict[str, object]:
    """The tables of a desk that is no Bugzilla; nothing where a profile names none such."""
    for name, table in said.desks.items() if isinstance(said, Profile) else ():
        if not isinstance(table, BugzillaSettings):
            found = in_sandbox(table, url)
            asked = found if table.qa else found.model_copy(update={"qa": ""})
            return {"bugzilla": None, name: asked}
    return {}


def in_sandbox(table: JiraSettings | IssuesSettings, url: str) -> JiraSettings | IssuesSettings:
    """The same desk in the sandbox: a Jira of the same kind, the issues of what is rehearsed."""
    if isinstance(table, JiraSettings):
        return JiraSettings.in_sandbox(url, cloud=bool(table.user))
    return IssuesSettings(labels=table.labels, qa=QA)


def desk_text(said: Habits | None) -> str:
    """What tells desks apart, as `habits_text` does habits."""
    named = said.desks if isinstance(said, Profile) else {}
    return "".join(f"desk {name}" for name in named if name != "bugzilla")
