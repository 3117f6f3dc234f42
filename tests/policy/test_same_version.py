"""Which texts name one version, and which do not."""

import pytest

from runbook_lib.policy.same_version import is_same


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1.9", "v1.9.0"),
        ("2026.07", "2026.7"),
        ("2.0rc1", "V2.0.0-rc.1"),
        ("2.0.0-alpha.2", "2.0a2"),
        ("1.9-SNAPSHOT", "1.9.0-snapshot"),
        ("nightly", "nightly"),
    ],
)
def test_a_version_is_the_same_however_it_is_written(one: str, other: str) -> None:
    assert is_same(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1.9", "1.9.1"),
        ("1.9.0-1", "1.9.0+1"),
        ("1.9.0-1", "1.9.0.1"),
        ("1.9 (old)", "1.9"),
        ("1.9.", "1.9"),
        ("2.0rc1", "2.0"),
        ("", ""),
    ],
)
def test_what_says_more_or_less_is_another_version(one: str, other: str) -> None:
    assert not is_same(one, other)


def test_a_number_without_end_is_compared_as_it_is_written() -> None:
    long = "9" * 12_001
    assert is_same(long, long) and not is_same(long, f"{long}.0") and not is_same(f"1.{long}", "1")
