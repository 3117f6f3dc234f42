"""What a machine has and lacks for a GitHub: whether it answers, and what the token may do."""

from collections.abc import Iterator
from datetime import UTC, datetime

import requests

from runbook_lib.errors import RunbookError, UsageError
from runbook_lib.policy.diagnosis import Diagnosis, good, judge_end, told_by
from runbook_lib.profile.github import GitHubPlace
from runbook_lib.profile.section import Means
from runbook_lib.secrets.credentials import host_of
from runbook_lib.services.api import Key
from runbook_lib.services.diagnosis import ask, heard, let_in, reach
from runbook_lib.services.github.answers import token_advice
from runbook_lib.services.github.settings import GitHubSettings

TOKEN = "GitHub token"
FREE = "rate_limit"
"""What GitHub counts no request of (https://docs.github.com/en/rest/rate-limit)."""
ENDS = "GitHub-Authentication-Token-Expiration"


def examine(place: GitHubPlace, means: Means) -> Iterator[Diagnosis]:
    """Whether the GitHub answers; what the token is, how long it lasts, what it may do."""
    url = f"{place.api_url}/{FREE}"
    key, lacks = find_key(place, means)
    if key is None:
        yield from reach("GitHub", url)
        yield told_by(TOKEN, lacks)
        return
    try:
        answer = ask(url, key)
    except RunbookError as error:
        yield told_by("GitHub", str(error))
        return
    yield from told_by_headers(place, answer)
    if isinstance(place, GitHubSettings):
        yield may_push(place, place.repository, means)


def find_key(place: GitHubPlace, means: Means) -> tuple[Key | None, str]:
    """The token as it is sent; else why there is none."""
    try:
        return Key(means.secret(place.secret_place()), "a token", "set another"), ""
    except UsageError as error:
        return None, str(error)


def may_push(place: GitHubPlace, repository: str, means: Means) -> Diagnosis:
    """Whether the token may do in a repository what a run does there."""

    def check() -> object:
        hub = GitHubSettings.on(place, repository)
        return hub.open(means.secret(place.secret_place()), means.runner).check_access()

    return let_in(f"GitHub {repository}", check)


def told_by_headers(place: GitHubPlace, answer: requests.Response) -> Iterator[Diagnosis]:
    """What an answer says of the token besides: whether it is one, its scopes, its last day."""
    advice = token_advice(host_of(place.api_url), "to a valid one")
    yield from heard("GitHub", answer)
    if answer.status_code == requests.codes.unauthorized:
        yield told_by(TOKEN, f"expected a token that GitHub knows, found another: {advice}")
        return
    scopes = answer.headers.get("X-OAuth-Scopes")
    fine = "a fine-grained one, or an app's: GitHub does not tell what it may do"
    classic = f"a classic one with the scopes {scopes or '(none)'}"
    yield good(TOKEN, fine if scopes is None else classic)
    ends = read_end(answer.headers.get(ENDS, ""))
    if ends:
        yield judge_end("GitHub token's end", ends, datetime.now(UTC), advice)


def read_end(text: str) -> datetime | None:
    """When a token ends, as GitHub writes it (`2026-12-24 10:00:00 UTC`, or an offset there)."""
    for form in ("%Y-%m-%d %H:%M:%S %Z", "%Y-%m-%d %H:%M:%S %z"):
        try:
            found = datetime.strptime(text, form)
        except ValueError:
            continue
        return found if found.tzinfo else found.replace(tzinfo=UTC)
    return None
