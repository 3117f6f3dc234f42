"""Deployments and environments."""

from .served import Served


def deploy(github: Served, ref: str, environment: str = "staging", **said: object) -> int:
    answer = github.post(":/deployments", {"ref": ref, "environment": environment, **said})
    assert answer.status_code == 201, answer.text
    return int(answer.json()["id"])


def say(github: Served, number: int, state: str, **said: object) -> None:
    answer = github.post(f":/deployments/{number}/statuses", {"state": state, **said})
    assert answer.status_code == 201, answer.text


def states(github: Served, number: int) -> list[str]:
    return [one["state"] for one in github.get(f":/deployments/{number}/statuses").json()]


def test_a_deployment_is_of_a_refs_commit_and_its_environment_is_made(github: Served) -> None:
    number = deploy(github, "1.8")
    (shown,) = github.get(":/deployments").json()
    assert shown["id"] == number
    assert (shown["ref"], shown["sha"]) == ("1.8", github.git("rev-parse", "1.8^{commit}").strip())
    assert github.get(":/environments/staging").json()["protection_rules"] == []
    assert github.get(":/environments/none").status_code == 404
    assert github.get(":/deployments/99/statuses").status_code == 404


def test_a_success_takes_the_place_of_those_before_it(github: Served) -> None:
    first, other = deploy(github, "1.8"), deploy(github, "1.8", "production")
    for number in (first, other):
        say(github, number, "success", log_url="https://ci.example/7")
    second = deploy(github, "release/1.9")
    say(github, second, "in_progress")
    assert states(github, first) == ["success"]
    say(github, second, "success")
    assert states(github, first) == ["inactive", "success"]
    assert states(github, other) == ["success"]
    assert states(github, second) == ["success", "in_progress"]


def test_deployments_are_narrowed_down_and_the_newest_comes_first(github: Served) -> None:
    numbers = [deploy(github, ref) for ref in ("1.8", "release/1.9", "1.8")]
    deploy(github, "1.8", "production")
    sha = github.git("rev-parse", "1.8^{commit}").strip()
    found = github.get(f":/deployments?environment=staging&sha={sha}").json()
    assert [one["id"] for one in found] == [numbers[2], numbers[0]]


def test_what_is_not_green_is_not_deployed_unless_somebody_says_so(github: Served) -> None:
    sha = github.git("rev-parse", "1.8^{commit}").strip()
    assert github.post(f":/statuses/{sha}", {"state": "pending"}, who="ci").ok
    refused = github.post(":/deployments", {"ref": "1.8"})
    assert refused.status_code == 409
    assert "Commit status checks failed for 1.8" in refused.json()["message"]
    assert deploy(github, "1.8", required_contexts=[])


def test_what_makes_no_sense_is_refused(github: Served) -> None:
    assert github.post(":/deployments", {"ref": "none"}).status_code == 422
    assert github.post(":/deployments", {"ref": "1.8"}, who="reader").status_code == 403
    number = deploy(github, "1.8")
    for said in ({}, {"state": "well"}):
        assert github.post(f":/deployments/{number}/statuses", said).status_code == 422


def test_an_environment_names_whose_review_it_asks_for(github: Served) -> None:
    account = github.world.account("reviewer")
    assert account is not None
    said = {"reviewers": [{"type": "User", "id": account.id}]}
    (rule,) = github.ask("PUT", ":/environments/staging", said).json()["protection_rules"]
    assert [one["reviewer"]["login"] for one in rule["reviewers"]] == ["reviewer"]
    team = {"reviewers": [{"type": "Team", "id": 1}]}
    assert github.ask("PUT", ":/environments/staging", team).status_code == 422
    assert github.ask("PUT", ":/environments/staging", said, who="ci").status_code == 403
