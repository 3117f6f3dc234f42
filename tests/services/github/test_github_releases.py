"""Tags and releases: found again by a hidden marker, drafted once, published once."""

from collections.abc import Callable
from typing import Any

import pytest

from runbook_lib.errors import Conflict, NotHeld, Refused, UsageError
from runbook_lib.sandbox.world.git_objects import run_git
from runbook_lib.services.github import GitHub, Release, without_marker
from runbook_lib.services.github.releases import ReleaseSteps
from tests.services.github.conftest import Hub

RUN = "release/tide--watch/1.9"
MARKER = f"<!-- runbook: {RUN} -->"
TEXT = "#### Features\n\n*  more <b>tides</b>\n"


def draft(github: GitHub, *, text: str = TEXT, run: str = RUN) -> Release:
    """Draft the release, as a notebook does."""
    return github.draft_release("1.9", title="1.9", text=text, run=run)


def publish(hub: Hub, github: GitHub, release: Release) -> Release:
    """Publish the release, as a notebook does."""
    return github.publish_release(release, commit=hub.commit("1.9"))


def releases(hub: Hub) -> list[Any]:
    """All releases that there are, drafts too."""
    listed: list[Any] = hub.ask("operator", "GET", "/releases")
    return listed


def make(hub: Hub, tag: str, body: str = "By hand.", *, draft: bool = False) -> Any:
    """Make a release by hand."""
    release = {"tag_name": tag, "name": tag, "body": body, "draft": draft}
    return hub.ask("operator", "POST", "/releases", release)


def test_an_annotated_tag_is_peeled_to_its_commit_in_three_calls(hub: Hub) -> None:
    github, commit = hub.github(), hub.commit("1.9")
    tag = github.check_tag_unreleased("1.9", commit=commit)
    assert tag.commit == commit != run_git(hub.bare, "rev-parse", "1.9").strip()
    assert str(tag) == f"GitHub has 1.9 at {commit:.9}, not released"
    assert (tag.link, github.calls) == (f"{hub.url}/harbor/tidewatch/tree/1.9", 3)


def test_a_plain_tag_is_its_commit(hub: Hub) -> None:
    tag = hub.github().check_tag_unreleased("1.8", commit=hub.commit("master"))
    assert tag.commit == hub.commit("1.8")


def test_a_tag_at_another_commit_is_a_conflict(hub: Hub) -> None:
    with pytest.raises(Conflict, match="a pushed tag is never moved"):
        hub.github().check_tag_unreleased("1.9", commit=hub.commit("master"))


@pytest.mark.parametrize("tag", ["1", "1.9.1", "2.0"])
def test_a_tag_that_is_not_there_is_refused_though_another_begins_so(hub: Hub, tag: str) -> None:
    with pytest.raises(Refused, match="found none: push it"):
        hub.github().check_tag_unreleased(tag, commit=hub.commit("1.9"))


def test_a_tag_of_a_file_is_a_conflict(hub: Hub) -> None:
    run_git(hub.bare, "tag", "readme", "master:README.md")
    with pytest.raises(Conflict, match="found a blob"):
        hub.github().check_tag_unreleased("readme", commit=hub.commit("1.9"))


def test_a_tag_that_somebody_has_released_is_a_conflict(hub: Hub) -> None:
    made = make(hub, "1.9")
    with pytest.raises(Conflict, match="published release that this run did not make") as caught:
        hub.github().check_tag_unreleased("1.9", commit=hub.commit("1.9"), run=RUN)
    assert made["html_url"] in str(caught.value)


def test_a_draft_is_made_in_three_calls_and_hides_its_marker(hub: Hub) -> None:
    github = hub.github()
    release = draft(github)
    assert release.draft
    assert str(release) == "release 1.9 is drafted"
    assert (hub.outcome(github), github.calls, github.writes) == ("done", 3, 1)
    (made,) = releases(hub)
    assert (made["tag_name"], made["draft"]) == ("1.9", True)
    assert made["body"].startswith(f"{TEXT}\n{MARKER}\n<!-- as drafted: ")
    assert without_marker(made["body"], RUN) == TEXT


def test_drafted_again_it_is_found_in_one_call_and_nothing_is_written(hub: Hub) -> None:
    first, github = draft(hub.github()), hub.github()
    before = hub.writes()
    assert draft(github) == first
    assert (hub.outcome(github), github.calls, hub.writes()) == ("already", 1, before)


def test_a_text_that_has_changed_is_brought_up_to_date(hub: Hub) -> None:
    first, github = draft(hub.github()), hub.github()
    second = draft(github, text="Another.")
    assert (second.id, second.draft) == (first.id, True)
    assert github.runner.reports[-1].announced.startswith("update the draft's text")
    [body] = [one["body"] for one in releases(hub)]
    assert body.startswith(f"Another.\n\n{MARKER}\n") and without_marker(body, RUN) == "Another.\n"


def edit(hub: Hub, release: Release, **said: str) -> None:
    """Edit the draft as somebody does on its web page."""
    hub.ask("reviewer", "PATCH", f"/releases/{release.id}", said)


@pytest.mark.parametrize("said", [{"body": "Theirs."}, {"name": "Theirs"}])
def test_a_draft_that_somebody_has_edited_is_neither_overwritten_nor_published(
    hub: Hub, said: dict[str, str]
) -> None:
    release = draft(hub.github())
    edit(hub, release, **({"body": f"{said['body']}\n{release.body}"} if "body" in said else said))
    before = releases(hub)
    with pytest.raises(Conflict, match="somebody has edited it since .* delete the draft"):
        publish(hub, hub.github(), release)
    with pytest.raises(Conflict, match="somebody has edited it since .* publish it there"):
        draft(hub.github(), text="Another.")
    assert releases(hub) == before
    hub.ask("reviewer", "PATCH", f"/releases/{release.id}", {"draft": False})
    assert not publish(hub, hub.github(), draft(hub.github())).draft


def at_publishing(monkeypatch: pytest.MonkeyPatch, move: Callable[[], object]) -> None:
    """Have somebody move something between the look and the act."""
    whole = ReleaseSteps.publish

    def publish(github: ReleaseSteps, *given: Any, **more: Any) -> Release:
        move()
        return whole(github, *given, **more)

    monkeypatch.setattr(ReleaseSteps, "publish", publish)


def test_what_somebody_saves_while_it_is_published_stays(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    release, github = draft(hub.github()), hub.github()
    at_publishing(monkeypatch, lambda: edit(hub, release, body=f"Theirs.\n{release.body}"))
    assert not publish(hub, github, release).draft
    assert releases(hub)[0]["body"].startswith("Theirs.\n")


def test_a_tag_that_is_deleted_while_it_is_published_is_made_where_it_was(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    release, commit = draft(hub.github()), hub.commit("1.9")
    at_publishing(monkeypatch, lambda: run_git(hub.bare, "update-ref", "-d", "refs/tags/1.9"))
    hub.github().publish_release(release, commit=commit)
    assert hub.commit("1.9") == commit


def test_a_tag_that_was_moved_since_it_was_published_is_a_conflict(hub: Hub) -> None:
    release, commit = publish(hub, hub.github(), draft(hub.github())), hub.commit("1.9")
    run_git(hub.bare, "update-ref", "refs/tags/1.9", hub.commit("master"))
    with pytest.raises(Conflict, match="a pushed tag is never moved"):
        hub.github().publish_release(release, commit=commit)


def test_a_text_that_a_web_page_has_saved_is_the_same_text(hub: Hub) -> None:
    first = draft(hub.github())
    body = {"body": first.body.strip().replace("\n", "\r\n")}
    hub.ask("operator", "PATCH", f"/releases/{first.id}", body)
    github = hub.github()
    assert draft(github).id == first.id
    assert hub.outcome(github) == "already"


def test_a_lost_answer_leaves_exactly_one_draft(hub: Hub) -> None:
    hub.spoil("POST", "/releases$")
    github = hub.github()
    assert draft(github).draft
    assert (len(releases(hub)), github.writes, hub.outcome(github)) == (1, 1, "done")


def test_a_gateway_that_did_nothing_leaves_exactly_one_draft(hub: Hub) -> None:
    hub.spoil("POST", "/releases$", answer=(502, {}, "<html>Bad gateway</html>"))
    github = hub.github()
    assert draft(github).draft
    assert (len(releases(hub)), github.writes) == (1, 2)


@pytest.mark.parametrize("by_hand", ["draft", "published"])
def test_a_release_of_another_hand_is_a_conflict(hub: Hub, by_hand: str) -> None:
    made = make(hub, "1.9", draft=by_hand == "draft")
    before = hub.writes()
    with pytest.raises(Conflict, match="this run did not make") as caught:
        draft(hub.github())
    assert made["html_url"] in str(caught.value)
    assert hub.writes() == before


def test_a_draft_of_another_run_is_a_conflict(hub: Hub) -> None:
    draft(hub.github(), run="release/other/1.9")
    with pytest.raises(Conflict, match="draft that this run did not make"):
        draft(hub.github())


def test_two_drafts_of_this_run_are_a_conflict_that_names_both(hub: Hub) -> None:
    links = [make(hub, "1.9", f"{TEXT}\n{MARKER}\n", draft=True)["html_url"] for _ in range(2)]
    with pytest.raises(Conflict, match=r"found 2: .* delete all but one") as caught:
        draft(hub.github())
    assert all(link in str(caught.value) for link in links)


def test_a_draft_is_found_behind_a_hundred_others(hub: Hub) -> None:
    first = draft(hub.github())
    for number in range(100):
        make(hub, f"0.{number}", draft=True)
    github = hub.github()
    assert draft(github).id == first.id
    assert (hub.outcome(github), github.calls) == ("already", 2)


def test_a_run_whose_name_would_end_the_comment_is_refused(hub: Hub) -> None:
    with pytest.raises(UsageError, match="fits into an HTML comment"):
        draft(hub.github(), run="release/x --> <img src=x>/1.9")
    assert releases(hub) == []


def test_a_draft_is_published_in_eight_calls_and_its_tag_stays(hub: Hub) -> None:
    release, github = draft(hub.github()), hub.github()
    tags = run_git(hub.bare, "show-ref", "--tags")
    published = publish(hub, github, release)
    assert str(published) == "release 1.9 is published"
    assert published.link == github.tag_link("1.9").replace("/tree/", "/releases/tag/")
    assert (hub.outcome(github), github.calls, github.writes) == ("done", 8, 1)
    (found,) = releases(hub)
    assert (found["draft"], found["body"]) == (False, release.body)
    assert run_git(hub.bare, "show-ref", "--tags") == tags


def test_published_again_nothing_is_written(hub: Hub) -> None:
    release = publish(hub, hub.github(), draft(hub.github()))
    before, github = hub.writes(), hub.github()
    assert draft(github) == release
    assert publish(hub, github, release) == release
    tag = github.check_tag_unreleased("1.9", commit=hub.commit("1.9"), run=RUN)
    assert str(tag).endswith("released by this run")
    assert [report.outcome for report in github.runner.reports] == ["already", "already", "good"]
    assert hub.writes() == before


def test_a_lost_answer_publishes_once(hub: Hub) -> None:
    release, github = draft(hub.github()), hub.github()
    hub.spoil("PATCH", f"/releases/{release.id}$")
    assert not publish(hub, github, release).draft
    assert (hub.outcome(github), github.writes) == ("done", 1)


def test_a_moved_tag_is_not_published(hub: Hub) -> None:
    release, commit = draft(hub.github()), hub.commit("1.9")
    run_git(hub.bare, "update-ref", "refs/tags/1.9", hub.commit("master"))
    with pytest.raises(Conflict, match="a pushed tag is never moved"):
        hub.github().publish_release(release, commit=commit)
    assert [one["draft"] for one in releases(hub)] == [True]


def test_a_missing_tag_is_not_made_by_publishing(hub: Hub) -> None:
    release, commit = draft(hub.github()), hub.commit("1.9")
    run_git(hub.bare, "update-ref", "-d", "refs/tags/1.9")
    with pytest.raises(Refused, match="found none: push it"):
        hub.github().publish_release(release, commit=commit)
    assert "1.9" not in run_git(hub.bare, "tag", "--list").split()


def test_a_draft_that_somebody_deleted_is_not_published(hub: Hub) -> None:
    release = draft(hub.github())
    hub.ask("operator", "DELETE", f"/releases/{release.id}")
    with pytest.raises(Refused, match="somebody deleted it; draft it again"):
        publish(hub, hub.github(), release)


def test_a_draft_whose_tag_somebody_changed_is_not_published(hub: Hub) -> None:
    release = draft(hub.github())
    hub.ask("operator", "PATCH", f"/releases/{release.id}", {"tag_name": "1.8"})
    with pytest.raises(Conflict, match=r"of tag 1\.9, found 1\.8"):
        publish(hub, hub.github(), release)


def test_the_latest_release_is_read_and_not_just_promised(hub: Hub) -> None:
    github = hub.github()
    assert github.latest_release() is None
    make(hub, "1.8")
    draft(github)
    found = github.latest_release()
    assert found is not None
    assert found.tag == "1.8"


def test_a_text_that_is_too_long_is_cut_with_a_link_and_found_as_it_was_sent(hub: Hub) -> None:
    text = "".join(f"*  more tides {number}\n" for number in range(8000))
    whole = f"{hub.url}/harbor/tidewatch/blob/1.9/CHANGELOG.md"
    for outcome in ("done", "already"):
        github = hub.github()
        made = github.draft_release("1.9", title="1.9", text=text, run=RUN, whole=whole)
        assert hub.outcome(github) == outcome
    assert len(releases(hub)) == 1
    assert len(made.body) <= 125_000
    assert f"All of it is in {whole}" in without_marker(made.body, RUN)


def test_a_text_that_is_too_long_is_refused_where_the_whole_is_nowhere(hub: Hub) -> None:
    with pytest.raises(Refused, match=r"a release's text of at most 125000 characters"):
        draft(hub.github(), text="x" * 125_000)
    assert releases(hub) == []


def test_a_maintenance_release_leaves_the_newest_version_the_latest(hub: Hub) -> None:
    make(hub, "2.0")
    github = hub.github()
    published = publish(hub, github, draft(github))
    assert not published.draft
    announced = github.runner.reports[-1].announced
    assert announced == "publish release 1.9: 1.9; 2.0 is newer, and stays the latest"
    latest = github.latest_release()
    assert latest is not None
    assert latest.tag == "2.0"


def test_one_that_github_calls_the_latest_all_the_same_did_not_hold(hub: Hub) -> None:
    make(hub, "2.0")
    release = draft(hub.github())
    (shown,) = [one for one in releases(hub) if one["draft"]]
    hub.spoil("GET", "/releases/latest$", answer=(200, {}, {**shown, "draft": False}))
    with pytest.raises(NotHeld, match="calls 1.9 so, which is published: set 2.0 as the latest"):
        publish(hub, hub.github(), release)


def test_a_lost_answer_to_publishing_a_maintenance_release_makes_it_no_latest(hub: Hub) -> None:
    make(hub, "2.0")
    release, github = draft(hub.github()), hub.github()
    hub.spoil("PATCH", f"/releases/{release.id}$")
    assert not publish(hub, github, release).draft
    assert github.latest_release() != release
    assert hub.ask("reader", "GET", "/releases/latest")["tag_name"] == "2.0"


@pytest.mark.parametrize("other", ["1.8", "2.0.0-rc.1", "ui-2.0"])
def test_a_release_ahead_of_all_others_of_its_kind_is_the_latest(hub: Hub, other: str) -> None:
    make(hub, other)
    github = hub.github()
    publish(hub, github, draft(github))
    assert github.runner.reports[-1].announced == "publish release 1.9: 1.9"
    assert hub.ask("reader", "GET", "/releases/latest")["tag_name"] == "1.9"


def test_a_pre_release_is_drafted_as_one(hub: Hub) -> None:
    made = hub.github().draft_release("2.0.0-rc.1", title="2.0.0-rc.1", text=TEXT, run=RUN)
    assert made.prerelease
    assert not draft(hub.github()).prerelease


def test_an_immutable_release_is_said_before_it_is_published_and_found_again(hub: Hub) -> None:
    hub.ask("operator", "PUT", "/immutable-releases")
    make(hub, "1.8")
    github = hub.github()
    published = publish(hub, github, draft(github))
    assert github.runner.reports[-1].announced == "publish release 1.9: 1.9; it is immutable then"
    said = "release 1.9 is published, and immutable: its tag and its files stay as they are"
    assert str(published) == said
    again, before = hub.github(), hub.writes()
    assert publish(hub, again, draft(again)) == published
    assert hub.writes() == before


def test_an_immutable_release_of_another_hand_is_not_to_be_deleted(hub: Hub) -> None:
    hub.ask("operator", "PUT", "/immutable-releases")
    made = make(hub, "1.9")
    with pytest.raises(Conflict, match="it is immutable: choose another version"):
        draft(hub.github())
    hub.ask("operator", "DELETE", f"/releases/{made['id']}")
    with pytest.raises(Conflict, match="was used by an immutable release.* choose another version"):
        draft(hub.github())
    assert releases(hub) == []
