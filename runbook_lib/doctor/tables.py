"""What a profile's tables need: each is examined by its own room, whatever it is about."""

import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from runbook_lib.doctor.examining import Examination
from runbook_lib.errors import UsageError
from runbook_lib.policy.diagnosis import Diagnosis
from runbook_lib.profile import Readings, Section, Team, load_as, load_profile, read_as, read_own
from runbook_lib.profile.kinds import kinds, known_tables
from runbook_lib.profile.own import NAMES_SECRET
from runbook_lib.profile.section import sections
from runbook_lib.run.own_run import TABLES
from runbook_lib.run.preview import quiet_runner
from runbook_lib.secrets.credentials import SecretPlace
from runbook_lib.secrets.masking import Masking
from runbook_lib.services.diagnosis import examine_plainly
from runbook_lib.steps.runner import Runner


@dataclass
class Examiner:
    """What one table is examined with; what its checks journal is kept for that moment."""

    profile: Team
    folder: Path
    masking: Masking

    @cached_property
    def runner(self) -> Runner:
        """Who carries out a service's checks, once each."""
        return quiet_runner(self.folder, "doctor")

    def secret(self, place: SecretPlace) -> str:
        """The secret at a place; raises `UsageError` where it is found nowhere."""
        found = place.find()
        self.masking.add(found)
        return found.value


def examinations(name: str, masking: Masking) -> Iterator[Examination]:
    """What is to be looked at for a profile: each of its tables once.

    Where a procedure could read it, and it does not say that it is meant, what that lacks is no
    more than pointed out.
    """
    readings, seen = load_profile(name), list[Section]()
    for profile in (*readings, *possible(name, readings)):
        for table in [*sections(profile), *kit_tables(name, profile, readings)]:
            if table not in seen:
                seen.append(table)
                look = partial(examine_table, table, profile, masking)
                meant = profile in readings
                yield Examination(title(table), look if meant else partial(pointed_out, look))
    for key, said in own_tables(readings[-1]):
        yield Examination(key, partial(examine_own, key, said, readings[-1], masking))


def possible(name: str, readings: Readings) -> Iterator[Team]:
    """The profile as further procedures would read it, where it has the least that they need."""
    for kind in kinds():
        with suppress(UsageError):
            found = None if read_as(readings, kind) else load_as(name, kind)
            if found is not None:
                yield found


def pointed_out(look: Callable[[], Iterable[Diagnosis]]) -> Iterator[Diagnosis]:
    """What is found, with nothing that is missing: it may never be needed."""
    for one in look():
        yield replace(one, state="warning") if one.state == "missing" else one


def title(table: Section) -> str:
    """What a table is called where its examination itself fails."""
    return type(table).__name__.removesuffix("Settings")


def examine_table(table: Section, profile: Team, masking: Masking) -> Iterator[Diagnosis]:
    """What a table's own room finds, without a secret in it."""
    with tempfile.TemporaryDirectory(prefix="runbook-doctor-") as folder:
        means = Examiner(profile, Path(folder), masking)
        yield from table.examine(means)
        if type(table).examine is Section.examine and not table.examined_by:
            places = table.secret_places()
            urls = [str(getattr(table, "url", "")), *(place.url for place in places)]
            yield from examine_plainly(title(table), urls, places, means)


def kit_tables(name: str, profile: Team, readings: Readings) -> Iterator[Section]:
    """The tables for runbooks of one's own that the kit's services read, and no procedure does."""
    read = {key for one in readings for key in type(one).model_fields}
    for key in TABLES.keys() & profile.tables.keys() - read:
        yield read_own(name, key, TABLES[key], profile.tables[key])


def own_tables(profile: Team) -> Iterator[tuple[str, dict[str, Any]]]:
    """The tables of services that come with a runbook."""
    known = known_tables() | TABLES.keys()
    return ((key, said) for key, said in profile.tables.items() if key not in known)


def examine_own(
    name: str, said: dict[str, Any], profile: Team, masking: Masking
) -> Iterator[Diagnosis]:
    """Whether a service of one's own answers, and the secrets are here that its table names."""
    url = str(said.get("url", ""))
    named = [str(variable) for key, variable in said.items() if key.endswith(NAMES_SECRET)]
    places = [SecretPlace(variable, name, url) for variable in named]
    return examine_plainly(name, [url], places, Examiner(profile, Path(), masking))
