"""Steps 18 to 20 are a procedure's own: without a desk, QA or a stage they are left out."""

from pathlib import Path
from typing import Any

import pytest

from runbook_lib.errors import UsageError
from runbook_lib.profile import load_as
from runbook_lib.release.left_out import desk_findings
from runbook_lib.release.rehearsal import open_rehearsal
from runbook_lib.release.settings import Profile
from tests.release import carried_out
from tests.release.carried_out import Executed, step_through
from tests.release.conftest import WriteProfile
from tests.release.history import Change, build
from tests.release.test_waiting import TEAM, approve
from tests.release.world import World

NO_QA = {"bugzilla.qa": None}
NO_DESK = {"bugzilla.url": None, "bugzilla.qa": None, "bugzilla.cc": None}
NO_STAGE = {"stage.url": None, "load_test.command": None}


LEAST = 'github = { repository = "me/thing" }\n'
STAGED = 'stage = { url = "https://stage.example" }\n'


def release(**before: carried_out.Change) -> Executed:
    """Release as far as its changelog, approve that, and go on: nothing else is asked."""
    step_through(TEAM).ended_with("Waiting")
    approve()
    return step_through(TEAM, before=before).went_well()


def deploy(world: World) -> None:
    """Deploy the release to stage, as a team's own machinery does, whom nobody has to ask."""
    said = {"environment": "stage", "repository": world.repository, "version": "1.9"}
    commit = world.tag_commit("1.9")
    world.client("ops").expect("POST", "/sandbox/deployments", {**said, "commit": commit})


def left_out(done: Executed) -> list[str]:
    """What a session says that it leaves out, each once."""
    said = [event.said for event in done.events if event.matches("outcome", step="left_out")]
    assert {one["outcome"] for one in said} <= {"good"}
    return [str(one["detail"]).removeprefix("left out: ") for one in said]


def asked(done: Executed) -> set[str]:
    """The gates that somebody was asked at."""
    return {str(event.said["gate"]) for event in done.events if event.kind == "asked"}


def result(done: Executed) -> str:
    """What the run's last word is."""
    (closed,) = [event.said for event in done.events if event.kind == "closed"]
    return str(closed["result"])


def test_without_a_desk_nobody_is_asked_and_no_secret_of_one_is_needed(
    world: World, write_profile: WriteProfile, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_profile(NO_DESK)
    monkeypatch.delenv("BUGZILLA_API_KEY")
    since = world.mark()
    done = release(await_version=lambda _: deploy(world))
    assert world.version()["version"].startswith("1.9")
    assert [one["draft"] for one in world.releases()] == [False]
    assert not [line for line in world.accesses(since=since) if "bugzilla" in str(line["path"])]
    assert "load-test" not in asked(done)
    assert left_out(done) == [
        "the profile names no desk: no ticket is filed, and QA are asked for nothing",
        "without a desk nobody is asked: Please deploy tidewatch 1.9 to STAGE",
        "without a desk QA are not asked for a load test",
        "without a question no answer is waited for, and none is judged",
        "without a desk QA file no ticket: Please deploy tidewatch 1.9 to PRODUCTION",
    ]
    assert result(done) == "1.9 is published; no desk is asked to deploy it"


def test_without_qa_the_bug_is_filed_and_nobody_is_asked_on_it(
    world: World, write_profile: WriteProfile
) -> None:
    write_profile(NO_QA)
    done = release()
    (bug,) = world.bugs()
    assert (bug["summary"], bug["flags"]) == ("Please deploy tidewatch 1.9 to STAGE", [])
    assert "load-test" not in asked(done)
    assert [one.partition(":")[0] for one in left_out(done)] == [
        "the profile names no QA (bugzilla.qa)"
    ] * 3
    assert result(done) == "1.9 is published; bug 1 asks operations"


def test_without_a_stage_nobody_looks_there(world: World, write_profile: WriteProfile) -> None:
    write_profile({**NO_DESK, **NO_STAGE})
    done = release()
    assert left_out(done)[-2].startswith("the profile names no stage: nobody looks whether 1.9")
    assert not [line for line in world.accesses(login="operator") if "/stage/" in str(line["path"])]


def test_a_plan_says_what_is_left_out(world: World, write_profile: WriteProfile) -> None:
    write_profile({**NO_DESK, **NO_STAGE})
    done = step_through({**TEAM, "plan": True}).went_well()
    assert len(left_out(done)) == 6
    assert world.writes() == []


@pytest.mark.parametrize("gone", [NO_DESK, NO_QA])
def test_an_answer_that_was_asked_for_is_not_left_out_by_another_profile(
    world: World, write_profile: WriteProfile, gone: dict[str, None]
) -> None:
    write_profile({"wait.limit": 1})
    world.set_person("qa", mode="off")
    step_through(TEAM).ended_with("Waiting")
    approve()
    assert "has not answered on bug 1" in step_through(TEAM).ended_with("Waiting")
    write_profile(gone)
    told = step_through(TEAM).ended_with("Refused")
    assert "expected QA and their desk, who an earlier session of this run has asked" in told
    assert len(world.bugs()) == 1


GITHUB = ("github.repository", "github.api_url", "github.web_url", "github.throttle")


def test_a_profile_with_github_alone_is_a_whole_one(
    world: World,
    write_profile: WriteProfile,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    every: dict[str, Any] = dict.fromkeys(write_profile().read_text().splitlines()[1:])
    write_profile({key: None for line in every if (key := line.split(" = ")[0]) not in GITHUB})
    keys = world.running.keys
    config = tmp_path / "gitconfig"
    config.write_text(
        "[user]\nname = Olive Operator\nemail = operator@sandbox.example\n"
        f"signingKey = {keys / 'operator'}\n[gpg]\nformat = ssh\n"
        f'[gpg "ssh"]\nallowedSignersFile = {world.allowed_signers}\n'
    )
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(config))
    monkeypatch.delenv("BUGZILLA_API_KEY")
    profile = load_as("team", Profile)
    assert profile is not None
    assert (profile.project, profile.repository.url) == ("tidewatch", world.git_url)
    given = {**TEAM, "test_command": "true"}
    step_through(given).ended_with("Waiting")
    approve()
    done = step_through(given).went_well()
    assert [one["draft"] for one in world.releases()] == [False]
    assert asked(done) <= {"changelog"}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("bugzilla = {}", r"profiles\.team\.bugzilla\.url: expected a value, found none"),
        ('bugzilla = { url = "https://b.example", qaa = "q" }', r"bugzilla\.qaa: an unknown key"),
        ('bugzila = { url = "https://b.example" }', r"bugzila: an unknown key"),
        ('bugzilla = "https://b.example"', r"profiles\.team\.bugzilla: Input should be"),
        ("stage = {}", r"profiles\.team\.stage: .*expected url or deployments, found neither"),
        ('gates.load-test = { people = ["qa"] }', r"gates\.load-test: expected QA, .*bugzilla\.qa"),
        (
            'gates.load-test = { people = ["qa"] }\nbugzilla = { url = "https://b.example" }',
            r"gates\.load-test: expected QA",
        ),
    ],
)
@pytest.mark.parametrize("more", ["", 'repository = { source = "main" }\n'])
def test_a_desk_that_is_there_and_wrong_is_never_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, more: str, line: str, said: str
) -> None:
    file = tmp_path / "runbook.toml"
    file.write_text(f'[profiles.team]\ngithub = {{ repository = "me/thing" }}\n{more}{line}\n')
    monkeypatch.setenv("RUNBOOK_CONFIG", str(file))
    with pytest.raises(UsageError, match=said):
        load_as("team", Profile)


@pytest.mark.parametrize(
    ("said", "found"),
    [
        (LEAST, {"desk": "", "QA": "", "stage": ""}),
        (
            f'{LEAST}{STAGED}bugzilla = {{ url = "https://b.example", qa = "qa@b.example" }}\n',
            {"desk": "https://b.example", "QA": "qa@b.example", "stage": "https://stage.example"},
        ),
    ],
)
def test_what_is_there_and_what_is_left_out_is_found_before_anything_is_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str, found: dict[str, str]
) -> None:
    file = tmp_path / "runbook.toml"
    file.write_text(f"[profiles.me]\n{said}")
    monkeypatch.setenv("RUNBOOK_CONFIG", str(file))
    profile = load_as("me", Profile)
    assert profile is not None
    findings = [*desk_findings(profile)]
    assert {one.what: one.found for one in findings} == found
    assert all(bool(one.found) != bool(one.missing) for one in findings)


def test_a_load_test_that_has_no_stage_is_refused_before_anything_is_done(
    world: World, write_profile: WriteProfile
) -> None:
    asked_for = {**TEAM, "load_test": True}
    write_profile({"stage.url": None})
    assert "found no stage.url: add it" in step_through(asked_for).ended_with("UsageError")
    write_profile({"load_test.command": None})
    assert "found no load_test.command" in step_through(asked_for).ended_with("UsageError")
    assert world.writes() == []


@pytest.mark.parametrize(
    ("version", "more"),
    [
        ("4.4.14", {"bugzilla.account": "operator@sandbox.example"}),
        ("5.0.6", {}),
    ],
)
def test_a_release_goes_through_at_an_older_bugzilla(
    world: World, write_profile: WriteProfile, version: str, more: dict[str, str]
) -> None:
    world.set("bugzilla_version", version)
    write_profile({"bugzilla.fields": None, **more})
    told = step_through(TEAM).ended_with("Refused")
    assert "expected a value for the field op_sys" in told
    assert world.writes() == []
    write_profile({"bugzilla.fields.op_sys": "All", "bugzilla.fields.platform": "All", **more})
    step_through(TEAM).ended_with("Waiting")
    approve()
    assert "load-test" in step_through(TEAM).ended_with("Waiting")
    approve(gate="load-test")
    done = step_through(TEAM).went_well()
    assert [bug["summary"] for bug in world.bugs()] == [
        "Please deploy tidewatch 1.9 to STAGE",
        "Please deploy tidewatch 1.9 to PRODUCTION",
    ]
    assert result(done) == "1.9 is published; bug 1 asks operations"


@pytest.mark.parametrize(
    ("said", "sentences"),
    [
        (LEAST, 6),
        (f"{LEAST}{STAGED}", 5),
        (f'{LEAST}{STAGED}bugzilla = {{ url = "https://b.example" }}\n', 3),
    ],
)
def test_what_a_profile_leaves_out_can_be_rehearsed(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str, sentences: int
) -> None:
    file = tmp_path / "runbook.toml"
    file.write_text(f"[profiles.me]\n{said}")
    monkeypatch.setenv("RUNBOOK_CONFIG", str(file))
    begun = Change("feat: begin", {"setup.py": 'setup(version="1.8.0")\n'}, tag="1.8.0")
    original = build(tmp_path / "thing", [begun, Change("feat: more", {"more": "1"})])
    theirs = load_as("me", Profile)
    opened = open_rehearsal(home / "sandbox", str(original), said=theirs)
    world = World(opened.running, opened.profile.github.repository)
    world.hurry()
    done = step_through(
        {"repository": str(original), "profile": "me", "test_command": "true"}
    ).went_well()
    opened.lease.close()
    assert len(left_out(done)) == sentences
    assert theirs is not None and len(world.bugs()) == (1 if theirs.bugzilla else 0)
    assert world.version()["version"].startswith("1.9")
