"""The sample team: always the same, in the middle of its week."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from runbook_lib.cli.sandbox import command
from runbook_lib.sandbox.page.sections import world_sections
from runbook_lib.sandbox.samples.project import plant_sample
from runbook_lib.sandbox.samples.team.team import plant_team
from runbook_lib.sandbox.samples.team.week import CLOCK, PUSH, hero, morning_in, read_train, tag_key
from runbook_lib.sandbox.server import process
from runbook_lib.sandbox.server.client import Client
from runbook_lib.sandbox.services import dockerflow
from runbook_lib.sandbox.world.git_objects import all_refs, run_git
from runbook_lib.sandbox.world.world import World
from tests.sandbox.team_world import THURSDAY, TeamSandbox, run_team

NAMES = ("server", "frontend", "code-manager", "server-security", "linter", "notes")


@pytest.fixture
def planted(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path / "world", clock=CLOCK)
    plant_team(world)
    yield world
    world.close()


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TeamSandbox]:
    """One team for tests that change nothing in it; everybody is away."""
    for made in run_team(tmp_path_factory.mktemp("team") / "world"):
        made.people_off()
        yield made


def git(world: World, name: str, *arguments: str) -> str:
    return run_git(world.git_folder(f"pelican/{name}"), *arguments).strip()


def patch_id(world: World, name: str, revision: str) -> str:
    shown = git(world, name, "show", revision)
    found = run_git(world.folder, "patch-id", "--stable", text=f"{shown}\n".encode())
    return found.split()[0]


def test_two_teams_have_the_same_commits(planted: World, tmp_path: Path) -> None:
    with World(tmp_path / "other", clock=CLOCK) as other:
        plant_team(other)
        for name in NAMES:
            folder = planted.git_folder(f"pelican/{name}")
            assert all_refs(folder) == all_refs(other.git_folder(f"pelican/{name}"))
            assert run_git(folder, "symbolic-ref", "HEAD").strip() == "refs/heads/main"
            run_git(folder, "fsck", "--strict")


def test_it_is_planted_once_and_whole(planted: World) -> None:
    before = [planted.happenings(), dockerflow.list_deployments(planted)]
    assert [one.full_name for one in plant_team(planted)] == [f"pelican/{name}" for name in NAMES]
    assert [planted.happenings(), dockerflow.list_deployments(planted)] == before


def test_it_lives_beside_the_sample_project(world: World) -> None:
    plant_sample(world)
    plant_team(world)
    assert world.account("willow") is not None


def test_a_world_that_is_older_than_the_team_is_given_its_people(world: World) -> None:
    with world.transaction() as database:
        database.execute("DELETE FROM account WHERE login IN ('willow', 'edith', 'matteo')")
    token = world.account("operator")
    plant_team(world)
    assert world.account("operator") == token
    assert [world.account(login) is None for login in ("willow", "edith", "matteo")] == [False] * 3


def test_its_commits_are_older_than_its_world(planted: World) -> None:
    for name in NAMES:
        dates = git(planted, name, "log", "--all", "--format=%ct").split()
        assert max(map(int, dates)) < CLOCK.timestamp()


def test_it_is_tagged_weekly_and_sometimes_again(planted: World) -> None:
    tags = git(planted, "server", "tag", "--list", "--sort=version:refname").split()
    assert tags[-3:] == ["2026.02.26", "2026.03.05", "2026.03.05-1"]
    assert git(planted, "server", "cat-file", "-t", "2026.03.05") == "commit"
    assert "2026.02.26-2" in git(planted, "frontend", "tag").split()
    assert git(planted, "server", "merge-base", "2026.03.05-1", "main") == git(
        planted, "server", "rev-parse", "2026.03.05"
    )


def test_a_picked_commit_is_the_same_patch_on_main(planted: World) -> None:
    picked = git(planted, "server", "log", "--format=%H", "--grep=escape names", "main")
    assert picked != git(planted, "server", "rev-parse", "2026.03.05-1")
    assert patch_id(planted, "server", picked) == patch_id(planted, "server", "2026.03.05-1")


def test_main_holds_a_migration_merges_and_what_is_not_ready(planted: World) -> None:
    since = ("2026.03.05-1..main",)
    names = git(planted, "server", "log", "--name-only", "--format=", *since)
    assert "src/pelican/rings/migrations/0007_ring_colours.py" in names.splitlines()
    merges = git(planted, "server", "log", "--merges", "--format=%s", *since).splitlines()
    assert [merge.split()[3] for merge in merges] == ["#423", "#417"]
    assert "not ready for production" in git(planted, "server", "log", "--format=%s", *since)


def test_the_private_main_is_the_public_one(planted: World) -> None:
    heads = [git(planted, name, "rev-parse", "main") for name in ("server", "server-security")]
    assert heads[0] == heads[1]
    assert git(planted, "server-security", "tag") == ""
    assert "fix-feed-token" not in git(planted, "server", "for-each-ref")
    bases = git(planted, "server-security", "log", "--format=%H", "main..fix-feed-token", "--")
    assert len(bases.split()) == 1
    tree = ("merge-tree", "--write-tree", "main", "fix-feed-token")
    git(planted, "server-security", *tree)


def test_last_weeks_push_runs_everywhere(planted: World) -> None:
    for name, tag in {"server": "2026.03.05-1", "frontend": "2026.03.05"}.items():
        for environment in dockerflow.ENVIRONMENTS:
            found = dockerflow.find_deployment(planted, environment, name)
            assert found is not None
            assert (found.version, found.sha) == (tag, git(planted, name, "rev-parse", tag))


def test_the_frontend_uses_an_older_linter_than_there_is(team: TeamSandbox) -> None:
    with World(team.folder) as world:
        text = git(world, "frontend", "show", "main:package.json")
    assert json.loads(text)["dependencies"]["pelican-linter"] == "7.1.0"
    assert team.api("linter", "releases/latest")["tag_name"] == "7.2.0"


def test_ci_has_tested_everything_long_ago(team: TeamSandbox) -> None:
    for name in NAMES[:5]:
        assert team.api(name, "commits/main/status")["state"] == "success"
    found = team.api("server", "commits/2026.03.05-1/check-runs")["check_runs"]
    assert {run["name"]: run["conclusion"] for run in found} == {
        "build": "success",
        "image": "success",
    }


def test_the_notes_of_this_week_wait_for_its_links(planted: World) -> None:
    listed = git(planted, "notes", "ls-tree", "-r", "--name-only", "main", "releases/").splitlines()
    assert listed == [
        f"releases/2026/{day}.md" for day in ("02/05", "02/12", "02/19", "02/26", "03/05", "03/12")
    ]
    text = git(planted, "notes", "show", "main:releases/2026/03/12.md")
    assert text.startswith("# Pelican Release Thursday 12th March 2026\n")
    assert "hero is @operator\n" in text
    assert "/pelican/server/compare/YYYY.MM.DD...YYYY.MM.DD\n" in text
    done = git(planted, "notes", "show", "main:releases/2026/03/05.md")
    assert "/pelican/frontend/compare/2026.02.26-2...2026.03.05\n" in done
    picked = git(planted, "server", "log", "--format=%H", "--grep=escape names", "main")
    assert f"* ~~https://sandbox.example/pelican/server/commit/{picked}~~ escape names" in done


def test_the_blocking_issues_are_those_of_the_label_and_milestone(team: TeamSandbox) -> None:
    milestones = team.api("server", "milestones?state=all")
    number = next(one["number"] for one in milestones if one["title"] == "2026.03.12")
    found = team.api("server", f"issues?labels=blocker&milestone={number}&state=all")
    told = {
        issue["number"]: (issue["state"], [one["login"] for one in issue["assignees"]])
        for issue in found
    }
    assert told == {427: ("closed", ["willow"]), 430: ("open", ["matteo"]), 431: ("open", [])}


def test_bugzilla_has_a_product_of_the_teams(team: TeamSandbox) -> None:
    query = "product=Pelican&whiteboard=push-blocker"
    bugs = team.client().expect("GET", f"/bugzilla/rest/bug?{query}")["bugs"]
    assert [(bug["status"], bug["assigned_to"]) for bug in bugs] == [
        ("NEW", "nobody@mozilla.org"),
        ("RESOLVED", "matteo@sandbox.example"),
    ]


def test_merged_pull_requests_know_their_commits(team: TeamSandbox) -> None:
    pull = team.api("server", "pulls/417")
    assert (pull["merged"], pull["title"]) == (True, "Export colonies as CSV")
    commits = team.api("server", "pulls/417/commits")
    assert [one["commit"]["message"] for one in commits] == [
        "feat: write colonies as CSV\n".strip(),
        "docs: tell of the export\n".strip(),
    ]
    search = f"/api/v3/search/issues?q=repo:pelican/server+{pull['merge_commit_sha']}"
    assert team.client().expect("GET", search)["total_count"] == 1
    assert [one["number"] for one in team.api("server", "pulls?state=open")] == []


def reviews(team: TeamSandbox) -> dict[str, list[tuple[str, str, bool]]]:
    """The open pull requests of the private repository, with their reviews, by branch."""
    return {
        pull["head"]["ref"]: [
            (one["user"]["login"], one["state"], one["commit_id"] == pull["head"]["sha"])
            for one in team.api("server-security", f"pulls/{pull['number']}/reviews")
        ]
        for pull in team.api("server-security", "pulls?state=open")
    }


def test_one_fix_is_reviewed_and_one_is_not(team: TeamSandbox) -> None:
    assert reviews(team) == {
        "fix-feed-token": [("reviewer", "APPROVED", True)],
        "limit-uploads": [],
    }


@pytest.mark.parametrize("path", ["", "/pulls", "/releases", "/git/ref/heads/main"])
def test_a_stranger_does_not_see_the_private_repository(team: TeamSandbox, path: str) -> None:
    api = f"/api/v3/repos/pelican/server-security{path}"
    assert team.client("stranger").ask("GET", api).status == 404
    assert Client(team.url).ask("GET", api).status == 404
    git_path = "/pelican/server-security.git/info/refs?service=git-upload-pack"
    assert team.client("stranger").ask("GET", git_path).status == 404
    assert team.client("reader").ask("GET", api).status == 200


def test_the_frontend_tells_of_itself_at_its_own_page(team: TeamSandbox) -> None:
    for environment in dockerflow.ENVIRONMENTS:
        page = Client(team.url).expect("GET", f"/{environment}/frontend/__frontend_version__")
        assert page == Client(team.url).expect("GET", f"/{environment}/frontend/__version__")
        assert page["version"] == "2026.03.05"


def test_the_clock_moves_only_forward(tmp_path: Path) -> None:
    with World(tmp_path / "world", clock=CLOCK) as world:
        assert world.now() == datetime(2026, 3, 10, 16, 5, tzinfo=UTC)
        assert world.move_clock(THURSDAY) == world.now() == THURSDAY
        assert world.move_clock(CLOCK) == world.now() == THURSDAY


def test_a_clock_that_runs_is_not_moved(tmp_path: Path) -> None:
    far = datetime.now(UTC) + timedelta(days=30)
    with World(tmp_path / "world") as world:
        assert world.move_clock(far) < far
        assert world.now() < far


@pytest.fixture
def ticking(tmp_path: Path) -> Iterator[TeamSandbox]:
    yield from run_team(tmp_path / "world")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"to": "2026-03-09T09:05-07:00"}, 409),
        ({"to": "2026-03-12T09:30"}, 422),
        ({"to": "noon"}, 422),
        ({}, 422),
        ({"to": 5}, 422),
    ],
)
def test_a_wrong_moment_is_refused(team: TeamSandbox, body: dict[str, Any], status: int) -> None:
    assert team.client().ask("PUT", "/sandbox/clock", body).status == status
    assert team.now() == CLOCK


def test_only_the_operator_and_operations_move_the_clock(ticking: TeamSandbox) -> None:
    moved = {"to": THURSDAY.isoformat()}
    assert ticking.client("qa").ask("PUT", "/sandbox/clock", moved).status == 403
    assert ticking.client("reader").ask("PUT", "/sandbox/team", {}).status == 403
    assert ticking.now() == CLOCK
    assert ticking.client().expect("PUT", "/sandbox/clock", moved)["stands_still"] is True
    assert ticking.now() == THURSDAY
    process.stop(ticking.folder)
    assert TeamSandbox(process.start(ticking.folder, team=True)).now() == THURSDAY


def test_the_command_tells_the_time_and_moves_it(ticking: TeamSandbox) -> None:
    def run(*arguments: str) -> tuple[int, str]:
        told = CliRunner().invoke(command, ["clock", *arguments, "--world", str(ticking.folder)])
        return told.exit_code, told.output

    assert run() == (0, "2026-03-10T16:05:00+00:00\n")
    assert run("2026-03-12T09:30-07:00") == (0, "2026-03-12T16:30:00+00:00\n")
    code, said = run("2026-03-11T09:30-07:00")
    assert code == 2
    assert "only moves forward" in said
    code, said = run("tomorrow")
    assert code == 2
    assert "2026-03-12T09:30-07:00" in said


def test_the_command_wants_a_running_world(tmp_path: Path) -> None:
    told = CliRunner().invoke(command, ["clock", "--world", str(tmp_path)])
    assert told.exit_code == 2
    assert "start it first" in told.output


def test_an_unknown_part_of_the_week_is_refused(team: TeamSandbox) -> None:
    assert team.client().ask("PUT", "/sandbox/team", {"until": "friday"}).status == 422


def test_the_rotation_begins_anew_after_its_last() -> None:
    turns = [hero(PUSH + timedelta(weeks=week)) for week in range(-3, 2)]
    assert turns == ["willow", "edith", "matteo", "operator", "willow"]


@pytest.mark.parametrize(
    "text",
    [
        "Please push 2026.03.12 to production: server 2026.03.12, frontend 2026.03.12-1",
        "| server | 2026.03.12 |\n| frontend | 2026.03.12-1 |",
        "pelican/server: 2026.03.12\npelican/frontend: `2026.03.12-1`",
        "server   2026.03.12  1a2b3c4d5\nfrontend 2026.03.12-1  1a2b3c4d5",
        "*server* 2026.03.12 and *frontend* 2026.03.12-1, server-security 2026.03.12",
    ],
)
def test_a_train_is_read_however_it_is_written(text: str) -> None:
    assert read_train(text).tags == (("server", "2026.03.12"), ("frontend", "2026.03.12-1"))


def test_what_is_no_train_is_none() -> None:
    assert read_train("push 2026.03.12 of linter 2026.03.12, server 2026.3.12").tags == ()
    assert morning_in("server 2026.13.45") == THURSDAY


def test_tags_are_in_order_by_push_and_suffix() -> None:
    tags = ["", "2026.02.26", "2026.03.05", "2026.03.05-2", "2026.03.05-10", "2026.03.12"]
    keys = [tag_key(tag) for tag in tags]
    assert keys == sorted(set(keys))


def test_the_page_shows_the_teams_week(planted: World) -> None:
    shown = world_sections(planted)
    for expected in (
        "Tuesday, 2026-03-10 09:05 in Los Angeles",
        "push on Thursday 12th March 2026, operator",
        '<a href="/production/server/__version__">2026.03.05-1</a>',
        'id="pelican/notes/blob/main/releases/2026/03/12.md"',
        "hero is @operator",
        'id="pelican/server/issues/431"',
        "A ring&#x27;s &lt;b&gt;colour&lt;/b&gt; &amp; &#x27;number&#x27; are swapped",
    ):
        assert expected in shown, expected


def test_the_page_of_a_world_without_a_team_has_no_week(world: World) -> None:
    assert "This week" not in world_sections(world)


@pytest.mark.parametrize(
    "path", ["pelican/server/issues/431", "pelican/notes/blob/main/releases/2026/03/12.md"]
)
def test_links_to_issues_and_notes_lead_to_their_place(team: TeamSandbox, path: str) -> None:
    connection = HTTPConnection(team.url.removeprefix("http://"))
    connection.request("GET", f"/{path}")
    answer = connection.getresponse()
    assert (answer.status, answer.getheader("Location")) == (303, f"/#{path}")
