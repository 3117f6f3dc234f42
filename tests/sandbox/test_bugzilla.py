"""The sandbox's Bugzilla, held to what Bugzilla's own documentation and sources say, over HTTP."""

import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import requests
import uvicorn
from starlette.applications import Starlette
from starlette.types import ASGIApp, Receive, Scope, Send

from runbook_lib.sandbox.services.bugzilla import routes
from runbook_lib.sandbox.world.world import World

PRODUCT, COMPONENT = "Cloud Services", "Operations: Deployment Requests"
QA = "qa@sandbox.example"
OPS = "ops@sandbox.example"


@dataclass(frozen=True)
class Desk:
    """A Bugzilla that is running, and its world."""

    world: World
    url: str

    def ask(
        self, method: str, path: str, *, who: str | None = "operator", **request: Any
    ) -> requests.Response:
        account = self.world.account(who) if who else None
        headers = {"X-BUGZILLA-API-KEY": account.token} if account else {}
        return requests.request(
            method, f"{self.url}/rest{path}", headers=headers, timeout=60, **request
        )

    def file(self, **fields: Any) -> int:
        said = {
            "product": PRODUCT, "component": COMPONENT, "version": "unspecified",
            "summary": "Please deploy 1.9", "description": "What is new", **fields,
        }  # fmt: skip
        answer = self.ask("POST", "/bug", json=said)
        assert answer.status_code == 200, answer.text
        return int(answer.json()["id"])

    def bug(self, named: int | str) -> dict[str, Any]:
        answer = self.ask("GET", f"/bug/{named}")
        assert answer.status_code == 200, answer.text
        return dict(answer.json()["bugs"][0])

    def change(self, named: int | str, **said: Any) -> dict[str, Any]:
        answer = self.ask("PUT", f"/bug/{named}", json=said)
        assert answer.status_code == 200, answer.text
        return dict(answer.json()["bugs"][0]["changes"])

    def found(self, **criteria: Any) -> list[int]:
        answer = self.ask("GET", "/bug", params=criteria)
        assert answer.status_code == 200, answer.text
        return [bug["id"] for bug in answer.json()["bugs"]]


@dataclass
class Door:
    """An application that leads to the Bugzilla of the test that is running."""

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[Door, str]]:
    """A server with nobody behind its door yet, and its address."""
    door = Door(Starlette())
    listening = socket.create_server(("127.0.0.1", 0))
    running = uvicorn.Server(uvicorn.Config(door, log_level="error", lifespan="off"))
    thread = threading.Thread(target=running.run, args=([listening],))
    thread.start()
    yield door, f"http://127.0.0.1:{listening.getsockname()[1]}"
    running.should_exit = True
    thread.join()


@pytest.fixture
def desk(server: tuple[Door, str], tmp_path: Path) -> Iterator[Desk]:
    door, url = server
    with World(tmp_path / "world", clock=datetime(2026, 5, 4, 3, 2, 1, tzinfo=UTC)) as world:
        door.app = Starlette(routes=routes(world))
        yield Desk(world, f"{url}/bugzilla")


def refused(answer: requests.Response) -> tuple[int, Any]:
    body = answer.json()
    assert body["error"] is True
    assert body["message"]
    assert body["documentation"].startswith("https://")
    return answer.status_code, body["code"]


def test_a_bug_is_read_as_it_was_filed(desk: Desk) -> None:
    number = desk.file(alias="deploy-1.9", cc=[OPS], whiteboard="[stage]")
    bug = desk.bug("deploy-1.9")
    assert bug["id"] == number
    assert (bug["product"], bug["component"]) == (PRODUCT, COMPONENT)
    assert (bug["status"], bug["resolution"], bug["is_open"]) == ("NEW", "", True)
    assert (bug["cc"], bug["whiteboard"], bug["alias"]) == ([OPS], "[stage]", "deploy-1.9")
    assert bug["creator"] == "operator@sandbox.example"
    assert bug["creation_time"] == "2026-05-04T03:02:01Z"


def test_the_description_is_the_first_comment_and_a_new_one_answers_201(desk: Desk) -> None:
    number = desk.file(description="<b>What</b> is new")
    answer = desk.ask("POST", f"/bug/{number}/comment", who="qa", json={"comment": "on it"})
    assert answer.status_code == 201
    comments = desk.ask("GET", f"/bug/{number}/comment").json()["bugs"][str(number)]["comments"]
    assert [comment["text"] for comment in comments] == ["<b>What</b> is new", "on it"]
    assert [comment["count"] for comment in comments] == [0, 1]
    assert comments[1]["creator"] == QA
    assert comments[1]["id"] == answer.json()["id"]


@pytest.mark.parametrize(
    ("fields", "status", "code"),
    [
        ({"product": "Cloud Servces"}, 401, 106),
        ({"component": "Operations: Depolyment Requests"}, 400, 105),
        ({"product": ""}, 400, 50),
        ({"version": ""}, 400, 50),
        ({"summary": "  "}, 400, 107),
        ({"summary": "x" * 256}, 400, 104),
        ({"description": "x" * 65536}, 400, 114),
        ({"cc": ["nobody@sandbox.example"]}, 401, 504),
        ({"alias": "x" * 41}, 400, 103),
        ({"alias": "has space"}, 400, 103),
        ({"alias": "a,b"}, 400, 103),
        ({"alias": "1234"}, 400, 103),
        ({"depends_on": [99]}, 404, 101),
    ],
)
def test_a_bug_that_cannot_be_is_refused_and_leaves_nothing(
    desk: Desk, fields: dict[str, Any], status: int, code: int
) -> None:
    said = {
        "product": PRODUCT, "component": COMPONENT, "version": "unspecified", "summary": "one",
        **fields,
    }  # fmt: skip
    assert refused(desk.ask("POST", "/bug", json=said)) == (status, code)
    assert desk.found(product=PRODUCT) == []
    assert desk.world.happenings() == []


def test_an_alias_belongs_to_one_bug(desk: Desk) -> None:
    desk.file(alias="deploy")
    said = {
        "product": PRODUCT, "component": COMPONENT, "version": "unspecified", "summary": "two",
        "alias": "Deploy",
    }  # fmt: skip
    assert refused(desk.ask("POST", "/bug", json=said)) == (400, 103)
    assert desk.found(product=PRODUCT) == [1]


@pytest.mark.parametrize(("named", "code"), [("77", 101), ("no-such-alias", 100)])
def test_a_bug_that_is_not_there_says_so(desk: Desk, named: str, code: int) -> None:
    assert refused(desk.ask("GET", f"/bug/{named}")) == (404, code)


@pytest.mark.parametrize("who", ["stranger", None])
def test_who_has_no_permission_sees_no_bugs_and_no_products(desk: Desk, who: str | None) -> None:
    number = desk.file()
    assert refused(desk.ask("GET", f"/bug/{number}", who=who)) == (401, 102)
    assert refused(desk.ask("GET", f"/bug/{number}/comment", who=who)) == (401, 102)
    assert desk.ask("GET", "/bug", who=who, params={"product": PRODUCT}).json() == {"bugs": []}
    asked = {"names": PRODUCT}
    assert desk.ask("GET", "/product", who=who, params=asked).json() == {"products": []}


def test_writes_and_whoami_need_a_login(desk: Desk) -> None:
    number = desk.file()
    for method, path in [
        ("POST", "/bug"),
        ("PUT", f"/bug/{number}"),
        ("POST", f"/bug/{number}/comment"),
        ("GET", "/whoami"),
    ]:
        assert refused(desk.ask(method, path, who=None, json={"summary": "x"})) == (401, 410)


def test_a_wrong_key_is_refused_and_a_right_one_says_who_it_is(desk: Desk) -> None:
    wrong = requests.get(
        f"{desk.url}/rest/whoami", headers={"X-BUGZILLA-API-KEY": "nonsense"}, timeout=60
    )
    assert refused(wrong) == (400, 306)
    operator = desk.world.account("operator")
    assert operator is not None
    expected = {
        "id": operator.id,
        "name": operator.email,
        "real_name": operator.name,
        "nick": "operator",
    }
    assert desk.ask("GET", "/whoami").json() == expected
    by_parameter = desk.ask("GET", "/whoami", who=None, params={"api_key": operator.token})
    assert by_parameter.json() == expected


def test_bugs_are_found_by_what_is_said_of_them(desk: Desk) -> None:
    desk.file(summary="Please deploy 1.9 to STAGE", alias="stage", whiteboard="[runbook:a]")
    desk.file(summary="Please deploy 1.9 to PRODUCTION", component="General")
    desk.file(product="Firefox", component="Sync", summary="other")
    assert desk.found(summary="deploy 1.9 to s") == [1]
    assert desk.found(summary="deploy", product=PRODUCT) == [1, 2]
    assert desk.found(component="General") == [2]
    assert desk.found(alias="STAGE") == [1]
    assert desk.found(whiteboard="[runbook:a]") == [1]
    assert desk.found(creator="operator@sandbox.example", limit=2, offset=1) == [2, 3]
    assert desk.found(product=["Firefox", PRODUCT]) == [1, 2, 3]
    assert desk.found(status="RESOLVED") == []
    assert refused(desk.ask("GET", "/bug")) == (400, 1000)
    only = desk.ask("GET", "/bug", params={"alias": "stage", "include_fields": "id,summary"})
    assert only.json() == {"bugs": [{"id": 1, "summary": "Please deploy 1.9 to STAGE"}]}


def test_a_closed_bug_has_a_resolution_and_an_open_one_none(desk: Desk) -> None:
    number = desk.file()
    put = f"/bug/{number}"
    assert refused(desk.ask("PUT", put, json={"status": "RESOLVED"})) == (400, 121)
    assert refused(desk.ask("PUT", put, json={"resolution": "FIXED"})) == (400, 122)
    assert refused(desk.ask("PUT", put, json={"status": "DONE"})) == (404, 51)
    verified = {"status": "VERIFIED", "resolution": "FIXED"}
    assert refused(desk.ask("PUT", put, json=verified)) == (400, 123)
    assert desk.change(number, status="RESOLVED", resolution="FIXED") == {
        "status": {"removed": "NEW", "added": "RESOLVED"},
        "resolution": {"removed": "", "added": "FIXED"},
    }
    assert desk.change(number, status="VERIFIED") == {
        "status": {"removed": "RESOLVED", "added": "VERIFIED"}
    }
    desk.change(number, status="REOPENED")
    assert desk.bug(number)["resolution"] == ""


def test_needinfo_asks_a_person_who_is_put_on_the_cc_list(desk: Desk) -> None:
    number = desk.file()
    changes = desk.change(
        number,
        flags=[{"name": "needinfo", "status": "?", "requestee": QA, "new": True}],
        comment={"body": "please run the load test"},
    )
    assert changes["flagtypes.name"]["added"] == f"needinfo?({QA})"
    assert changes["cc"]["added"] == QA
    bug = desk.bug(number)
    assert bug["cc"] == [QA]
    (flag,) = bug["flags"]
    assert (flag["name"], flag["status"], flag["requestee"]) == ("needinfo", "?", QA)
    assert flag["setter"] == "operator@sandbox.example"
    told = [happening for happening in desk.world.happenings() if happening.kind == "needinfo"]
    assert [happening.data for happening in told] == [
        {"id": number, "requestee": QA, "requester": "operator@sandbox.example"}
    ]
    desk.change(number, flags=[{"id": flag["id"], "status": "X"}])
    assert desk.bug(number)["flags"] == []


def test_a_flag_is_answered_by_name_only_where_it_is_the_only_one(desk: Desk) -> None:
    number = desk.file()
    ask = {"name": "needinfo", "status": "?", "new": True}
    desk.change(number, flags=[{**ask, "requestee": QA}, {**ask, "requestee": OPS}])
    by_name = {"flags": [{"name": "needinfo", "status": "X"}]}
    assert refused(desk.ask("PUT", f"/bug/{number}", json=by_name)) == (400, 132)
    first = desk.bug(number)["flags"][0]
    desk.change(number, flags=[{"id": first["id"], "status": "X"}])
    answer = desk.ask(
        "PUT", f"/bug/{number}", who="ops", json={"flags": [{"name": "needinfo", "status": "-"}]}
    )
    assert answer.status_code == 200
    (flag,) = desk.bug(number)["flags"]
    assert (flag["status"], flag["setter"]) == ("-", OPS)
    assert "requestee" not in flag


@pytest.mark.parametrize(
    ("flag", "status", "code"),
    [
        ({"name": "needinfo", "status": "!"}, 400, 129),
        ({"name": "no-such", "status": "?"}, 404, 51),
        ({"id": 77, "status": "X"}, 404, 51),
        ({"name": "needinfo", "status": "?", "requestee": "nobody@sandbox.example"}, 401, 504),
    ],
)
def test_a_change_with_a_wrong_flag_changes_nothing(
    desk: Desk, flag: dict[str, Any], status: int, code: int
) -> None:
    number = desk.file()
    before = desk.bug(number)
    said = {"whiteboard": "changed", "flags": [flag], "comment": {"body": "hello"}}
    assert refused(desk.ask("PUT", f"/bug/{number}", json=said)) == (status, code)
    assert desk.bug(number) == before
    assert len(desk.world.happenings()) == 1


def test_people_are_put_on_the_cc_list_once(desk: Desk) -> None:
    number = desk.file(cc=[OPS])
    desk.change(number, cc={"add": [QA, OPS]})
    assert desk.bug(number)["cc"] == [OPS, QA]


def test_bugs_block_each_other(desk: Desk) -> None:
    stage = desk.file()
    production = desk.file(depends_on=[stage])
    assert desk.bug(stage)["blocks"] == [production]
    assert desk.bug(production)["depends_on"] == [stage]


def test_products_and_accounts_are_described(desk: Desk) -> None:
    (product,) = desk.ask("GET", "/product", params={"names": PRODUCT}).json()["products"]
    names = [component["name"] for component in product["components"]]
    assert COMPONENT in names
    assert "Operations: Depolyment Requests" not in names
    listed = desk.ask("GET", "/product", params={"type": "enterable"}).json()["products"]
    assert [each["name"] for each in listed] == [PRODUCT, "Firefox"]
    (user,) = desk.ask("GET", "/user", params={"names": QA}).json()["users"]
    assert (user["name"], user["real_name"]) == (QA, "Quinn Quality")
    assert refused(desk.ask("GET", "/user", params={"names": "x@y"})) == (404, 51)
    assert desk.ask("GET", "/version", who=None).json()["version"]


def test_what_happens_is_told_to_the_world(desk: Desk) -> None:
    number = desk.file(summary="Deploy")
    desk.change(number, status="ASSIGNED")
    desk.change(number, comment={"body": "hello"})
    desk.ask("POST", f"/bug/{number}/comment", who="qa", json={"comment": "done"})
    told = [(each.who, each.kind, each.data) for each in desk.world.happenings()]
    assert told == [
        ("operator", "bug", {"id": number, "action": "created"}),
        ("operator", "bug", {"id": number, "action": "changed"}),
        ("operator", "comment", {"id": number}),
        ("qa", "comment", {"id": number}),
    ]


def test_a_bugs_link_leads_to_its_place_on_the_page(desk: Desk) -> None:
    answer = requests.get(
        f"{desk.url}/show_bug.cgi", params={"id": "12"}, allow_redirects=False, timeout=60
    )
    assert (answer.status_code, answer.headers["Location"]) == (307, "/#bug-12")


def test_an_unknown_path_and_a_body_that_is_no_object_are_refused(desk: Desk) -> None:
    assert refused(desk.ask("GET", "/no/such")) == (404, 32614)
    assert refused(desk.ask("DELETE", "/bug/1")) == (404, 32614)
    assert refused(desk.ask("POST", "/bug", data="[1]")) == (400, 32000)
    assert refused(desk.ask("POST", "/bug", data="{")) == (400, 32000)


def test_the_dialects_answer_as_other_versions_do(desk: Desk) -> None:
    def speak(*names: str) -> None:
        desk.world.set_setting("bugzilla_dialect", " ".join(names))

    said = {
        "product": PRODUCT, "component": COMPONENT, "version": "unspecified", "summary": "one",
        "alias": "a-rather-long-alias-here",
    }  # fmt: skip
    wrong: dict[str, Any] = {"headers": {"X-BUGZILLA-API-KEY": "wrong"}, "timeout": 10}
    speak("code_as_text", "alias_400")
    assert refused(desk.ask("GET", "/bug/nothing")) == (400, "100")
    speak("alias_refused")
    assert refused(desk.ask("POST", "/bug", json=said)) == (401, 115)
    speak("alias_short")
    assert refused(desk.ask("POST", "/bug", json=said)) == (400, 103)
    speak("alias_dropped", "created_201")
    made = desk.ask("POST", "/bug", json=said)
    assert made.status_code == 201
    assert desk.bug(made.json()["id"])["alias"] is None
    speak("anonymous")
    nobody = requests.get(f"{desk.url}/rest/whoami", **wrong)
    assert (nobody.status_code, nobody.json()["id"]) == (200, 0)
    speak("echoes_key")
    assert "wrong" in requests.get(f"{desk.url}/rest/whoami", **wrong).json()["message"]
    speak("header_ignored")
    assert refused(desk.ask("GET", "/whoami")) == (401, 410)
