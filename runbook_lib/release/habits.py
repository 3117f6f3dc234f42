"""A project's habits: what a profile says of how it is released, and not of where.

They are what of a profile counts in a rehearsal, too.
"""

import json

from runbook_lib.errors import UsageError
from runbook_lib.profile import SANDBOX, Section, load_as, read_sandbox
from runbook_lib.release.habit_tables import NameTemplates, RepositoryHabits
from runbook_lib.release.settings import Habits, Profile, RepositorySettings

ELSEWHERE = {"project", "archive", "notify", "operator", "wait", "tables"}
"""What a profile says besides: whom to tell, where records are kept, how long to wait."""
PLACES = RepositorySettings.model_fields.keys() - RepositoryHabits.model_fields.keys()
"""What a profile says of a repository that is no habit."""
TITLES = {"bug", "production_bug"}
"""What is called as the sandbox's operations and QA know it."""


def said_habits(name: str) -> Habits | None:
    """What the profile of that name says; None where the file says nothing of the sandbox.

    Raises `UsageError` where there is no such profile, or it is not about a release.
    """
    if name == SANDBOX:
        return read_sandbox(Habits)
    found = load_as(name, Profile)
    if found is None:
        raise UsageError(
            f"expected a profile that says how a project is released, found {name!r} without the "
            "tables of a release; leave it out to rehearse the repository as it is"
        )
    return found


def with_habits(profile: Profile, said: Habits | None) -> Profile:
    """A profile with the habits that another one says instead."""
    if said is None:
        return profile
    given = {name: merged(profile, said, name) for name in own_habits(said)}
    return profile.model_copy(update=given)


def own_habits(said: Habits) -> set[str]:
    """Which of its habits a profile says itself."""
    return (Habits.model_fields.keys() & said.model_fields_set) - ELSEWHERE


def merged(profile: Profile, said: Habits, name: str) -> object:
    """A table with what another profile says in it; signers belong to their key, and come whole."""
    own, others = getattr(profile, name), getattr(said, name)
    if not isinstance(own, Section) or name == "signing":
        return others
    return own.model_copy(update={key: getattr(others, key) for key in habitual(others)})


def habitual(table: Section) -> set[str]:
    """Which keys of a table that are said are habits."""
    not_here = {RepositorySettings: PLACES, NameTemplates: TITLES}.get(type(table), set())
    return table.model_fields_set - not_here


def habits_text(said: Habits | None) -> str:
    """What tells habits apart: two rehearsals of a repository under the same are one."""
    if said is None:
        return ""
    tables = said.model_dump(mode="json", include=own_habits(said), exclude_unset=True)
    for place in PLACES:
        tables.get("repository", {}).pop(place, None)
    return json.dumps(tables, sort_keys=True)
