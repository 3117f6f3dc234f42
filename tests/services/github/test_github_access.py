"""Who we are on GitHub: each token that may not do what a release needs is told apart."""

import socket
import traceback

import pytest

from runbook_lib.errors import AccessDenied, Failed, Refused, Unavailable, UsageError
from runbook_lib.sandbox.services.github import requests
from runbook_lib.sandbox.world.grants import Kind
from runbook_lib.services.github import GitHub, connection
from runbook_lib.services.github.asker import PAGES
from tests.services.github.conftest import Hub


def test_an_account_that_may_push_is_named_in_two_calls(hub: Hub) -> None:
    github = hub.github()
    found = github.check_access()
    assert str(found) == "operator may push to harbor/tidewatch"
    assert found.default_branch == "master"
    assert github.calls == 2


def test_a_token_that_may_only_read_is_refused_by_name(hub: Hub) -> None:
    with pytest.raises(AccessDenied, match=r"expected that reader may push .*only read"):
        hub.github("reader").check_access()


def test_an_expired_token_is_refused_without_being_shown(hub: Hub) -> None:
    token = "ghp_0123456789expired"
    github = hub.github(token=token)
    with pytest.raises(
        AccessDenied, match=r"expired: set GITHUB_TOKEN .*`gh auth login`"
    ) as caught:
        github.check_access()
    shown = [*traceback.format_exception(caught.value), repr(github), repr(github.token)]
    assert token not in "".join(shown)
    assert github.runner.reports[-1].outcome == "refused"


def test_a_repository_that_is_not_shown_to_the_token_is_refused(hub: Hub) -> None:
    with hub.world.transaction() as database:
        database.execute("UPDATE repository SET private = 1")
    with pytest.raises(AccessDenied, match="found none that this token may see"):
        hub.github("stranger").check_access()


def test_an_archived_repository_is_refused(hub: Hub) -> None:
    answer = {**hub.ask("operator", "GET", ""), "archived": True}
    hub.spoil("GET", "/repos/harbor/tidewatch$", answer=(200, {}, answer))
    with pytest.raises(Refused, match="found that it is archived"):
        hub.github().check_access()


@pytest.mark.parametrize("rest", ["", "/pulls?state=all"])
def test_a_renamed_repository_is_told_by_its_new_name(hub: Hub, rest: str) -> None:
    location = {"location": f"{hub.url}/api/v3/repositories/1{rest}"}
    hub.spoil("GET", "/repos/harbor/tidewatch$", answer=(301, location, {"message": "Moved"}))
    hub.spoil("GET", "/api/v3/repositories/1$", answer=(200, {}, {"full_name": "quay/gauge"}))
    with pytest.raises(Refused, match="renamed or transferred: it is quay/gauge now; name it so"):
        hub.github().check_access()


def test_a_redirect_to_another_host_is_not_followed(hub: Hub) -> None:
    location = {"location": "https://elsewhere.example/repositories/1"}
    hub.spoil("GET", "/repos/harbor/tidewatch$", answer=(301, location, {"message": "Moved"}))
    github = hub.github()
    with pytest.raises(Refused, match="it leads to /repositories/1;"):
        github.check_access()
    assert github.calls == 1


def test_a_list_whose_pages_never_end_is_given_up(hub: Hub) -> None:
    path = "/api/v3/repos/harbor/tidewatch/releases"
    endless = {"link": f'<{hub.url}{path}?page=2>; rel="next"'}
    hub.spoil("GET", "/releases$", times=999, answer=(200, endless, []))
    github = hub.github()
    with pytest.raises(Failed, match=f"at most {PAGES} pages of GET {path}, found that GitHub"):
        github.find_release("1.9", "release/tidewatch/1.9")
    assert github.calls == PAGES


def test_a_classic_token_without_the_scope_for_repositories_is_refused(hub: Hub) -> None:
    scopes = {"x-oauth-scopes": "gist, read:org"}
    hub.spoil("GET", "/user$", answer=(200, scopes, {"login": "operator"}))
    with pytest.raises(AccessDenied, match="scope public_repo or repo, found the scopes gist"):
        hub.github().check_access()


WRITES = {"contents": "write", "pull_requests": "write"}


def test_the_token_of_an_app_acts_as_its_bot_and_may_push_though_github_says_no(hub: Hub) -> None:
    github = hub.granted("helm[bot]", "installation", WRITES)
    assert github.remote.permissions.push is False
    found = github.check_access()
    assert str(found) == "helm[bot] may push to harbor/tidewatch, by an app's token"
    assert found.login == "helm[bot]"


@pytest.mark.parametrize(
    "answer",
    [
        (403, {}, {"message": "not here"}),
        (502, {}, {"message": "not now"}),
        (200, {}, {"errors": [{"message": "no"}]}),
        (200, {}, {"data": {"viewer": {"login": 7}}}),
        (200, {}, ["strange"]),
    ],
)
def test_an_app_of_which_nobody_says_who_it_is_is_one_all_the_same(
    hub: Hub, answer: tuple[int, dict[str, str], object]
) -> None:
    hub.spoil("POST", "/api/graphql$", answer=answer)
    found = hub.granted("helm[bot]", "installation", WRITES).check_access()
    assert str(found) == "an app may push to harbor/tidewatch, by an app's token"


def test_the_token_of_a_job_is_told_with_what_it_can_not_do(hub: Hub) -> None:
    shown = str(hub.granted("github-actions[bot]", "installation", WRITES).check_access())
    assert shown.startswith("github-actions[bot] may push to harbor/tidewatch, by the job's token")
    assert "not found out: whether the repository lets Actions open pull requests" in shown
    assert "starts no workflow" in shown


def test_a_fine_grained_token_is_one(hub: Hub) -> None:
    found = hub.granted("operator", "fine-grained", WRITES).check_access()
    assert str(found) == "operator may push to harbor/tidewatch, by a fine-grained token"


@pytest.mark.parametrize(
    ("login", "kind"), [("operator", "fine-grained"), ("helm[bot]", "installation")]
)
def test_a_token_that_was_not_granted_to_write_is_refused_with_what_it_needs(
    hub: Hub, login: str, kind: Kind
) -> None:
    with pytest.raises(AccessDenied, match=r"it needs contents=write; ask for the permission"):
        hub.granted(login, kind, {"contents": "read"}).check_access()
    with pytest.raises(AccessDenied, match="it needs pull_requests=write"):
        hub.granted(login, kind, {"contents": "write"}).check_merging("master")


def test_a_github_that_can_not_be_tried_out_leaves_open_what_the_token_may(hub: Hub) -> None:
    path = "/releases/generate-notes$"
    hub.spoil("POST", path, times=9, answer=(404, {}, {"message": "Not Found"}))
    found = hub.granted("helm[bot]", "installation", WRITES).check_access()
    assert found.unknown == ("whether this token may write contents: GitHub does not tell",)


def test_a_fine_grained_token_of_somebody_who_may_only_read_is_refused(hub: Hub) -> None:
    with pytest.raises(AccessDenied, match=r"expected that reader may push .*only read"):
        hub.granted("reader", "fine-grained", WRITES).check_access()


@pytest.fixture
def fine_grained(monkeypatch: pytest.MonkeyPatch) -> None:
    """A token that names no scopes: a fine-grained one, or an app's."""
    monkeypatch.setattr(requests, "scope_headers", lambda _account: {})


@pytest.mark.usefixtures("fine_grained")
def test_a_token_that_may_not_write_contents_is_refused_though_its_owner_may(hub: Hub) -> None:
    words = {"message": "Resource not accessible by personal access token"}
    needs = {"x-accepted-github-permissions": "contents=write"}
    hub.spoil("POST", "/releases/generate-notes$", answer=(403, needs, words))
    with pytest.raises(AccessDenied, match="it needs contents=write; ask for the permission"):
        hub.github().check_access()


@pytest.mark.usefixtures("fine_grained")
def test_a_token_that_may_open_no_pull_request_is_refused_before_the_push(hub: Hub) -> None:
    words = {"message": "Resource not accessible by personal access token"}
    needs = {"x-accepted-github-permissions": "pull_requests=write"}
    hub.spoil("POST", "/pulls$", answer=(403, needs, words))
    with pytest.raises(AccessDenied, match="it needs pull_requests=write"):
        hub.github().check_merging("master")


@pytest.mark.usefixtures("fine_grained")
def test_what_a_token_may_do_is_tried_without_an_effect(hub: Hub) -> None:
    before = hub.world.happenings()
    assert hub.github().check_access().login == "operator"
    assert hub.github().check_merging("master")
    assert hub.world.happenings() == before


def test_an_unreachable_github_is_unavailable_and_is_not_counted_as_called(hub: Hub) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    github = hub.github()
    github.api_url = f"http://127.0.0.1:{port}/api/v3"
    with pytest.raises(Unavailable, match=f"127.0.0.1:{port} could not be reached") as caught:
        github.check_access()
    assert not caught.value.may_have_acted
    assert github.calls == 0
    assert len(hub.sleeps) == 3


def test_a_github_that_says_nothing_is_given_up_and_may_have_acted(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "TIMEOUT", 0.05)
    github = hub.github()
    with socket.create_server(("127.0.0.1", 0)) as silent:
        github.api_url = f"http://127.0.0.1:{silent.getsockname()[1]}/api/v3"
        with pytest.raises(Unavailable, match=r"gave no answer .*timed out") as caught:
            github.check_access()
    assert caught.value.may_have_acted
    assert github.calls == 4


def test_no_log_of_any_level_holds_the_token(hub: Hub, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    hub.github().check_access()
    assert "/repos/harbor/tidewatch" in caplog.text
    assert hub.token("operator") not in caplog.text


def test_an_address_that_is_not_githubs_api_is_told_so(hub: Hub) -> None:
    hub.spoil("GET", "/repos/", answer=(200, {}, "<html>Log in to the hotel's network</html>"))
    with pytest.raises(Failed, match=r"expected JSON from .* found text/html"):
        hub.github().check_access()


@pytest.mark.parametrize("token", ["", "two words", "line\nbreak", "ghp_ü"])
def test_a_token_that_cannot_be_sent_is_refused_without_being_shown(hub: Hub, token: str) -> None:
    with pytest.raises(UsageError, match="expected a GitHub token") as caught:
        hub.github(token=token)
    assert not token or token not in str(caught.value)


def test_another_github_has_a_token_of_its_own(hub: Hub) -> None:
    api = "https://github.corp.example/api/v3"
    with pytest.raises(UsageError, match=r"set GH_ENTERPRISE_TOKEN, or run `gh auth login --host"):
        GitHub(api, "harbor/tidewatch", token="", runner=hub.runner())


@pytest.mark.parametrize(
    "address", ["http://github.example/api/v3", "https://me:secret@github.example", "github.com"]
)
def test_a_token_goes_over_tls_or_stays_on_this_machine(hub: Hub, address: str) -> None:
    with pytest.raises(UsageError, match="over https") as caught:
        GitHub(address, "harbor/tidewatch", token="ghp_1", runner=hub.runner())
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("name", ["tidewatch", "harbor/tide/watch", "../etc", "harbor/-x y", ""])
def test_a_repository_is_an_owner_and_a_name(hub: Hub, name: str) -> None:
    with pytest.raises(UsageError, match="owner/name"):
        GitHub("https://api.github.com", name, token="ghp_1", runner=hub.runner())


def test_links_lead_to_the_web_and_quote_what_is_in_them(hub: Hub) -> None:
    github = GitHub(
        "https://api.github.com", "harbor/tidewatch", token="ghp_1", runner=hub.runner()
    )
    root = "https://github.com/harbor/tidewatch"
    assert github.compare_link("1.8", "release/1.9") == f"{root}/compare/1.8...release/1.9"
    assert github.tag_link("1.9#<b>") == f"{root}/tree/1.9%23%3Cb%3E"
    assert github.commit_link("abc") == f"{root}/commit/abc"
