"""What GitHub's refusals mean, by their status, headers and body."""

import pytest
from github.GithubException import GithubException

from runbook_lib.errors import AccessDenied, Conflict, Refused, Unavailable
from runbook_lib.services.github.answers import AlreadyExists, Missing, Rejected, translate

DATE = "Sun, 22 Nov 2026 03:00:00 GMT"
RESET = "1795316430"


def answer(status: int, body: object, **headers: str) -> Exception:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return translate("POST /repos/harbor/tidewatch/pulls", GithubException(status, body, named))


def test_a_spent_rate_limit_is_unavailable_until_its_reset_by_the_servers_clock() -> None:
    body = {"message": "API rate limit exceeded for user ID 1."}
    limits = {"x_ratelimit_remaining": "0", "x_ratelimit_reset": RESET}
    error = answer(403, body, date=DATE, **limits)
    assert isinstance(error, Unavailable)
    assert not error.may_have_acted
    assert error.retry_after == 31.0


@pytest.mark.parametrize("status", [403, 429])
def test_a_secondary_limit_asks_for_its_own_pause_or_for_a_minute(status: int) -> None:
    body = {"message": "You have exceeded a secondary rate limit."}
    with_pause, without = answer(status, body, retry_after="7"), answer(status, body)
    assert isinstance(with_pause, Unavailable)
    assert isinstance(without, Unavailable)
    assert (with_pause.retry_after, without.retry_after) == (7.0, 60.0)
    assert not with_pause.may_have_acted


def test_a_missing_permission_is_named_where_github_names_it() -> None:
    body = {"message": "Resource not accessible by personal access token"}
    error = answer(403, body, x_accepted_github_permissions="pull_requests=write")
    assert isinstance(error, AccessDenied)
    assert "it needs pull_requests=write" in str(error)
    assert "not accessible by personal access token" in str(error)


def test_a_server_error_may_have_acted() -> None:
    error = answer(502, {"data": "<html>Unicorn!</html>"})
    assert isinstance(error, Unavailable)
    assert error.may_have_acted
    assert error.retry_after is None


def test_a_refusal_shows_githubs_message_and_its_errors() -> None:
    errors = [
        {"resource": "PullRequest", "field": "head", "code": "invalid"},
        {"message": "No commits between master and release/1.9"},
        "something else",
    ]
    error = answer(422, {"message": "Validation Failed", "errors": errors})
    assert isinstance(error, Rejected)
    assert (
        "Validation Failed: PullRequest.head: invalid, "
        "No commits between master and release/1.9, something else (status 422)"
    ) in str(error)


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (401, {"message": "Bad credentials"}, AccessDenied),
        (404, {"message": "Not Found"}, Missing),
        (405, {"message": "Pull Request is not mergeable"}, Rejected),
        (409, {"message": "Git Repository is empty."}, Conflict),
        (410, None, Rejected),
        (422, {"errors": [{"resource": "Release", "code": "already_exists"}]}, AlreadyExists),
    ],
)
def test_each_refusal_is_a_kind_of_its_own(status: int, body: object, kind: type) -> None:
    error = answer(status, body)
    assert type(error) is kind
    assert isinstance(error, Refused)
    assert f"status {status}" in str(error)
