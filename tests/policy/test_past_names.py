"""What releases are called, read off the last ones."""

import pytest

from runbook_lib.policy.release.names import Names, Templates
from runbook_lib.policy.release.past_names import (
    PastRelease,
    last_tags,
    merged_branch,
    merged_title,
    past_names,
)
from runbook_lib.policy.same_version import split_tag
from runbook_lib.policy.version import Version


def found(kind: str, *texts: str, tags: tuple[str, ...] = (), template: str = "") -> str | None:
    """The template of one kind of name, from what the last releases were called, newest first."""
    past = [
        PastRelease(tag, **{kind: text})
        for tag, text in zip(tags or ("1.8.0", "1.7.1", "1.7.0"), texts, strict=False)
    ]
    return past_names(past, tag_template=template).templates.get(kind)


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (("Release 1.8.0", "Release 1.7.1"), "Release {full}"),
        (("Release v1.8", "Release v1.7.1"), "Release v{version}"),
        (
            ("chore(release): 1.8.0 [skip ci]", "chore(release): 1.7.1 [skip ci]"),
            "chore(release): {full} [skip ci]",
        ),
        (("Release 1.8.0 (#41)", "Release 1.7.1 (#7)"), "Release {full}"),
        (("Release 1.8.0", "Prepare 1.7.1"), None),
        (("fix: x", "fix: x"), None),
        (("1.8.0", "1.7.1"), "{full}"),
        (("Tide {1.8.0}", "Tide {1.7.1}"), "Tide {{{full}}}"),
        (("Release 1.8.0 and 1.8.0", "Release 1.7.1 and 1.7.1"), "Release {full} and {full}"),
        (("Release 21.8.0", "Release 21.7.1"), None),
        (("Release 1.8.0.1", "Release 1.7.1.1"), None),
        (("Release 1.8.0",), None),
    ],
)
def test_the_message_is_that_of_the_last_two(texts: tuple[str, ...], expected: str | None) -> None:
    assert found("message", *texts) == expected


def test_where_two_forms_fit_it_is_the_tag_s() -> None:
    texts, tags = ("Release 1.8.1", "Release 1.7.1"), ("1.8.1", "1.7.1")
    assert found("message", *texts, tags=tags, template="v{full}") == "Release {full}"
    assert found("message", *texts, tags=tags, template="{version}") == "Release {version}"


def test_the_version_before_is_the_last_release_s() -> None:
    texts = ("Bump version: 1.7.1 → 1.8.0", "Bump version: 1.7.0 → 1.7.1", "")
    assert found("message", *texts) == "Bump version: 1.8.0 → {full}"


def test_what_was_found_makes_the_names_of_the_next_release() -> None:
    past = past_names(
        [
            PastRelease("v1.8.0", "rel/1.8.0", "Release 1.8.0", "Tide 1.8.0", "Ship v1.8.0", "1.8"),
            PastRelease("v1.7.0", "rel/1.7.0", "Release 1.7.0", "Tide 1.7.0", "Ship v1.7.0", "1.7"),
        ]
    )
    names = Names("tide", Version(1, 9), Templates(tag="v{full}", **past.templates))
    assert (names.branch, names.message, names.tag_message) == (
        "rel/1.9.0",
        "Release 1.9.0",
        "Tide 1.9.0",
    )
    assert (names.pull_request, names.release) == ("Ship v1.9.0", "1.9")
    assert [one.seen for one in past.findings({})] == ["as at v1.8.0 and v1.7.0"] * 5
    said = {
        one.otherwise: (one.found, one.seen) for one in past.findings({"message": "Cut {full}"})
    }
    assert said["names.message"] == ("Cut {full}", "the profile")
    assert said["names.tag_message"] == ("the commit's", "as the procedure has it")


def test_what_the_last_two_do_not_share_is_said() -> None:
    findings = list(past_names([PastRelease("1.8"), PastRelease("1.7")]).findings({}))
    assert {one.otherwise: one.found for one in findings} == {
        "names.branch": "release/{version}",
        "names.message": "chore: tag {version}",
        "names.tag_message": "the commit's",
        "names.pull_request": "Release {version}",
        "names.release": "{version}",
    }
    assert {one.seen for one in findings} == {"as the procedure has it"}


def test_a_tag_without_a_message_of_its_own_has_the_commit_s() -> None:
    names = Names("tide", Version(1, 9), Templates(message="Release {version}"))
    assert names.tag_message == names.message == "Release 1.9"


@pytest.mark.parametrize(
    ("subject", "branch"),
    [
        ("Merge pull request #12 from team/release/1.2", "release/1.2"),
        ("Merge branch 'release/1.2'", "release/1.2"),
        ("Merge branch 'release/1.2' into main", "release/1.2"),
        ("Merge remote-tracking branch 'origin/release/1.2'", "release/1.2"),
        ("Merge tag 'v1.2'", ""),
        ("feat: x", ""),
    ],
)
def test_a_merge_names_its_branch(subject: str, branch: str) -> None:
    assert merged_branch(subject) == branch


def test_a_merge_and_a_squashed_commit_name_the_pull_request() -> None:
    assert merged_title("Merge pull request #1 from a/b", "Release 1.2\n\nmore") == "Release 1.2"
    assert merged_title("Release 1.2 (#12)", "") == "Release 1.2"
    assert merged_title("Release 1.2", "body") == ""


@pytest.mark.parametrize(
    ("tag", "parts"),
    [
        ("1.8.0", ("", "1.8.0")),
        ("v1.8", ("v", "1.8")),
        ("release-1.8.0", ("release-", "1.8.0")),
        ("py3-tide@1.8.0rc1", ("py3-tide@", "1.8.0rc1")),
        ("pkg/v2026.07.01", ("pkg/v", "2026.07.01")),
        ("release.1.2", ("release.", "1.2")),
        ("nightly", ("nightly", "")),
    ],
)
def test_a_tag_is_its_form_and_its_version(tag: str, parts: tuple[str, str]) -> None:
    assert split_tag(tag) == parts


def test_the_last_tags_are_those_of_the_same_form() -> None:
    tags = ["v1", "v1.6.0", "core-9.0", "v1.7.0", "v1.8.0", "v2", "v1.9.0"]
    assert last_tags("v1.8.0", tags) == ["v1.8.0", "v1.7.0", "v1.6.0"]
    assert last_tags("", tags) == []
