"""Which GitHub a profile means: by the address of its API alone, and with a token of its own."""

import base64

import pytest
from pydantic import ValidationError

from runbook_lib.profile import GitHubPlace
from runbook_lib.services.git.access import git_access
from runbook_lib.services.github.settings import GitHubSettings


@pytest.mark.parametrize(
    ("api", "web"),
    [
        ("https://api.github.com", "https://github.com"),
        ("https://API.GitHub.com/", "https://github.com"),
        ("https://github.corp.example/api/v3", "https://github.corp.example"),
        ("https://github.corp.example:8443/api/v3/", "https://github.corp.example:8443"),
        ("https://api.corp.ghe.com", "https://corp.ghe.com"),
        ("http://127.0.0.1:8000/api/v3", "http://127.0.0.1:8000"),
    ],
)
def test_the_web_address_is_what_the_apis_says(api: str, web: str) -> None:
    assert GitHubPlace(api_url=api).web_url == web


def test_github_com_is_meant_where_nothing_is_said() -> None:
    assert GitHubSettings(repository="a/b").web_url == "https://github.com"


@pytest.mark.parametrize(
    ("api", "web"),
    [
        ("https://api.github.com", "https://github.corp.example"),
        ("https://github.corp.example/api/v3", "https://github.com"),
        ("https://api.github.com", "http://127.0.0.1:8000"),
    ],
)
def test_one_place_is_not_half_of_github_com(api: str, web: str) -> None:
    with pytest.raises(ValidationError, match=r"web_url: expected the same GitHub as"):
        GitHubPlace(api_url=api, web_url=web)


def test_git_is_let_in_where_the_token_is_from_and_nowhere_else() -> None:
    place = GitHubPlace(api_url="https://github.corp.example/api/v3")
    code = base64.b64encode(b"x-access-token:ours").decode()
    own = git_access(place, ("https://github.corp.example/a/b.git",), lambda: "ours")
    assert own == {"http.https://github.corp.example/.extraHeader": f"Authorization: Basic {code}"}
    for other in ("https://github.com/a/b.git", "https://github.corp.example.evil.example/a/b"):
        assert git_access(place, (other,), lambda: "ours") == {}
