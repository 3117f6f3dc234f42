"""What a step by hand is called, and what counts as its evidence."""

import pytest

from runbook_lib.errors import UsageError
from runbook_lib.policy.by_hand import MOST, in_words, misfit, pattern_of, slug


@pytest.mark.parametrize(
    ("title", "wanted"),
    [
        ("Restart the replica", "restart-the-replica"),
        ("  Say it in #ops (on Slack)! ", "say-it-in-ops-on-slack"),
        ("Zähler prüfen", "zähler-prüfen"),
        ("../../evil; rm -rf", "evil-rm-rf"),
        ("…", ""),
    ],
)
def test_a_step_is_called_by_the_words_of_its_title(title: str, wanted: str) -> None:
    assert slug(title) == wanted


@pytest.mark.parametrize(
    ("evidence", "given", "fits"),
    [
        ("link", "https://grafana.example/d/1", True),
        ("link", "see https://grafana.example", False),
        ("link", "", False),
        ("number", "-0.4", True),
        ("number", "0,4", True),
        ("number", "0.4 s", False),
        ("text", "two\nlines", True),
        ("text", " ", False),
        (r"INC-\d+", "INC-17", True),
        (r"INC-\d+", "INC-17 and more", False),
        ("", "", True),
        ("", "something", False),
    ],
)
def test_evidence_fits_its_pattern_as_a_whole(evidence: str, given: str, fits: bool) -> None:
    assert (misfit(pattern_of(evidence), given) == "") is fits


def test_what_is_long_is_not_kept() -> None:
    assert "give a link to it" in misfit(pattern_of("text"), "x" * (MOST + 1))


@pytest.mark.parametrize(
    ("evidence", "said"),
    [
        ("links", "a word that is none of these; did you mean link?"),
        ("url", "found a word that is none of these"),
        ("(", "unterminated"),
    ],
)
def test_what_is_no_pattern_is_refused(evidence: str, said: str) -> None:
    with pytest.raises(UsageError, match="to be link, number, text or a regular expression") as got:
        pattern_of(evidence)
    assert said in str(got.value)


def test_what_is_asked_for_is_said_in_words() -> None:
    assert in_words(pattern_of("link")) == "a link"
    assert in_words(pattern_of(r"INC-\d+")) == r"a text that fits INC-\d+"
