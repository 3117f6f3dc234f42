"""The sandbox's Jira, held to Atlassian's description of the cloud's, and to a client of others."""

import json
import re
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
import uvicorn
from jira import JIRA, JIRAError
from jsonschema import Draft202012Validator
from starlette.applications import Starlette

from runbook_lib.sandbox.services.jira import OWN, RESOURCES, routes
from runbook_lib.sandbox.world.world import World

DESCRIPTION = json.loads((Path(__file__).parent / "description.json").read_text())
VARIABLE = re.compile(r"\{\w+\}")
FIELDS = {
    "creator": "UserDetails",
    "reporter": "UserDetails",
    "status": "StatusDetails",
    "resolution": "Resolution",
    "project": "ProjectDetails",
}
"""The forms of an issue's fields, which the description leaves open."""


@cache
def checker(text: str) -> Draft202012Validator:
    """What holds an answer to a form."""
    return Draft202012Validator({**json.loads(text), "components": DESCRIPTION["components"]})


def check(form: dict[str, Any], answer: Any) -> None:
    checker(json.dumps(form)).validate(without_nulls(answer))


def without_nulls(value: Any) -> Any:
    """An answer without what is null: the description does not say where that may be."""
    if isinstance(value, dict):
        return {key: without_nulls(one) for key, one in value.items() if one is not None}
    return [without_nulls(one) for one in value] if isinstance(value, list) else value


def described(method: str, path: str) -> dict[str, Any]:
    """What is described for a request: the forms of its answers, by their statuses."""
    for name, forms in DESCRIPTION["operations"].items():
        verb, _, pattern = name.partition(" ")
        if verb == method and re.fullmatch(VARIABLE.sub("[^/]+", pattern), path):
            return dict(forms)
    raise AssertionError(f"{method} {path} is not described")


@dataclass
class Site:
    """A Jira that is running: each answer of the cloud's is held to the description."""

    world: World
    url: str
    seen: set[str] = field(default_factory=set)

    def token(self, who: str) -> str:
        account = self.world.account(who)
        assert account is not None
        return account.token

    def ask(
        self, method: str, path: str, *, who: str = "operator", version: int = 3, **said: Any
    ) -> requests.Response:
        auth = (f"{who}@sandbox.example", self.token(who)) if who else None
        address = f"{self.url}/jira-cloud/rest/api/{version}{path}"
        answer = requests.request(method, address, auth=auth, timeout=60, **said)
        forms = described(method, urlsplit(path).path)
        assert str(answer.status_code) in forms or answer.status_code in (401, 403, 404), path
        form = forms.get(str(answer.status_code))
        if answer.ok:
            self.seen.add(f"{method} {urlsplit(path).path}")
            assert (form is None) == (not answer.content)
        if form is not None:
            check(form, answer.json())
        elif answer.content:
            check({"$ref": "#/components/schemas/ErrorCollection"}, answer.json())
        return answer

    def client(self, who: str, *, cloud: bool) -> JIRA:
        """A client of others, as somebody uses it."""
        if cloud:
            pair = (f"{who}@sandbox.example", self.token(who))
            return JIRA(server=f"{self.url}/jira-cloud", basic_auth=pair, max_retries=0)
        return JIRA(server=f"{self.url}/jira", token_auth=self.token(who), max_retries=0)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with World(tmp_path / "world") as world, socket.create_server(("127.0.0.1", 0)) as listener:
        config = uvicorn.Config(
            Starlette(routes=routes(world)), log_level="critical", lifespan="off"
        )
        running = uvicorn.Server(config)
        thread = threading.Thread(target=running.run, args=([listener],))
        thread.start()
        yield Site(world, f"http://127.0.0.1:{listener.getsockname()[1]}")
        running.should_exit = True
        thread.join()


def paragraph(*content: dict[str, Any]) -> dict[str, Any]:
    block = {"type": "paragraph", "content": list(content)}
    return {"version": 1, "type": "doc", "content": [block]}


TEXT, EMPTY = {"type": "text", "text": "Please."}, {"type": "text", "text": ""}
NEW = {"project": {"key": "OPS"}, "issuetype": {"name": "Task"}, "summary": "Deploy 1.9"}
TYPES = "/issue/createmeta/OPS/issuetypes"


def test_every_answer_of_the_cloud_is_as_atlassian_describes_it(site: Site) -> None:
    site.ask("GET", "/serverInfo", who="")
    site.ask("GET", "/myself")
    site.ask("GET", "/mypermissions?projectKey=OPS&permissions=CREATE_ISSUES,ADD_COMMENTS")
    site.ask("GET", "/project/OPS")
    qa = site.ask("GET", "/user/search?query=qa@sandbox.example").json()[0]["accountId"]
    site.ask("GET", f"/user?accountId={qa}")
    site.ask("GET", "/field")
    number = site.ask("GET", TYPES).json()["issueTypes"][0]["id"]
    site.ask("GET", f"{TYPES}/{number}")
    fields = {**NEW, "labels": ["deploy"], "description": paragraph(TEXT)}
    site.ask("POST", "/issue", json={"fields": fields})
    mention = {"type": "mention", "attrs": {"id": qa, "text": "@Quinn"}}
    site.ask("POST", "/issue/OPS-1/comment", json={"body": paragraph(mention, TEXT)})
    site.ask("GET", "/issue/OPS-1/transitions?expand=transitions.fields")
    site.ask("POST", "/issue/OPS-1/transitions", json={"transition": {"id": "31"}})
    issue = site.ask("GET", "/issue/OPS-1?expand=changelog").json()
    for name, form in FIELDS.items():
        check({"$ref": f"#/components/schemas/{form}"}, issue["fields"][name])
    site.ask("GET", "/issue/OPS-1/comment")
    site.ask("GET", '/search/jql?jql=project = "OPS" AND labels = "deploy"&fields=summary')
    site.ask("POST", "/issue/bulkfetch", json={"issueIdsOrKeys": ["OPS-1", "OPS-2"]})
    ours = {f"{method} {path}" for method, path, _ in (*RESOURCES, *OWN["Cloud"])}
    assert len(site.seen) == len(ours)


@pytest.mark.parametrize(
    ("method", "path", "said", "status"),
    [
        ("GET", "/issue/OPS-9", None, 404),
        ("GET", '/search/jql?jql=project = "NOPE"', None, 400),
        ("GET", "/search/jql?jql=what", None, 400),
        ("POST", "/issue", {"fields": {**NEW, "summary": ""}}, 400),
        ("POST", "/issue", {"fields": {**NEW, "summary": "x" * 256}}, 400),
        ("POST", "/issue", {"fields": {**NEW, "summary": "a\nb"}}, 400),
        ("POST", "/issue", {"fields": {**NEW, "labels": ["a b"]}}, 400),
        ("POST", "/issue", {"fields": {**NEW, "colour": "red"}}, 400),
        ("POST", "/issue", {"fields": {**NEW, "description": "no document"}}, 400),
        ("POST", "/issue", {"fields": {**NEW, "description": paragraph(EMPTY)}}, 400),
        ("POST", "/issue", {"fields": {**NEW, "issuetype": {"name": "Epic"}}}, 400),
        ("POST", "/issue/bulkfetch", {"issueIdsOrKeys": []}, 400),
    ],
)  # fmt: skip
def test_what_jira_refuses_is_refused_in_its_form(
    site: Site, method: str, path: str, said: Any, status: int
) -> None:
    assert site.ask(method, path, json=said).status_code == status


def test_nobody_is_let_in_by_what_belongs_to_the_other_kind(site: Site) -> None:
    token = site.token("operator")
    bearer = {"Authorization": f"Bearer {token}"}
    pair = ("operator@sandbox.example", token)
    for place, said in (("jira-cloud", {"headers": bearer}), ("jira", {"auth": pair})):
        address = f"{site.url}/{place}/rest/api/2/myself"
        assert requests.get(address, timeout=60, **said).status_code == 401  # type: ignore[arg-type]
    newer = f"{site.url}/jira/rest/api/3/myself"
    assert requests.get(newer, headers=bearer, timeout=60).status_code == 404


@pytest.mark.parametrize("cloud", [True, False], ids=["cloud", "server"])
def test_a_client_of_others_files_finds_comments_and_closes(site: Site, cloud: bool) -> None:
    client = site.client("operator", cloud=cloud)
    made = client.create_issue(fields={**NEW, "labels": ["deploy"], "description": "Please."})
    assert (made.key, made.fields.summary, made.fields.description) == (
        "OPS-1",
        "Deploy 1.9",
        "Please.",
    )
    found = client.search_issues('project = "OPS" AND labels = "deploy"')
    assert [one.key for one in found] == ["OPS-1"]
    assert client.myself()["displayName"] == "Olive Operator"
    site.client("qa", cloud=cloud).add_comment("OPS-1", "passed")
    (comment,) = client.comments("OPS-1")
    assert (comment.body, comment.author.displayName) == ("passed", "Quinn Quality")
    permissions = client.my_permissions(projectKey="OPS", permissions="CREATE_ISSUES")
    assert permissions["permissions"]["CREATE_ISSUES"]["havePermission"]
    client.transition_issue("OPS-1", "Done", fields={"resolution": {"name": "Won't Do"}})
    closed = client.issue("OPS-1", expand="changelog")
    assert (closed.fields.status.name, closed.fields.resolution.name) == ("Done", "Won't Do")
    assert [item.field for item in closed.changelog.histories[0].items] == ["status", "resolution"]
    with pytest.raises(JIRAError, match="Issue does not exist"):
        client.issue("OPS-2")


def test_a_client_of_others_reads_what_a_data_centers_issue_needs(site: Site) -> None:
    client = site.client("operator", cloud=False)
    (task, _) = client.project_issue_types("OPS")
    assert task.name == "Task"
    known = {one.fieldId: one.required for one in client.project_issue_fields("OPS", task.id)}
    assert known["summary"]
    assert not known["labels"]
    assert client.user("qa").displayName == "Quinn Quality"


def test_a_new_issue_is_read_at_once_and_found_when_it_is_indexed(site: Site) -> None:
    site.world.set_setting("jira_lag", "3600")
    site.ask("POST", "/issue", json={"fields": NEW})
    asked = '/search/jql?jql=project = "OPS"'
    assert site.ask("GET", asked).json() == {"issues": [], "isLast": True}
    assert site.ask("GET", "/issue/OPS-1").status_code == 200
    site.world.set_setting("jira_lag", "0")
    assert [one["id"] for one in site.ask("GET", asked).json()["issues"]] == ["1"]
