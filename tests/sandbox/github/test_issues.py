"""Issues, their comments and labels, milestones, and the search."""

from .served import Served


def test_an_issue_is_opened_commented_labelled_and_closed(github: Served) -> None:
    issue = github.remote().create_issue("It drips", body="Here.", labels=["bug"], assignee="ci")
    assert (issue.number, issue.user.login, issue.assignees[0].login) == (1, "operator", "ci")
    github.remote("reader").get_issue(1).create_comment("Me too.")
    assert [one.body for one in issue.get_comments()] == ["Me too."]
    issue.add_to_labels("Urgent")
    assert [one.name for one in github.remote().get_issue(1).labels] == ["bug", "Urgent"]
    issue.edit(labels=["a", "b"])
    assert [one.name for one in github.remote().get_issue(1).labels] == ["a", "b"]
    issue.edit(state="closed", state_reason="not_planned")
    found = github.get(":/issues/1").json()
    assert (found["state"], found["state_reason"], found["closed_by"]["login"]) == (
        "closed",
        "not_planned",
        "operator",
    )
    issue.edit(state="open")
    assert github.get(":/issues/1").json()["closed_at"] is None
    assert github.remote().get_issue(1).comments == 1


def test_issues_are_found_by_state_label_milestone_and_person(github: Served) -> None:
    remote = github.remote()
    first = remote.create_milestone("1.9")
    remote.create_issue("one", labels=["release", "bug"], milestone=first)
    remote.create_issue("two", labels=["bug"])
    github.remote("reader").create_issue("three", labels=["bug"])
    remote.get_issue(2).edit(state="closed")

    def numbers(query: str) -> list[int]:
        return [one["number"] for one in github.get(f":/issues?{query}").json()]

    assert numbers("") == [3, 1]
    assert numbers("state=all&direction=asc") == [1, 2, 3]
    assert numbers("state=all&labels=bug") == [2, 1]
    assert numbers("labels=bug,RELEASE") == [1]
    assert numbers(f"milestone={first.number}") == [1]
    assert numbers("milestone=none") == [3]
    assert numbers("creator=reader") == [3]
    assert [one.open_issues for one in remote.get_milestones()] == [1]


def test_pull_requests_are_issues_too_and_share_their_numbers(github: Served) -> None:
    github.remote().create_issue("one")
    said = {"title": "Release 1.9", "head": "release/1.9", "base": "master"}
    assert github.post(":/pulls", said).json()["number"] == 2
    github.post(":/issues/2/labels", {"labels": ["release"]})
    github.post(":/issues/2/comments", {"body": "soon"})
    pull = github.remote().get_pull(2)
    assert ([one.name for one in pull.labels], pull.comments) == (["release"], 1)
    assert github.remote().get_issue(2).pull_request is not None
    assert [one["labels"][0]["name"] for one in github.get(":/pulls").json()] == ["release"]
    github.ask("PATCH", ":/issues/2", {"state": "closed"})
    assert github.remote().get_pull(2).state == "closed"


def test_what_an_issue_lacks_is_refused(github: Served) -> None:
    github.remote().create_issue("one")
    cases = [
        ("POST", ":/issues", {"title": " "}),
        ("POST", ":/issues", {"title": "x", "milestone": 9}),
        ("POST", ":/issues", {"title": "x", "assignees": ["nobody"]}),
        ("PATCH", ":/issues/1", {"state": "odd"}),
        ("POST", ":/issues/1/comments", {"body": ""}),
        ("POST", ":/issues/1/comments", {"body": "x" * 65_537}),
    ]
    for method, path, said in cases:
        assert github.ask(method, path, said).status_code == 422, (path, said)
    assert github.get(":/issues/2").status_code == 404
    assert github.ask("PATCH", ":/issues/1", {"title": "x"}, who="reader").status_code == 403


def test_labels_and_milestones_are_of_one_name(github: Served) -> None:
    remote = github.remote()
    issue = remote.create_issue("one", labels=["bug"])
    assert [one.name for one in issue.labels] == ["bug"]
    issue.add_to_labels("BUG")
    assert [one.name for one in remote.get_issue(1).labels] == ["bug"]
    remote.create_milestone("1.9")
    assert [one.title for one in remote.get_milestones()] == ["1.9"]
    assert github.get(":/milestones?state=closed").json() == []
    assert github.post(":/milestones", {"title": "1.9"}).status_code == 422


def test_a_search_finds_by_qualifiers_words_and_commits(github: Served) -> None:
    github.remote().create_issue("Tide is low", body="see #2", labels=["bug"])
    said = {"title": "Release 1.9", "head": "release/1.9", "base": "master"}
    github.post(":/pulls", said)
    head = github.git("rev-parse", "release/1.9")

    def numbers(words: str) -> list[int]:
        answer = github.get("/search/issues", params={"q": words}).json()
        assert answer["total_count"] == len(answer["items"])
        return [one["number"] for one in answer["items"]]

    here = "repo:harbor/tidewatch"
    assert numbers(here) == [2, 1]
    assert numbers(f"{here} is:issue low") == [1]
    assert numbers(f'{here} "tide is"') == [1]
    assert numbers(f"{here} is:pr is:open") == [2]
    assert numbers(f"{here} is:merged") == []
    assert numbers(f"{here} {head[:10]}") == [2]
    assert numbers("is:draft") == []
    github.ask("PUT", ":/pulls/2/merge", {})
    assert numbers(f"{here} type:pr is:merged {github.git('rev-parse', 'master')}") == [2]
    assert github.get("/search/issues").status_code == 422
    assert github.get("/search/issues?q=repo:harbor/none").status_code == 422


def test_a_comment_is_changed_and_deleted_by_its_author_or_who_may_write(github: Served) -> None:
    issue = github.remote().create_issue("It drips")
    said = github.remote("reader").get_issue(1).create_comment("Me too.")
    said.edit("Me not.")
    (found,) = issue.get_comments()
    assert (found.body, found.user.login) == ("Me not.", "reader")
    assert found.updated_at > found.created_at
    path = f":/issues/comments/{said.id}"
    assert github.ask("DELETE", path, who="qa").status_code == 403
    assert github.get(path).json()["body"] == "Me not."
    assert github.ask("PATCH", path, {"body": "Hush."}).json()["body"] == "Hush."
    said.delete()
    assert issue.get_comments().totalCount == 0
    assert github.ask("DELETE", path).status_code == 404
