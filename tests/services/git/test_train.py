"""The train: all looked at first, then tagged side by side, each tag once and never moved."""

import shutil
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from runbook_lib.errors import AccessDenied, Conflict, Failed, Refused, Unavailable, UsageError
from runbook_lib.journal.journal import Journal
from runbook_lib.policy.push.tags import FollowUp
from runbook_lib.push import train as module
from runbook_lib.push.train import TaggedRepository, Train, Wanted
from runbook_lib.services.git import Mirror, OperatorClone
from runbook_lib.steps.step import Planned, Runner
from tests.conftest import Quiet
from tests.services.git.conftest import FAST, Served, Upstream, commit, fingerprint, git, outcomes

DAY = date(2026, 3, 12)
NAMES = ("server", "frontend", "manager")


@dataclass
class Yard:
    """Three repositories over HTTP, with somebody's clone of each."""

    served: Served
    root: Path

    def bare(self, name: str) -> Path:
        return self.root / f"{name}.git"

    def clone(self, name: str) -> Path:
        return self.root / f"clone of {name}"

    def url(self, name: str) -> str:
        return f"http://127.0.0.1:{self.served.port}/{name}.git"

    def head(self, name: str) -> str:
        return git(self.bare(name), "rev-parse", "master")

    def push(self, name: str, message: str, **files: str) -> str:
        made = commit(self.clone(name), message, **files)
        git(self.clone(name), "push", "--quiet", "origin", "master")
        return made

    def tag(self, name: str, tag: str, at: str = "master") -> None:
        git(self.bare(name), "tag", tag, at)

    def tags(self, name: str) -> dict[str, str]:
        lines = git(self.bare(name), "for-each-ref", "refs/tags").splitlines()
        rows = (line.split() for line in lines)
        return {full.removeprefix("refs/tags/"): at for at, _, full in rows}

    def repositories(self, runner: Runner, home: str, **more: str) -> tuple[TaggedRepository, ...]:
        return tuple(
            TaggedRepository(
                name,
                Mirror(self.root / home / f"{name}.git", self.url(name), runner),
                "master",
                f"https://hub.example/pelican/{name}",
                **more,
            )
            for name in NAMES
        )


@pytest.fixture
def yard(served: Served, upstream: Upstream, tmp_path: Path) -> Yard:
    made = Yard(served, tmp_path)
    for name in NAMES:
        shutil.copytree(upstream.bare, made.bare(name))
        shutil.copytree(upstream.clone, made.clone(name))
        git(made.clone(name), "remote", "set-url", "origin", str(made.bare(name)))
        made.tag(name, "2026.03.05")
        made.push(name, f"feat: a thing for {name}", thing="1\n")
    return made


@pytest.fixture
def train(yard: Yard, runner: Runner) -> Train:
    return Train(yard.repositories(runner, "mirrors"), runner)


@pytest.fixture
def other(yard: Yard, tmp_path: Path) -> Iterator[Train]:
    """The same train in another operator's hands, on another machine."""
    journal = Journal(tmp_path / "journal" / "two" / "j.jsonl", session="two", operator="edith")
    second = Runner(journal, Quiet(), patience=FAST, sleep=lambda seconds: None)
    yield Train(yard.repositories(second, "other mirrors"), second)
    journal.close()


def with_clone(train: Train, yard: Yard, name: str) -> Train:
    """The train with one clone of the operator's."""
    repositories = tuple(
        replace(repository, clone=OperatorClone(yard.clone(name), train.runner))
        if repository.name == name
        else repository
        for repository in train.repositories
    )
    return replace(train, repositories=repositories)


def all_tags(yard: Yard) -> list[dict[str, str]]:
    return [yard.tags(name) for name in NAMES]


def test_all_are_looked_at_and_tagged_side_by_side(train: Train, yard: Yard) -> None:
    planned = train.look(DAY)
    assert [one.state for one in planned] == ["to be tagged"] * 3
    assert [one.count for one in planned] == [1, 1, 1]
    assert planned.planned[0].commits[0].subject == "feat: a thing for server"
    wanted = planned.wanted()
    assert str(wanted[0]) == f"server 2026.03.12 at {yard.head('server'):.9}, since 2026.03.05"
    before = all_tags(yard)
    tags = train.tag_train(wanted)
    for name, had in zip(NAMES, before, strict=True):
        assert yard.tags(name) == had | {"2026.03.12": yard.head(name)}
        assert git(yard.bare(name), "cat-file", "-t", "refs/tags/2026.03.12") == "commit"
    assert [str(one) for one in tags][1] == f"frontend has 2026.03.12 at {yard.head('frontend'):.9}"
    page = "https://hub.example/pelican/server"
    assert tags.tagged[0].compare == f"{page}/compare/2026.03.05...2026.03.12"
    assert tags.tagged[0].link == f"{page}/releases/tag/2026.03.12"
    assert str(tags).splitlines()[0].split() == ["repository", "tag", "commit", "since", "link"]
    assert outcomes(train.runner) == ["good", "done"]


def test_a_week_that_brings_nothing_new_asks_nothing_twice(train: Train, asked: list[str]) -> None:
    train.tag_train(train.look(DAY).wanted())
    asked.clear()
    train.tag_train(train.look(DAY + timedelta(weeks=1)).wanted())
    each = {"fetch": 1, "ls-remote": 3, "rev-parse": 1, "for-each-ref": 1, "push": 1}
    assert Counter(asked) == {name: times * len(NAMES) for name, times in each.items()}


def test_running_it_again_finds_the_tags(train: Train, yard: Yard) -> None:
    wanted = train.look(DAY).wanted()
    first = train.tag_train(wanted)
    yard.push("server", "fix: after the tagging", more="1\n")
    after = all_tags(yard)
    again = train.look(DAY, decided=wanted)
    assert again.wanted() == wanted
    assert [one.state for one in again] == ["tagged"] * 3
    assert "has moved on by 1 commit" in str(again)
    assert train.tag_train(again.wanted()) == first
    assert all_tags(yard) == after
    assert outcomes(train.runner)[-1] == "already"
    assert train.find_tags(DAY) == first


FOLLOW_UP = (FollowUp("server", "2026.03.12-1"),)


def test_after_a_fix_on_the_branch_the_next_tag_is_made_only_where_it_is_asked_for(
    train: Train, yard: Yard
) -> None:
    first = train.tag_train(train.look(DAY).wanted())
    fix = yard.push("server", "fix: after the tagging", more="1\n")
    assert train.look(DAY).wanted()[0].tag == "2026.03.12"
    assert "-p 'follow_up=server 2026.03.12-1' tags that" in str(train.look(DAY))
    anew = train.look(DAY, further=FOLLOW_UP)
    assert [one.tag for one in anew] == ["2026.03.12-1", "2026.03.12", "2026.03.12"]
    train.tag_train(anew.wanted())
    assert yard.tags("server")["2026.03.12"] == first.tagged[0].commit
    assert yard.tags("server")["2026.03.12-1"] == fix
    yard.push("server", "fix: later still", last="1\n")
    again = train.look(DAY, anew.wanted(), further=FOLLOW_UP)
    assert again.wanted() == anew.wanted() and again.planned[0].tagged


@pytest.mark.parametrize("decided", [False, True])
def test_what_a_colleague_tagged_instead_of_an_unready_branch_is_taken(
    train: Train, other: Train, yard: Yard, decided: bool
) -> None:
    """The hero picks into -1 from last week's tag: the unready branch is not tagged after it."""
    mine = train.look(DAY).wanted() if decided else ()
    yard.tag("server", "2026.03.12-1", "2026.03.05")
    yard.push("server", "feat: unready", more="1\n")
    planned = train.look(DAY, mine)
    assert planned.wanted()[0].tag == "2026.03.12-1"
    assert [one.state for one in planned] == ["tagged", "to be tagged", "to be tagged"]
    train.tag_train(planned.wanted())
    other.tag_train(other.look(DAY).wanted())
    assert [tag for tag in yard.tags("server") if "03.12" in tag] == ["2026.03.12-1"]


def test_a_tag_that_was_decided_is_not_made_below_one_that_came_meanwhile(
    train: Train, yard: Yard
) -> None:
    wanted = train.look(DAY).wanted()
    yard.tag("server", "2026.03.12-1", "2026.03.05")
    before = all_tags(yard)
    with pytest.raises(Conflict, match=r"found that somebody has made 2026\.03\.12-1 meanwhile"):
        train.tag_train(wanted)
    assert all_tags(yard) == before


def test_a_follow_up_that_is_not_the_next_tag_is_refused(train: Train, yard: Yard) -> None:
    yard.tag("server", "2026.03.12")
    planned = train.look(DAY, further=(FollowUp("server", "2026.03.12-3"),))
    with pytest.raises(Refused, match=r"server: expected 2026\.03\.12-1 as the next tag, found"):
        planned.wanted()


def test_a_closed_push_takes_only_what_is_asked_for(train: Train, yard: Yard) -> None:
    for name in NAMES[:2]:
        yard.tag(name, "2026.03.12", "master~1")
    told = "expected a push that is to come, found that it is past"
    with pytest.raises(Refused, match=f"manager: {told}") as refused:
        train.look(DAY, further=FOLLOW_UP, closed="it is past").wanted()
    assert "server: " not in str(refused.value) and "frontend: " not in str(refused.value)
    assert "-p 'follow_up=manager 2026.03.12'" in str(refused.value)
    both = (*FOLLOW_UP, FollowUp("manager", "2026.03.12"))
    found = train.look(DAY, further=both, closed="it is past")
    assert [one.state for one in found] == ["to be tagged", "tagged", "to be tagged"]


def test_a_repository_is_tagged_from_a_named_base(yard: Yard, runner: Runner) -> None:
    yard.push("server", "feat: unready", more="1\n")
    ready = git(yard.bare("server"), "rev-parse", "master~1")
    based = yard.repositories(runner, "mirrors", base=ready)[:1]
    train = Train(based, runner)
    planned = train.look(DAY)
    assert planned.wanted()[0].commit == ready and planned.planned[0].branch == ready
    tags = train.tag_train(planned.wanted())
    assert yard.tags("server")["2026.03.12"] == tags.tagged[0].commit == ready


def test_a_base_that_is_named_after_the_decision_counts(yard: Yard, runner: Runner) -> None:
    decided = Train(yard.repositories(runner, "mirrors")[:1], runner).look(DAY).wanted()
    train = Train(yard.repositories(runner, "mirrors", base="2026.03.05")[:1], runner)
    planned = train.look(DAY, decided)
    last = git(yard.bare("server"), "rev-parse", "2026.03.05")
    assert planned.wanted()[0].commit == last and "2026.03.05 has lost" not in str(planned)


def test_a_plan_tags_nothing(yard: Yard, runner: Runner) -> None:
    planning = Runner(runner.journal, Quiet(), plan=True, patience=FAST)
    train = Train(yard.repositories(planning, "mirrors"), planning)
    before = all_tags(yard)
    planned = train.tag_train(train.look(DAY).wanted())
    assert isinstance(planned, Planned)
    assert all_tags(yard) == before


def test_tags_of_the_upstream_and_of_the_clone_are_counted(train: Train, yard: Yard) -> None:
    yard.tag("server", "2026.03.12", "master~1")
    yard.tag("server", "2026.03.12-9", "master~1")
    git(yard.clone("server"), "tag", "2026.03.12-10", "master~1")
    asked = (FollowUp("server", "2026.03.12-11"),)
    standing = next(iter(with_clone(train, yard, "server").look(DAY, further=asked)))
    assert standing.tag == "2026.03.12-11" and not standing.refusal
    assert standing.tags == ("2026.03.12", "2026.03.12-9", "2026.03.12-10")
    assert "2026.03.12-10 is at" in str(standing.notes) and "never pushed" in str(standing.notes)


def test_a_clone_s_own_tag_of_that_very_commit_is_not_in_the_way(train: Train, yard: Yard) -> None:
    git(yard.clone("server"), "tag", "2026.03.12", "master")
    assert next(iter(with_clone(train, yard, "server").look(DAY))).tag == "2026.03.12"


def test_it_begins_at_what_production_runs(yard: Yard, runner: Runner) -> None:
    for name in NAMES:
        yard.tag(name, "2026.02.26", "master~2")
    repositories = yard.repositories(runner, "mirrors", production="2026.02.26")
    assert [one.base for one in Train(repositories, runner).look(DAY)] == ["2026.02.26"] * 3
    strange = yard.repositories(runner, "mirrors", production="--upload-pack=x")
    planned = Train(strange, runner).look(DAY)
    assert [one.base for one in planned] == ["2026.03.05"] * 3
    assert "which is no tag of server" in str(planned)


def test_what_only_production_has_is_said(train: Train, yard: Yard) -> None:
    clone = yard.clone("server")
    git(clone, "switch", "--quiet", "--detach", "master~1")
    commit(clone, "fix: only in production", lonely="1\n")
    git(clone, "push", "--quiet", "origin", "HEAD:refs/tags/2026.03.05-1")
    standing = next(iter(train.look(DAY)))
    assert standing.base == "2026.03.05-1"
    assert "2026.03.05-1 has what 2026.03.12 would not" in standing.notes[0]
    assert "fix: only in production" in standing.notes[0]


def test_a_clone_that_is_ahead_is_refused(train: Train, yard: Yard) -> None:
    made = commit(yard.clone("server"), "not pushed", mine="1\n")
    before, there = fingerprint(yard.clone("server")), all_tags(yard)
    planned = with_clone(train, yard, "server").look(DAY)
    with pytest.raises(Refused, match=f"server: expected master .* ahead by 1 commit .{made:.9}"):
        planned.wanted()
    assert next(iter(planned)).state == "refused"
    assert fingerprint(yard.clone("server")) == before
    assert all_tags(yard) == there


def test_a_clone_that_is_behind_is_refused(train: Train, yard: Yard) -> None:
    git(yard.clone("server"), "reset", "--quiet", "--hard", "master~1")
    planned = with_clone(train, yard, "server").look(DAY)
    with pytest.raises(Refused, match="behind by 1 commit; git -C .* pull"):
        planned.wanted()


def test_a_clone_counts_for_nothing_once_the_tag_is_there(train: Train, yard: Yard) -> None:
    train.tag_train(train.look(DAY).wanted())
    commit(yard.clone("server"), "next week's", mine="1\n")
    planned = with_clone(train, yard, "server").look(DAY)
    assert planned.wanted() and "ahead by 1 commit" in str(planned)


def test_a_changed_clone_is_said_and_does_not_stop_it(train: Train, yard: Yard) -> None:
    (yard.clone("server") / "half done").write_text("x")
    planned = with_clone(train, yard, "server").look(DAY)
    assert "half done" in str(planned) and planned.wanted()


def test_two_people_who_tag_the_same_commits_get_one_tag(
    train: Train, other: Train, yard: Yard
) -> None:
    mine, theirs = train.look(DAY).wanted(), other.look(DAY).wanted()
    first, second = race(lambda: train.tag_train(mine), lambda: other.tag_train(theirs))
    assert first == second
    assert {outcomes(train.runner)[-1], outcomes(other.runner)[-1]} <= {"done", "already"}
    assert [tags["2026.03.12"] for tags in all_tags(yard)] == [yard.head(name) for name in NAMES]


def race(*ways: Callable[[], object]) -> list[object]:
    """Do things at the same time; what came of each, errors too."""
    found: list[object] = [None] * len(ways)
    gate = threading.Barrier(len(ways))

    def go(place: int) -> None:
        gate.wait()
        try:
            found[place] = ways[place]()
        except Exception as error:
            found[place] = error

    threads = [threading.Thread(target=go, args=(place,)) for place in range(len(ways))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def test_of_two_people_who_tag_different_commits_one_wins(
    train: Train, other: Train, yard: Yard
) -> None:
    mine = train.look(DAY).wanted()[:1]
    yard.push("server", "fix: in between", more="1\n")
    theirs = other.look(DAY).wanted()[:1]
    found = race(lambda: train.tag_train(mine), lambda: other.tag_train(theirs))
    conflicts = [one for one in found if isinstance(one, Conflict)]
    assert len(conflicts) == 1, found
    assert "the next free one is 2026.03.12-1" in str(conflicts[0])
    winner = theirs[0] if isinstance(found[0], Conflict) else mine[0]
    assert yard.tags("server")["2026.03.12"] == winner.commit


def test_one_who_is_faster_between_look_and_push_is_seen(
    train: Train, yard: Yard, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = train.look(DAY).wanted()
    faster(yard, monkeypatch, {"server": wanted[0].commit})
    tags = train.tag_train(wanted)
    assert tags.tagged[0].commit == yard.tags("server")["2026.03.12"]
    assert outcomes(train.runner)[-1] == "done"


def faster(yard: Yard, monkeypatch: pytest.MonkeyPatch, tags: dict[str, str]) -> None:
    """Have somebody push tags right before this session does."""
    push_tag = module.push_tag

    def late(git_: object, address: str, tag: str, at: str) -> None:
        for name, theirs in tags.items():
            if address == yard.url(name):
                yard.tag(name, tag, theirs)
        push_tag(git_, address, tag, at)  # type: ignore[arg-type]

    monkeypatch.setattr(module, "push_tag", late)


def test_a_train_that_is_half_coupled_says_so_and_is_coupled_later(
    train: Train, yard: Yard, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = train.look(DAY).wanted()
    with monkeypatch.context() as patched:
        faster(yard, patched, {"frontend": git(yard.bare("frontend"), "rev-parse", "master~1")})
        with pytest.raises(Failed) as raised:
            train.tag_train(wanted)
    told = str(raised.value)
    assert f"Tagged: server 2026.03.12 at {yard.head('server'):.9}" in told
    assert "frontend is not tagged" in told and "manager 2026.03.12" in told
    assert "the next free one is 2026.03.12-1" in told and "run this again" in told
    assert outcomes(train.runner)[-1] == "failed"
    with pytest.raises(Conflict):
        train.tag_train(wanted)
    anew = train.look(DAY, decided=wanted)
    assert "somebody has pushed it at another commit: that one is taken" in str(anew)
    assert [one.tag for one in anew] == ["2026.03.12"] * 3
    train.tag_train(anew.wanted())
    assert "2026.03.12-1" not in yard.tags("frontend")


def test_a_tag_that_is_something_else_stops_all_before_anything_is_tagged(
    train: Train, yard: Yard
) -> None:
    wanted = train.look(DAY).wanted()
    yard.tag("manager", "2026.03.12", "master~1")
    before = all_tags(yard)
    with pytest.raises(Conflict, match=r"manager: expected tag .* next free one is 2026\.03\.12-1"):
        train.tag_train(wanted)
    assert all_tags(yard) == before


def test_a_repository_that_takes_no_tags_leaves_the_others_tagged(train: Train, yard: Yard) -> None:
    wanted = train.look(DAY).wanted()
    hook = yard.bare("frontend") / "hooks" / "update"
    hook.write_text("#!/bin/sh\necho tags are protected >&2\nexit 1\n")
    hook.chmod(0o755)
    with pytest.raises(Failed, match="frontend is not tagged: .*tags are protected") as raised:
        train.tag_train(wanted)
    assert "Tagged: server 2026.03.12" in str(raised.value)
    assert ["2026.03.12" in tags for tags in all_tags(yard)] == [True, False, True]
    hook.unlink()
    train.tag_train(wanted)
    assert ["2026.03.12" in tags for tags in all_tags(yard)] == [True, True, True]
    assert outcomes(train.runner)[-1] == "done"


def test_where_nothing_could_be_tagged_the_reason_is_the_error(train: Train, yard: Yard) -> None:
    wanted = train.look(DAY).wanted()[:1]
    yard.served.troubles.append("server.git/info/refs?service=git-receive-pack:403")
    with pytest.raises(AccessDenied, match="server is not tagged"):
        train.tag_train(wanted)
    assert "2026.03.12" not in yard.tags("server")


def test_a_lost_answer_is_looked_up_and_nothing_is_pushed_twice(train: Train, yard: Yard) -> None:
    wanted = train.look(DAY).wanted()
    yard.served.troubles.append("frontend.git/git-receive-pack:cut after")
    tags = train.tag_train(wanted)
    assert len(tags.tagged) == 3 and outcomes(train.runner)[-1] == "done"
    pushes = [path for path in yard.served.asked if path.endswith("/git-receive-pack")]
    assert sorted(pushes) == sorted(f"/{name}.git/git-receive-pack" for name in NAMES)


def test_a_push_that_never_arrived_is_made_again(train: Train, yard: Yard) -> None:
    wanted = train.look(DAY).wanted()
    yard.served.troubles.append("frontend.git/git-receive-pack:cut")
    train.tag_train(wanted)
    assert ["2026.03.12" in tags for tags in all_tags(yard)] == [True, True, True]


def test_a_server_that_stays_away_is_named_and_the_others_are_tagged(
    train: Train, yard: Yard
) -> None:
    wanted = train.look(DAY).wanted()
    yard.served.troubles += ["frontend.git/info/refs?service=git-receive-pack:503"] * 20
    with pytest.raises(Unavailable, match="frontend is not tagged") as raised:
        train.tag_train(wanted)
    assert "run this again to tag the rest" in str(raised.value)
    assert ["2026.03.12" in tags for tags in all_tags(yard)] == [True, False, True]
    yard.served.troubles.clear()
    train.tag_train(wanted)
    assert "2026.03.12" in yard.tags("frontend")


def test_another_machine_goes_on_where_one_died(train: Train, other: Train, yard: Yard) -> None:
    wanted = train.look(DAY).wanted()
    yard.tag("server", "2026.03.12")  # as far as the other one came
    again = other.look(DAY)
    assert [one.state for one in again] == ["tagged", "to be tagged", "to be tagged"]
    assert again.wanted() == wanted
    other.tag_train(wanted)
    assert outcomes(other.runner)[-1] == "done"


def test_a_machine_without_mirrors_can_tag_what_was_decided(
    train: Train, other: Train, yard: Yard
) -> None:
    other.tag_train(train.look(DAY).wanted())
    assert ["2026.03.12" in tags for tags in all_tags(yard)] == [True, True, True]


def test_a_tag_of_picks_on_top_of_the_branch_is_the_push_s_tag(train: Train, yard: Yard) -> None:
    train.tag_train(train.look(DAY).wanted())
    clone = yard.clone("server")
    git(clone, "switch", "--quiet", "--detach", "master")
    made = commit(clone, "fix: picked", lonely="1\n")
    git(clone, "push", "--quiet", "origin", "HEAD:refs/tags/2026.03.12-1")
    standing = next(iter(train.look(DAY)))
    assert (standing.tag, standing.commit, standing.tagged) == ("2026.03.12-1", made, True)


def test_a_push_without_a_tag_is_refused_by_name(train: Train, yard: Yard) -> None:
    yard.tag("server", "2026.03.12")
    with pytest.raises(Refused, match=r"frontend: expected a tag 2026\.03\.12(.|\n)*manager:"):
        train.find_tags(DAY)


def test_names_are_never_options(train: Train, yard: Yard) -> None:
    head = yard.head("server")
    with pytest.raises(UsageError, match="expected the name of a tag"):
        train.tag_train((Wanted("server", "--mirror", head, ""),))
    with pytest.raises(UsageError, match="expected one of server"):
        train.tag_train((Wanted("nobody", "2026.03.12", head, ""),))
    with pytest.raises(Refused, match="expected a commit"):
        train.tag_train((Wanted("server", "2026.03.12", "--all", ""),))
