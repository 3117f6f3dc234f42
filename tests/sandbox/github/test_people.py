"""Accounts, owners and repositories."""

from .served import Served


def test_a_token_knows_whose_it_is(github: Served) -> None:
    user = github.client("ci").get_user()
    assert (user.login, user.name, user.email) == ("ci", "Cilla Integration", "ci@sandbox.example")


def test_commits_are_shown_with_the_accounts_of_their_people(github: Served) -> None:
    github.post(":/merges", {"base": "master", "head": "release/1.9"}, who="reviewer")
    github.git("branch", "old", "1.8")
    github.post(":/pulls", {"title": "t", "head": "master", "base": "old"})
    *_, before, merge = github.get(":/pulls/1/commits").json()
    assert merge["author"]["login"] == "reviewer"
    assert before["author"] is None


def test_a_repository_shows_its_addresses_and_counts(github: Served) -> None:
    github.remote().create_issue("one")
    remote = github.remote()
    assert (remote.default_branch, remote.description, remote.open_issues_count) == (
        "master",
        "Tide tables",
        1,
    )
    assert remote.clone_url == f"{github.url}/harbor/tidewatch.git"
    assert remote.owner.type == "Organization"
    assert remote.allow_squash_merge
    assert "allow_squash_merge" not in github.get(":", who="reader").json()
    assert github.get("/repos/HARBOR/Tidewatch").json()["full_name"] == "harbor/tidewatch"
