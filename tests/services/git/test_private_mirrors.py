"""A public repository and its private mirror: one order of pushes, whatever fails in between."""

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from runbook_lib.errors import Conflict, Refused, Unavailable, UsageError
from runbook_lib.journal.journal import Journal
from runbook_lib.services.git.git import Git
from runbook_lib.services.git.private_mirrors.branch_pair import Published
from runbook_lib.services.git.private_mirrors.mirror_pair import MirrorPair
from runbook_lib.steps.step import Planned, Runner
from tests.conftest import Quiet
from tests.services.git.conftest import FAST, Served, git, outcomes
from tests.services.git.mirrored import Pair, carry_out, merge, mirrors, mirrors_of, pair

__all__ = ["mirrors", "pair"]

Session = Callable[[], MirrorPair]
PUSH = "/git-receive-pack"


@pytest.fixture
def elsewhere(pair: Pair, tmp_path: Path) -> Iterator[Session]:
    """Begins other sessions, each on a machine of its own that knows nothing of the others."""
    journals: list[Journal] = []

    def begin() -> MirrorPair:
        name = f"session-{len(journals)}"
        place = tmp_path / "elsewhere" / name
        journals.append(Journal(place / "j.jsonl", session=name, operator="ada"))
        runner = Runner(journals[-1], Quiet(), patience=FAST, sleep=lambda _: None)
        made = mirrors_of(pair, place / "mirrors", runner)
        return replace(made, environment={"GIT_COMMITTER_NAME": "Ada Admiral"})

    yield begin
    for journal in journals:
        journal.close()


def over_http(mirrors: MirrorPair, served: Served) -> MirrorPair:
    """The same, with both on the server that can be troubled."""
    root = served.url.removesuffix("/upstream.git")
    return replace(mirrors, upstream=f"{root}/upstream.git", security=f"{root}/security.git")


def test_fixes_go_to_the_public_repository_and_then_to_its_private_mirror(
    pair: Pair, mirrors: MirrorPair
) -> None:
    base, lantern, rope = pair.public.head, pair.lantern(), pair.rope()
    equal = mirrors.check_equal()
    merged = mirrors.merge([lantern, rope])
    assert pair.mains == (base, base)
    published = mirrors.push_upstream(merged)
    assert pair.mains == (merged.commit, base)
    followed = mirrors.push_security(merged)
    assert pair.mains == (merged.commit, merged.commit)
    assert str(equal) == f"upstream and security have master at {base:.9}"
    assert str(published) == f"upstream/master has {merged.commit:.9}"
    assert str(followed) == f"security/master is at {merged.commit:.9}"
    assert mirrors.check_equal().commit == merged.commit
    assert git(pair.public.bare, "show", "master:rope.py") == "rope = 2"
    assert pair.public.refs().count("refs/heads/") == 1


def test_a_second_session_anywhere_finds_all_done(
    pair: Pair, mirrors: MirrorPair, elsewhere: Session
) -> None:
    heads = (pair.lantern(), pair.rope())
    carry_out(mirrors, *heads)
    mains, second = pair.mains, elsewhere()
    carry_out(second, *heads)
    carry_out(second)
    assert pair.mains == mains
    assert {*outcomes(second.runner)} == {"already", "good"}


def test_a_plan_pushes_nothing(pair: Pair, mirrors: MirrorPair, runner: Runner) -> None:
    mains, lantern = pair.mains, pair.lantern()
    runner.plan = True
    assert isinstance(carry_out(mirrors, lantern), Planned)
    assert pair.mains == mains
    assert pair.secrets_in_public() == []


def test_without_a_reviewed_branch_nothing_becomes_public(pair: Pair, mirrors: MirrorPair) -> None:
    mains = pair.mains
    pair.lantern()
    merged = merge(mirrors)
    assert str(merged) == f"nothing to merge on top of {mains[0]:.9}"
    difference = mirrors.diff(merged)
    assert str(difference) == ""
    assert difference._repr_mimebundle_()["text/plain"] == "nothing becomes public"
    carry_out(mirrors)
    assert pair.mains == mains
    assert pair.secrets_in_public() == []


def test_a_merge_by_a_button_of_the_web_is_found_and_refused(
    pair: Pair, mirrors: MirrorPair
) -> None:
    public, lantern = pair.public.head, pair.lantern()
    merged = pair.merge_by_button(lantern)
    for refused in (
        mirrors.check_equal,
        mirrors.catch_up,
        lambda: mirrors.push_upstream(merge(mirrors, lantern)),
        lambda: mirrors.push_security(Published("master", public)),
    ):
        with pytest.raises(Refused) as told:
            refused()
        assert "A merge or edit button of GitHub's web page made" in str(told.value)
        command = f"git push --force-with-lease=master:{merged} security {public}:master"
        assert command in str(told.value)
        assert pair.mains == (public, merged)
    assert pair.secrets_in_public() == []
    remedy = command.replace(" security ", f" {pair.private} ").split()[1:]
    git(pair.author, *remedy)
    carry_out(mirrors, lantern)


def test_a_message_names_nothing_but_commits(pair: Pair, mirrors: MirrorPair) -> None:
    lantern = pair.lantern()
    pair.merge_by_button(lantern)
    with pytest.raises(Refused) as told:
        mirrors.check_equal()
    assert pair.has(lantern.branch)
    assert lantern.branch not in str(told.value)
    assert "lantern" not in str(told.value)


def test_what_was_pushed_to_the_private_mirror_alone_is_refused(
    pair: Pair, mirrors: MirrorPair
) -> None:
    public, lantern = pair.public.head, pair.lantern()
    git(pair.author, "push", "--quiet", "origin", f"{lantern.commit}:master")
    for refused in (mirrors.check_equal, mirrors.catch_up):
        with pytest.raises(Refused, match=f"security has 1 that upstream has not .*{public}"):
            refused()
    with pytest.raises(Refused, match="Whoever may do so puts master of security back"):
        mirrors.push_upstream(merge(mirrors, pair.rope()))
    assert pair.mains == (public, lantern.commit)


def test_the_private_mirror_catches_up_with_what_somebody_pushed_to_the_public_one_alone(
    pair: Pair, mirrors: MirrorPair, runner: Runner
) -> None:
    before = pair.public.head
    ahead = pair.public.push("docs: tides", tides__md="high\n")
    with pytest.raises(Refused, match="upstream has 1 that security has not .*step catch_up"):
        mirrors.check_equal()
    assert pair.mains == (ahead, before)
    assert mirrors.catch_up().commit == ahead
    assert pair.mains == (ahead, ahead)
    mirrors.catch_up()
    assert outcomes(runner) == ["refused", "done", "already"]


def test_a_fix_that_somebody_published_by_hand_is_found_and_follows(
    pair: Pair, mirrors: MirrorPair, runner: Runner
) -> None:
    lantern = pair.lantern()
    git(pair.author, "push", "--quiet", pair.public.url, f"{lantern.commit}:master")
    carry_out(mirrors, lantern)
    assert pair.mains == (lantern.commit, lantern.commit)
    assert outcomes(runner).count("done") == 1


def test_the_private_mirror_is_never_pushed_alone(pair: Pair, mirrors: MirrorPair) -> None:
    mains = pair.mains
    merged = merge(mirrors, pair.lantern())
    with pytest.raises(Refused, match="security only gets what is public.*push_upstream"):
        mirrors.push_security(merged)
    with pytest.raises(Refused, match="security only gets what is public"):
        mirrors.push_security(Published("master", "HEAD"))
    assert pair.mains == mains


def test_where_the_public_repository_refuses_the_private_mirror_gets_nothing(
    pair: Pair, mirrors: MirrorPair
) -> None:
    hook = pair.public.bare / "hooks" / "pre-receive"
    hook.write_text("#!/bin/sh\necho 'protected branch'\nexit 1\n")
    hook.chmod(0o755)
    mains = pair.mains
    merged = merge(mirrors, pair.lantern())
    with pytest.raises(Refused):
        mirrors.push_upstream(merged)
    with pytest.raises(Refused):
        mirrors.push_security(merged)
    assert pair.mains == mains
    assert pair.secrets_in_public() == []
    hook.unlink()
    mirrors.push_upstream(merged)
    mirrors.push_security(merged)
    assert pair.mains == (merged.commit, merged.commit)


def test_where_the_public_branch_moves_on_the_merge_is_made_and_asked_for_anew(
    pair: Pair, mirrors: MirrorPair
) -> None:
    lantern, before = pair.lantern(), pair.public.head
    merged = merge(mirrors, lantern)
    asked = mirrors.diff(merged)
    ahead = pair.public.push("docs: tides", tides__md="high\n")
    with pytest.raises(Conflict, match="approved as it is then"):
        mirrors.push_upstream(merged)
    with pytest.raises(Refused):
        mirrors.push_security(merged)
    assert pair.mains == (ahead, before)
    assert pair.secrets_in_public() == []
    anew = merge(mirrors, lantern)
    assert (anew.base, mirrors.diff(anew).digest != asked.digest) == (ahead, True)
    carry_out(mirrors, lantern)
    assert git(pair.public.bare, "rev-parse", "master^1") == ahead


def test_somebody_who_is_faster_within_the_push_is_not_overwritten(
    pair: Pair, mirrors: MirrorPair, monkeypatch: pytest.MonkeyPatch
) -> None:
    merged, before = merge(mirrors, pair.lantern()), pair.public.head
    run, ahead = Git.run, list[str]()

    def overtaken(git_: Git, *arguments: str, stdin: bytes = b"") -> object:
        if arguments[0] == "push" and not ahead:
            ahead.append(pair.public.push("docs: tides", tides__md="high\n"))
        return run(git_, *arguments, stdin=stdin)

    monkeypatch.setattr(Git, "run", overtaken)
    with pytest.raises(Conflict, match="is made anew on top"):
        mirrors.push_upstream(merged)
    assert pair.mains == (ahead[0], before)
    assert pair.secrets_in_public() == []


def test_two_operators_at_once_publish_the_fixes_once(
    pair: Pair, mirrors: MirrorPair, elsewhere: Session
) -> None:
    lantern, other = pair.lantern(), elsewhere()
    mine, theirs = merge(mirrors, lantern), merge(other, lantern)
    assert mirrors.diff(mine).digest == other.diff(theirs).digest
    other.push_upstream(theirs)
    found = mirrors.push_upstream(mine)
    assert str(found) == f"upstream/master has {theirs.commit:.9} (merged by somebody else)"
    assert pair.public.head == theirs.commit
    mirrors.push_security(found)
    other.push_security(theirs)
    assert pair.mains == (theirs.commit, theirs.commit)


@pytest.mark.parametrize("trouble", ["cut", "cut after", "503"])
@pytest.mark.parametrize("which", ["upstream", "security"])
def test_a_push_whose_answer_is_lost_is_made_once(
    which: str, trouble: str, pair: Pair, mirrors: MirrorPair, served: Served
) -> None:
    lantern, troubled = pair.lantern(), over_http(mirrors, served)
    merged = merge(troubled, lantern)
    served.troubles.append(f"/{which}.git{PUSH}:{trouble}")
    troubled.push_upstream(merged)
    troubled.push_security(merged)
    assert served.troubles == []
    assert pair.mains == (merged.commit, merged.commit)
    sent = sum(path.endswith(f"/{which}.git{PUSH}") for path in served.asked)
    assert sent == (1 if trouble == "cut after" else 2)


def test_while_the_public_repository_is_away_the_private_mirror_gets_nothing(
    pair: Pair, mirrors: MirrorPair, served: Served
) -> None:
    mains, lantern, troubled = pair.mains, pair.lantern(), over_http(mirrors, served)
    merged = merge(troubled, lantern)
    served.troubles.extend(["upstream.git:503"] * 40)
    with pytest.raises(Unavailable):
        troubled.push_upstream(merged)
    with pytest.raises(Unavailable):
        troubled.push_security(merged)
    assert pair.mains == mains


DIES = """\
import os, sys
from pathlib import Path

from runbook_lib.journal.journal import Journal
from runbook_lib.services.git.private_mirrors.mirror_pair import MirrorPair
from runbook_lib.steps.step import Runner
from tests.conftest import Quiet
from tests.services.git.mirrored import Head

folder, upstream, security, branch, commit = sys.argv[1:]
journal = Journal(Path(folder, "died", "j.jsonl"), session="died", operator="olive")
environment = {"RUNBOOK_TEST_PROCESS": str(os.getpid())}
path = Path(folder, "run", "mirrors")
mirrors = MirrorPair(path, upstream, security, Runner(journal, Quiet()), environment, "master")
merged = mirrors.merge([Head(branch, commit)])
mirrors.push_upstream(merged)
mirrors.push_security(merged)
"""
KILLS = '#!/bin/sh\nkill -KILL "$RUNBOOK_TEST_PROCESS"\n'


@pytest.mark.parametrize("point", ["pre-receive", "post-receive"])
@pytest.mark.parametrize("which", ["upstream", "security"])
def test_a_session_that_dies_in_a_push_is_gone_on_with(
    which: str, point: str, pair: Pair, mirrors: MirrorPair, tmp_path: Path, elsewhere: Session
) -> None:
    lantern = pair.lantern()
    hook = {"upstream": pair.public.bare, "security": pair.private}[which] / "hooks" / point
    hook.write_text(KILLS)
    hook.chmod(0o755)
    addresses = (pair.public.url, str(pair.private), lantern.branch, lantern.commit)
    command = [sys.executable, "-c", DIES, str(tmp_path), *addresses]
    died = subprocess.run(command, cwd=Path(__file__).parents[3], capture_output=True, text=True)
    assert died.returncode == -signal.SIGKILL, died.stderr
    hook.unlink()
    public, private = pair.mains
    assert public == private or git(pair.public.bare, "merge-base", public, private) == private
    for session in (mirrors, elsewhere()):
        carry_out(session, lantern)
    assert pair.mains[0] == pair.mains[1]
    assert git(pair.public.bare, "rev-list", "--count", "--merges", "master") == "1"


def test_a_run_that_died_between_the_pushes_goes_on_with_the_second_alone(
    pair: Pair, mirrors: MirrorPair, elsewhere: Session
) -> None:
    lantern, before = pair.lantern(), pair.public.head
    merged = merge(mirrors, lantern)
    mirrors.push_upstream(merged)
    assert pair.mains == (merged.commit, before)
    second = elsewhere()
    carry_out(second, lantern)
    assert pair.mains == (merged.commit, merged.commit)
    assert outcomes(second.runner).count("done") == 1
    assert outcomes(second.runner)[0] == "done"


def test_the_second_push_alone_can_be_made_by_its_own_step(
    pair: Pair, mirrors: MirrorPair, elsewhere: Session
) -> None:
    lantern = pair.lantern()
    merged = merge(mirrors, lantern)
    mirrors.push_upstream(merged)
    third = elsewhere()
    again = merge(third, lantern)
    assert (again.commit, third.diff(again).digest) == (merged.commit, mirrors.diff(merged).digest)
    third.push_security(again)
    assert pair.mains == (merged.commit, merged.commit)
    assert outcomes(third.runner) == ["already", "good", "good", "done"]


def test_the_private_mirror_follows_the_public_branch_whoever_pushed_there_meanwhile(
    pair: Pair, mirrors: MirrorPair
) -> None:
    merged = merge(mirrors, pair.lantern())
    mirrors.push_upstream(merged)
    ahead = pair.public.push("docs: tides", tides__md="high\n")
    mirrors.push_security(merged)
    assert pair.mains == (ahead, ahead)


def test_nothing_of_a_fix_is_in_the_public_repository_before_it_is_pushed(
    pair: Pair, mirrors: MirrorPair
) -> None:
    lantern = pair.lantern()
    mirrors.check_equal()
    merged = merge(mirrors, lantern, pair.rope())
    mirrors.diff(merged)
    assert pair.secrets_in_public() == []
    mirrors.push_upstream(merged)
    assert lantern.branch not in pair.secrets_in_public()


def test_one_address_for_both_is_refused(pair: Pair, tmp_path: Path, runner: Runner) -> None:
    one = replace(mirrors_of(pair, tmp_path / "mirrors", runner), security=pair.public.url)
    with pytest.raises(UsageError, match="found one address for both"):
        one.check_equal()


def test_a_missing_branch_is_refused(pair: Pair, mirrors: MirrorPair) -> None:
    with pytest.raises(Refused, match="expected a branch trunk in upstream, found none"):
        replace(mirrors, branch="trunk").check_equal()
