"""Versions, the last release among tags, the names of a release, and which version it must have."""

import time
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runbook_lib.errors import Conflict, Refused, UsageError
from runbook_lib.policy.commits import Commit
from runbook_lib.policy.release.choice import choose_version
from runbook_lib.policy.release.names import Names, Templates, check_ref_name
from runbook_lib.policy.release.tag_reading import SeenTag, infer_template, read_one, without_moving
from runbook_lib.policy.tag_template import ReleaseTag, find_last_release
from runbook_lib.policy.version import Version
from runbook_lib.policy.version_files.spelling import numbers

versions = st.builds(Version, *[st.integers(min_value=0, max_value=10**6)] * 3)
LAST = ReleaseTag(Version(1, 8, 0), "1.8.0")


def commits(*subjects: str) -> list[Commit]:
    when = datetime(2020, 2, 7, tzinfo=UTC)
    return [
        Commit(f"{n:040x}", ("a", "b") if s.startswith("Merge") else ("a",), "Ada", when, s)
        for n, s in enumerate(subjects, start=1)
    ]


@given(versions)
def test_what_is_written_is_read_again(version: Version) -> None:
    assert Version.parse(str(version)) == version
    assert Version.parse(version.short) == version


@given(versions, versions)
def test_versions_are_ordered_by_number(one: Version, other: Version) -> None:
    numbers = [(v.major, v.minor, v.patch) for v in (one, other)]
    assert (one < other) == (numbers[0] < numbers[1])


@pytest.mark.parametrize(
    ("version", "example", "written"),
    [
        (Version(1, 9), "1.8", "1.9"),
        (Version(1, 9), "1.8.0", "1.9.0"),
        (Version(1, 9), "none", "1.9.0"),
        (Version(1, 9, 1), "1.8", "1.9.1"),
    ],
)
def test_a_version_is_written_as_the_last_one_is(
    version: Version, example: str, written: str
) -> None:
    assert version.like(example) == written


@pytest.mark.parametrize(
    "text",
    ["", "1", "v1.9", "1.9.", "1.9.0.0.0", "1.9-", "1.9rcx", "1.9.0.x", "1.9+", " 1.9", "1.9\n",
     "1.x", "-1.9", "1,9", "١.٩", "--help", "1.9 "],
)  # fmt: skip
def test_a_malformed_version_is_refused_with_what_was_expected(text: str) -> None:
    with pytest.raises(UsageError, match=r"expected a version .*such as 1\.9\.0 or 1\.9; found"):
        Version.parse(text)


@pytest.mark.parametrize("text", ["01.9", "1.09", "1.9.0.0"])
def test_a_version_that_is_not_written_as_the_projects_own_are_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match=rf"expected a version .*found '{text}'"):
        choose_version(text, LAST, commits("feat: a"), [])


def test_the_short_form_leaves_a_patch_of_zero_out() -> None:
    assert (Version(1, 9).short, Version(1, 9, 1).short, str(Version(1, 9))) == (
        "1.9", "1.9.1", "1.9.0",
    )  # fmt: skip


def test_the_last_release_is_the_newest_version_and_not_the_newest_tag() -> None:
    tags = ["1.8.0", "1.10.0", "1.9.3", "1.9.10", "nightly", "1.11.0rc1", "1.12.0-beta"]
    assert find_last_release(tags, "{full}") == ReleaseTag(Version(1, 10), "1.10.0")


def test_a_tag_of_another_scheme_is_no_release() -> None:
    assert find_last_release(["v1.6.12", "v2.0", "1.8.0"], "{full}") == LAST
    assert find_last_release(["v1.6.12", "1.8.0"], "v{full}") == ReleaseTag(
        Version(1, 6, 12), "v1.6.12"
    )
    assert find_last_release(["v1.8.0", "x1.9"], "{version}") is None


def test_a_release_is_found_with_its_patch_of_zero_written_or_not() -> None:
    assert find_last_release(["1.8.0", "1.7"], "{version}") == LAST
    assert find_last_release(["1.8.0", "1.8"], "{version}") == ReleaseTag(Version(1, 8), "1.8")
    assert find_last_release(["1.8", "1.8.0"], "{full}") == LAST


def test_a_template_of_ones_own_is_matched_strictly() -> None:
    tags = ["kit-1.2.0", "kit-1.3.0", "other-9.0.0", "kit-1.4.0-rc1", "kitx1.5.0"]
    found = find_last_release(tags, "{project}-{full}", project="kit")
    assert found == ReleaseTag(Version(1, 3), "kit-1.3.0")
    parts = find_last_release(["r_1_2_3", "r_1_10_0", "r_1_2"], "r_{major}_{minor}_{patch}")
    assert parts == ReleaseTag(Version(1, 10), "r_1_10_0")
    twice = find_last_release(["2/2.1.0", "3/2.9.0"], "{major}/{full}")
    assert twice == ReleaseTag(Version(2, 1), "2/2.1.0")


@given(
    versions, st.sampled_from(["{version}", "v{full}", "r/{version}", "{major}-{minor}-{patch}"])
)
def test_the_tag_that_a_template_makes_is_found_by_it(version: Version, template: str) -> None:
    tag = Names("kit", version, Templates(tag=template)).tag
    assert find_last_release([tag, "zzz"], template) == ReleaseTag(version, tag)


@pytest.mark.parametrize(
    ("tags", "template"),
    [
        ([], "{version}"),
        (["nightly", "rc-1"], "{version}"),
        (["v1.6.11", "v1.6.12", "1.7.0", "1.8.0"], "{full}"),
        (["1.7", "1.8", "1.8.1"], "{version}"),
        (["1.7.0", "1.8"], "{version}"),
        (["1.8", "1.8.0", "1.8.1"], "{full}"),
        (["1.0.0", "v1.1.0", "v1.2.0", "v1.3.0rc1"], "v{full}"),
        (["v1.0", "v1.1"], "v{version}"),
        (["0.1.1", "0.1.2"], "{full}"),
    ],
)
def test_the_scheme_of_the_newest_release_goes_on(tags: list[str], template: str) -> None:
    read = [found for name in tags if (found := read_one(SeenTag(name)))]
    numbered = [one for one in read if not one.stem]
    assert (infer_template(without_moving(numbered)) or "{version}") == template


def test_names_follow_the_procedure() -> None:
    names = Names("server-syncstorage", Version(1, 9))
    assert (names.tag, names.branch, names.message) == ("1.9", "release/1.9", "chore: tag 1.9")
    assert names.pull_request == "Release 1.9"
    assert names.bug == "Please deploy server-syncstorage 1.9 to STAGE"
    patch = Names("kit", Version(1, 9, 1), Templates(tag="v{full}", release="{project} {major}"))
    assert (patch.tag, patch.branch, patch.release) == ("v1.9.1", "release/1.9.1", "kit 1")


@pytest.mark.parametrize(
    "template", ["{vers}", "{version!r}", "{version:>9}", "{}", "{version", "{version.x}"]
)
def test_an_unknown_placeholder_is_refused_at_once(template: str) -> None:
    with pytest.raises(UsageError, match="expected"):
        Templates(bug=template)


@pytest.mark.parametrize("template", ["release", "{major}", "{major}.{minor}", "{project}"])
def test_tags_that_do_not_tell_versions_apart_are_refused(template: str) -> None:
    with pytest.raises(UsageError, match="tell versions apart"):
        Templates(tag=template)


@pytest.mark.parametrize(
    "name",
    ["", "-d", "--force", "a b", "a..b", "a~1", "a^", "a:b", "a?", "a*", "a[b", "a\\b", "a.lock",
     "x/.y", "/x", "x/", "x//y", "x.", "@", "a@{b", "HEAD", "a\x7f", "a\nb", "refs/heads/x"],
)  # fmt: skip
def test_a_name_that_git_would_refuse_is_refused_first(name: str) -> None:
    with pytest.raises(UsageError, match="expected a name that git accepts"):
        check_ref_name(name, "tag")


def test_a_title_with_a_line_break_is_refused() -> None:
    with pytest.raises(UsageError, match="one line"):
        Names("a\nb", Version(1, 9), Templates(bug="deploy {project}"))


@pytest.mark.parametrize(
    ("subjects", "level", "version"),
    [
        (["feat: a", "fix: b"], "minor", "1.9.0"),
        (["fix: b", "chore: c"], "patch", "1.8.1"),
        (["perf: b"], "patch", "1.8.1"),
        (["fix: b", "chore!: c", "feat: d"], "major", "2.0.0"),
        (["fix: b", "says nothing"], "patch", "1.8.1"),
    ],
)
def test_the_version_is_what_the_commits_call_for(
    subjects: list[str], level: str, version: str
) -> None:
    choice = choose_version(None, LAST, commits(*subjects), ["1.8.0"])
    assert (str(choice.version), choice.level, choice.leap) == (version, level, "")
    assert choose_version(version, LAST, commits(*subjects), ["1.8.0"]) == choice
    assert str(choice).startswith(f"{version}, after 1.8.0: the ")


def test_a_smaller_version_than_called_for_is_asked_about_with_the_commits_that_call() -> None:
    choice = choose_version("1.8.1", LAST, commits("feat: a", "fix: b"), [])
    assert choice.leap.startswith("1.8.1 where the commits call for 1.9.0: ")
    assert "feat: a" in choice.leap


def test_a_larger_version_is_a_leap_that_says_why() -> None:
    choice = choose_version("2.4.0", LAST, commits("fix: b"), ["1.8.0"])
    assert str(choice.required) == "1.8.1"
    assert choice.leap.startswith("2.4.0 where the commits call for 1.8.1: ")
    assert "fix: b" in choice.leap


def test_a_message_lists_at_most_five_commits() -> None:
    choice = choose_version(None, LAST, commits(*[f"feat: number {n}" for n in range(40)]), [])
    assert choice.reason.count("feat: ") == 5 and choice.reason.endswith("and 35 more")


@pytest.mark.parametrize("tag", ["1.9.0", "1.9", "v1.9.0"])
def test_a_released_version_is_a_conflict_however_its_tag_writes_it(tag: str) -> None:
    with pytest.raises(Conflict, match=f"tag {tag} names already"):
        choose_version("1.9", LAST, commits("feat: a"), ["1.8.0", tag])


@pytest.mark.parametrize("version", ["1.7.9", "0.9", "1.6.13"])
def test_a_version_below_the_last_release_goes_back_and_is_asked_about(version: str) -> None:
    choice = choose_version(version, LAST, commits("fix: a"), ["1.8.0"])
    assert "goes back: the last release is 1.8.0" in choice.leap
    assert choice.version == Version.parse(version)


def test_a_malformed_version_is_refused_before_anything_else() -> None:
    with pytest.raises(UsageError):
        choose_version("1.9.x", LAST, [], [])


@pytest.mark.parametrize("requested", [None, "1.9"])
def test_without_a_commit_there_is_nothing_to_release(requested: str | None) -> None:
    with pytest.raises(Refused, match="nothing to release"):
        choose_version(requested, LAST, [], [])


def test_chores_and_merges_alone_call_for_no_release() -> None:
    housekeeping = commits("chore: a", "docs: b", "chore: c", "Merge branch 'x'")
    with pytest.raises(Refused, match=r"2 chore, 1 docs, 1 merge.*name the version"):
        choose_version(None, LAST, housekeeping, [])
    choice = choose_version("1.8.1", LAST, housekeeping, [])
    assert choice.level == "nothing" and "2 chore, 1 docs, 1 merge" in choice.leap


def test_what_calls_for_no_release_is_counted_by_what_it_says_it_is() -> None:
    merged = replace(commits("chore: merge x")[0], parents=("a", "b"))
    with pytest.raises(Refused, match="call for no release: 1 docs, 1 no type, 1 chore;"):
        choose_version(None, LAST, [*commits("docs: b", "Update README"), merged], [])
    with pytest.raises(Refused, match="the one commit since 1.8.0 calls for no release: 1 chore;"):
        choose_version(None, LAST, commits("chore: a"), [])


def test_without_a_commit_a_first_release_has_nothing_in_it_either() -> None:
    with pytest.raises(Refused, match="nothing to release") as caught:
        choose_version("1.0", None, [], [])
    assert "since" not in str(caught.value)


def test_commits_that_say_nothing_call_for_no_version_and_any_is_asked_about() -> None:
    silent = commits("Update README", "Merge branch 'x'", "Make it work")
    put = choose_version(None, LAST, silent, [])
    assert (str(put.version), put.level, put.required) == ("1.8.1", "unknown", None)
    assert put.leap.startswith("1.8.1 is proposed")
    assert "2 of 3 commits don't say" in put.leap and "Make it work" in put.leap
    assert "Merge branch" not in put.leap
    choice = choose_version("2.4.0", LAST, silent, [])
    assert (choice.level, choice.required) == ("unknown", None)
    assert choice.leap.startswith("2.4.0 is asked for")


def test_a_first_release_is_named_by_a_person_and_approved() -> None:
    with pytest.raises(UsageError, match=r"first release.*-p version"):
        choose_version(None, None, commits("feat: a"), [])
    choice = choose_version("0.1.0", None, commits("feat: a"), [])
    assert "first release" in choice.leap and choice.level == "first"


@given(versions, versions, st.lists(st.sampled_from(["feat: a", "fix: b", "chore: c", "d!: e"])))
def test_no_version_but_the_one_that_is_called_for_is_chosen_unasked(
    wanted: Version, last: Version, subjects: list[str]
) -> None:
    try:
        choice = choose_version(str(wanted), ReleaseTag(last, "x"), commits(*subjects), [])
    except Refused:
        return
    except Conflict:
        assert wanted == last
        return
    assert choice.version == wanted != last
    assert choice.required is None or choice.required > last
    assert bool(choice.leap) == (wanted != choice.required)


def test_a_placeholder_of_a_tag_that_means_nothing_is_refused() -> None:
    with pytest.raises(UsageError, match=r"expected placeholders among .*; found \{verssion\}"):
        find_last_release(["1.9"], "{verssion}-{version}", project="kit")


@pytest.mark.parametrize("tag", ["9" * 12_001, f"1.{'9' * 12_001}", f"1.9-{'9' * 12_001}"])
def test_a_number_without_end_is_no_version(tag: str) -> None:
    assert Version.read(tag) is None
    assert read_one(SeenTag(f"v{tag}")) is None
    assert read_one(SeenTag(f"1-9-{tag}")) is None
    assert numbers(tag) in ([], [1], [1, 9])
    for template in ("{version}", "{major}.{minor}.{patch}"):
        assert find_last_release([tag, "1.8.0", f"{tag}.0.0"], template) == (
            ReleaseTag(Version.parse("1.8.0"), "1.8.0")
        )


def test_a_tag_that_repeats_its_version_is_read_as_soon_as_another() -> None:
    template, many = "v{version}" * 60, "v2.0.0-rc.1" * 22
    began = time.thread_time()
    assert find_last_release([many, "v1.9" * 60, "v1.9" * 59 + "v1.8"], template) == (
        ReleaseTag(Version.parse("1.9"), "v1.9" * 60)
    )
    assert time.thread_time() - began < 2
