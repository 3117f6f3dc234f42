"""The topic of a chat room: our part names the next push, people's words stay."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runbook_lib.errors import Refused, UsageError
from runbook_lib.policy.chat import Topic
from runbook_lib.policy.push.topic import LIMIT, next_topic
from runbook_lib.services.slack.text import escaped, plain, with_mentions

LINK = "https://git.example/pelican/notes/blob/main/releases/2026/03/19.md"
WEEK = {"link": LINK, "date": date(2026, 3, 19), "hero": "willow"}
OURS = f"Push 2026-03-19 by willow: {LINK}"
OLD = "Push 2026-03-12 by operator: https://git.example/notes/12.md"
WORDS = st.text(
    st.characters(blacklist_categories=("Cs", "Cc"), blacklist_characters="|·•"), max_size=30
)


def test_our_part_takes_the_place_of_the_last_pushs() -> None:
    assert next_topic(f"Deploys | {OLD} | be kind", **WEEK) == f"Deploys | {OURS} | be kind"
    assert next_topic(OLD, **WEEK) == OURS
    assert next_topic("", **WEEK) == OURS


def test_our_part_comes_first_where_there_was_none() -> None:
    assert next_topic("Deploys · be kind", **WEEK) == f"{OURS} | Deploys · be kind"


def test_two_of_our_parts_become_one() -> None:
    assert next_topic(f"{OLD} | Deploys\n{OLD}", **WEEK) == f"{OURS} | Deploys"


@given(st.lists(WORDS, max_size=4), st.sampled_from([" | ", " · ", "\n"]), st.booleans())
def test_what_people_wrote_stays(words: list[str], between: str, had_ours: bool) -> None:
    people = between.join(words)
    before = f"{OLD}{between}{people}" if had_ours and people.strip() else people
    try:
        after = next_topic(before, **WEEK)
    except Refused:
        assert len(before) + len(OURS) > LIMIT - len(" | ")
        return
    assert len(after) <= LIMIT
    assert after.count(OURS) == 1
    assert people in after or not people.strip()
    assert next_topic(after, **WEEK) == after
    assert next_topic(plain(escaped(after)), **WEEK) == after


def test_a_topic_that_would_be_too_long_is_refused_with_the_lengths() -> None:
    with pytest.raises(Refused, match=r"at most 250 characters, found that it would have 3\d\d"):
        next_topic("x" * 230, **WEEK)


def test_slack_links_addresses_and_they_come_back() -> None:
    kept = f"Push 2026-03-19 by willow: <{LINK}> | a &lt;b&gt; &amp; <https://a.example|a.example>"
    assert plain(kept) == f"{OURS} | a <b> & a.example"


def test_mentions_stay_mentions() -> None:
    kept = "<@U123ABC> & <#C1|deploys> | <!subteam^S1>"
    assert with_mentions(plain("<@U123ABC> &amp; <#C1|deploys> | <!subteam^S1>")) == (
        "<@U123ABC> &amp; <#C1|deploys> | <!subteam^S1>"
    )
    assert plain(with_mentions(kept)) == kept
    assert escaped("<@U1>") == "&lt;@U1&gt;"


@pytest.mark.parametrize("hero", ["", " ", "a|b", "a · b", "a\nb"])
def test_a_hero_whose_name_a_topic_cannot_keep_apart_is_refused(hero: str) -> None:
    with pytest.raises(UsageError, match="name of the next push hero"):
        next_topic("Deploys", **{**WEEK, "hero": hero})


def test_a_link_with_separators_is_recognised() -> None:
    week = {**WEEK, "link": "https://pads.example/p/a|b·c"}
    once = next_topic("Deploys", **week)
    assert (
        next_topic(once, **week)
        == once
        == ("Push 2026-03-19 by willow: https://pads.example/p/a%7Cb%C2%B7c | Deploys")
    )


def test_a_hero_with_two_names_is_recognised() -> None:
    week = {**WEEK, "hero": "Willow Wader"}
    once = next_topic("Deploys", **week)
    assert next_topic(once, **week) == once


def test_a_topic_is_shown_as_people_read_it() -> None:
    assert (str(Topic("push on Thursday")), str(Topic(""))) == ("push on Thursday", "no topic")
