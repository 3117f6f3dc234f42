"""The judge of all answers, judged; and that no operation escapes it."""

import json
import os
from dataclasses import replace

import pytest
from githubkit import GitHub
from githubkit.exception import RequestFailed

from runbook_lib.sandbox.services import github as room
from runbook_lib.sandbox.services.github.call import Endpoint

from .description import Exchange, find_operation, problems
from .openapi import VARIABLE, open_description
from .served import Served

ENDPOINTS = [one for part in room.ROOMS for one in part.ENDPOINTS]


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda one: f"{one.method} {one.path}")
def test_every_operation_is_one_that_github_describes(endpoint: Endpoint) -> None:
    path = endpoint.path.replace(":path}", "}").replace(":int}", "}")
    assert (
        find_operation(endpoint.method, path.replace("{", "").replace("}", "") or "/") is not None
    )


@pytest.fixture
def exchange(github: Served) -> Exchange:
    github.get(":/git/ref/heads/master")
    return github.stage.exchanges[-1]


def test_an_answer_that_is_as_described_passes(exchange: Exchange) -> None:
    assert problems(exchange) == []


@pytest.mark.parametrize(
    "change",
    [{"more": 1}, {"ref": None}, {"ref": 7}, {"url": ""}, {"url": "/relative"}, {"object": {}}],
)
def test_an_answer_with_a_strange_missing_or_wrong_part_fails(
    exchange: Exchange, change: dict[str, object]
) -> None:
    said = json.loads(exchange.body) | change
    assert problems(replace(exchange, body=json.dumps(said).encode()))


def test_an_error_needs_its_status_and_one_that_is_described(exchange: Exchange) -> None:
    said = {"message": "m", "documentation_url": "https://docs.github.com/rest", "status": "404"}
    body = json.dumps(said).encode()
    assert problems(replace(exchange, status=404, body=body)) == []
    assert problems(replace(exchange, status=418, body=body.replace(b"404", b"418")))
    assert problems(replace(exchange, status=404, body=body.replace(b"404", b"500")))


def test_headers_that_github_always_sends_are_missed(exchange: Exchange) -> None:
    headers = {name: value for name, value in exchange.headers.items() if "ratelimit" not in name}
    assert problems(replace(exchange, headers=headers))


def test_githubkits_own_client_reads_the_sandbox(github: Served) -> None:
    client = GitHub(github.token("operator"), base_url=f"{github.url}/api/v3", auto_retry=False)
    rest = client.rest("2022-11-28")
    assert rest.repos.get("harbor", "tidewatch").parsed_data.default_branch == "master"
    pull = rest.pulls.create(
        "harbor", "tidewatch", title="Release 1.9", head="release/1.9", base="master"
    ).parsed_data
    assert (pull.number, pull.mergeable) == (1, True)
    with pytest.raises(RequestFailed) as refused:
        rest.repos.get_release_by_tag("harbor", "tidewatch", "1.9")
    assert refused.value.response.parsed_data.message == "Not Found"


@pytest.mark.skipif(
    VARIABLE not in os.environ,
    reason=f"{VARIABLE} does not name the api.github.com.json of the npm package @octokit/openapi",
)
def test_the_openapi_description_judges_too(exchange: Exchange) -> None:
    openapi = open_description()
    assert openapi is not None
    assert openapi.problems(exchange) == []
    for change in ({"more": 1}, {"ref": None}, {"url": "no address"}, {"object": {}}):
        said = json.loads(exchange.body) | change
        assert openapi.problems(replace(exchange, body=json.dumps(said).encode())), change
