"""Desk and stage of a rehearsal: the sandbox's, as far and of the kind that a profile has them."""

from runbook_lib.release.desk import DeskSettings
from runbook_lib.release.settings import Habits, Profile


def with_desk(profile: Profile, said: Profile, url: str) -> Profile:
    """A rehearsal's profile with desk, QA and stage as `said` has them, in the sandbox at `url`."""
    desks: dict[str, DeskSettings | None] = {**dict.fromkeys(profile.desks)}
    for name, table in said.desks.items():
        found = table.rehearsed(url)
        desks[name] = found if table.qa else found.model_copy(update={"qa": ""})
    stage = profile.stage if said.stage else None
    return profile.model_copy(update={**desks, "stage": stage})


def desk_text(said: Habits | None) -> str:
    """What tells desks apart, as `habits_text` does habits."""
    if not isinstance(said, Profile):
        return ""
    asked = ["QA" for desk in said.desks.values() if desk.qa]
    return " ".join([*said.desks, *asked, *(["stage"] if said.stage else [])])
