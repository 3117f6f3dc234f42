"""How projects tag and count: what is found in a repository's history, and what is decided.

A history is told in words, parted by `|`: `c` commits a subject, `t` tags, `b` begins a branch, `s`
switches to one, `q` squashes one into the branch, `m` merges one, `d` deletes one, `f` writes a
file into the next commit, and `@` says the day.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from runbook_lib.errors import Conflict, Refused, UsageError
from runbook_lib.policy.release.choice import Choice
from runbook_lib.policy.release.next_version import Known
from runbook_lib.release.decision import choose
from runbook_lib.release.habit_tables import (
    ChangelogSettings,
    CommitSettings,
    NameTemplates,
    VersionSettings,
)
from runbook_lib.release.known import find_known, look
from runbook_lib.release.release import Decided, subject_of
from runbook_lib.release.run import ReleaseRun
from runbook_lib.release.settings import RepositorySettings
from runbook_lib.services.git import Mirror
from tests.conftest import MakeRunner
from tests.release.world import git

TODAY = "2026-11-26"
MAIN = "main"


@dataclass
class History:
    """A repository that is made word by word."""

    folder: Path
    day: str = "2026-01-05"
    number: int = 0
    files: dict[str, str] = field(default_factory=dict)

    def git(self, *words: str) -> str:
        when = f"{self.day}T12:00:{self.number % 60:02}+00:00"
        people = {"GIT_AUTHOR_NAME": "Iris", "GIT_AUTHOR_EMAIL": "iris@islands.example"}
        people |= {name.replace("AUTHOR", "COMMITTER"): one for name, one in people.items()}
        dates = {"GIT_AUTHOR_DATE": when, "GIT_COMMITTER_DATE": when}
        return git(self.folder, *words, **people, **dates)

    def tell(self, text: str) -> None:
        git(self.folder.parent, "init", "--quiet", f"--initial-branch={MAIN}", str(self.folder))
        for word in text.split(" | "):
            self.number += 1
            kind, _, rest = word.strip().partition(" ")
            getattr(self, {"@": "at"}.get(kind, kind))(rest)
        self.s(MAIN)

    def at(self, day: str) -> None:
        self.day = day

    def f(self, said: str) -> None:
        path, _, text = said.partition("=")
        (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / path).write_text(text.replace("; ", "\n") + "\n")

    def c(self, subject: str) -> None:
        (self.folder / "work").write_text(f"{self.number}\n")
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", subject)

    def t(self, name: str) -> None:
        self.git("tag", "--annotate", "--message", name, name)

    def b(self, name: str) -> None:
        self.git("switch", "--quiet", "--create", name)

    def s(self, name: str) -> None:
        self.git("switch", "--quiet", name)

    def q(self, name: str) -> None:
        self.git("merge", "--quiet", "--squash", "--strategy-option=theirs", name)
        self.git("commit", "--quiet", "--message", f"Squashed {name} (#7)")

    def m(self, name: str) -> None:
        self.git("merge", "--quiet", "--no-ff", "--strategy-option=theirs", "-m", "Merge", name)

    def d(self, name: str) -> None:
        self.git("branch", "--quiet", "-D", name)


@dataclass(frozen=True)
class Found:
    """What was found, and decided of it."""

    known: Known
    choice: Choice

    @property
    def version(self) -> str:
        return str(self.choice.version)

    @property
    def last(self) -> str:
        return self.choice.last.tag if self.choice.last else ""


Decide = Callable[..., Found]


@pytest.fixture
def decide(tmp_path: Path, make_runner: MakeRunner) -> Decide:
    """Decide on the release of a history that is told: what was found."""

    def decided(
        told: str, version: str = "", *, source: str = MAIN, named: str = "", today: str = TODAY,
        tag: str = "", breaks: str = "minor", **repository: str,
    ) -> Found:  # fmt: skip
        original = tmp_path / "buoy"
        if not original.exists():
            History(original).tell(told)
        mirror = Mirror(tmp_path / "mirror.git", str(original), make_runner())
        mirror.fetch()
        settings = RepositorySettings(url="https://git.example/buoy", **repository)
        versions = VersionSettings.model_validate({"zero_breaks": breaks})
        profile = SimpleNamespace(
            project="buoy",
            repository=settings,
            names=NameTemplates(tag=tag),
            versions=versions,
            commits=CommitSettings(),
            changelog=ChangelogSettings(),
        )
        now = datetime.fromisoformat(f"{today}T12:00:00+00:00").astimezone(UTC)
        nobody = {"past_run": lambda _: None, "past_runs": list, "histories": {}}
        run = SimpleNamespace(mirror=mirror, profile=profile, now=lambda: now, **nobody)
        start = mirror.head(source).id
        looked = look(cast(ReleaseRun, run), start)
        known = find_known(cast(ReleaseRun, run), looked, start, source, named)
        choice = choose(cast(ReleaseRun, run), version, known, start, looked)
        return Found(known, cast(Choice, choice))

    return decided


@pytest.mark.parametrize(
    ("told", "template", "last", "version"),
    [
        ("c a | t 1.2.2 | c b | t 1.2.3 | c fix: x", "{full}", "1.2.3", "1.2.4"),
        ("c a | t v1.2.3 | c feat: x", "v{full}", "v1.2.3", "1.3.0"),
        ("c a | t V1.2.3 | c fix: x", "V{full}", "V1.2.3", "1.2.4"),
        ("c a | t release-1.2.3 | c fix: x", "release-{full}", "release-1.2.3", "1.2.4"),
        ("c a | t buoy-1.2.3 | c fix: x", "buoy-{full}", "buoy-1.2.3", "1.2.4"),
        ("c a | t buoy@1.2.3 | c fix: x", "buoy@{full}", "buoy@1.2.3", "1.2.4"),
        ("c a | t buoy/v1.2.3 | c fix: x", "buoy/v{full}", "buoy/v1.2.3", "1.2.4"),
        ("c a | t other-1.2.3 | c fix: x", "other-{full}", "other-1.2.3", "1.2.4"),
        ("c a | t buoy-8_5_1 | c fix: x", "buoy-{major}_{minor}_{patch}", "buoy-8_5_1", "8.5.2"),
        ("c a | t 1.2.3.4 | c b | t 1.2.3.5 | c fix: x", "{full}", "1.2.3.5", "1.2.3.6"),
        ("c a | t 1.2.3.0 | c b | t 1.2.4.0 | c fix: x", "{full}", "1.2.4.0", "1.2.5.0"),
        ("c a | t v1.2.2 | t v1 | t v1.2 | c b | t v1.2.3 | c fix: x", "v{full}", "v1.2.3",
         "1.2.4"),
        ("c a | t v1.2.3 | t v1.2 | t v1 | c fix: x", "v{full}", "v1.2.3", "1.2.4"),
        ("c a | t v1.6.12 | c b | t 1.7 | c d | t 1.8 | c feat: x", "{version}", "1.8", "1.9.0"),
        ("c a | t 1.9 | c b | t 1.10 | c fix: x", "{version}", "1.10", "1.10.1"),
        ("c a | t v1.0.0 | c b | t docs-1.0 | c fix: x", "v{full}", "v1.0.0", "1.0.1"),
        ("c a | t 0.3.1 | c feat!: x", "{full}", "0.3.1", "0.4.0"),
        ("c a | t 1.3.1 | c feat!: x", "{full}", "1.3.1", "2.0.0"),
    ],
)  # fmt: skip
def test_a_form_of_tags_goes_on(
    decide: Decide, told: str, template: str, last: str, version: str
) -> None:
    found = decide(told)
    assert (found.known.tags.template, found.last) == (template, last)
    assert (found.version, found.choice.leap) == (version, "")


@pytest.mark.parametrize(
    ("told", "today", "calendar", "version"),
    [
        ("@ 2026-11-25 | c a | t 2026.11.25 | c x", TODAY, "YYYY.MM.DD", "2026.11.26"),
        ("@ 2026-11-26 | c a | t 2026.11.26 | c x", TODAY, "YYYY.MM.DD", "2026.11.26.1"),
        ("@ 2026-07-05 | c a | t 2026.07 | c x", TODAY, "YYYY.0M", "2026.11"),
        ("@ 2026-07-05 | c a | t 2026.07 | c x", "2026-07-30", "YYYY.0M", "2026.07.1"),
        ("@ 2026-07-05 | c a | t v2026.7.0 | c x", "2026-07-30", "YYYY.MM.MICRO", "2026.7.1"),
        ("@ 2026-07-05 | c a | t v2026.7.0 | c x", TODAY, "YYYY.MM.MICRO", "2026.11.0"),
        ("@ 2024-07-04 | c a | t 2024.07.04 | c x", "2026-03-02", "YYYY.0M.0D", "2026.03.02"),
        ("@ 2024-07-04 | c a | t 2024-07-04 | c x", "2026-03-02", "YYYY.0M.0D", "2026.03.02"),
        ("@ 2026-11-20 | c a | t 2025.11.12 | c b | t 2026.07.22 | c x", TODAY, "YYYY.0M.0D",
         "2026.11.26"),
        ("@ 2026-07-23 | c a | t release-20260723.2 | c x", TODAY, "YYYYMMDD.MICRO",
         "20261126.1"),
        ("@ 2026-07-23 | c a | t 26.7.1 | c b | t 26.7.2 | @ 2026-11-20 | c b | t 26.11.0rc1 | c x",
         TODAY, "YY.MM.MICRO", "26.11.0"),
        ("@ 2024-04-04 | c a | t 24.4 | @ 2024-10-09 | c b | t 24.10 | c x", TODAY, "YY.MM",
         "26.11"),
    ],
)  # fmt: skip
def test_a_calendar_s_next_version_is_the_date_s(
    decide: Decide, told: str, today: str, calendar: str, version: str
) -> None:
    found = decide(told, today=today)
    assert (str(found.known.calendar), found.version) == (calendar, version)
    assert bool(found.choice.leap) == ("rc1" in told)


@pytest.mark.parametrize(("silent", "more"), [(30, False), (31, True)])
def test_so_many_silent_commits_are_named_and_the_rest_is_counted(
    decide: Decide, silent: int, more: bool
) -> None:
    said = decide(f"@ 2026-07-05 | c a | t 1.2.0{' | c x' * silent}").choice.leap
    assert f"{silent} of {silent} commits don't say" in said
    assert said.endswith("\n  … and 1 more") == more == ("more" in said)


@pytest.mark.parametrize(
    ("told", "calendar"),
    [
        ("@ 2024-10-09 | c a | t 24.10 | c x", None),
        ("@ 2024-10-09 | c a | t 24.10 | @ 2024-12-09 | c b | t 24.11 | c x", "YY"),
        ("@ 2024-10-15 | c a | t 2024.9 | c x", "YYYY"),
    ],
)
def test_a_month_counts_where_its_tag_is_of_then_and_a_short_year_where_two_releases_tell_it(
    decide: Decide, told: str, calendar: str | None
) -> None:
    found = decide(told).known.calendar
    assert (found and str(found)) == calendar


def test_the_tag_is_written_as_the_calendar_s_are(decide: Decide) -> None:
    found = decide("@ 2026-07-05 | c a | t release-2026.07 | c x")
    names = found.known.tags.template
    assert (names, found.choice.version.short) == ("release-{version}", "2026.11")


def test_a_year_alone_counts_on_and_a_new_year_is_asked_about(decide: Decide) -> None:
    told = "@ 2025-02-05 | c a | t 2025.1.0 | @ 2025-08-05 | c b | t 2025.2.0 | c feat: x"
    same = decide(told, today="2025-11-11")
    assert (same.version, same.choice.leap) == ("2025.3.0", "")
    other = decide(told)
    assert "first of its year" in other.choice.leap and other.choice.version.major == 2026


@pytest.mark.parametrize(
    ("told", "source", "last", "version"),
    [
        ("c a | t 1.8.0 | b 1.8.x | c fix: y | t 1.8.1 | c fix: z | s main | c feat: b | t 2.0.0",
         "1.8.x", "1.8.1", "1.8.2"),
        ("c a | t 1.8.0 | b 1.8.x | c fix: y | t 1.8.1 | c fix: z | s main | c b | t 1.9.0 "
         "| c fix: x", MAIN, "1.9.0", "1.9.1"),
    ],
)  # fmt: skip
def test_the_last_release_is_the_newest_that_the_source_branch_reaches(
    decide: Decide, told: str, source: str, last: str, version: str
) -> None:
    found = decide(told, source=source)
    assert (found.last, found.version, found.choice.leap) == (last, version, "")


@pytest.mark.parametrize(
    "told",
    [
        "c a | t 1.8.0 | b release | c release it | t 1.9.0 | s main | q release | d release "
        "| c fix: x",
        "c a | t 1.8.0 | b release | c release it | t 1.9.0 | s main | q release | c fix: x",
        "c a | t 1.8.0 | c b | b build | c add the build | t 1.9.0 | s main | d build | c fix: x",
        "c a | t 1.8.0 | b master | s main | c b | s master | m main | t 1.9.0 | c hot | s main "
        "| c fix: x",
    ],
    ids=["squashed", "squashed-branch-left", "detached", "git-flow"],
)
def test_a_release_that_has_left_the_source_branch_is_found_by_its_name_and_said(
    decide: Decide, told: str
) -> None:
    found = decide(told)
    assert (found.last, found.version, found.choice.leap) == ("1.9.0", "1.9.1", "")
    [seen] = [one.seen for one in found.known.tags.findings if one.what == "last release"]
    assert seen.startswith("by its name: 1.9.0 left the source branch at ")
    assert "1.9.0 was found by its name" in found.choice.reason


def test_what_was_found_is_told_with_where_it_was_seen(decide: Decide) -> None:
    told = "c a | t v1 | t v1.2.3 | t v1.2 | c fix: x"
    findings = {one.what: one for one in decide(told).known.tags.findings}
    told_of = {what: (one.found, one.seen) for what, one in findings.items()}
    assert told_of["tag form"] == ("v{full}", "1 release tag, such as v1.2.3")
    assert told_of["last release"][0] == "1.2.3 (tag v1.2.3)"
    assert told_of["tags left out"] == ("v1.2", "tags")
    assert findings["last release"].otherwise == "-p last_release"


def test_a_maintenance_branch_does_not_take_what_left_the_main_branch_for_its_own(
    decide: Decide,
) -> None:
    told = (
        "c a | b 1.x | c fix: y | b build | c built | t 1.0.1 | s 1.x | d build | c fix: z | s main"
        " | c b | b other | c built | t 2.0.0 | s main | d other | c d"
    )
    found = decide(told, source="1.x")
    assert (found.last, found.version) == ("1.0.1", "1.0.2")
    assert decide(told).last == "2.0.0"


def test_a_newer_release_elsewhere_is_asked_about_on_the_default_branch(decide: Decide) -> None:
    found = decide("c a | t 1.8.0 | b next | c b | t 2.0.0 | c d | s main | c fix: x")
    assert (found.last, found.version) == ("1.8.0", "1.8.1")
    assert "2.0.0: newer than 1.8.0, and not part of main" in found.choice.leap


def test_what_is_left_out_is_named_and_is_not_called_a_first_release(decide: Decide) -> None:
    told = "c a | b stable | c b | t 1.0.0 | c d | s main | f setup.py=setup(version='1.1.0') | c x"
    found = decide(told)
    assert found.last == ""
    assert "there are 1.0.0" in found.choice.leap and "first release" not in found.choice.leap
    assert found.version == "1.1.0"


def test_the_first_release_is_proposed_where_a_file_says_it(decide: Decide) -> None:
    found = decide("f setup.py=setup(version='0.1.0') | c feat: a")
    assert (found.version, found.choice.level) == ("0.1.0", "first")
    assert "this is the first release" in found.choice.leap


def test_a_first_release_that_nothing_says_has_to_be_named(decide: Decide) -> None:
    with pytest.raises(UsageError, match="first release.*-p version"):
        decide("c feat: a | t nightly")


@pytest.mark.parametrize(
    ("told", "version", "said"),
    [
        ("c a | t v1.9.0 | c feat!: b | t v2.0.0-rc.1 | c fix: x", "2.0.0", "ends what it began"),
        ("c a | t 1.9.0 | c b | t 2.0.0rc1 | c chore: x", "2.0.0", "ends what it began"),
        ("c a | t 1.0.0-rc.1 | c b | t 1.0.0-rc.2 | c fix: x", "1.0.0-rc.3", "are pre-releases"),
        ("c a | t 1.0b1 | c b | t 1.0b2 | c fix: x", "1.0b3", "are pre-releases"),
        ("c a | t 1.0.0-alpha | c fix: x", "1.0.0", "are pre-releases"),
    ],
)  # fmt: skip
def test_a_pre_release_is_ended_or_goes_on_as_a_person_decides(
    decide: Decide, told: str, version: str, said: str
) -> None:
    found = decide(told)
    assert (found.version, said in found.choice.leap) == (version, True)


@pytest.mark.parametrize("version", ["2.0.0-rc.2", "2.0.0rc2", "1.9.1", "3.0.0+build.5", "1.7.3"])
def test_a_person_may_release_whatever_is_not_released(decide: Decide, version: str) -> None:
    found = decide("c a | t v1.9.0 | c feat!: b | t v2.0.0-rc.1 | c fix: x", version)
    assert (found.version, bool(found.choice.leap)) == (version, True)


@pytest.mark.parametrize("version", ["1.9.0", "1.9", "2.0.0rc1", "2.0.0-rc.1", "1.8.7"])
def test_what_any_branch_has_released_is_a_conflict(decide: Decide, version: str) -> None:
    told = "c a | b old | c y | t v1.8.7 | s main | c a | t v1.9.0 | c b | t v2.0.0-rc.1 | c fix: x"
    with pytest.raises(Conflict, match="names already"):
        decide(told, version)


def test_for_a_computed_version_that_another_branch_has_released_the_next_one_is_asked_about(
    decide: Decide,
) -> None:
    found = decide("c a | t 1.8.0 | b other | c b | t 1.8.1 | c d | s main | c fix: x")
    assert found.version == "1.9.0"
    assert "1.8.1 is released already, and not of this branch" in found.choice.leap


@pytest.mark.parametrize(
    ("file", "version", "said"),
    [
        ("1.8.0", "1.9.0", ""),
        ("1.9.0", "1.9.0", ""),
        ("1.9.0.dev0", "1.9.0", ""),
        ("1.8.1.dev0", "1.9.0", ""),
        ("1.9.0-SNAPSHOT", "1.9.0", ""),
        ("0.0.0", "1.9.0", ""),
        ("2.0.0.dev0", "2.0.0", "2.0.0 where the commits call for 1.9.0"),
        ("2.0.0-SNAPSHOT", "2.0.0", "2.0.0 where the commits call for 1.9.0"),
        ("2.0.0", "2.0.0", "2.0.0 where the commits call for 1.9.0"),
        ("1.8.3", "1.9.0", "1.9.0 skips 1.8.3: setup.py says 1.8.3, and no tag names it"),
        ("1.7.0", "1.9.0", "setup.py says 1.7.0, and the last release is 1.8.0"),
    ],
)
def test_the_file_s_version_is_compared_with_the_last_one_and_the_new_one(
    decide: Decide, file: str, version: str, said: str
) -> None:
    found = decide(f"c a | t 1.8.0 | f setup.py=setup(version='{file}') | c feat: x")
    assert found.version == version
    assert found.choice.leap.startswith(said) if said else not found.choice.leap


def test_a_version_that_goes_back_behind_the_file_is_a_question(decide: Decide) -> None:
    told = (
        "@ 2025-11-12 | c a | t 2025.11.12 | @ 2026-07-22 "
        "| f setup.py=setup(version='2026.07.22') | c x"
    )
    found = decide(told, "2025.11.13")
    assert found.choice.leap.startswith(
        "2025.11.13 where the date calls for 2026.11.26: versions tell dates (YYYY.MM.DD), and it"
    )
    assert "2025.11.13 goes back: setup.py says 2026.07.22" in found.choice.leap
    newer = decide(told)
    assert newer.version == "2026.11.26"
    assert "skips 2026.07.22" in newer.choice.leap


def test_commits_that_say_nothing_are_listed_and_the_habit_is_proposed(decide: Decide) -> None:
    told = "c a | t 1.7 | c b | t 1.8 | c Mend it | c docs: y | c Paint <it> | c Oil it"
    found = decide(told)
    assert (found.version, found.choice.level) == ("1.9.0", "unknown")
    for said in ("1.9.0 is proposed", "3 of 4 commits don't say", "Paint <it>", "-p version"):
        assert said in found.choice.leap
    assert "docs: y" not in found.choice.leap.split("don't say")[-1]


def test_a_few_that_speak_among_many_that_do_not_are_asked_about(decide: Decide) -> None:
    found = decide("c a | t 1.8.0 | c fix: b | c Mend it | c Paint it")
    assert (found.version, found.choice.level) == ("1.8.1", "patch")
    assert "2 of 3 commits don't say" in found.choice.leap


def test_many_that_say_nothing_among_more_chores_are_no_call_for_no_release(decide: Decide) -> None:
    told = " | ".join(["c a", "t 1.8.0", *["c chore: b"] * 8, *["c Mend it"] * 6])
    assert decide(told).version == "1.8.1"


def test_before_1_a_break_is_what_the_profile_says(decide: Decide) -> None:
    told = "c a | t 0.3.1 | c feat!: x"
    assert decide(told, breaks="major").version == "1.0.0"
    assert decide(told, breaks="patch").version == "0.3.2"


def test_a_package_s_file_is_the_one_in_its_folder_and_not_beside_it(decide: Decide) -> None:
    told = (
        "f core2/setup.py=setup(version='9.0.0') | f core/setup.py=setup(version='1.2.0') | c a "
        "| t core-1.2.0 | f core/a=1 | c fix: x"
    )
    found = decide(told, package="core")
    assert found.known.present and found.known.present.file == "core/setup.py"
    assert (found.version, found.choice.leap) == ("1.2.1", "")


MONOREPO = (
    "f packages/core/a=1 | c feat: core | t core-v1.2.0 | f packages/cli/a=1 | c feat: cli "
    "| t cli@0.3.0 | f packages/core/a=2 | c fix: core | f packages/cli/a=2 | c feat: other"
)


@pytest.mark.parametrize(
    ("package", "template", "last", "version"),
    [
        ("core", "core-v{full}", "core-v1.2.0", "1.2.1"),
        ("packages/core", "core-v{full}", "core-v1.2.0", "1.2.1"),
        ("cli", "cli@{full}", "cli@0.3.0", "0.4.0"),
    ],
)
def test_a_package_s_tags_are_its_own_and_its_commits_are_those_of_its_folder(
    decide: Decide, package: str, template: str, last: str, version: str
) -> None:
    found = decide(MONOREPO, package=package)
    assert (found.known.tags.template, found.last) == (template, last)
    assert (found.version, found.choice.leap) == (version, "")


def test_packages_are_named_and_asked_about_and_not_mixed(decide: Decide) -> None:
    with pytest.raises(
        UsageError, match=r"found tags of 2: cli \(cli@0\.3\.0\), core .*-p package"
    ):
        decide(MONOREPO)


def test_the_whole_is_asked_about_where_packages_were_released_since(decide: Decide) -> None:
    found = decide("c a | t 1.0.0 | c b | t core-1.2.0 | c d | t cli-0.3.0 | c fix: x")
    assert found.version == "1.0.1"
    assert "the newest tags are of another form than {full}: cli-0.3.0" in found.choice.leap


def test_a_new_package_s_tags_are_as_those_of_the_others(decide: Decide) -> None:
    told = f'{MONOREPO} | f packages/web/package.json={{"version": "0.1.0"}} | c feat: web'
    found = decide(told, package="web")
    assert (found.known.tags.template, found.version) == ("web@{full}", "0.1.0")


def test_the_runs_of_two_packages_have_names_of_their_own(decide: Decide) -> None:
    version = decide(MONOREPO, package="packages/core").choice.version
    assert subject_of(version, "packages/core") == "core-1.2.1"
    assert subject_of(version) == "1.2.1"


def test_tags_of_another_form_that_would_be_newer_are_asked_about(decide: Decide) -> None:
    found = decide("c a | t v2.0.0 | c b | t 1.8.0 | c d | t 1.9.0 | c fix: x")
    assert found.last == "1.9.0"
    assert "v2.0.0, of another form than {full}, would be newer" in found.choice.leap


def test_a_pre_release_that_was_given_up_before_the_last_release_is_none(decide: Decide) -> None:
    found = decide("c a | t 0.9.0 | c b | t 1.0.0.beta0 | c d | t 0.9.1 | c fix: x")
    assert (found.version, found.choice.leap) == ("0.9.2", "")


def test_a_package_that_is_called_as_the_project_is_one_of_several(decide: Decide) -> None:
    told = "c a | t 0.9.0 | c b | t buoy-v1.0.0 | c b | t buoy-cli-v1.2.0 | c fix: x"
    with pytest.raises(UsageError, match=r"buoy \(buoy-v1\.0\.0\), buoy-cli \("):
        decide(told)
    assert decide(told, package="buoy").version == "1.0.1"


def test_a_pre_release_of_another_form_is_asked_about(decide: Decide) -> None:
    found = decide("c a | t 1.9.0 | c feat!: b | t v2.0.0-rc.1 | c fix: x")
    assert "v2.0.0-rc.1, of another form than {full}" in found.choice.leap


def test_a_template_of_the_profile_s_is_taken_at_its_word(decide: Decide) -> None:
    found = decide("c a | t v2.0.0 | c b | t buoy-1.8.0 | c fix: x", tag="{project}-{full}")
    assert (found.last, found.version) == ("buoy-1.8.0", "1.8.1")


@pytest.mark.parametrize(
    ("told", "call"),
    [
        ("0.3.1 | c feat!: x", "the one commit since 0.3.1 calls for a major release, which is a "
         "minor one before 1.0: "),
        ("0.3.1 | c fix: x", "the one commit since 0.3.1 calls for a patch release: "),
        ("1.3.1 | c feat!: x | c fix: y", "the 2 commits since 1.3.1 call for a major release: "),
    ],
)  # fmt: skip
def test_a_break_before_1_0_alone_is_said_to_be_a_minor_release(
    decide: Decide, told: str, call: str
) -> None:
    assert call in decide(f"c a | t {told}").choice.reason


def test_what_is_written_below_the_last_release_is_no_version_to_make(decide: Decide) -> None:
    found = decide("c a | t 1.9.0 | f setup.py=setup(version='1.8.5') | c silent")
    assert found.version == "1.9.1"


def test_the_last_release_that_is_named_counts(decide: Decide) -> None:
    told = "c a | t 1.8.0 | c feat: b | t 1.9.0 | c fix: x"
    with pytest.raises(Conflict, match=r"1\.9\.0, which tag"):
        decide(told, named="1.8.0")
    assert decide(told, "1.9.1", named="1.8.0").last == "1.8.0"


def test_nothing_new_since_the_last_release_is_nothing_to_release(decide: Decide) -> None:
    with pytest.raises(Refused, match="found none: there is nothing to release"):
        decide("c a | t 1.8.0")


def test_what_older_archives_have_pinned_is_of_no_package() -> None:
    said = ("1.9.0", "master", "0" * 40, "1.8", "2026-01-01", "{version}", "", "")
    assert Decided(*said).package == ""
