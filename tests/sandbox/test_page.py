"""The page that shows a world."""

import json
import os
import re
from base64 import b64encode
from collections.abc import Iterator
from contextlib import closing
from hashlib import sha256
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from sqlite3 import connect
from typing import Any

import pytest

from runbook_lib.policy.pages import templates
from runbook_lib.policy.visible import still_visible
from runbook_lib.sandbox import page
from runbook_lib.sandbox.page.sections import world_sections
from runbook_lib.sandbox.people import approvals
from runbook_lib.sandbox.people.approvals import ask_approval
from runbook_lib.sandbox.samples.project import plant_sample
from runbook_lib.sandbox.server.client import Client
from runbook_lib.sandbox.server.process import find, start, stop
from runbook_lib.sandbox.services import dockerflow
from runbook_lib.sandbox.services.jira import tables as jira
from runbook_lib.sandbox.world.leases import take_lease
from runbook_lib.sandbox.world.world import World
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


def shift(sandbox: Sandbox, path: str, cookie: str = "") -> HTTPResponse:
    connection = HTTPConnection(sandbox.url.removeprefix("http://"))
    connection.request("GET", path, headers={"Cookie": cookie} if cookie else {})
    return connection.getresponse()


def enter(sandbox: Sandbox) -> tuple[str, str]:
    """The way in to a sandbox's page, and the cookie that it gives."""
    running = find(sandbox.folder)
    assert running is not None
    way_in = running.page.removeprefix(running.url)
    cookie = shift(sandbox, way_in).getheader("Set-Cookie") or ""
    return way_in, cookie.split(";")[0]


def test_the_key_is_asked_for_once_and_leaves_the_address(shared_sandbox: Sandbox) -> None:
    closed = shift(shared_sandbox, "/")
    assert closed.status == 401
    assert f"runbook sandbox page --world {shared_sandbox.folder}" in closed.read().decode()
    way_in, kept = enter(shared_sandbox)
    entered = shift(shared_sandbox, way_in)
    assert (entered.status, entered.getheader("Location")) == (303, "/")
    cookie = entered.getheader("Set-Cookie") or ""
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie, "a link in a notebook comes from another site"
    page = shift(shared_sandbox, "/", kept)
    assert page.status == 200
    assert "harbor/tidewatch" in page.read().decode()
    log = (shared_sandbox.folder / "access.jsonl").read_text()
    assert shared_sandbox.token() not in log and way_in not in log


@pytest.mark.parametrize("login", ["operator", "reader", "reviewer"])
def test_no_token_opens_it(shared_sandbox: Sandbox, login: str) -> None:
    name = enter(shared_sandbox)[1].partition("=")[0]
    token = shared_sandbox.token(login)
    assert shift(shared_sandbox, f"/?key={token}").status == 401
    assert shift(shared_sandbox, f"/?token={token}").status == 401
    assert shift(shared_sandbox, "/", f"{name}={token}").status == 401


def test_the_key_reads_the_page_and_does_nothing_else(shared_sandbox: Sandbox) -> None:
    way_in, cookie = enter(shared_sandbox)
    key = way_in.partition("=")[2]
    assert shift(shared_sandbox, "/sandbox/state", cookie).status == 401
    for path in ("/sandbox/state", "/api/v3/user", "/bugzilla/rest/whoami"):
        answer = Client(shared_sandbox.url, key).ask("GET", path)
        assert not answer.found, path


def test_it_shows_nobodys_secret(shared_sandbox: Sandbox) -> None:
    way_in, cookie = enter(shared_sandbox)
    with closing(connect(shared_sandbox.folder / "world.sqlite")) as database:
        asked = database.execute("SELECT token FROM account UNION SELECT token FROM granted")
        secrets = [token for (token,) in asked]
    page = shift(shared_sandbox, "/", cookie).read().decode()
    state = json.dumps(shared_sandbox.client().expect("GET", "/sandbox/state"))
    assert len(secrets) > 3 and "harbor/tidewatch" in page and "people" in state
    for secret in (*secrets, way_in.partition("=")[2], cookie.partition("=")[2]):
        assert secret not in page and secret not in state


def test_each_life_of_a_sandbox_has_its_own_key(tmp_path: Path) -> None:
    pages = set()
    for _ in range(2):
        pages.add(start(tmp_path, keep=True).page)
        stop(tmp_path)
    assert len(pages) == 2


def test_it_runs_its_own_script_and_no_other(shared_sandbox: Sandbox) -> None:
    page = shift(shared_sandbox, "/", enter(shared_sandbox)[1])
    policy = page.getheader("Content-Security-Policy") or ""
    assert "default-src 'none'" in policy and "unsafe-inline'; base-uri" in policy
    (script,) = re.findall(r"<script>(.*?)</script>", page.read().decode(), re.DOTALL)
    digest = b64encode(sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}';" in policy


def test_it_says_until_when_it_is_there(world: World) -> None:
    with take_lease(world.folder):
        shown = world_sections(world)
        assert f"lives (process {os.getpid()})" in shown
    assert f"runbook sandbox start --world {world.folder}" in shown
    (world.folder / "keep").touch()
    assert f"until <code>runbook sandbox stop --world {world.folder}</code>" in (
        world_sections(world)
    )


def test_a_decision_at_a_card_is_shown_as_well_as_one_of_the_people(world: World) -> None:
    world.add_tables(approvals.SCHEMA)
    run = "release/tidewatch/1.9"
    folder = world.folder / "runs" / run / "sessions" / "s1"
    folder.mkdir(parents=True)
    question = {"run": run, "gate": "changelog", "digest": "d1"}
    asked = question | {"event": "asked", "time": "1", "title": "The changelog", "text": "+ a fix"}
    decided = question | {"event": "rejected", "time": "2", "by": "mara", "how": "card"}
    lines = [json.dumps(each) for each in (asked, decided | {"reason": EVIL})]
    (folder / "journal.jsonl").write_text("\n".join([*lines, '{"event": "app']))
    other = ask_approval(
        world, "operator", run=run, gate="push", digest="d2", title="The push", text="tags"
    )
    shown = world_sections(world)
    assert "None asked yet." not in shown and "<script" not in shown
    assert '<span class="badge rejected">rejected</span> mara (card): &lt;script' in shown
    assert f'id="approval-{other.id}"' in shown and shown.count(">pending<") == 1


def test_a_long_text_stands_below_its_row_over_the_whole_width(world: World) -> None:
    world.add_tables(approvals.SCHEMA)
    ask_approval(world, "operator", run="r", gate="g", digest="d", title="qa", text="long")
    shown = world_sections(world)
    assert '<tr class="below"><td colspan="4"><pre>long</pre></td></tr>' in shown
    assert '<td data-head="What">qa</td>' in shown


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


def test_what_steers_the_eye_is_seen_in_every_text_and_address(world: World) -> None:
    world.add_tables(approvals.SCHEMA)
    hostile = "a\u202eb\u200b\x1b[2J"
    ask_approval(
        world, "operator", run=hostile, gate=hostile, digest="d", title=hostile, text=hostile
    )
    world.tell(hostile, "comment", hostile, link=f"/{hostile}")
    shown = world_sections(world)
    assert shown.count("a&lt;U+202E&gt;b&lt;U+200B&gt;&lt;U+001B&gt;[2J") >= 7
    assert still_visible(shown) == shown


def test_a_narrow_page_names_each_cell_as_a_wide_one_does(planted: World) -> None:
    shown = world_sections(planted)
    tables = re.findall(r"<thead>(.*?)</thead>\s*<tbody>\s*<tr>(.*?)</tr>", shown, re.DOTALL)
    named = [(re.findall("<th>(.*?)<", head), re.findall('head="(.*?)"', r)) for head, r in tables]
    assert len(named) >= 4
    assert all(heads == cells for heads, cells in named)


def test_elements_escape_all_but_markup() -> None:
    macros: Any = templates(page.__name__).get_template("macros.html.j2").module
    assert macros.below('<b>"', 2) == (
        '<tr class="below"><td colspan="2"><pre>&lt;b&gt;&quot;</pre></td></tr>\n'
    )
    assert macros.badge("qa+ <i>") == '<span class="badge">qa+ &lt;i&gt;</span>'
    assert macros.link("x", "//evil.example") == "x"
    assert macros.link(macros.badge("on"), "/a?b=1&c") == (
        '<a href="/a?b=1&amp;c"><span class="badge on">on</span></a>'
    )
    assert macros.table(["A"], [], "<none>") == '<p class="empty">&lt;none&gt;</p>\n'


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
        ("/bugzilla", "bugs"),
        ("/jira-cloud/browse/OPS-3", "jira-cloud-OPS-3"),
        ("/jira/browse/OPS-3", "jira-OPS-3"),
        ("/jira", "jira"),
    ],
)
def test_the_links_of_notebooks_lead_to_their_place(
    shared_sandbox: Sandbox, path: str, place: str
) -> None:
    answer = shift(shared_sandbox, path)
    assert answer.status in (302, 303, 307)
    assert answer.getheader("Location") == f"/#{place}"


def test_an_issue_in_jira_is_shown_with_what_was_said_on_it(planted: World) -> None:
    assert 'id="jira"' not in world_sections(planted)
    planted.add_tables(jira.SCHEMA)
    with planted.transaction() as database:
        database.execute(
            "INSERT INTO jira_issue"
            " VALUES (1, 'Cloud', 7, ?, ?, ?, '{}', 'Done', 'Duplicate', 1, '', 0)",
            (f"Deploy {EVIL}", json.dumps("please"), json.dumps(["runbook-1"])),
        )
        database.execute("INSERT INTO jira_comment VALUES (1, 1, 5, ?, '')", (json.dumps(EVIL),))
    shown = world_sections(planted)
    assert '<span id="jira-cloud-OPS-7">OPS-7</span>' in shown
    assert "Duplicate" in shown
    assert EVIL not in shown
    assert shown.count("&lt;script&gt;alert(1)") >= 2


def test_the_page_of_a_large_history_stays_small(planted: World, tmp_path: Path) -> None:
    for number in range(1000):
        planted.tell("operator", "comment", f"happening {number}")
    shown = world_sections(planted)
    assert "happening 999" in shown
    assert len(shown) < 100_000
