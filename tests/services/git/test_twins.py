"""A public repository and its private twin: one order of pushes, whatever fails in between."""

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
from runbook_lib.services.git.private_mirrors.mirror_pair import Twins
from runbook_lib.steps.step import Planned, Runner
from tests.conftest import Quiet
from tests.services.git.conftest import FAST, Served, git, outcomes
from tests.services.git.twinned import Pair, carry_out, merge, pair, twins, twins_of

__all__ = ["pair", "twins"]

Session = Callable[[], Twins]
PUSH = "/git-receive-pack"


@pytest.fixture
def elsewhere(pair: Pair, tmp_path: Path) -> Iterator[Session]:
    """Begins other sessions, each on a machine of its own that knows nothing of the others."""
    journals: list[Journal] = []

    def begin() -> Twins:
        name = f"session-{len(journals)}"
        place = tmp_path / "elsewhere" / name
        journals.append(Journal(place / "j.jsonl", session=name, operator="ada"))
        runner = Runner(journals[-1], Quiet(), patience=FAST, sleep=lambda _: None)
        made = twins_of(pair, place / "twins", runner)
        return replace(made, environment={"GIT_COMMITTER_NAME": "Ada Admiral"})

    yield begin
    for journal in journals:
        journal.close()


def over_http(twins: Twins, served: Served) -> Twins:
    """The same, with both on the server that can be troubled."""
    root = served.url.removesuffix("/upstream.git")
    return replace(twins, upstream=f"{root}/upstream.git", security=f"{root}/security.git")


def test_fixes_go_to_the_public_repository_and_then_to_its_twin(pair: Pair, twins: Twins) -> None:
    base, lantern, rope = pair.public.head, pair.lantern(), pair.rope()
    equal = twins.check_equal()
    merged = twins.merge([lantern, rope])
    assert pair.mains == (base, base)
    published = twins.push_upstream(merged)
    assert pair.mains == (merged.commit, base)
    followed = twins.push_security(merged)
    assert pair.mains == (merged.commit, merged.commit)
    assert str(equal) == f"upstream and security have master at {base:.9}"
    assert str(published) == f"upstream/master has {merged.commit:.9}"
    assert str(followed) == f"security/master is at {merged.commit:.9}"
    assert twins.check_equal().commit == merged.commit
    assert git(pair.public.bare, "show", "master:rope.py") == "rope = 2"
    assert pair.public.refs().count("refs/heads/") == 1


def test_a_second_session_anywhere_finds_all_done(
    pair: Pair, twins: Twins, elsewhere: Session
) -> None:
    heads = (pair.lantern(), pair.rope())
    carry_out(twins, *heads)
    mains, second = pair.mains, elsewhere()
    carry_out(second, *heads)
    carry_out(second)
    assert pair.mains == mains
    assert {*outcomes(second.runner)} == {"already", "good"}


def test_a_plan_pushes_nothing(pair: Pair, twins: Twins, runner: Runner) -> None:
    mains, lantern = pair.mains, pair.lantern()
    runner.plan = True
    assert isinstance(carry_out(twins, lantern), Planned)
    assert pair.mains == mains
    assert pair.secrets_in_public() == []


def test_without_a_reviewed_branch_nothing_becomes_public(pair: Pair, twins: Twins) -> None:
    mains = pair.mains
    pair.lantern()
    merged = merge(twins)
    assert str(merged) == f"nothing to merge on top of {mains[0]:.9}"
    difference = twins.diff(merged)
    assert str(difference) == ""
    assert difference._repr_mimebundle_()["text/plain"] == "nothing becomes public"
    carry_out(twins)
    assert pair.mains == mains
    assert pair.secrets_in_public() == []


def test_a_merge_by_a_button_of_the_web_is_found_and_refused(pair: Pair, twins: Twins) -> None:
    public, lantern = pair.public.head, pair.lantern()
    merged = pair.merge_by_button(lantern)
    for refused in (
        twins.check_equal,
        twins.catch_up,
        lambda: twins.push_upstream(merge(twins, lantern)),
        lambda: twins.push_security(Published("master", public)),
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
    carry_out(twins, lantern)


def test_a_message_names_nothing_but_commits(pair: Pair, twins: Twins) -> None:
    lantern = pair.lantern()
    pair.merge_by_button(lantern)
    with pytest.raises(Refused) as told:
        twins.check_equal()
    assert pair.has(lantern.branch)
    assert lantern.branch not in str(told.value)
    assert "lantern" not in str(told.value)


def test_what_was_pushed_to_the_twin_alone_is_refused(pair: Pair, twins: Twins) -> None:
    public, lantern = pair.public.head, pair.lantern()
    git(pair.author, "push", "--quiet", "origin", f"{lantern.commit}:master")
    for refused in (twins.check_equal, twins.catch_up):
        with pytest.raises(Refused, match=f"security has 1 that upstream has not .*{public}"):
            refused()
    with pytest.raises(Refused, match="Whoever may do so puts master of security back"):
        twins.push_upstream(merge(twins, pair.rope()))
    assert pair.mains == (public, lantern.commit)


def test_the_twin_catches_up_with_what_somebody_pushed_to_the_public_one_alone(
    pair: Pair, twins: Twins, runner: Runner
) -> None:
    before = pair.public.head
    ahead = pair.public.push("docs: tides", tides__md="high\n")
    with pytest.raises(Refused, match="upstream has 1 that security has not .*step catch_up"):
        twins.check_equal()
    assert pair.mains == (ahead, before)
    assert twins.catch_up().commit == ahead
    assert pair.mains == (ahead, ahead)
    twins.catch_up()
    assert outcomes(runner) == ["refused", "done", "already"]


def test_a_fix_that_somebody_published_by_hand_is_found_and_follows(
    pair: Pair, twins: Twins, runner: Runner
) -> None:
    lantern = pair.lantern()
    git(pair.author, "push", "--quiet", pair.public.url, f"{lantern.commit}:master")
    carry_out(twins, lantern)
    assert pair.mains == (lantern.commit, lantern.commit)
    assert outcomes(runner).count("done") == 1


def test_the_twin_is_never_pushed_alone(pair: Pair, twins: Twins) -> None:
    mains = pair.mains
    merged = merge(twins, pair.lantern())
    with pytest.raises(Refused, match="security only gets what is public.*push_upstream"):
        twins.push_security(merged)
    with pytest.raises(Refused, match="security only gets what is public"):
        twins.push_security(Published("master", "HEAD"))
    assert pair.mains == mains


def test_where_the_public_repository_refuses_the_twin_gets_nothing(
    pair: Pair, twins: Twins
) -> None:
    hook = pair.public.bare / "hooks" / "pre-receive"
    hook.write_text("#!/bin/sh\necho 'protected branch'\nexit 1\n")
    hook.chmod(0o755)
    mains = pair.mains
    merged = merge(twins, pair.lantern())
    with pytest.raises(Refused):
        twins.push_upstream(merged)
    with pytest.raises(Refused):
        twins.push_security(merged)
    assert pair.mains == mains
    assert pair.secrets_in_public() == []
    hook.unlink()
    twins.push_upstream(merged)
    twins.push_security(merged)
    assert pair.mains == (merged.commit, merged.commit)


def test_where_the_public_branch_moves_on_the_merge_is_made_and_asked_for_anew(
    pair: Pair, twins: Twins
) -> None:
    lantern, before = pair.lantern(), pair.public.head
    merged = merge(twins, lantern)
    asked = twins.diff(merged)
    ahead = pair.public.push("docs: tides", tides__md="high\n")
    with pytest.raises(Conflict, match="approved as it is then"):
        twins.push_upstream(merged)
    with pytest.raises(Refused):
        twins.push_security(merged)
    assert pair.mains == (ahead, before)
    assert pair.secrets_in_public() == []
    anew = merge(twins, lantern)
    assert (anew.base, twins.diff(anew).digest != asked.digest) == (ahead, True)
    carry_out(twins, lantern)
    assert git(pair.public.bare, "rev-parse", "master^1") == ahead


def test_somebody_who_is_faster_within_the_push_is_not_overwritten(
    pair: Pair, twins: Twins, monkeypatch: pytest.MonkeyPatch
) -> None:
    merged, before = merge(twins, pair.lantern()), pair.public.head
    run, ahead = Git.run, list[str]()

    def overtaken(git_: Git, *arguments: str, stdin: bytes = b"") -> object:
        if arguments[0] == "push" and not ahead:
            ahead.append(pair.public.push("docs: tides", tides__md="high\n"))
        return run(git_, *arguments, stdin=stdin)

    monkeypatch.setattr(Git, "run", overtaken)
    with pytest.raises(Conflict, match="is made anew on top"):
        twins.push_upstream(merged)
    assert pair.mains == (ahead[0], before)
    assert pair.secrets_in_public() == []


def test_two_operators_at_once_publish_the_fixes_once(
    pair: Pair, twins: Twins, elsewhere: Session
) -> None:
    lantern, other = pair.lantern(), elsewhere()
    mine, theirs = merge(twins, lantern), merge(other, lantern)
    assert twins.diff(mine).digest == other.diff(theirs).digest
    other.push_upstream(theirs)
    found = twins.push_upstream(mine)
    assert str(found) == f"upstream/master has {theirs.commit:.9} (merged by somebody else)"
    assert pair.public.head == theirs.commit
    twins.push_security(found)
    other.push_security(theirs)
    assert pair.mains == (theirs.commit, theirs.commit)


@pytest.mark.parametrize("trouble", ["cut", "cut after", "503"])
@pytest.mark.parametrize("which", ["upstream", "security"])
def test_a_push_whose_answer_is_lost_is_made_once(
    which: str, trouble: str, pair: Pair, twins: Twins, served: Served
) -> None:
    lantern, troubled = pair.lantern(), over_http(twins, served)
    merged = merge(troubled, lantern)
    served.troubles.append(f"/{which}.git{PUSH}:{trouble}")
    troubled.push_upstream(merged)
    troubled.push_security(merged)
    assert served.troubles == []
    assert pair.mains == (merged.commit, merged.commit)
    sent = sum(path.endswith(f"/{which}.git{PUSH}") for path in served.asked)
    assert sent == (1 if trouble == "cut after" else 2)


def test_while_the_public_repository_is_away_the_twin_gets_nothing(
    pair: Pair, twins: Twins, served: Served
) -> None:
    mains, lantern, troubled = pair.mains, pair.lantern(), over_http(twins, served)
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
from runbook_lib.services.git.private_mirrors.mirror_pair import Twins
from runbook_lib.steps.step import Runner
from tests.conftest import Quiet
from tests.services.git.twinned import Head

folder, upstream, security, branch, commit = sys.argv[1:]
journal = Journal(Path(folder, "died", "j.jsonl"), session="died", operator="olive")
environment = {"RUNBOOK_TEST_PROCESS": str(os.getpid())}
path = Path(folder, "run", "twins")
twins = Twins(path, upstream, security, Runner(journal, Quiet()), environment, "master")
merged = twins.merge([Head(branch, commit)])
twins.push_upstream(merged)
twins.push_security(merged)
"""
KILLS = '#!/bin/sh\nkill -KILL "$RUNBOOK_TEST_PROCESS"\n'


@pytest.mark.parametrize("point", ["pre-receive", "post-receive"])
@pytest.mark.parametrize("which", ["upstream", "security"])
def test_a_session_that_dies_in_a_push_is_gone_on_with(
    which: str, point: str, pair: Pair, twins: Twins, tmp_path: Path, elsewhere: Session
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
    for session in (twins, elsewhere()):
        carry_out(session, lantern)
    assert pair.mains[0] == pair.mains[1]
    assert git(pair.public.bare, "rev-list", "--count", "--merges", "master") == "1"


def test_a_run_that_died_between_the_pushes_goes_on_with_the_second_alone(
    pair: Pair, twins: Twins, elsewhere: Session
) -> None:
    lantern, before = pair.lantern(), pair.public.head
    merged = merge(twins, lantern)
    twins.push_upstream(merged)
    assert pair.mains == (merged.commit, before)
    second = elsewhere()
    carry_out(second, lantern)
    assert pair.mains == (merged.commit, merged.commit)
    assert outcomes(second.runner).count("done") == 1
    assert outcomes(second.runner)[0] == "done"


def test_the_second_push_alone_can_be_made_by_its_own_step(
    pair: Pair, twins: Twins, elsewhere: Session
) -> None:
    lantern = pair.lantern()
    merged = merge(twins, lantern)
    twins.push_upstream(merged)
    third = elsewhere()
    again = merge(third, lantern)
    assert (again.commit, third.diff(again).digest) == (merged.commit, twins.diff(merged).digest)
    third.push_security(again)
    assert pair.mains == (merged.commit, merged.commit)
    assert outcomes(third.runner) == ["already", "good", "good", "done"]


def test_the_twin_follows_the_public_branch_whoever_pushed_there_meanwhile(
    pair: Pair, twins: Twins
) -> None:
    merged = merge(twins, pair.lantern())
    twins.push_upstream(merged)
    ahead = pair.public.push("docs: tides", tides__md="high\n")
    twins.push_security(merged)
    assert pair.mains == (ahead, ahead)


def test_nothing_of_a_fix_is_in_the_public_repository_before_it_is_pushed(
    pair: Pair, twins: Twins
) -> None:
    lantern = pair.lantern()
    twins.check_equal()
    merged = merge(twins, lantern, pair.rope())
    twins.diff(merged)
    assert pair.secrets_in_public() == []
    twins.push_upstream(merged)
    assert lantern.branch not in pair.secrets_in_public()


def test_one_address_for_both_is_refused(pair: Pair, tmp_path: Path, runner: Runner) -> None:
    one = replace(twins_of(pair, tmp_path / "twins", runner), security=pair.public.url)
    with pytest.raises(UsageError, match="found one address for both"):
        one.check_equal()


def test_a_missing_branch_is_refused(pair: Pair, twins: Twins) -> None:
    with pytest.raises(Refused, match="expected a branch trunk in upstream, found none"):
        replace(twins, branch="trunk").check_equal()
