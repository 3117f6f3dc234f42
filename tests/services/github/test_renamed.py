"""A repository that was renamed or transferred: told by its new name, and never written to."""

from pathlib import Path

import pytest
import requests

from runbook_lib.errors import Refused
from runbook_lib.services.git import Mirror, configured
from runbook_lib.services.git.access import basic_header
from runbook_lib.services.github import GitHub
from tests.sandbox.repositories import create_repository, rename_repository
from tests.services.github.conftest import REPOSITORY, Hub

NEW = "quay/gauge"


def as_new(hub: Hub) -> GitHub:
    """The repository by its new name."""
    token, runner = hub.token("operator"), hub.runner()
    api, web = f"{hub.url}/api/v3", hub.url
    return GitHub(api, NEW, token=token, runner=runner, web_url=web, throttle=False)


def test_it_is_told_by_its_new_name_before_anything_is_done(hub: Hub) -> None:
    rename_repository(hub.world, REPOSITORY, NEW)
    before = hub.world.happenings()
    with pytest.raises(Refused, match=f"it is {NEW} now; name it so in the profile"):
        hub.github().check_access()
    assert hub.world.happenings() == before
    assert as_new(hub).check_access().repository == NEW


def test_what_was_renamed_meanwhile_is_not_written_to_and_done_once_by_its_new_name(
    hub: Hub,
) -> None:
    github = hub.github()
    github.check_access()
    rename_repository(hub.world, REPOSITORY, NEW)
    with pytest.raises(Refused, match=f"it is {NEW} now"):
        github.open_pull_request("release/1.9", into="master", title="Release 1.9", body="x")
    assert pulls(hub) == 0
    for _ in range(2):
        as_new(hub).open_pull_request("release/1.9", into="master", title="Release 1.9", body="x")
    assert pulls(hub) == 1


def pulls(hub: Hub) -> int:
    """How many pull requests there are."""
    answer = requests.get(f"{hub.url}/api/v3/repos/{NEW}/pulls", timeout=60)
    return len(answer.json())


def test_a_write_is_led_on_by_no_redirect(hub: Hub) -> None:
    rename_repository(hub.world, REPOSITORY, NEW)
    hub_as_it_was = hub.github()
    with pytest.raises(Refused, match=f"it is {NEW} now"), hub_as_it_was.asker.connection.asking():
        hub_as_it_was.asker.requestJsonAndCheck(
            "POST", f"/repos/{REPOSITORY}/releases", input={"tag_name": "1.9"}
        )
    assert not [one for one in hub.world.happenings() if one.kind == "release"]


def test_another_one_that_took_its_name_is_that_one(hub: Hub) -> None:
    rename_repository(hub.world, REPOSITORY, NEW)
    create_repository(hub.world, REPOSITORY)
    assert hub.github().check_access().repository == REPOSITORY


def test_git_is_told_the_new_address_and_shows_its_token_nowhere_else(
    hub: Hub, tmp_path: Path
) -> None:
    rename_repository(hub.world, REPOSITORY, NEW)
    header = basic_header(hub.token("operator"))
    environment = configured({}, {f"http.{hub.url}/.extraHeader": header})
    old = f"{hub.url}/{REPOSITORY}.git"
    mirror = Mirror(tmp_path / "mirror.git", old, hub.runner(), environment)
    with pytest.raises(Refused, match=f"it is at {hub.url}/{NEW}.git now"):
        mirror.fetch()
