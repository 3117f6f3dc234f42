"""What a tag brings, as people read it before they say that it may go out."""

from datetime import UTC, datetime

from runbook_lib.policy.commits import Commit
from runbook_lib.push.brought import Brought
from runbook_lib.push.tagged_repository import Wanted

PAGE = "https://github.example/pelican/server"
COMMIT = Commit("ab" * 20, (), "Mia <m@x>", datetime(2026, 3, 3, tzinfo=UTC), "Count (#91)")


def test_it_says_the_tag_what_it_is_compared_with_and_each_commit() -> None:
    brought = Brought(Wanted("server", "2", "c" * 40, "1"), (COMMIT,), 1, PAGE)
    assert str(brought).split("\n") == [
        f"server 2 at {'c' * 40}: 1 commit since 1",
        "  ababababa Count (#91)",
    ]
    assert f'href="{PAGE}/compare/1...2"' in brought.html()
    assert f'href="{PAGE}/pull/91"' in brought.html()


def test_of_many_commits_it_says_how_many_are_not_shown_and_where_they_are() -> None:
    brought = Brought(Wanted("server", "2", "c" * 40, "1"), (COMMIT,), 71, PAGE)
    more = f"… and 70 more: {PAGE}/compare/1...2"
    assert str(brought).endswith(more) and more in brought.html()


def test_a_first_tag_is_compared_with_nothing() -> None:
    brought = Brought(Wanted("server", "1", "c" * 40, ""), (COMMIT,), 1, PAGE)
    assert "since the beginning" in str(brought) and "compare" not in brought.html()
