"""Which release is the latest, by the tags alone."""

import pytest

from runbook_lib.policy.latest import find_newer, is_pre_release


@pytest.mark.parametrize(
    ("tag", "others", "newer"),
    [
        ("1.8.1", ["1.9", "1.8"], "1.9"),
        ("1.9.1", ["1.9", "1.8.9"], ""),
        ("v1.9.10", ["v1.9.9", "v1.10.0", "v2.0.0"], "v2.0.0"),
        ("v1.9", ["2.0"], "2.0"),
        ("1.9", ["1.9.0", "1.9"], ""),
        ("core-1.2.3", ["ui-3.0.0", "core-1.2.2"], ""),
        ("core-1.2.3", ["core-1.3.0", "ui-3.0.0"], "core-1.3.0"),
        ("pkg/v1.2.3", ["pkg/v2.0.0", "v9.0.0"], "pkg/v2.0.0"),
        ("2026.07.22", ["2025.11.13", "2026.11.26"], "2026.11.26"),
        ("1.2.3.4", ["1.2.3.5"], "1.2.3.5"),
        ("2.0.0", ["2.0.0-rc.1", "2.0.0rc2"], ""),
        ("2.0.0-rc.1", ["2.0.0"], "2.0.0"),
        ("nightly", ["1.9"], ""),
        ("1.9", ["nightly", "v2-beta"], ""),
    ],
)
def test_a_release_below_a_newer_one_is_no_latest(tag: str, others: list[str], newer: str) -> None:
    assert find_newer(tag, others) == newer


@pytest.mark.parametrize(
    "tag",
    [
        "2.0.0-rc.1",
        "2.0.0rc1",
        "v2.0.0b2",
        "1.9.0.dev0",
        "1.9-SNAPSHOT",
        "pkg@1.0.0-alpha",
        "4.0.0-M3",
    ],
)
def test_a_pre_release_is_known(tag: str) -> None:
    assert is_pre_release(tag)


@pytest.mark.parametrize("tag", ["2.0.0", "v2.0", "2.0.0-1", "2.0.0+build.7", "1.9.0.post1", "x"])
def test_what_is_none_is_known_too(tag: str) -> None:
    assert not is_pre_release(tag)


def test_a_number_without_end_is_no_newer_release() -> None:
    assert find_newer("1.9", ["9" * 12_001, "1.8"]) == ""
