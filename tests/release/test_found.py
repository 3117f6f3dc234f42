"""What was found before anything is changed: with the commits, and the tags that there were."""

from pathlib import Path

from tests.release.carried_out import step_through


def test_what_it_contains_and_the_tags_over_time_are_a_click_away(home: Path) -> None:
    done = step_through({"plan": True}, until="larger = ").went_well()
    found = done.namespace["release"].found._repr_mimebundle_()
    html, text = found["text/html"], found["text/plain"]
    assert "<summary" in html and "What it contains: 9 commits since 1.8" in html
    assert html.count("/harbor/tidewatch/commit/") == 9 and "/compare/1.8..." in html
    assert "other tags" in html and "v1.6.12" in html and 'title="1.9,' in html
    assert "Tags from 2025-" in text and "<" not in text.partition("Tags from")[2]
    assert "Tags from" not in str(done.namespace["release"].found), "a terminal shows the table"
