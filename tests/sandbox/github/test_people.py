"""Accounts, owners, repositories and GitHub itself."""

from .served import Served


def test_a_token_knows_whose_it_is(github: Served) -> None:
    user = github.client("ci").get_user()
    assert (user.login, user.name, user.email) == ("ci", "Cilla Integration", "ci@sandbox.example")
    assert github.client().get_user("qa").name == "Quinn Quality"
    assert github.get("/users/nobody").status_code == 404


def test_commits_are_shown_with_the_accounts_of_their_people(github: Served) -> None:
    github.post(":/merges", {"base": "master", "head": "release/1.9"}, who="reviewer")
    merge, before = list(github.remote().get_commits())[:2]
    assert merge.author is not None
    assert merge.author.login == "reviewer"
    assert before.author is None


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


def test_a_repository_of_ones_own_is_made_once(github: Served) -> None:
    made = github.post("/user/repos", {"name": "sextant", "private": True})
    assert (made.status_code, made.json()["full_name"]) == (201, "operator/sextant")
    again = github.post("/user/repos", {"name": "sextant"})
    assert again.json()["errors"][0]["message"] == "name already exists on this account"
    for name in ("", "a b", "../x"):
        assert github.post("/user/repos", {"name": name}).status_code == 422
    assert [one["name"] for one in github.get("/users/operator/repos").json()] == ["sextant"]
    assert github.get("/users/operator/repos", who="stranger").json() == []
    assert github.get("/users/nobody/repos").status_code == 404
    assert [one["name"] for one in github.get("/orgs/harbor/repos").json()] == ["tidewatch"]


def test_github_tells_of_itself(github: Served) -> None:
    for path in ("", "/"):
        assert github.get(path, who="").json()["current_user_url"] == f"{github.url}/api/v3/user"
    assert github.get("/meta", who="").json() == {"verifiable_password_authentication": False}
