"""Who may do what, and the headers that go with every answer."""

import pytest

from runbook_lib.sandbox.services.github.limits import SETTING
from tests.sandbox.repositories import create_repository

from .served import Served


def test_an_unknown_token_is_told_bad_credentials(github: Served) -> None:
    for token in ("nobody", "expired_token"):
        answer = github.get("/user", headers={"Authorization": f"token {token}"})
        assert answer.status_code == 401
        assert answer.json() == {
            "message": "Bad credentials",
            "documentation_url": "https://docs.github.com/rest/users/users#get-the-authenticated-user",
            "status": "401",
        }


def test_a_token_is_taken_in_each_of_the_three_ways(github: Served) -> None:
    token = github.token("ci")
    for words in (f"token {token}", f"Bearer {token}"):
        assert github.get("/user", headers={"Authorization": words}).json()["login"] == "ci"
    basic = github.session.get(f"{github.url}/api/v3/user", auth=("anything", token))
    assert basic.json()["login"] == "ci"


def test_without_a_token_public_things_are_seen_and_nothing_is_changed(github: Served) -> None:
    assert github.get(":", who="").json()["full_name"] == "harbor/tidewatch"
    assert github.get("/user", who="").status_code == 401
    refused = github.post(":/git/refs", {"ref": "refs/heads/x", "sha": "0" * 40}, who="")
    assert refused.json()["message"] == "Requires authentication"


def test_a_private_repository_is_not_there_for_who_has_no_access(github: Served) -> None:
    create_repository(github.world, "harbor/secret", private=True)
    for who in ("stranger", ""):
        assert github.get("/repos/harbor/secret", who=who).status_code == 404
        assert github.get("/repos/harbor/secret/pulls", who=who).status_code == 404
    assert github.get("/repos/harbor/secret", who="reader").json()["visibility"] == "private"


@pytest.mark.parametrize("who", ["reader", "stranger"])
@pytest.mark.parametrize(
    ("path", "said"),
    [
        (":/git/refs", {"ref": "refs/heads/x", "sha": "0" * 40}),
        (":/pulls", {"title": "t", "head": "release/1.9", "base": "master"}),
        (":/releases", {"tag_name": "1.9"}),
        (":/statuses/" + "0" * 40, {"state": "success"}),
    ],
)
def test_who_may_only_read_is_refused_and_nothing_changes(
    github: Served, who: str, path: str, said: dict[str, str]
) -> None:
    before = github.git("for-each-ref")
    answer = github.post(path, said, who=who)
    assert answer.status_code == 403
    assert answer.json()["message"] == "Resource not accessible by personal access token"
    assert answer.headers["X-Accepted-GitHub-Permissions"].endswith("=write")
    assert github.git("for-each-ref") == before
    assert github.get(":/pulls?state=all").json() == github.get(":/releases").json() == []


def test_what_admins_alone_may_see_is_refused_to_who_may_only_write(github: Served) -> None:
    path = ":/branches/master/protection"
    assert github.get(path, who="ci").json()["message"] == "Must have admin rights to Repository."
    assert github.get(path).json()["message"] == "Branch not protected"


def test_every_answer_tells_the_rate_limit_and_it_is_held(github: Served) -> None:
    first, second = github.get("/user", who="qa"), github.get("/user", who="qa")
    left = [int(one.headers["X-RateLimit-Remaining"]) for one in (first, second)]
    assert left[0] - left[1] == 1
    assert first.headers["X-RateLimit-Limit"] == "5000"
    github.world.set_setting(SETTING, "2")
    refused = github.get("/user", who="qa")
    assert (refused.status_code, refused.headers["X-RateLimit-Remaining"]) == (403, "0")
    assert refused.json()["message"].startswith("API rate limit exceeded for user ID")


def test_an_answer_that_the_caller_has_is_not_sent_again(github: Served) -> None:
    first = github.get(":/git/ref/heads/master")
    same = github.get(":/git/ref/heads/master", headers={"If-None-Match": first.headers["ETag"]})
    assert (same.status_code, same.content) == (304, b"")
    github.commit("refs/heads/master", {"NEWS": "n"}, "docs: news")
    other = github.get(":/git/ref/heads/master", headers={"If-None-Match": first.headers["ETag"]})
    assert other.status_code == 200
    assert other.headers["ETag"] != first.headers["ETag"]


def test_what_is_not_modified_costs_nothing_for_who_has_a_token(github: Served) -> None:
    path = ":/git/ref/heads/master"

    def used(who: str, tag: str = "") -> tuple[str, int]:
        headers = {"If-None-Match": tag} if tag else {}
        answer = github.get(path, who=who, headers=headers)
        assert answer.status_code == (304 if tag else 200)
        return answer.headers["ETag"], int(answer.headers["X-RateLimit-Used"])

    for who, cost in (("qa", 0), ("", 1)):
        tag, before = used(who)
        assert [used(who, tag)[1] - before for _ in range(2)] == [cost, 2 * cost]
        assert used(who)[1] - before == 2 * cost + 1


def test_an_etag_is_one_of_the_token_and_of_the_form_that_is_asked_for(github: Served) -> None:
    path = ":/git/ref/heads/master"
    form = {"Accept": "application/vnd.github+json"}
    tags = {
        github.get(path).headers["ETag"],
        github.get(path, who="qa").headers["ETag"],
        github.get(path, headers=form).headers["ETag"],
    }
    assert len(tags) == 3
    for tag in tags - {github.get(path).headers["ETag"]}:
        assert github.get(path, headers={"If-None-Match": tag}).status_code == 200


def test_a_page_that_is_not_modified_tells_the_next_that_it_has_now(github: Served) -> None:
    path = ":/git/matching-refs/tags/?per_page=1"
    first = github.get(path)
    assert "Link" not in first.headers
    github.git("tag", "1.9", "master")
    second = github.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (second.status_code, second.content) == (304, b"")
    assert 'rel="next"' in second.headers["Link"]


def test_a_token_tells_its_scopes_and_each_answer_its_request(github: Served) -> None:
    one, two = github.get("/user"), github.get("/user", who="reader")
    assert "repo" in one.headers["X-OAuth-Scopes"]
    assert "repo" not in two.headers["X-OAuth-Scopes"]
    assert one.headers["X-GitHub-Request-Id"] != two.headers["X-GitHub-Request-Id"]


def test_another_version_of_the_api_is_not_spoken(github: Served) -> None:
    answer = github.get("/user", headers={"X-GitHub-Api-Version": "1999-01-01"})
    assert answer.status_code == 400
    assert "2022-11-28" in answer.json()["message"]


def test_what_is_no_json_is_refused(github: Served) -> None:
    for raw, words in ((b"{", "Problems parsing JSON"), (b"[1]", "Body should be a JSON object")):
        answer = github.ask("POST", ":/git/refs", data=raw)
        assert (answer.status_code, answer.json()["message"]) == (400, words)
    wrong = github.post(":/git/refs", {"ref": 7, "sha": "x"})
    assert wrong.status_code == 422
    assert "'properties/ref', 7 is not a string" in wrong.json()["message"]
    missing = github.post(":/git/refs", {"sha": "x"})
    assert '"ref" wasn\'t supplied' in missing.json()["message"]


def test_a_path_that_nothing_answers_is_not_found(github: Served) -> None:
    assert github.get("/nothing/here").status_code == 404
    assert github.get(":/pulls/x").status_code == 404
    assert github.get("/repos/harbor/nothing").status_code == 404


def test_long_lists_come_in_pages_that_link_to_each_other(github: Served) -> None:
    for number in range(5):
        github.git("tag", f"0.{number}", "master")
    names = [f"refs/tags/{tag}" for tag in ("0.0", "0.1", "0.2", "0.3", "0.4", "1.8")]
    assert [ref.ref for ref in github.remote().get_git_matching_refs("tags/")] == names
    first = github.get(":/git/matching-refs/tags/?per_page=4")
    assert [ref["ref"] for ref in first.json()] == names[:4]
    assert 'rel="prev"' not in first.headers["Link"]
    second = github.get(first.links["next"]["url"])
    assert [ref["ref"] for ref in second.json()] == names[4:]
    assert second.links["prev"]["url"] == second.links["first"]["url"]
    assert "next" not in second.links
    assert "Link" not in github.get(":/git/matching-refs/tags/?per_page=100").headers
    assert github.get(":/git/matching-refs/tags/?per_page=4&page=9").json() == []


def test_permissions_are_told_to_who_may_write(github: Served) -> None:
    for login, permission in (("operator", "admin"), ("ci", "write"), ("qa", "read")):
        found = github.get(f":/collaborators/{login}/permission").json()
        assert found["permission"] == permission
    assert github.get(":/collaborators/ci/permission", who="reader").status_code == 403
    assert github.get(":/collaborators/ci").status_code == 204
    assert github.get(":/collaborators/stranger").status_code == 404
    assert github.remote("ci").permissions.push
    assert not github.remote("reader").permissions.push


@pytest.mark.parametrize("value", [7, [1], [{}], {"a": 1}, 10**30, True, "\x00"])
def test_a_value_of_another_type_is_refused_and_breaks_nothing(
    github: Served, value: object
) -> None:
    sha = github.git("rev-parse", "master")
    cases: list[tuple[str, dict[str, object]]] = [
        (":/issues", {"title": "x", "milestone": value}),
        (":/issues", {"title": "x", "assignees": value}),
        (":/issues", {"title": "x", "body": value}),
        (":/check-runs", {"name": value, "head_sha": sha}),
        (":/git/refs", {"ref": value, "sha": sha}),
        (":/pulls", {"title": value, "head": "release/1.9", "base": "master"}),
        (":/releases", {"tag_name": "9", "draft": value, "target_commitish": "none"}),
    ]
    for path, said in cases:
        assert github.post(path, said).status_code == 422, (path, said)
    assert not github.has("refs/tags/9")


def test_a_text_that_is_no_unicode_is_no_json(github: Served) -> None:
    answer = github.ask("POST", ":/issues", data=b'{"title": "\\ud83d"}')
    assert answer.json()["message"] == "Problems parsing JSON"
