"""Which refs a ruleset's patterns mean."""

import pytest

from runbook_lib.policy.ref_patterns import fits, means


@pytest.mark.parametrize(
    ("pattern", "ref"),
    [
        ("~ALL", "refs/tags/1.9"),
        ("refs/tags/1.9", "refs/tags/1.9"),
        ("refs/tags/v*", "refs/tags/v1.9"),
        ("refs/tags/**/*", "refs/tags/1.9"),
        ("refs/tags/**/*", "refs/tags/core/v1.9"),
        ("refs/tags/**", "refs/tags/core/v1.9"),
        ("refs/tags/?.?", "refs/tags/1.9"),
        ("refs/tags/[0-9]*", "refs/tags/1.9"),
        ("refs/tags/[!v]*", "refs/tags/1.9"),
        ("refs/heads/release/**/*", "refs/heads/release/1.9"),
        (r"refs/tags/\*", "refs/tags/*"),
    ],
)
def test_a_pattern_means_a_ref(pattern: str, ref: str) -> None:
    assert fits(pattern, ref)


@pytest.mark.parametrize(
    ("pattern", "ref"),
    [
        ("refs/tags/v*", "refs/tags/1.9"),
        ("refs/tags/*", "refs/tags/core/v1.9"),
        ("refs/tags/?.?", "refs/tags/1.10"),
        ("refs/tags/[a-z]*", "refs/tags/1.9"),
        ("refs/tags/1.9", "refs/tags/1x9"),
        ("refs/heads/*", "refs/tags/1.9"),
        ("~DEFAULT_BRANCH", "refs/tags/1.9"),
        ("", "refs/tags/1.9"),
    ],
)
def test_a_pattern_does_not_mean_another(pattern: str, ref: str) -> None:
    assert not fits(pattern, ref)


def test_what_is_left_out_is_not_meant() -> None:
    assert means(["~ALL"], ["refs/tags/v*"], "refs/tags/1.9")
    assert not means(["~ALL"], ["refs/tags/v*"], "refs/tags/v1.9")
    assert not means([], [], "refs/tags/v1.9")


@pytest.mark.parametrize("pattern", ["[z-a]", "refs/heads/[a-[a-z]?"])
def test_a_pattern_that_is_none_means_nothing(pattern: str) -> None:
    assert not fits(pattern, "refs/heads/x")
