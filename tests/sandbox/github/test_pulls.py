"""Pull requests follow git."""

import pytest

from .served import Served

MASTER, RELEASE = "refs/heads/master", "refs/heads/release/1.9"
WORDS = {"title": "Release 1.9", "head": "release/1.9", "base": "master"}


def custom(answer: object) -> str:
    errors = answer.json()["errors"]  # type: ignore[attr-defined]
    return str(errors[0]["message"])


def test_a_pull_request_shows_both_sides_and_what_is_in_it(github: Served) -> None:
    pull = github.remote().create_pull(
        "master", "release/1.9", title="Release 1.9", body="the text"
    )
    assert (pull.head.label, pull.base.ref) == ("harbor:release/1.9", "master")
    assert (pull.user.login, pull.body, pull.state) == ("operator", "the text", "open")
    assert (pull.commits, pull.changed_files, pull.additions, pull.deletions) == (1, 1, 1, 1)
    assert [one.commit.message for one in pull.get_commits()] == ["chore: tag 1.9"]


def test_a_pull_request_is_refused_without_branch_commits_or_title(github: Served) -> None:
    for change, field in (({"head": "none"}, "head"), ({"base": "none"}, "base")):
        answer = github.post(":/pulls", WORDS | change)
        assert answer.status_code == 422
        error = {"resource": "PullRequest", "code": "invalid", "field": field}
        assert answer.json()["errors"] == [error]
    assert github.post(":/pulls", WORDS | {"head": "other:master"}).status_code == 422
    same = github.post(":/pulls", WORDS | {"head": "master", "base": "release/1.9"})
    assert custom(same) == "No commits between release/1.9 and master"
    untitled = github.post(":/pulls", WORDS | {"title": " "})
    assert untitled.json()["errors"][0]["code"] == "missing_field"
    person = "Pat <pat@example.org> 1768471200 +0000"
    stream = f"commit refs/heads/alone\nauthor {person}\ncommitter {person}\ndata 1\nm\n"
    github.git("fast-import", "--quiet", text=stream.encode())
    alone = github.post(":/pulls", WORDS | {"head": "alone"})
    assert custom(alone) == "The alone branch has no history in common with master"
    assert github.get(":/pulls?state=all").json() == []


def test_a_second_pull_request_of_the_same_branches_is_refused(github: Served) -> None:
    assert github.post(":/pulls", WORDS).status_code == 201
    again = github.post(":/pulls", WORDS | {"head": "harbor:release/1.9"})
    assert again.status_code == 422
    assert custom(again) == "A pull request already exists for harbor:release/1.9."
    github.ask("PATCH", ":/pulls/1", {"state": "closed"})
    assert github.post(":/pulls", WORDS).json()["number"] == 2
    reopened = github.ask("PATCH", ":/pulls/1", {"state": "open"})
    assert custom(reopened).startswith("A pull request already exists")


def test_pull_requests_are_found_by_head_base_and_state(github: Served) -> None:
    github.post(":/pulls", WORDS)
    github.commit("refs/heads/other", {"x": "1"}, "feat: x", parent=MASTER)
    github.post(":/pulls", {"title": "t", "head": "other", "base": "release/1.9"})
    github.ask("PATCH", ":/pulls/2", {"state": "closed"})

    def numbers(query: str) -> list[int]:
        return [one["number"] for one in github.get(f":/pulls?{query}").json()]

    assert numbers("") == [1]
    assert numbers("state=all") == [2, 1]
    assert numbers("state=closed") == [2]
    assert numbers("state=all&head=harbor:other") == [2]
    assert numbers("state=all&head=HARBOR:other") == [2]
    assert numbers("state=all&head=someone:other") == []
    assert numbers("state=all&base=master") == [1]
    assert numbers("state=all&direction=asc") == [1, 2]
    assert numbers("state=all&sort=updated&direction=desc") == [2, 1]


def test_a_push_moves_a_pull_request(github: Served) -> None:
    github.post(":/pulls", WORDS)
    head = github.commit(RELEASE, {"NEWS": "n"}, "docs: news")
    assert github.get(":/pulls").json()[0]["head"]["sha"] == head
    assert github.remote().get_pull(1).commits == 2
    base = github.commit(MASTER, {"x": "1"}, "feat: x")
    assert github.get(":/pulls/1").json()["base"]["sha"] == base
    assert [one["action"] for one in github.told("pull_request")] == ["opened", "synchronize"]


def test_a_push_of_the_merge_itself_merges_a_pull_request(github: Served) -> None:
    github.post(":/pulls", WORDS)
    head = github.git("rev-parse", "release/1.9")
    github.git("update-ref", MASTER, head)
    github.git("update-ref", "-d", RELEASE)
    pull = github.remote().get_pull(1)
    assert (pull.merged, pull.state, pull.merge_commit_sha) == (True, "closed", head)
    assert pull.commits == 1


def test_a_pull_request_outlives_its_branch(github: Served) -> None:
    github.post(":/pulls", WORDS)
    head = github.git("rev-parse", "release/1.9")
    github.ask("DELETE", ":/git/refs/heads/release/1.9")
    pull = github.remote().get_pull(1)
    assert (pull.state, pull.merged, pull.head.sha, pull.head.ref) == (
        "closed",
        False,
        head,
        "release/1.9",
    )
    assert pull.mergeable is None
    assert [one["action"] for one in github.told("pull_request")] == ["opened", "closed"]
    assert custom(github.ask("PATCH", ":/pulls/1", {"state": "open"})).startswith("state cannot")


def test_a_merged_pull_request_stays_as_it_was_merged(github: Served) -> None:
    github.post(":/pulls", WORDS)
    done = github.remote("reviewer").get_pull(1).merge()
    github.ask("DELETE", ":/git/refs/heads/release/1.9")
    github.commit(MASTER, {"x": "1"}, "feat: x")
    pull = github.remote().get_pull(1)
    assert (pull.merged, pull.merge_commit_sha, pull.merged_by.login) == (
        True,
        done.sha,
        "reviewer",
    )
    assert (pull.commits, pull.changed_files) == (1, 1)


def test_a_pull_request_is_changed_closed_and_opened_again(github: Served) -> None:
    pull = github.remote().create_pull("master", "release/1.9", title="Release", body="b")
    pull.edit(title="Release 1.9", body="")
    assert (github.remote().get_pull(1).title, github.remote().get_pull(1).body) == (
        "Release 1.9",
        None,
    )
    pull.edit(state="closed")
    assert github.remote().get_pull(1).closed_at is not None
    pull.edit(state="open")
    assert github.remote().get_pull(1).state == "open"
    assert [one["action"] for one in github.told("pull_request")] == [
        "opened",
        "closed",
        "reopened",
    ]
    github.commit("refs/heads/other", {"x": "1"}, "feat: x", parent="refs/tags/1.8")
    pull.edit(base="other")
    assert github.remote().get_pull(1).base.ref == "other"
    assert github.ask("PATCH", ":/pulls/1", {"base": "none"}).status_code == 422
    assert github.ask("PATCH", ":/pulls/1", {"state": "odd"}).status_code == 422
    assert github.ask("PATCH", ":/pulls/1", {"title": ""}).status_code == 422
    assert github.ask("PATCH", ":/pulls/1", {"title": "x"}, who="reader").status_code == 403
    assert github.get(":/pulls/9").status_code == 404


def test_text_from_outside_comes_back_as_it_was_sent(github: Served) -> None:
    title, body = "--force <b>$(x)</b> `y`", "line 1\r\nline 2 \U0001f680"
    github.post(":/pulls", WORDS | {"title": title, "body": body})
    found = github.get(":/pulls/1").json()
    assert (found["title"], found["body"]) == (title, body)
    github.ask("PUT", ":/pulls/1/merge", {})
    assert github.git("log", "-1", "--format=%b", "master") == title


def test_a_review_decides_until_it_is_dismissed(github: Served) -> None:
    github.post(":/pulls", WORDS)
    review = github.remote("reviewer").get_pull(1).create_review(event="REQUEST_CHANGES", body="no")
    assert review.commit_id == github.git("rev-parse", "release/1.9")
    github.remote("reviewer").get_pull(1).create_review(event="APPROVE")
    github.remote("reader").get_pull(1).create_review(event="COMMENT", body="hm")
    reviews = list(github.remote().get_pull(1).get_reviews())
    assert [(one.user.login, one.state) for one in reviews] == [
        ("reviewer", "CHANGES_REQUESTED"),
        ("reviewer", "APPROVED"),
        ("reader", "COMMENTED"),
    ]
    reviews[1].dismiss("too early")
    states = [one["state"] for one in github.get(":/pulls/1/reviews").json()]
    assert states == ["CHANGES_REQUESTED", "DISMISSED", "COMMENTED"]
    missing = github.ask("PUT", ":/pulls/1/reviews/99/dismissals", {"message": "no"})
    assert missing.status_code == 404


@pytest.mark.parametrize(
    ("event", "deed"), [("APPROVE", "approve"), ("REQUEST_CHANGES", "request changes on")]
)
def test_nobody_decides_on_their_own_pull_request(github: Served, event: str, deed: str) -> None:
    github.post(":/pulls", WORDS)
    answer = github.post(":/pulls/1/reviews", {"event": event, "body": "x"})
    assert answer.status_code == 422
    assert answer.json()["errors"] == [f"Can not {deed} your own pull request"]
    assert github.post(":/pulls/1/reviews", {"event": "COMMENT"}).status_code == 422
    assert github.get(":/pulls/1/reviews").json() == []


def test_a_review_that_was_begun_is_seen_by_its_author_alone(github: Served) -> None:
    github.post(":/pulls", WORDS)
    begun = github.post(":/pulls/1/reviews", {"body": "so far"}, who="reviewer").json()
    assert (begun["state"], "submitted_at" in begun) == ("PENDING", False)
    assert github.get(":/pulls/1/reviews").json() == []
    assert len(github.get(":/pulls/1/reviews", who="reviewer").json()) == 1


@pytest.mark.parametrize(("field", "longest"), [("title", 256), ("body", 65_536)])
def test_what_is_longer_than_github_takes_is_refused_in_its_words(
    github: Served, field: str, longest: int
) -> None:
    said = {"title": "t", "head": "release/1.9", "base": "master", field: "x" * (longest + 1)}
    words = f"{field} is too long (maximum is {longest} characters)"
    error = {"resource": "Issue", "code": "custom", "field": field, "message": words}
    refused = github.post(":/pulls", said)
    assert (refused.status_code, refused.json()["errors"]) == (422, [error])
    made = github.post(":/pulls", said | {field: "x" * longest})
    assert made.status_code == 201
    changed = github.ask("PATCH", ":/pulls/1", {field: "x" * (longest + 1)})
    assert (changed.status_code, changed.json()["errors"]) == (422, [error])
