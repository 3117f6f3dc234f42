"""What commits say, from the repository to the release: by messages, by types, by pull requests."""

from pathlib import Path

from tests.release.carried_out import Executed, step_through
from tests.release.conftest import WriteProfile
from tests.release.history import Change, build
from tests.release.test_rehearsal import world_of
from tests.release.world import World, git

PACKAGE = '{"name": "buoy", "version": "2.3.0"}\n'
ENTRY = """\
#### Features

*   ask `@iris` and see `other/repo#5` ([ID](LINK))

#### Bug Fixes

*   sink no more ([#8](ISSUES/8)) ([ID](LINK), closes [#9](ISSUES/9))
"""


def test_what_is_approved_is_what_people_read_and_nobody_is_called(
    home: Path, tmp_path: Path
) -> None:
    original = build(
        tmp_path / "buoy",
        [
            Change("chore: begin", {"package.json": PACKAGE}, tag="v2.3.0"),
            Change("feat!: ring", {"a": "1"}),
            Change("feat: ask @iris and see other/repo#5", {"a": "2"}),
            Change("unix: a folder", {"a": "3"}),
        ],
    )
    ring = git(original, "rev-parse", "HEAD~2")
    more = [
        Change(f'Revert "feat!: ring"\n\nThis reverts commit {ring}.', {"a": "4"}),
        Change("fix: sink no more (#8)\n\nFixes #9\n\nBREAKING CHANGE: N/A", {"a": "5"}),
    ]
    build(original, more, onto="main")
    world = world_of(home, str(original))
    done = step_through({"repository": str(original), "test_command": "true"}).went_well()
    assert str(done.namespace["release"].version) == "2.4.0"
    entry = done.namespace["entry"].text
    (body,) = [pull["body"] for pull in world.pulls()]
    (release,) = [found["body"] for found in world.releases()]
    assert entry.strip() == body.strip() and entry.strip() in release
    assert entry.strip() in git(world.bare, "show", "v2.4.0:CHANGELOG.md")
    assert without_ids(entry, done) == ENTRY
    accounting = str(done.namespace["accounting"])
    assert f'Revert "feat!: ring" (reverts {ring:.9})' in accounting
    assert "unix: a folder (does not say what it is)" in accounting


def without_ids(entry: str, done: Executed) -> str:
    """An entry below its heading, with words in place of ids and addresses."""
    text = entry[entry.index("####") :]
    link = done.namespace["run"].link
    for commit in done.namespace["release"].commits:
        text = text.replace(f"{link}/commit/{commit.id}", "LINK").replace(commit.id[:8], "ID")
    return text.replace(f"{link}/issues", "ISSUES")


UNTIL = "release = decide_release"


def decided(world: World, until: str = UNTIL) -> tuple[Executed, int]:
    """A session up to the decision, by the profile `team`; and its calls to GraphQL."""
    since = world.mark()
    done = step_through({"profile": "team"}, until=until).went_well()
    return done, sum("graphql" in one for one in world.writes(since=since))


def merge(world: World, folder: Path, title: str, *labels: str) -> None:
    """A pull request of two commits that say nothing, labelled and merged by the reviewer."""
    operator, repository = world.client(), f"/api/v3/repos/{world.repository}"
    head = git(world.bare, "rev-parse", "master")
    said = {"ref": "refs/heads/topic", "sha": head}
    operator.expect("POST", f"{repository}/git/refs", said)
    for message in ("wip", "more of it"):
        world.push(folder, message, branch="topic", NEWS=f"{title}{message}\n")
    said = {"head": "topic", "base": "master", "title": title}
    number = operator.expect("POST", f"{repository}/pulls", said)["number"]
    operator.expect("POST", f"{repository}/issues/{number}/labels", {"labels": list(labels)})
    world.client("reviewer").expect("PUT", f"{repository}/pulls/{number}/merge", {})
    world.settle()


def test_a_pull_requests_label_and_title_are_what_its_commits_say(
    world: World, write_profile: WriteProfile, tmp_path: Path
) -> None:
    merge(world, tmp_path / "topic", "Keep the lamp lit for @iris", "Breaking Change")
    write_profile({"commits.source": "pull requests"})
    done, asked = decided(world, until="accounting = changelog.account")
    release, entry = done.namespace["release"], done.namespace["entry"].text
    assert asked == 1
    assert release.version.minor == release.version.patch == 0
    assert "Keep the lamp lit for `@iris` (" in entry.partition("#### Breaking Changes")[2]
    assert "wip" not in entry
    assert "wip (part of #" in str(done.namespace["accounting"])


def test_by_messages_nobody_is_asked_for_labels(
    world: World, write_profile: WriteProfile, tmp_path: Path
) -> None:
    merge(world, tmp_path / "topic", "Keep the lamp lit", "breaking")
    write_profile()
    done, asked = decided(world)
    assert (asked, done.namespace["release"].version.minor) == (0, 9)


def test_a_type_of_the_teams_own_calls_for_what_the_profile_says(
    world: World, write_profile: WriteProfile, tmp_path: Path
) -> None:
    world.push(tmp_path / "pushed", "protocol(tide): another one")
    world.settle()
    write_profile({"commits.types.protocol": "major"})
    done, _ = decided(world)
    assert "calls for a major" in done.text or "call for a major" in done.text
    assert done.namespace["release"].version.minor == 0
