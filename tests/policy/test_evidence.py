"""What is proposed where the commits do not say it: by what is written, by words, by the past."""

from datetime import UTC, date, datetime

import pytest

from runbook_lib.errors import Refused
from runbook_lib.policy.changelog.announcing import Step
from runbook_lib.policy.commits import Commit
from runbook_lib.policy.release.adding import is_adding
from runbook_lib.policy.release.changelog import ChangelogHabit, find_habit
from runbook_lib.policy.release.choice import Choice, choose_version
from runbook_lib.policy.release.next_version import Known, Present
from runbook_lib.policy.release.past_steps import (
    PastStep,
    commits_of,
    find_rule,
    newest_finals,
    step_between,
)
from runbook_lib.policy.release.tag_reading import SeenTag, read_one
from runbook_lib.policy.release.tags import read_tags
from runbook_lib.policy.tag_template import ReleaseTag
from runbook_lib.policy.version import Version

LAST = ReleaseTag(Version.parse("1.8.0"), "1.8.0")


def commits(*subjects: str) -> list[Commit]:
    """Commits with these subjects."""
    when = datetime(2026, 11, 26, tzinfo=UTC)
    return [Commit(f"{n:040x}", (), "Iris", when, subject) for n, subject in enumerate(subjects)]


def past(text: str, calls: str = "unknown") -> tuple[PastStep, ...]:
    """Releases told as `minor:3 patch:0`: their steps, and how many of their commits add."""
    pairs = (one.split(":") for one in text.split())
    steps: dict[str, Step] = {"major": "major", "minor": "minor", "patch": "patch"}
    return tuple(PastStep(steps[step], calls, int(adding)) for step, adding in pairs)


def choose(known: Known, *subjects: str) -> Choice:
    """What is chosen for these commits."""
    return choose_version(None, LAST, commits(*subjects), [], known)


def changelog(**told: object) -> ChangelogHabit:
    """A changelog's habit, as far as it bears on a version."""
    return ChangelogHabit("CHANGES", True, "", "", **told)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("title", "adding"),
    [
        ("Add a dark mode", True),
        ("unix: add uv_fs_lutime()", True),
        ("[api] Support IPv6", True),
        ("✨ Add `--jobs`", True),
        ("Drop Python 3.7", True),
        ("feat: x", True),
        ("fix: add what was forgotten", False),
        ("docs: add a page", False),
        ("Add tests for the parser", False),
        ("Added a missing comma", False),
        ("Bump actions/checkout from 4 to 5", False),
        ("Address the review", False),
        ("Newer compilers warn", False),
        ("Fix a crash", False),
        ("", False),
    ],
)
def test_titles_in_plain_words_say_that_something_is_added(title: str, adding: bool) -> None:
    assert is_adding(commits(title)[0]) is adding


@pytest.mark.parametrize(
    ("told", "adding", "step"),
    [
        ("", 0, "patch"),
        ("", 1, "minor"),
        ("minor:0", 0, "minor"),
        ("patch:0 minor:2 patch:0", 1, "minor"),
        ("patch:2 minor:5 patch:3 minor:9", 3, "patch"),
        ("patch:2 minor:5 patch:3 minor:9", 4, "minor"),
        ("patch:0 patch:1 patch:4", 50, "patch"),
        ("minor:0 minor:0 minor:4", 0, "minor"),
        ("major:3 major:5 minor:4 patch:0", 6, "major"),
    ],
)
def test_past_releases_say_how_many_additions_make_a_larger_step(
    told: str, adding: int, step: str
) -> None:
    assert find_rule(past(told)).step(adding) == step


def test_a_rule_says_what_it_stands_on() -> None:
    rule = find_rule(past("patch:0 minor:2 patch:0 patch:1"))
    assert rule.explain(2) == (
        "2 of the commits say in plain words that something is added: a minor release, for of the "
        "last 4 releases those with over 1 such commits were larger than a patch (4 of 4 fit that)"
    )
    assert find_rule(()).explain(0).startswith("none of the commits says in plain words")


def test_what_commits_leave_open_is_proposed_by_the_past_and_asked() -> None:
    known = Known(past=past("patch:0 minor:2 patch:0"))
    assert str(choose(known, "Mend it").version) == "1.8.1"
    found = choose(known, "Add sails", "Mend it")
    assert (str(found.version), found.required) == ("1.9.0", None)
    assert "1 of the commits says in plain words" in found.leap


def test_a_few_that_speak_do_not_hide_what_the_others_add() -> None:
    found = choose(Known(past=past("patch:0 minor:2")), "fix: a", "Add sails", "Add oars")
    assert (str(found.version), str(found.required)) == ("1.9.0", "1.8.1")
    assert found.leap.startswith("1.9.0 where the commits call for 1.8.1")


def test_chores_alone_are_a_patch_where_such_were_released_before() -> None:
    known = Known(past=past("patch:0 patch:0", calls="nothing") + past("minor:1"))
    found = choose(known, "chore: a")
    assert str(found.version) == "1.8.1"
    assert "2 of the last 3 releases had no commits but such ones" in found.leap
    with pytest.raises(Refused, match="call"):
        choose(Known(past=past("minor:1")), "chore: a")


def test_features_are_asked_about_where_they_were_mostly_patches() -> None:
    known = Known(past=past("patch:1 patch:2 minor:1", calls="minor"))
    found = choose(known, "feat: a")
    assert (str(found.version), str(found.required)) == ("1.8.1", "1.9.0")
    assert "of the last 3 releases whose commits called for a minor one, 2 were patch" in found.leap
    assert choose(Known(past=past("patch:1 minor:1", calls="minor")), "feat: a").leap == ""


def test_what_is_announced_counts_for_more_than_the_commits_that_speak() -> None:
    found = choose(Known(changelog=changelog(announced="minor")), "fix: a")
    assert (str(found.version), str(found.required)) == ("1.9.0", "1.8.1")
    assert "what is written for the next release makes it a minor one" in found.leap
    less = choose(Known(changelog=changelog(announced="patch")), "feat: a")
    assert (str(less.version), less.leap) == ("1.9.0", "")


def test_what_is_announced_is_what_such_entries_were_before() -> None:
    were = tuple(PastStep("patch", "unknown", 0, "minor") for _ in range(2))
    found = choose(Known(changelog=changelog(announced="minor"), past=were), "Mend it")
    assert str(found.version) == "1.8.1"
    assert "of the last 2 of which as much was told, 2 were patch ones" in found.leap


@pytest.mark.parametrize(
    ("entry", "present", "version"),
    [
        ("1.9.0", "", "1.9.0"),
        ("1.8.3", "", "1.8.3"),
        ("2.0.0rc1", "", "2.0.0rc1"),
        ("1.8.0.1", "", "1.8.1"),
        ("", "1.8.4", "1.8.4"),
        ("", "1.8.1.dev0", "1.8.1"),
        ("", "1.9.0-SNAPSHOT", "1.9.0"),
        ("1.9.0", "1.8.1.dev0", "1.9.0"),
        ("nonsense", "", "1.8.1"),
    ],
)
def test_a_version_that_people_have_written_is_meant(
    entry: str, present: str, version: str
) -> None:
    file = Present(Version.parse(present), "setup.py") if present else None
    known = Known(present=file, changelog=changelog(named=entry))
    assert str(choose(known, "Mend it").version) == version


def test_an_entry_for_another_version_than_the_commits_call_for_is_asked_about() -> None:
    found = choose(Known(changelog=changelog(named="1.9.0")), "fix: a")
    assert str(found.version) == "1.9.0" and found.leap.startswith("1.9.0 where the commits call")
    below = choose(Known(changelog=changelog(named="1.8.1")), "feat: a")
    assert "1.9.0 skips 1.8.1: CHANGES says 1.8.1, and no tag names it" in below.leap


def test_the_newest_heading_names_a_version_only_above_the_last_release() -> None:
    files = {"CHANGES.md": "# Changes\n\n## 1.9.0\n\n- a\n\n## 1.8.0 (2026-01-02)\n\n- b\n"}
    assert find_habit(list(files), files.get, last="1.8.0").named == "1.9.0"
    assert find_habit(list(files), files.get, last="1.9").named == ""
    assert find_habit(list(files), files.get).named == ""


def test_past_entries_tell_steps() -> None:
    text = (
        "# C\n\n## 1.9.0\n\n### Added\n\n- a\n\n## 1.8.1\n\n### Fixed\n\n- b\n\n## 1.8.0\n\n- c\n"
    )
    habit = find_habit(["CHANGELOG.md"], {"CHANGELOG.md": text}.get)
    assert habit.told == {"1.9.0": "minor", "1.8.1": "patch"}
    assert habit.told_of(Version.parse("1.9")) == "minor"
    assert habit.told_of(Version.parse("1.8.0")) is None


def tags(names: str) -> Known:
    """What is known of a project with these tags, in the order of their making."""
    seen = [SeenTag(name, f"{n:040x}", date(2026, 1, 1)) for n, name in enumerate(names.split())]
    return Known(read_tags(seen))


@pytest.mark.parametrize(
    ("names", "version"),
    [
        ("1.8.0 1.9.0rc1", "1.9.0"),
        ("1.8.0 1.9.0b1 1.9.0b2 1.9.0b3", "1.9.0b4"),
        ("1.7.0rc1 1.7.0 1.8.0rc1 1.8.0 1.9.0rc1", "1.9.0"),
        ("1.7.0 1.8.0", "1.9.0"),
        ("1.6.0 1.7.0rc1 1.7.0 1.8.0rc1 1.8.0", "1.9.0rc1"),
        ("1.6.0 1.7.0-beta.1 1.7.0-rc.1 1.7.0 1.8.0-beta.1 1.8.0", "1.9.0-beta.1"),
    ],
)
def test_pre_releases_are_made_as_they_were(names: str, version: str) -> None:
    known = tags(names)
    found = choose_version(None, known.tags.last, commits("feat: a"), [], known)
    assert str(found.version) == version
    assert bool(found.leap) == (version != "1.9.0" or known.tags.pre is not None)


def test_a_project_that_goes_on_under_another_word_has_its_tags() -> None:
    known = tags("1.6 1.7 lib-2.0 lib-2.1 lib-2.2 lib-2.3 lib-2.4")
    assert str(known.tags.last) == "2.4 (tag lib-2.4)"
    left = [SeenTag(f"lib-1.{n}", reached=False) for n in range(6)]
    moved = [SeenTag(f"lib-parent-1.{n}") for n in range(5, 12)]
    assert read_tags([*left, *moved], project="lib").last == ReleaseTag(
        Version.parse("1.11"), "lib-parent-1.11"
    )
    beside = tags("1.6 1.7 lib-0.1 lib-0.2 lib-0.3 lib-0.4 lib-0.5")
    assert str(beside.tags.last) == "1.7"


def test_each_commit_is_of_the_first_release_that_has_it() -> None:
    when = datetime(2026, 1, 1, tzinfo=UTC)
    line = [Commit(f"c{n}", (f"c{n - 1}",), "Iris", when, f"Mend {n}") for n in range(6, 1, -1)]
    told = (("1.0", "c1"), ("1.1rc1", "c2"), ("1.1", "c3"), ("1.2", "c6"))
    read = [read_one(SeenTag(name, commit)) for name, commit in told]
    finals = newest_finals([one for one in read if one])
    found = list(commits_of(finals, line))
    assert [[one.id for one in a.commits] for a in found] == [["c3", "c2"], ["c6", "c5", "c4"]]
    assert [one.step for one in found] == ["minor", "minor"]
    assert not list(commits_of(finals, line[:2]))
    assert [str(one.new) for one in commits_of(finals, line[:4])] == ["1.1", "1.2"]


def test_steps_are_told_by_the_first_number_that_differs() -> None:
    told = [("1.0", "2.0"), ("1.0", "1.1"), ("1.0", "1.0.1"), ("1.0.0.1", "1.0.0.2")]
    steps = [step_between(Version.parse(old), Version.parse(new)) for old, new in told]
    assert steps == ["major", "minor", "patch", "patch"]


def test_tags_are_read_without_comparing_each_with_each() -> None:
    compared = []

    class Noticed(SeenTag):
        def __eq__(self, other: object) -> bool:
            compared.append(other)
            return super().__eq__(other)

        __hash__ = SeenTag.__hash__

    seen = [Noticed(f"1.{n // 10}.{n % 10}", f"{n:040x}", date(2026, 1, 1)) for n in range(400)]
    assert str(read_tags(seen).last) == "1.39.9"
    assert len(compared) <= len(seen)
