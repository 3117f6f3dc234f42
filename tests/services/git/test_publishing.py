"""Push and merge: both or neither, once, and never by force."""

from dataclasses import replace
from pathlib import Path

import pytest

from runbook_lib.errors import AccessDenied, Conflict, Failed, NotHeld, Refused, Unavailable
from runbook_lib.journal.journal import Journal, unsettled
from runbook_lib.programs import Answer
from runbook_lib.services.git import Repository, Worktree, configured
from runbook_lib.services.git.git import Git
from runbook_lib.steps.step import Planned, Runner
from tests.conftest import Quiet
from tests.services.git.conftest import FAST, Served, Upstream, commit, fingerprint, git, outcomes


def test_exactly_the_branch_and_the_tag_are_pushed(release: Worktree, upstream: Upstream) -> None:
    git(release.path, "tag", "-a", "-m", "x", "another", "1.9^{}")
    git(release.path, "config", "push.followTags", "true")
    git(release.path, "branch", "stray")
    before = set(upstream.refs().splitlines())
    pushed = release.push("release/1.9", "1.9")
    made, tag = release.head().id, git(release.path, "rev-parse", "1.9")
    assert str(pushed) == f"origin has release/1.9 and 1.9 at {made:.9}"
    assert set(upstream.refs().splitlines()) - before == {
        f"{made} refs/heads/release/1.9",
        f"{tag} refs/tags/1.9",
    }
    tracked = git(release.path, "rev-parse", "--abbrev-ref", "release/1.9@{upstream}")
    assert tracked == "origin/release/1.9"


def test_a_plan_pushes_nothing(release: Worktree, upstream: Upstream, runner: Runner) -> None:
    before = fingerprint(upstream.bare)
    runner.plan = True
    assert isinstance(release.push("release/1.9", "1.9"), Planned)
    assert runner.reports[-1].detail == "push release/1.9 and tag 1.9 to origin"
    assert fingerprint(upstream.bare) == before


def test_where_one_is_rejected_neither_is_pushed(release: Worktree, upstream: Upstream) -> None:
    hook = upstream.bare / "hooks" / "update"
    hook.write_text('#!/bin/sh\ncase $1 in refs/tags/*) echo "no tags today"; exit 1;; esac\n')
    hook.chmod(0o755)
    before = upstream.refs()
    with pytest.raises(Refused, match="no tags today"):
        release.push("release/1.9", "1.9")
    assert upstream.refs() == before


def test_a_hook_before_the_push_that_fails_is_a_failure(
    release: Worktree, upstream: Upstream
) -> None:
    hook = Path(git(release.path, "rev-parse", "--path-format=absolute", "--git-path", "hooks"))
    (hook / "pre-push").write_text("#!/bin/sh\necho 'not before noon' >&2\nexit 1\n")
    (hook / "pre-push").chmod(0o755)
    before = upstream.refs()
    with pytest.raises(Failed, match="not before noon"):
        release.push("release/1.9", "1.9")
    assert upstream.refs() == before


def test_what_was_not_made_yet_is_not_pushed(branch: Worktree, upstream: Upstream) -> None:
    before = upstream.refs()
    with pytest.raises(Refused, match=r"expected refs/tags/1\.9 .* make it first"):
        branch.push("release/1.9", "1.9")
    assert upstream.refs() == before


def over_http(release: Worktree, served: Served) -> Worktree:
    git(release.path, "remote", "set-url", "origin", served.url)
    return release


@pytest.mark.parametrize(
    "troubles",
    [
        ["git-receive-pack:cut after"],
        ["POST:503", "git-receive-pack:503"],
        ["service=git-receive-pack:503"],
        ["service=git-receive-pack:429"],
        ["git-receive-pack:cut"],
        ["info/refs:cut", "git-upload-pack:500"],
    ],
)
def test_a_push_survives_each_trouble_and_is_made_once(
    release: Worktree, upstream: Upstream, served: Served, troubles: list[str]
) -> None:
    log = upstream.bare / "pushes.txt"
    hook = upstream.bare / "hooks" / "post-receive"
    hook.write_text(f"#!/bin/sh\ncat >> {log}\n")
    hook.chmod(0o755)
    pushing = over_http(release, served)
    # The first POST of a push is the one that counts; the look before it asks for info/refs too.
    served.troubles += [trouble.replace("POST:", "/git-receive-pack:") for trouble in troubles]
    pushing.push("release/1.9", "1.9")
    assert served.troubles == []
    pushed = [line.split()[2] for line in log.read_text().splitlines()]
    assert sorted(pushed) == ["refs/heads/release/1.9", "refs/tags/1.9"]


def test_an_answer_that_was_lost_is_looked_for_and_not_repeated(
    release: Worktree, served: Served, runner: Runner
) -> None:
    served.troubles.append("/git-receive-pack:cut after")
    over_http(release, served).push("release/1.9", "1.9")
    assert len([path for path in served.asked if path.endswith("/git-receive-pack")]) == 1
    assert outcomes(runner)[-1] == "done"


def test_a_push_that_git_itself_sends_again_is_done_though_the_second_is_rejected(
    release: Worktree, served: Served, runner: Runner
) -> None:
    served.kept = True
    served.troubles.append("/git-receive-pack:cut after")
    pushed = over_http(release, served).push("release/1.9", "1.9")
    assert len([path for path in served.asked if path.endswith("/git-receive-pack")]) == 2
    assert pushed.commit == release.head().id
    assert outcomes(runner)[-1] == "done"
    assert unsettled(runner.journal.own) == []


def test_a_push_that_was_sent_again_and_cannot_be_looked_up_is_unknown(
    release: Worktree, served: Served, runner: Runner
) -> None:
    served.kept = True
    served.troubles += ["/git-receive-pack:cut after", *["service=git-upload-pack:503"] * 3]
    with pytest.raises(Unavailable, match=r"(?s)503.*git push ended with status 1"):
        over_http(release, served).push("release/1.9", "1.9")
    assert outcomes(runner)[-1] == "unknown"
    assert release.push("release/1.9", "1.9").commit == release.head().id
    assert outcomes(runner)[-1] == "already"


def test_an_upstream_that_stays_away_is_unavailable_and_its_refs_stay(
    release: Worktree, upstream: Upstream, served: Served, runner: Runner
) -> None:
    before = upstream.refs()
    served.troubles += ["/git-receive-pack:cut"] * 3
    with pytest.raises(Unavailable):
        over_http(release, served).push("release/1.9", "1.9")
    assert outcomes(runner)[-1] == "unknown"
    git(release.path, "remote", "set-url", "origin", "http://127.0.0.1:1/upstream.git")
    with pytest.raises(Unavailable) as caught:
        release.push("release/1.9", "1.9")
    assert not caught.value.may_have_acted
    assert upstream.refs() == before


def test_a_push_that_is_not_allowed_is_said_to_be(
    release: Worktree, upstream: Upstream, served: Served
) -> None:
    before = upstream.refs()
    served.troubles.append("service=git-receive-pack:403")
    with pytest.raises(AccessDenied, match="its rights and whether it has expired"):
        over_http(release, served).push("release/1.9", "1.9")
    assert upstream.refs() == before


def test_somebody_who_pushes_in_between_is_a_conflict(
    release: Worktree, upstream: Upstream
) -> None:
    hook = Path(git(release.path, "rev-parse", "--path-format=absolute", "--git-path", "hooks"))
    other = git(upstream.bare, "rev-parse", "1.8^{}")
    (hook / "pre-push").write_text(
        f"#!/bin/sh\nenv -u GIT_DIR git -C {upstream.bare} update-ref refs/tags/1.9 {other}\n"
    )
    (hook / "pre-push").chmod(0o755)
    with pytest.raises(Conflict):
        release.push("release/1.9", "1.9")
    assert "release/1.9" not in upstream.refs()
    assert f"{other} refs/tags/1.9" in upstream.refs()


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_session_that_was_killed_around_the_push_is_run_again(
    release: Worktree,
    upstream: Upstream,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    when: str,
) -> None:
    real = Git.ask

    def dying(self: Git, *arguments: str, stdin: bytes = b"") -> Answer:
        if arguments[0] == "push":
            if when == "after":
                real(self, *arguments, stdin=stdin)
            raise KeyboardInterrupt
        return real(self, *arguments, stdin=stdin)

    with monkeypatch.context() as patched:
        patched.setattr(Git, "ask", dying)
        with pytest.raises(KeyboardInterrupt):
            release.push("release/1.9", "1.9")
    first = release.runner
    assert outcomes(first)[-1] == "unknown"
    # What a kill leaves: the intent is on disk, and no outcome.
    path = tmp_path / "journal" / "two" / "j.jsonl"
    second = Runner(
        Journal(path, session="two", operator="olive"),
        Quiet(),
        patience=FAST,
        sleep=lambda s: None,
    )
    intents = [event for event in first.journal.own if event.kind != "outcome"]
    assert unsettled(intents)[-1].said["announced"] == "push release/1.9 and tag 1.9 to origin"
    again = Repository(
        release.path.parent / "checkout", second, signing=release.signing
    ).create_branch("release/1.9", release.start)
    pushed = again.push("release/1.9", "1.9")
    assert second.reports[-1].outcome == {"before": "done", "after": "already"}[when]
    assert git(upstream.bare, "rev-parse", "1.9^{}", "release/1.9") == "\n".join(
        [pushed.commit] * 2
    )
    second.journal.close()


def merge(upstream: Upstream, *how: str) -> None:
    git(upstream.clone, "fetch", "--quiet")
    git(upstream.clone, "merge", "--quiet", *how, "origin/release/1.9")
    git(upstream.clone, "push", "--quiet", "origin", "master")


def test_a_real_merge_keeps_the_commit_reachable(release: Worktree, upstream: Upstream) -> None:
    release.push("release/1.9", "1.9")
    upstream.push("feat: meanwhile", meanwhile__py="1")
    merge(upstream, "--no-ff", "-m", "Merge release/1.9")
    made = release.head()
    assert str(release.check_merged(made, "master")) == f"origin/master has {made.id:.9}"


def test_what_is_not_merged_yet_is_refused(release: Worktree, upstream: Upstream) -> None:
    release.push("release/1.9", "1.9")
    before = upstream.refs()
    with pytest.raises(Refused, match="it is not reachable from there"):
        release.check_merged("1.9", "master")
    with pytest.raises(Refused, match=r"it has master, release/1.9"):
        release.check_merged("1.9", "main")
    assert upstream.refs() == before


@pytest.mark.parametrize("way", ["squash", "rebase"])
def test_a_squash_or_rebase_that_orphans_the_commit_is_refused_with_what_to_do(
    release: Worktree, upstream: Upstream, way: str
) -> None:
    release.push("release/1.9", "1.9")
    upstream.push("feat: meanwhile", meanwhile__py="1")
    git(upstream.clone, "fetch", "--quiet")
    if way == "squash":
        git(upstream.clone, "merge", "--quiet", "--squash", "origin/release/1.9")
        commit(upstream.clone, "Release 1.9 (#12)")
    else:
        git(upstream.clone, "cherry-pick", "origin/release/1.9")
    git(upstream.clone, "push", "--quiet", "origin", "master")
    before = upstream.refs()
    message = f"its change is there as {upstream.head:.9}, so .* squashed or rebased.* merge commit"
    with pytest.raises(Refused, match=message):
        release.check_merged("1.9", "master")
    assert upstream.refs() == before


def test_a_branch_that_was_deleted_without_a_merge_is_pushed_again(
    release: Worktree, upstream: Upstream, runner: Runner
) -> None:
    release.push("release/1.9", "1.9")
    git(upstream.bare, "branch", "-D", "release/1.9")
    release.push("release/1.9", "1.9")
    assert outcomes(runner)[-1] == "done"
    assert "refs/heads/release/1.9" in upstream.refs()


def test_a_push_of_which_nothing_shows_did_not_hold(
    release: Worktree, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Git.ask

    def deaf(self: Git, *arguments: str, stdin: bytes = b"") -> Answer:
        return Answer(0, b"", "") if arguments[0] == "push" else real(self, *arguments, stdin=stdin)

    monkeypatch.setattr(Git, "ask", deaf)
    with pytest.raises(NotHeld, match=r"push release/1.9 and tag 1.9"):
        release.push("release/1.9", "1.9")


def test_a_token_reaches_the_server_and_nothing_else(
    release: Worktree, served: Served, runner: Runner, tmp_path: Path
) -> None:
    token = {"http.extraHeader": "Authorization: Basic s3cret"}
    pushing = replace(over_http(release, served), environment=configured({}, token))
    served.troubles.append("service=git-receive-pack:403")
    with pytest.raises(AccessDenied) as caught:
        pushing.push("release/1.9", "1.9")
    pushing.push("release/1.9", "1.9")
    assert set(served.authorizations) == {"Basic s3cret"}
    assert "s3cret" not in f"{caught.value} {pushing!r} {runner.reports}"
    for folder in (tmp_path / "journal", release.path.parent):
        for path in folder.rglob("*"):
            assert not path.is_file() or b"s3cret" not in path.read_bytes()
