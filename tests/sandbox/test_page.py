"""The page that shows a world."""

from collections.abc import Iterator
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path

import pytest

from runbook_lib.sandbox import approvals, dockerflow
from runbook_lib.sandbox.approvals import ask_approval
from runbook_lib.sandbox.page.markup import link, table, text
from runbook_lib.sandbox.page.sections import world_sections
from runbook_lib.sandbox.sample import plant_sample
from runbook_lib.sandbox.world import World
from tests.sandbox.conftest import Sandbox

EVIL = "<script>alert(1)</script>\"'&"


@pytest.fixture
def planted(world: World) -> Iterator[World]:
    """A world with the sample project, and the tables of the sandbox's core alone."""
    world.add_tables(approvals.SCHEMA)
    world.add_tables(dockerflow.SCHEMA)
    plant_sample(world)
    yield world
    world.close()


def visit(sandbox: Sandbox, path: str, cookie: str = "") -> HTTPResponse:
    connection = HTTPConnection(sandbox.url.removeprefix("http://"))
    connection.request("GET", path, headers={"Cookie": cookie} if cookie else {})
    return connection.getresponse()


def test_the_token_is_asked_for_once_and_leaves_the_address(shared_sandbox: Sandbox) -> None:
    assert visit(shared_sandbox, "/").status == 401
    entered = visit(shared_sandbox, f"/?token={shared_sandbox.token()}")
    assert (entered.status, entered.getheader("Location")) == (303, "/")
    cookie = entered.getheader("Set-Cookie") or ""
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    page = visit(shared_sandbox, "/", cookie.split(";")[0])
    assert page.status == 200
    assert "harbor/tidewatch" in page.read().decode()
    log = (shared_sandbox.folder / "access.jsonl").read_text()
    assert shared_sandbox.token() not in log


@pytest.mark.parametrize("login", ["reader", "reviewer"])
def test_only_the_operators_token_opens_it(shared_sandbox: Sandbox, login: str) -> None:
    assert visit(shared_sandbox, f"/?token={shared_sandbox.token(login)}").status == 401
    assert visit(shared_sandbox, "/", f"sandbox_token={shared_sandbox.token(login)}").status == 401


def test_it_runs_no_script(shared_sandbox: Sandbox) -> None:
    page = visit(shared_sandbox, "/", f"sandbox_token={shared_sandbox.token()}")
    assert "default-src 'none'" in (page.getheader("Content-Security-Policy") or "")
    assert "<script" not in page.read().decode()


def test_a_world_without_any_service_can_be_shown(world: World) -> None:
    shown = world_sections(world)
    assert "None asked yet." in shown


def test_it_shows_repositories_deployments_and_who_did_what(planted: World) -> None:
    shown = world_sections(planted)
    for expected in (
        ">v1.6.12<",
        "tidewatch 1.8",
        "test: hold the turns of the waters",
        "made branch master at b8f370ea7 in harbor/tidewatch",
        'id="harbor/tidewatch"',
        'id="harbor/tidewatch/tree/1.8"',
        'id="harbor/tidewatch/tree/master"',
        'id="harbor/tidewatch/commit/b8f370ea7234d6497a1ba580f7b90fa2d4db396a"',
    ):
        assert expected in shown, expected


def test_what_came_from_outside_is_escaped(planted: World) -> None:
    planted.tell("operator", "comment", EVIL, link=f"javascript:alert(1)//{EVIL}")
    ask_approval(planted, "operator", run=EVIL, gate="g", digest="d", title=EVIL, text=EVIL)
    shown = world_sections(planted)
    assert "<script" not in shown
    assert "javascript:" not in shown
    assert "&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#x27;&amp;" in shown


def test_elements_escape_all_but_markup() -> None:
    assert text("p", "<b>", text("i", "&"), title='"') == (
        '<p title="&quot;">&lt;b&gt;<i>&amp;</i></p>'
    )
    assert link("x", "//evil.example") == "x"
    assert link("x", "/a?b=1&c") == '<a href="/a?b=1&amp;c">x</a>'
    assert table(["A"], [], empty="<none>") == '<p class="empty">&lt;none&gt;</p>'


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("/harbor/tidewatch", "harbor/tidewatch"),
        ("/harbor/tidewatch/pull/7", "harbor/tidewatch/pull/7"),
        ("/harbor/tidewatch/releases/tag/v1/2", "harbor/tidewatch/releases/tag/v1/2"),
        ("/harbor/tidewatch/compare/1.8...release/1.9", "harbor/tidewatch"),
        ("/harbor/tidewatch/tree/release/1.9", "harbor/tidewatch/tree/release/1.9"),
        ("/harbor/tidewatch/commit/" + "a" * 40, "harbor/tidewatch/commit/" + "a" * 40),
        ("/bugzilla/show_bug.cgi?id=3", "bug-3"),
    ],
)
def test_the_links_of_notebooks_lead_to_their_place(
    shared_sandbox: Sandbox, path: str, place: str
) -> None:
    answer = visit(shared_sandbox, path)
    assert answer.status in (302, 303, 307)
    assert answer.getheader("Location") == f"/#{place}"


def test_the_page_of_a_large_history_stays_small(planted: World, tmp_path: Path) -> None:
    for number in range(1000):
        planted.tell("operator", "comment", f"happening {number}")
    shown = world_sections(planted)
    assert "happening 999" in shown
    assert len(shown) < 100_000
