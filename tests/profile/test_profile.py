"""Profiles: from runbook.toml, typed; what is wrong in it is said before anything is done."""

from pathlib import Path

import pytest

from runbook_lib.errors import UsageError
from runbook_lib.policy.quorum import Rule
from runbook_lib.profile import find_configuration, load_profile
from runbook_lib.push.settings import PushProfile
from runbook_lib.release.settings import Profile

GOOD = """
[profiles.team]
project = "server-syncstorage"
repository = {url = "https://github.com/team/server-syncstorage"}
github = {repository = "team/server-syncstorage"}
bugzilla = {url = "https://bugzilla.example", qa = "qa@team.example"}
stage = {url = "https://stage.example"}
test = {command = ["make", "test"], limit = 60}
gates.changelog = {approvals = 2, operator_counts = false}
names = {tag = "v{full}"}
"""


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "runbook.toml"
    monkeypatch.setenv("RUNBOOK_CONFIG", str(path))
    path.write_text(GOOD)
    return path


def test_a_profile_is_read_with_its_defaults(file: Path) -> None:
    profile, _ = load_profile("team")
    assert isinstance(profile, Profile)
    assert profile.test.command == ("make", "test")
    assert profile.bugzilla is not None
    assert profile.bugzilla.product == "Cloud Services"
    assert profile.gates["changelog"].rule().approvals == 2
    templates = profile.names.templates("{version}")
    assert (templates.tag, templates.branch) == ("v{full}", "release/{version}")


def test_a_profile_says_its_target_and_its_colour(file: Path) -> None:
    file.write_text(GOOD.replace("[profiles.team]", '[profiles.team]\ncolour = "#ffee00"'))
    assert {(one.target, one.colour) for one in load_profile("team")} == {
        ("team/server-syncstorage on github.com", "#ffee00")
    }


def test_a_project_that_is_not_named_is_called_as_its_repository(file: Path) -> None:
    file.write_text(GOOD.replace('project = "server-syncstorage"\n', ""))
    assert {one.project for one in load_profile("team")} == {"server-syncstorage"}


def test_an_environment_variable_wins_over_the_file(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUNBOOK_SETTING_PROFILES", '{"team": {"project": "other"}}')
    profile, _ = load_profile("team")
    assert isinstance(profile, Profile)
    assert (profile.project, profile.stage.url) == ("other", "https://stage.example")


def test_an_environment_variable_that_is_no_json_is_named_and_not_shown(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUNBOOK_SETTING_PROFILES", "{'team': 'hunter2'}")
    with pytest.raises(UsageError, match="expected JSON in RUNBOOK_SETTING_PROFILES") as caught:
        load_profile("team")
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "limit = 60",
            "limt = 60",
            "profiles.team.test.limt: an unknown key; known here: command, limit",
        ),
        ('"team/server-syncstorage"}\nbug', '"server"}\nbug', "profiles.team.github.repository"),
        ("limit = 60", 'limit = "soon"', "profiles.team.test.limit"),
        ("[profiles.team]", '[profiles.team]\ncolour = "red"', "profiles.team.colour"),
        ("[profiles.team]", "[profiles.team", "expected TOML"),
        ("[profiles.team]", "[profile.team]", "profile: an unknown key; known here: profiles"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(file: Path, old: str, new: str, said: str) -> None:
    file.write_text(GOOD.replace(old, new))
    with pytest.raises(UsageError, match=said):
        load_profile("team")


def test_a_profile_that_is_not_there_is_refused_with_those_that_are(file: Path) -> None:
    with pytest.raises(UsageError, match="sandbox, team; found 'taem'; did you mean team"):
        load_profile("taem")


def test_a_sandbox_with_tables_of_its_own_is_named_once(file: Path) -> None:
    file.write_text(f'{GOOD}\n[profiles.sandbox]\nproject = "tide"\n')
    with pytest.raises(UsageError, match="one of the profiles sandbox, team; found 'x'"):
        load_profile("x")


def test_a_named_file_that_is_not_there_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RUNBOOK_CONFIG", "/nowhere/runbook.toml")
    with pytest.raises(UsageError, match="/nowhere/runbook.toml"):
        find_configuration()


def test_the_nearest_file_above_the_working_directory_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("RUNBOOK_CONFIG", raising=False)
    (tmp_path / "runbook.toml").write_text(GOOD)
    (tmp_path / "runbooks").mkdir()
    monkeypatch.chdir(tmp_path / "runbooks")
    assert find_configuration() == tmp_path / "runbook.toml"


@pytest.mark.parametrize("secret", ["ghp_token", "olive:ghp_token"])
def test_a_secret_in_an_address_is_refused_and_not_repeated(file: Path, secret: str) -> None:
    file.write_text(GOOD.replace("https://github.com", f"https://{secret}@github.com"))
    with pytest.raises(UsageError, match=r"team.repository.url: .*no user or password") as refused:
        load_profile("team")
    assert "ghp_token" not in str(refused.value)


PUSH = """
[profiles.pelican]
project = "pelican"

[profiles.pelican.push]
first = 2026-03-05
people = ["willow", "edith"]
notes = {github = "pelican/notes"}

[[profiles.pelican.push.repositories]]
name = "server"
github = "pelican/server"
stage = "https://stage.example"
production = "https://example"
"""


def test_a_team_that_only_pushes_needs_no_release_tables(file: Path) -> None:
    file.write_text(PUSH)
    profile, _ = load_profile("pelican")
    assert isinstance(profile, PushProfile)
    push = profile.push
    assert (push.day, push.tagging_day, push.interval) == ("Thursday", "Tuesday", 1)
    assert push.zone.key == "America/Los_Angeles"
    assert push.repositories[0].version_page == "__version__"


def test_a_team_may_do_both(file: Path) -> None:
    text = PUSH.replace('[profiles.pelican]\nproject = "pelican"\n', "")
    file.write_text(GOOD + text.replace("profiles.pelican", "profiles.team"))
    released, pushed, _ = load_profile("team")
    assert isinstance(released, Profile) and isinstance(pushed, PushProfile)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("stage = ", "stge = ", "push.repositories.0.stge: an unknown key; known here: .*stage"),
        ("first = 2026-03-05", "", "profiles.pelican.push.first: expected a value, found none"),
        ("people =", 'day = "Thorsday"\npeople =', "profiles.pelican.push.day: .*found 'Thorsday'"),
        ("people =", 'time_zone = "Mars"\npeople =', "push.time_zone: .*Europe/Berlin"),
        ('{github = "pelican/notes"}', '{gihub = "x"}', "push.notes.gihub: an unknown key; known"),
        ('project = "pelican"', "", "profiles.pelican.project: expected a value, found none"),
    ],
)
def test_what_is_wrong_with_a_push_is_named_too(file: Path, old: str, new: str, said: str) -> None:
    file.write_text(PUSH.replace(old, new))
    with pytest.raises(UsageError, match=said):
        load_profile("pelican")


OWN = """
[profiles.me]
project = "mill"

[profiles.me.index]
url = "https://index.example"

[profiles.me.github]
repository = "mill/flour"
token_variable = "MILL_TOKEN"
"""


def test_a_profile_may_be_for_a_runbook_of_ones_own_alone(file: Path) -> None:
    file.write_text(OWN)
    [profile] = load_profile("me")
    assert profile.tables["index"] == {"url": "https://index.example"}
    assert profile.hub.token_variable == "MILL_TOKEN"


def test_each_procedure_has_the_tables_of_ones_own_beside_its(file: Path) -> None:
    file.write_text(GOOD + '[profiles.team.index]\nurl = "https://index.example"\n')
    released, plain = load_profile("team")
    assert isinstance(released, Profile)
    assert released.tables == {"index": {"url": "https://index.example"}}
    assert set(plain.tables) > {"index", "github", "bugzilla", "stage"}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("[profiles.me.gihub]", "profiles.me.gihub: an unknown key; known here: .*github"),
        ("[profiles.me.gate]", "profiles.me.gate: an unknown key; known here: .*gates"),
        ("[profiles.me]\nindex = 1", "profiles.me.index: an unknown key"),
        ("[profiles.me]\ncrew = [1]", "profiles.me.crew: an unknown key"),
    ],
)
def test_what_can_be_no_table_of_ones_own_is_refused(file: Path, line: str, said: str) -> None:
    profile = "" if line.startswith("[profiles.me]") else '[profiles.me]\nproject = "mill"\n'
    file.write_text(f"{profile}{line}\n" + ("" if profile else 'project = "mill"\n'))
    with pytest.raises(UsageError, match=said):
        load_profile("me")


def test_a_profile_without_a_project_is_told_so(file: Path) -> None:
    file.write_text("[profiles.team]\n")
    with pytest.raises(UsageError, match=r"profiles.team.project: expected a value, found none"):
        load_profile("team")


def test_who_may_waive_is_somebody_else_unless_the_profile_says_otherwise(file: Path) -> None:
    team = file.read_text()
    assert load_profile("team")[0].waiver_rules == {}
    file.write_text(
        f'{team}waivable = ["ci", "lag"]\n'
        'waivers.lag = {operator_counts = true, approvals = 2, people = ["ada"]}\n'
    )
    rules = load_profile("team")[0].waiver_rules
    assert (rules["ci"].operator_counts, rules["ci"].approvals) == (False, 1)
    assert rules["lag"] == Rule(2, True, ("ada",))
    file.write_text(f"{team}waivers.ci = {{approvals = 2}}\n")
    with pytest.raises(UsageError, match="waivers.ci: expected the name of a check that is waiv"):
        load_profile("team")
