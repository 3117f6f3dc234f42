"""Commits as a table: each with its author, its pull request and links, every text escaped."""

from dataclasses import replace
from datetime import UTC, datetime

from runbook_lib.policy.commit_table import commit_table, compare_table, pull_of
from runbook_lib.policy.commits import Commit, Pull

PAGE = "https://github.example/harbor/tidewatch"


def commit(subject: str, author: str = "Mia <mia@example.org>") -> Commit:
    return Commit("ab" * 20, (), author, datetime(2026, 3, 3, tzinfo=UTC), subject)


def test_each_commit_says_who_made_it_and_where_it_is_looked_at() -> None:
    told = compare_table(
        "1 commit since 1.8", [commit("Show tides (#91)")], page=PAGE, compare=f"{PAGE}/compare/x"
    )
    assert f'href="{PAGE}/commit/{"ab" * 20}" target="_blank" rel="noopener">ababababa</a>' in told
    assert f'href="{PAGE}/pull/91" target="_blank" rel="noopener">#91</a>' in told
    assert f'href="{PAGE}/compare/x"' in told and ">compare</a>" in told
    assert ">Mia</td>" in told and "mia@example.org" not in told


def test_each_row_has_a_cell_below_each_heading_in_their_order() -> None:
    link = f'<a href="{PAGE}/{{}}" target="_blank" rel="noopener">{{}}</a>'
    made = link.format(f"commit/{'ab' * 20}", "ababababa")
    rows = (
        (made, "Show tides (#91)", "Mia", link.format("pull/91", "#91"), "left out"),
        (made, "One", "harbour-bot", "", ""),
    )
    left = ' style="text-align:left">'
    heads = ("commit", "what", "by", "pull request", "note")
    said = [(commit("Show tides (#91)"), "left out"), (commit("One", "harbour-bot"), "")]
    assert commit_table(said, page=PAGE) == (
        '<div style="overflow-x:auto"><table><thead><tr>'
        + "".join(f"<th{left}{head}</th>" for head in heads)
        + "</tr></thead><tbody><tr>"
        + "</tr><tr>".join("".join(f"<td{left}{cell}</td>" for cell in row) for row in rows)
        + "</tr></tbody></table></div>"
    )


def test_below_the_commits_stand_their_notes_and_the_last_lines() -> None:
    noted = replace(commit("One"), note="picked")
    table = commit_table([(noted, "picked")])
    assert compare_table("1 < 2", [noted], page="", foot=["and more", "<b>"]) == (
        f"<div><b>1 &lt; 2</b>{table}<div>and more</div><div>&lt;b&gt;</div></div>"
    )


def test_what_comes_from_outside_is_escaped_and_what_is_no_address_is_no_link() -> None:
    hostile = commit("<script>alert(1)</script>", "<b>x</b>")
    told = compare_table("<i>said</i>", [hostile], page="", compare="javascript:alert(1)")
    assert "<script" not in told and "<b>x" not in told and "<i>" not in told
    assert "href" not in told


def test_without_anything_to_compare_with_there_is_no_link_to_it() -> None:
    assert "compare" not in compare_table("3 commits", [commit("One")], page=PAGE)


def test_the_pull_request_is_where_github_writes_it() -> None:
    assert pull_of(commit("Merge pull request #7 from o/n")) == "7"
    assert pull_of(commit("Mend what #7 has broken")) == ""
    told = Pull(8, "Mend it", (), "cd" * 20)
    assert pull_of(replace(commit("Mend it (#7)"), pull=told)) == "8"


def test_a_column_in_which_nothing_stands_is_left_out() -> None:
    plain, noted = (commit_table([(commit("One"), said)]) for said in ("", "left out: chore"))
    assert plain.count("<th ") == 3 and "pull request" not in plain and ">note<" not in plain
    assert ">note<" in noted and "left out: chore" in noted
    assert commit_table([]) == ""
