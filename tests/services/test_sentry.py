"""New and regressed issues since a push, asked of the sandbox's Sentry over HTTP."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from runbook_lib.errors import AccessDenied, Failed, Refused, Unavailable, UsageError
from runbook_lib.sandbox.services.sentry.issues import plant_issue
from runbook_lib.services.sentry import service
from runbook_lib.services.sentry.report import SentryReport
from runbook_lib.services.sentry.service import Sentry
from runbook_lib.steps.step import Runner
from tests.services.monitored import PUSHED, TAG, Monitored, make_watcher, serve, serve_monitored

RELEASES = {"server": TAG, "frontend": TAG}
ISSUES = r"/sentry/api/0/organizations/pelican/issues/"


@pytest.fixture
def monitored(tmp_path: Path) -> Iterator[Monitored]:
    with serve_monitored(tmp_path / "world") as made:
        yield made


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    return make_watcher(tmp_path)


def sentry_of(made: Monitored, runner: Runner, login: str = "operator", **more: Any) -> Sentry:
    return Sentry(f"{made.url}/sentry", "pelican", made.token(login), runner, **more)


def watch(made: Monitored, runner: Runner, **more: Any) -> SentryReport:
    return sentry_of(made, runner).watch(PUSHED, made.until, RELEASES, **more)


def plant(made: Monitored, title: str, *, after: float = 20, **more: Any) -> None:
    """An issue of the server's, some minutes after the push."""
    more = {"project": "server"} | more
    at = PUSHED + timedelta(minutes=after)
    plant_issue(made.world, more.pop("project"), title, at=at, **more)


def test_old_and_intermittent_errors_are_quiet(monitored: Monitored, runner: Runner) -> None:
    found = watch(monitored, runner)
    assert found.verdict.level == "quiet"
    assert found.warnings == ()
    assert "no new issue and none that came back" in str(found)
    assert "of the 7 days before" in str(found)
    assert "server 2026.03.12, frontend 2026.03.12 in production" in str(found)


def test_a_new_error_is_worth_a_look(monitored: Monitored, runner: Runner) -> None:
    plant(monitored, "KeyError: 'slug'", events=3, users=2)
    found = watch(monitored, runner)
    assert found.verdict.level == "look at this"
    assert [(issue.kind, issue.events, issue.users) for issue in found.issues] == [("new", 3, 2)]
    assert "KeyError: 'slug'" in found.warnings[1]
    assert found.issues[0].link.startswith(f"{monitored.url}/sentry/organizations/pelican/issues/")


def test_many_events_that_go_on_are_an_alarm(monitored: Monitored, runner: Runner) -> None:
    plant(monitored, "KeyError: 'slug'", events=30, every=20, after=5)
    found = watch(monitored, runner)
    assert found.verdict.level == "alarm"
    assert found.warnings[0].startswith("Sentry: alarm: 1 new since the push; most often new")


def test_an_issue_first_seen_in_the_release_is_told_with_it(
    monitored: Monitored, runner: Runner
) -> None:
    plant(monitored, "Old: on stage already", after=-60, every=4800, events=2, release=TAG)
    plant(monitored, "Other: same tag", after=5, project="code-manager", release=TAG)
    found = watch(monitored, runner)
    assert [(each.title, each.release) for each in found.issues] == [("Old: on stage already", TAG)]
    assert "first in 2026.03.12" in str(found)


def test_an_issue_that_came_back_is_told_with_what_it_was_before(
    monitored: Monitored, runner: Runner
) -> None:
    plant(monitored, "ValueError: again", regressed=True, events=2)
    found = watch(monitored, runner, days=21)
    assert [each.kind for each in found.issues] == ["regressed"]
    assert "events a day before" in str(found.issues[0])


def test_what_came_back_before_the_push_is_not_the_pushs(
    monitored: Monitored, runner: Runner
) -> None:
    plant(monitored, "ValueError: again", after=-300, regressed=True, events=20, every=1200)
    assert watch(monitored, runner).issues == ()


@pytest.mark.parametrize("where", [{"environment": "stage"}, {"project": "code-manager"}])
def test_other_environments_and_projects_do_not_count(
    monitored: Monitored, runner: Runner, where: dict[str, Any]
) -> None:
    plant(monitored, "KeyError: elsewhere", **where)
    assert watch(monitored, runner).verdict.level == "quiet"


def test_issues_on_many_pages_are_all_found(monitored: Monitored, runner: Runner) -> None:
    for number in range(230):
        plant(monitored, f"KeyError: {number}")
    found = watch(monitored, runner)
    assert len(found.issues) == 230
    assert found.verdict.level == "alarm"
    assert "… and 180 more" in str(found)
    assert len(found.html()) < 60_000


def test_more_than_a_thousand_issues_are_counted(monitored: Monitored, runner: Runner) -> None:
    for number in range(1_050):
        plant(monitored, f"KeyError: {number}")
    found = watch(monitored, runner)
    assert (len(found.issues), found.more) == (1_050, False)
    assert "alarm: 1050 new since the push" in str(found)


def test_more_issues_than_are_read_are_said_to_be_the_least_with_the_worst_among_them(
    monitored: Monitored, runner: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "ISSUE_PAGES", 2)
    plant(monitored, "The worst", after=5, events=40, every=20)
    for number in range(350):
        plant(monitored, f"KeyError: {number}", after=20)
    found = watch(monitored, runner)
    assert found.more and len(found.issues) < 351
    assert found.issues[0].title == "The worst"
    assert "alarm: at least 2" in found.headline and "… and at least " in str(found)
    assert "at least" in found.html()


COMMIT = "0123456789abcdef0123456789abcdef01234567"


@pytest.mark.parametrize(
    "name", [TAG, f"server@{TAG}", f"org.pelican.web@{TAG}+7", COMMIT, COMMIT[:12], f"s@{COMMIT}"]
)
def test_a_release_is_found_by_any_name_that_people_give_it(
    monitored: Monitored, runner: Runner, name: str
) -> None:
    plant(monitored, "Old: on stage already", after=-60, every=4800, events=2, release=name)
    plant(monitored, "Other", after=-60, every=4800, events=2, release=f"server@{TAG}.1")
    found = watch(monitored, runner, commits={"server": COMMIT})
    assert [(each.title, each.release) for each in found.issues] == [
        ("Old: on stage already", name)
    ]
    assert found.doubts == (
        "Sentry knows no release frontend 2026.03.12: what is new is told by "
        "its time alone; profile key: sentry.release",
    )


def test_a_release_is_called_as_the_profile_says(monitored: Monitored, runner: Runner) -> None:
    name = f"web-{TAG}-{COMMIT}"
    plant(monitored, "Old: on stage already", after=-60, every=4800, events=2, release=name)
    made = sentry_of(monitored, runner, release="web-{version}-{commit}")
    found = made.watch(PUSHED, monitored.until, {"server": f"v{TAG}"}, commits={"server": COMMIT})
    assert [each.release for each in found.issues] == [name]
    assert found.doubts == ()
    with pytest.raises(UsageError, match="expected a commit of server"):
        made.watch(PUSHED, monitored.until, {"server": TAG})
    with pytest.raises(UsageError, match="placeholders among {project}"):
        sentry_of(monitored, runner, release="{sha}")


def test_a_release_that_sentry_does_not_know_is_said_and_the_judgement_stays_the_same(
    monitored: Monitored, runner: Runner
) -> None:
    made = sentry_of(monitored, runner, release="nobody@{tag}")
    found = made.watch(PUSHED, monitored.until, {"server": TAG})
    doubt = f"Sentry knows no release server {TAG} (nobody@{TAG})"
    assert found.doubts[0].startswith(doubt) and doubt in str(found) and doubt in found.html()
    assert (
        found.watched
        == sentry_of(monitored, runner).watch(PUSHED, monitored.until, {"server": TAG}).watched
    )


def test_an_unknown_environment_is_refused_with_those_that_there_are(
    monitored: Monitored, runner: Runner
) -> None:
    with pytest.raises(Refused, match="an environment prod in Sentry, found production, stage"):
        watch(monitored, runner, environment="prod")
    assert watch(monitored, runner, environment="").verdict.level == "quiet"


def test_text_from_outside_is_escaped(monitored: Monitored, runner: Runner) -> None:
    plant(monitored, "<script>alert(1)</script>\n# x")
    found = watch(monitored, runner)
    assert "<script" not in found.html()
    assert "&lt;script&gt;alert(1)" in found.html()
    assert "\n# x" not in str(found)


def test_the_incident_of_a_rehearsal_shows(monitored: Monitored, runner: Runner) -> None:
    monitored.control("PUT", "incident", kind="errors")
    found = watch(monitored, runner)
    assert found.verdict.level == "alarm"
    assert found.issues[0].release == TAG


def test_errors_are_planted_by_the_sandboxs_control(monitored: Monitored, runner: Runner) -> None:
    monitored.control("POST", "sentry/issues", project="server", title="Boom", level="fatal")
    found = watch(monitored, runner)
    assert found.verdict.level == "alarm"
    assert found.issues[0].title == "Boom"


# --- refusals -------------------------------------------------------------------------------------


def test_an_unknown_project_is_refused_with_those_that_there_are(
    monitored: Monitored, runner: Runner
) -> None:
    with pytest.raises(Refused, match=r"no sever; those of pelican are code-manager, frontend"):
        sentry_of(monitored, runner).watch(PUSHED, monitored.until, {"sever": TAG})


def test_an_unknown_organization_is_refused(monitored: Monitored, runner: Runner) -> None:
    made = Sentry(f"{monitored.url}/sentry", "pelicans", monitored.token(), runner)
    with pytest.raises(Refused, match=r"check the organization \(pelicans\)"):
        made.check_access()


def test_a_token_that_may_not_ask_is_told_what_it_lacks(
    monitored: Monitored, runner: Runner
) -> None:
    with pytest.raises(AccessDenied, match="403.*org:read, project:read and event:read"):
        sentry_of(monitored, runner, "stranger").check_access()
    with pytest.raises(AccessDenied, match="401: Invalid token") as caught:
        Sentry(f"{monitored.url}/sentry", "pelican", "not-a-token", runner).check_access()
    assert "not-a-token" not in str(caught.value)


def test_access_is_checked(monitored: Monitored, runner: Runner) -> None:
    made = sentry_of(monitored, runner)
    assert str(made.check_access()) == "Sentry lets this token read Pelican"
    assert monitored.token() not in repr(made) + repr(made.client)


@pytest.mark.parametrize(
    ("since", "until", "releases"),
    [
        (PUSHED, PUSHED, RELEASES),
        (PUSHED.replace(tzinfo=None), datetime(2026, 3, 13), RELEASES),
        (PUSHED, PUSHED + timedelta(hours=1), {}),
        (PUSHED, PUSHED + timedelta(hours=1), {"server": '1" is:unresolved'}),
    ],
)
def test_what_cannot_be_asked_is_refused_at_once(
    runner: Runner, since: datetime, until: datetime, releases: dict[str, str]
) -> None:
    with pytest.raises(UsageError, match="expected"):
        Sentry("http://127.0.0.1:1", "pelican", "token", runner).watch(since, until, releases)


@pytest.mark.parametrize("token", ["", "with space", "naïve", "line\n"])
def test_a_token_that_cannot_be_one_is_refused_without_being_said(
    runner: Runner, token: str
) -> None:
    with pytest.raises(UsageError) as caught:
        Sentry("http://127.0.0.1:1", "pelican", token, runner)
    assert not token or token not in str(caught.value)


# --- trouble --------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["status", "drop-before", "drop-after"])
def test_a_look_that_got_no_answer_is_repeated(
    monitored: Monitored, runner: Runner, kind: str
) -> None:
    monitored.fault(ISSUES, kind=kind)
    assert watch(monitored, runner).verdict.level == "quiet"


def test_a_rate_limit_says_when_it_ends(monitored: Monitored, runner: Runner) -> None:
    reset = int((datetime.now().astimezone() + timedelta(minutes=5)).timestamp())
    headers = {"X-Sentry-Rate-Limit-Reset": str(reset), "X-Sentry-Rate-Limit-Remaining": "0"}
    monitored.fault(ISSUES, status=429, headers=headers, times=99)
    with pytest.raises(Unavailable, match="asks for a pause") as caught:
        watch(monitored, runner)
    assert caught.value.retry_after is not None
    assert 200 < caught.value.retry_after <= 301


@pytest.mark.parametrize(
    "body",
    [
        [{"title": "no id"}],
        [{"id": "1", "title": "x", "project": None, "count": "1", "userCount": 1}],
        {"detail": "an object"},
        ["text"],
    ],
)
def test_another_form_of_answer_is_a_failure_and_never_quiet(
    monitored: Monitored, runner: Runner, body: Any
) -> None:
    monitored.fault(ISSUES, status=200, body=body)
    with pytest.raises(Failed, match="expected"):
        watch(monitored, runner)


def test_a_page_that_is_no_json_is_a_failure(tmp_path: Path, runner: Runner) -> None:
    def answer(_: Request) -> Response:
        return Response("<html>log in</html>", media_type="text/html")

    with (
        serve(Starlette(routes=[Route("/{path:path}", answer)])) as url,
        pytest.raises(Failed, match="what stands in front of it"),
    ):
        Sentry(url, "pelican", "token", runner).check_access()


def test_a_list_without_end_is_not_followed_for_ever(runner: Runner) -> None:
    asked = []

    def answer(request: Request) -> Response:
        asked.append(request.query_params.get("cursor"))
        link = f'<{request.url}>; rel="next"; results="true"; cursor="0:{len(asked)}:0"'
        return JSONResponse([{"id": "1", "slug": "server"}], headers={"Link": link})

    with (
        serve(Starlette(routes=[Route("/{path:path}", answer)])) as url,
        pytest.raises(Failed, match="found more; name fewer projects"),
    ):
        Sentry(url, "pelican", "token", runner).watch(PUSHED, PUSHED + timedelta(hours=1), RELEASES)
    assert asked == [None, *(f"0:{number}:0" for number in range(1, 10))]
