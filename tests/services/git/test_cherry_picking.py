"""Cherry-picks: ordered, checked before, made in a clone of the run's own, tagged once."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest

from runbook_lib.errors import Conflict, Refused, RunbookError, Unavailable
from runbook_lib.journal.journal import Journal
from runbook_lib.policy.push.notes.picks import Pick
from runbook_lib.push import train as train_module
from runbook_lib.push.picking import CherryPicking
from runbook_lib.push.picks import Picked, Picks
from runbook_lib.push.train import TaggedRepository
from runbook_lib.services.git import Mirror
from runbook_lib.steps.step import Planned, Runner
from tests.conftest import Quiet
from tests.services.git.conftest import FAST, Served, Upstream, commit, fingerprint, git, outcomes

DAY = date(2026, 3, 12)
LINES = "".join(f"line {number}\n" for number in range(1, 21))


@dataclass(frozen=True)
class Pull:
    """A merged pull request, as GitHub tells of it."""

    number: int
    commits: tuple[str, ...]
    merge: str


def no_pull(number: int) -> Pull:
    raise AssertionError(f"nobody asks for #{number}")


def ask(*ids: str) -> tuple[Pick, ...]:
    return tuple(Pick("", each, "") for each in ids)


@dataclass(frozen=True)
class Side:
    """The upstream: tag 2026.03.12 at master, and work that goes on."""

    upstream: Upstream

    @property
    def clone(self) -> Path:
        return self.upstream.clone

    def change(self, message: str, line: int, text: str, file: str = "text") -> str:
        """Change one line of a file on master."""
        git(self.clone, "switch", "--quiet", "master")
        path = self.clone / file
        lines = path.read_text().splitlines()
        lines[line - 1] = text
        path.write_text("\n".join(lines) + "\n")
        git(self.clone, "commit", "--quiet", "--all", "-m", message)
        git(self.clone, "push", "--quiet", "origin", "master")
        return git(self.clone, "rev-parse", "HEAD")

    def tags(self) -> dict[str, str]:
        lines = git(self.upstream.bare, "for-each-ref", "refs/tags").splitlines()
        rows = (line.split() for line in lines)
        return {full.removeprefix("refs/tags/"): at for at, _, full in rows}

    def read(self, revision: str, file: str = "text") -> list[str]:
        return git(self.upstream.bare, "show", f"{revision}:{file}").splitlines()

    def subjects(self, tag: str, since: str = "2026.03.12") -> list[str]:
        return git(
            self.upstream.bare, "log", "--reverse", "--format=%s", f"{since}..{tag}"
        ).splitlines()


@pytest.fixture
def side(upstream: Upstream) -> Side:
    upstream.push("chore: a text", text=LINES)
    git(upstream.bare, "tag", "2026.03.05", "master~1")
    git(upstream.bare, "tag", "2026.03.12", "master")
    return Side(upstream)


def picking_in(folder: Path, served: Served, runner: Runner) -> CherryPicking:
    mirror = Mirror(folder / "mirror.git", served.url, runner)
    repository = TaggedRepository(
        "server", mirror, "master", "https://hub.example/pelican/server", "2026.03.05"
    )
    return CherryPicking(repository, folder / "run" / "picking")


@pytest.fixture
def picking(side: Side, served: Served, runner: Runner, tmp_path: Path) -> CherryPicking:
    return picking_in(tmp_path / "one", served, runner)


@pytest.fixture
def other(side: Side, served: Served, tmp_path: Path) -> Iterator[CherryPicking]:
    """Another operator, on another machine."""
    journal = Journal(tmp_path / "journal" / "two" / "j.jsonl", session="two", operator="edith")
    second = Runner(journal, Quiet(), patience=FAST, sleep=lambda seconds: None)
    name = {"GIT_COMMITTER_NAME": "Edith", "GIT_COMMITTER_EMAIL": "edith@pelican.example"}
    made = picking_in(tmp_path / "two", served, second)
    mirror = replace(made.repository.mirror, environment=name)
    yield replace(made, repository=replace(made.repository, mirror=mirror))
    journal.close()


def find(picking: CherryPicking, *ids: str, begin: str = "") -> Picks:
    return picking.find_picks(DAY, ask(*ids), no_pull, begin)


def made(picking: CherryPicking, *ids: str) -> Picked:
    return picking.pick(find(picking, *ids))


def test_no_hook_of_the_operator_s_changes_what_is_picked(
    picking: CherryPicking, side: Side, home: Path
) -> None:
    for name in ("prepare-commit-msg", "commit-msg", "post-commit", "post-checkout"):
        path = home / "hooks" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text('#!/bin/sh\necho changed > text; git add text; echo mine > "$1"; exit 0\n')
        path.chmod(0o755)
    first = side.change("fix: two", 2, "second")
    git(home, "config", "--global", "core.hooksPath", str(home / "hooks"))
    picked = made(picking, first)
    git(home, "config", "--global", "--unset", "core.hooksPath")
    place = picking.folder
    assert git(place, "log", "-1", "--format=%s", picked.commit) == "fix: two"
    assert git(place, "show", f"{picked.commit}:text").splitlines()[1] == "second"


def test_commits_are_picked_in_the_branch_s_order(picking: CherryPicking, side: Side) -> None:
    first = side.change("fix: two", 2, "second")
    side.change("feat: not now", 18, "later")
    second = side.change("fix: ten", 10, "tenth")
    picks = find(picking, second[:7], first)
    assert [one.id for one in picks.picks] == [first, second]
    assert (picks.base, picks.tag, picks.warnings) == ("2026.03.12", "2026.03.12-1", "")
    assert str(picks).splitlines() == [
        "server 2026.03.12-1 is 2026.03.12 and 2 commits:",
        f"  {first:.9} fix: two",
        f"  {second:.9} fix: ten",
    ]
    before = side.tags()
    tagged = picking.push(picking.pick(picks))
    assert side.tags() == before | {"2026.03.12-1": tagged.commit}
    assert side.subjects("2026.03.12-1") == ["fix: two", "fix: ten"]
    text = side.read("2026.03.12-1")
    assert (text[1], text[9], text[17]) == ("second", "tenth", "line 18")
    message = git(side.upstream.bare, "log", "-1", "--format=%b", tagged.commit)
    assert message == f"(cherry picked from commit {second})"
    assert str(tagged) == f"server has 2026.03.12-1 at {tagged.commit:.9}"
    assert tagged.compare.endswith("/compare/2026.03.05...2026.03.12-1")
    assert outcomes(picking.runner) == ["good", "done", "done"]


def test_running_it_again_finds_all_of_it(picking: CherryPicking, side: Side) -> None:
    fix = side.change("fix: two", 2, "second")
    tagged = picking.push(made(picking, fix))
    tags = side.tags()
    for begin in ("", "2026.03.12"):
        picks = find(picking, fix, begin=begin)
        assert (picks.tag, picks.made) == ("2026.03.12-1", tagged.commit)
        assert "has all of it already" in str(picks)
        assert picking.push(picking.pick(picks)) == tagged
    assert side.tags() == tags
    assert outcomes(picking.runner)[-2:] == ["already", "already"]


def test_another_operator_finds_what_was_made(
    picking: CherryPicking, other: CherryPicking, side: Side
) -> None:
    fix = side.change("fix: two", 2, "second")
    tagged = picking.push(made(picking, fix))
    assert other.push(made(other, fix)) == tagged
    assert outcomes(other.runner) == ["good", "already", "already"]


def test_the_second_tag_of_picks_goes_on_from_the_first(picking: CherryPicking, side: Side) -> None:
    first, second = side.change("fix: two", 2, "second"), side.change("fix: ten", 10, "tenth")
    picking.push(made(picking, first))
    picks = find(picking, first, second)
    assert (picks.base, picks.tag) == ("2026.03.12-1", "2026.03.12-2")
    assert "is in 2026.03.12-1 already, as" in picks.left_out[0]
    picking.push(picking.pick(picks))
    assert side.subjects("2026.03.12-2") == ["fix: two", "fix: ten"]


def test_picks_for_a_push_that_has_no_tag_begin_at_the_last_one(
    picking: CherryPicking, side: Side
) -> None:
    git(side.upstream.bare, "tag", "-d", "2026.03.12")
    fix = side.upstream.push("fix: alone", alone="1\n")
    picks = find(picking, fix)
    assert (picks.base, picks.tag) == ("2026.03.05", "2026.03.12-1")


def test_a_later_tag_that_is_passed_over_is_a_concern(picking: CherryPicking, side: Side) -> None:
    first, second = side.change("fix: two", 2, "second"), side.change("fix: ten", 10, "tenth")
    picking.push(made(picking, first))
    picks = find(picking, second, begin="2026.03.12")
    assert picks.tag == "2026.03.12-2"
    assert "2026.03.12-1 has what 2026.03.12-2 would not" in picks.warnings
    assert "fix: two" in picks.warnings


def test_what_the_tag_has_is_left_out_with_a_word(picking: CherryPicking, side: Side) -> None:
    old = git(side.upstream.bare, "rev-parse", "2026.03.12~1")
    fix = side.change("fix: two", 2, "second")
    picks = find(picking, old, fix)
    assert [one.id for one in picks.picks] == [fix]
    assert picks.left_out[0].endswith("is in 2026.03.12 already")
    git(side.clone, "switch", "--quiet", "--detach", "2026.03.12~0")
    (side.clone / "text").write_text(LINES.replace("line 2\n", "second\n"))
    git(side.clone, "commit", "--quiet", "--all", "-m", "by hand, without a trailer")
    git(side.clone, "push", "--quiet", "origin", "HEAD:refs/tags/2026.03.12-1")
    picks = find(picking, fix, begin="2026.03.12-1")
    assert picks.made and "is in 2026.03.12-1 already, as" in picks.left_out[0]


@pytest.fixture(autouse=True)
def with_tags(side: Side) -> None:
    git(side.clone, "fetch", "--quiet", "--tags")


def merge(side: Side, *messages: str) -> tuple[str, list[str]]:
    """A branch with commits, merged into master."""
    git(side.clone, "switch", "--quiet", "-c", "topic", "master")
    ids = [commit(side.clone, message, **{f"f{n}": "x\n"}) for n, message in enumerate(messages)]
    git(side.clone, "switch", "--quiet", "master")
    git(side.clone, "commit", "--quiet", "--allow-empty", "-m", "chore: aside")
    git(side.clone, "merge", "--quiet", "--no-ff", "-m", "Merge topic", "topic")
    git(side.clone, "branch", "--quiet", "-D", "topic")
    git(side.clone, "push", "--quiet", "origin", "master")
    return git(side.clone, "rev-parse", "HEAD"), ids


def test_a_merge_is_refused_with_what_it_merged(picking: CherryPicking, side: Side) -> None:
    merged, ids = merge(side, "feat: one", "feat: two")
    with pytest.raises(Refused, match="is a merge") as raised:
        find(picking, merged)
    assert f"{ids[0]:.9} feat: one, {ids[1]:.9} feat: two" in str(raised.value)
    assert "aside" not in str(raised.value)


def pull_of(picking: CherryPicking, number: int, pull: Pull) -> Picks:
    wish = (Pick("pelican/server", "", f"https://hub.example/pull/{number}", number),)
    return picking.find_picks(DAY, wish, lambda asked: replace(pull, number=asked))


def test_a_merged_pull_request_is_its_commits(picking: CherryPicking, side: Side) -> None:
    merged, ids = merge(side, "feat: one", "feat: two")
    picks = pull_of(picking, 3, Pull(3, tuple(ids), merged))
    assert [one.id for one in picks.picks] == ids


def branch_of_pull(side: Side, number: int) -> list[str]:
    """The commits of a pull request, which no branch has."""
    git(side.clone, "switch", "--quiet", "--detach", "master~1")
    ids = [commit(side.clone, f"feat: {name}", **{name: "x\n"}) for name in ("one", "two")]
    git(side.clone, "push", "--quiet", "origin", f"HEAD:refs/pull/{number}/head")
    git(side.clone, "switch", "--quiet", "master")
    return ids


def test_a_squashed_pull_request_is_the_one_commit(picking: CherryPicking, side: Side) -> None:
    ids = branch_of_pull(side, 4)
    squashed = side.upstream.push("feat: both (#4)", one="x\n", two="x\n")
    picks = pull_of(picking, 4, Pull(4, tuple(ids), squashed))
    assert [one.id for one in picks.picks] == [squashed]


def test_a_rebased_pull_request_is_its_commits_on_the_branch(
    picking: CherryPicking, side: Side
) -> None:
    ids = branch_of_pull(side, 5)
    git(side.clone, "cherry-pick", *ids)
    git(side.clone, "push", "--quiet", "origin", "master")
    rebased = git(side.clone, "rev-list", "--reverse", "-2", "master").splitlines()
    assert set(rebased) & set(ids) == set()
    picks = pull_of(picking, 5, Pull(5, tuple(ids), rebased[-1]))
    assert [one.id for one in picks.picks] == rebased


def test_a_pull_request_of_which_nothing_is_known_is_refused(
    picking: CherryPicking, side: Side
) -> None:
    fix = side.change("fix: two", 2, "second")
    with pytest.raises(Refused, match="has no such commit"):
        pull_of(picking, 6, Pull(6, ("a" * 40,), "b" * 40))
    with pytest.raises(Refused, match="name the commits instead"):
        pull_of(picking, 6, Pull(6, ("a" * 40, "b" * 40), fix))


def test_what_is_unknown_or_not_on_the_branch_is_refused(
    picking: CherryPicking, side: Side
) -> None:
    git(side.clone, "switch", "--quiet", "-c", "topic", "master")
    stray = commit(side.clone, "feat: not merged", stray="x\n")
    git(side.clone, "push", "--quiet", "origin", "topic")
    with pytest.raises(Refused, match=r"on master, found .* feat: not merged in: topic"):
        find(picking, stray)
    with pytest.raises(Refused, match="expected one commit 0123456789 in"):
        find(picking, "0123456789")
    with pytest.raises(Refused, match="a tag of server to begin from, found '--all'"):
        find(picking, stray, begin="--all")
    with pytest.raises(Refused, match="expected commits that 2026.03.12 lacks.*nothing was asked"):
        git(side.upstream.bare, "tag", "-d", "2026.03.05")
        picking.find_picks(date(2026, 3, 19), (), no_pull, "2026.03.12")


def test_an_earlier_commit_on_the_same_lines_is_a_concern(
    picking: CherryPicking, side: Side
) -> None:
    needed = side.change("feat: renames line 5", 5, "fifth")
    side.change("feat: elsewhere", 15, "fifteenth")
    pick = side.change("fix: line 5 again", 5, "the fifth")
    warnings = find(picking, pick).warnings
    assert warnings.splitlines() == [
        f"{pick:.9} fix: line 5 again may need {needed:.9} feat: renames line 5, which is not "
        "picked and touches the same lines of text, or lines beside them"
    ]
    assert find(picking, pick, needed).warnings == ""


@pytest.mark.parametrize(("line", "near"), [(2, False), (3, True), (8, True), (9, False)])
def test_what_is_inserted_stands_on_the_lines_around_it(
    picking: CherryPicking, side: Side, line: int, near: bool
) -> None:
    before = side.change("feat: near or far", line, "other")
    pick = side.change("fix: insert after line 5", 5, "line 5\ninserted")
    assert (before[:9] in find(picking, pick).warnings) is near


def test_a_change_of_the_first_and_last_line_is_looked_at(
    picking: CherryPicking, side: Side
) -> None:
    last, first = side.change("feat: end", 20, "the end"), side.change("feat: top", 1, "the top")
    pick = side.change("fix: above it", 1, "above\nthe top")
    assert first[:9] in find(picking, pick).warnings
    pick = side.change("fix: below it", 21, "the end\nbelow")
    warnings = find(picking, pick).warnings
    assert last[:9] in warnings and first[:9] not in warnings


def test_a_file_that_an_unpicked_commit_made_is_a_concern(
    picking: CherryPicking, side: Side
) -> None:
    needed = side.upstream.push("feat: a new file", new=LINES)
    pick = side.change("fix: its end", 20, "the end", file="new")
    assert f"{needed:.9} feat: a new file" in find(picking, pick).warnings
    moved = side.upstream.push("chore: move it")
    git(side.clone, "mv", "new", "newer")
    moved = commit(side.clone, "chore: move it")
    git(side.clone, "push", "--quiet", "origin", "master")
    assert f"{needed:.9} feat: a new file" in find(picking, moved).warnings


def test_a_file_without_lines_is_looked_at_as_a_whole(picking: CherryPicking, side: Side) -> None:
    def picture(content: bytes) -> str:
        (side.clone / "picture").write_bytes(content)
        return side.upstream.push(f"feat: picture {len(content)}")

    def submodule(at: str) -> str:
        cacheinfo = f"160000,{at * 40},lib"
        git(side.clone, "update-index", "--add", "--cacheinfo", cacheinfo)
        git(side.clone, "commit", "--quiet", "-m", f"chore: lib {at}")
        git(side.clone, "push", "--quiet", "origin", "master")
        return git(side.clone, "rev-parse", "HEAD")

    git(side.clone, "switch", "--quiet", "master")
    needed, pick = picture(b"\0a"), picture(b"\0bb")
    assert needed[:9] in find(picking, pick).warnings
    needed, pick = submodule("a"), submodule("b")
    assert needed[:9] in find(picking, pick).warnings


def test_what_was_picked_already_is_no_concern(picking: CherryPicking, side: Side) -> None:
    needed = side.change("feat: renames line 5", 5, "fifth")
    picking.push(made(picking, needed))
    pick = side.change("fix: line 5 again", 5, "the fifth")
    assert find(picking, pick).warnings == ""


def test_migrations_that_are_left_out_are_a_concern(picking: CherryPicking, side: Side) -> None:
    skipped = side.upstream.push("feat: a column", app_in_migrations_in_0002_more__py="x = 1\n")
    pick = side.change("fix: two", 2, "second")
    later = side.upstream.push("feat: a table", app_in_migrations_in_0003_more__py="x = 1\n")
    warnings = find(picking, pick).warnings
    assert "the migration app/migrations/0002_more.py of " + skipped[:9] in warnings
    assert later[:9] not in warnings
    assert find(picking, pick, skipped).warnings == ""


def test_a_conflict_names_the_files_and_leaves_everything_as_it_was(
    picking: CherryPicking, side: Side
) -> None:
    fix = side.change("fix: ten", 10, "tenth")
    needed = side.change("feat: renames line 5", 5, "fifth")
    pick = side.change("fix: line 5 again", 5, "the fifth")
    made(picking, fix)
    folder, refs = picking.folder, side.upstream.refs()
    picks = find(picking, fix, pick)
    before = fingerprint(folder)
    with pytest.raises(Conflict, match="conflicts in text") as raised:
        picking.pick(picks)
    assert f"{needed:.9} feat: renames line 5" in str(raised.value)
    assert {name: said for name, said in fingerprint(folder).items() if "index" not in name} == {
        name: said for name, said in before.items() if "index" not in name
    }
    assert git(folder, "status", "--porcelain") == ""
    assert not (folder / ".git" / "CHERRY_PICK_HEAD").exists()
    assert not (folder / ".git" / "sequencer").exists()
    assert side.upstream.refs() == refs


def tag_by_hand(side: Side, begin: str, tag: str) -> None:
    """A tag with two changes in one commit, past the branch."""
    git(side.clone, "switch", "--quiet", "--detach", begin)
    both = LINES.replace("line 2\n", "second\n").replace("line 18\n", "last but two\n")
    (side.clone / "text").write_text(both)
    git(side.clone, "commit", "--quiet", "--all", "-m", "both at once")
    git(side.clone, "push", "--quiet", "origin", f"HEAD:refs/tags/{tag}")


@pytest.mark.parametrize("begin", ["", "2026.03.12-1"])
def test_a_pick_that_would_change_nothing_is_left_out(
    picking: CherryPicking, side: Side, begin: str
) -> None:
    there = side.change("feat: two", 2, "second")
    tag_by_hand(side, "2026.03.12", "2026.03.12-1")
    fix = side.change("fix: ten", 10, "tenth")
    picks = find(picking, there, fix, begin=begin)
    assert len(picks.picks) == 2
    picked = picking.pick(picks)
    assert picked.picks == (fix,)
    assert "would change nothing in 2026.03.12-1" in str(picked)
    tagged = picking.push(picked)
    assert side.subjects("2026.03.12-2", "2026.03.12-1") == ["fix: ten"]
    again = picking.pick(find(picking, there, fix, begin=begin))
    assert picking.push(again) == tagged
    assert "2026.03.12-3" not in side.tags()


def test_where_all_picks_would_change_nothing_the_push_s_tag_has_them(
    picking: CherryPicking, side: Side
) -> None:
    there = side.change("feat: two", 2, "second")
    tag_by_hand(side, "2026.03.12", "2026.03.12-1")
    tags = side.tags()
    assert picking.push(made(picking, there)).tag == "2026.03.12-1"
    assert side.tags() == tags


def test_where_there_is_nothing_to_tag_it_is_refused(picking: CherryPicking, side: Side) -> None:
    there = side.change("feat: two", 2, "second")
    tag_by_hand(side, "2026.03.12", "2026.03.05-1")
    tags = side.tags()
    with pytest.raises(Refused, match="expected something to tag, found nothing"):
        picking.pick(find(picking, there, begin="2026.03.05-1"))
    assert side.tags() == tags


def test_a_session_that_died_before_the_push_goes_on_with_the_same_commit(
    picking: CherryPicking, side: Side
) -> None:
    fix = side.change("fix: two", 2, "second")
    picked = made(picking, fix)
    again = made(picking, fix)
    assert again == picked
    assert outcomes(picking.runner)[-1] == "already"
    assert picking.push(again).commit == picked.commit


def test_a_clone_that_is_gone_gives_the_same_commit(picking: CherryPicking, side: Side) -> None:
    fix = side.change("fix: two", 2, "second")
    picked = made(picking, fix)
    elsewhere = replace(picking, folder=picking.folder.with_name("elsewhere"))
    assert made(elsewhere, fix) == picked


def test_what_a_killed_session_left_half_picked_is_taken_away(
    picking: CherryPicking, side: Side
) -> None:
    fix = side.change("fix: two", 2, "second")
    bad = side.change("fix: two again", 2, "the second")
    made(picking, fix)
    git(picking.folder, "checkout", "--quiet", "--detach", "2026.03.12")
    with pytest.raises(AssertionError):
        git(picking.folder, "cherry-pick", bad)
    (picking.folder / "rubble").write_text("x")
    picked = made(picking, fix, bad)
    assert picking.push(picked)
    assert side.subjects("2026.03.12-1") == ["fix: two", "fix: two again"]
    assert git(picking.folder, "status", "--porcelain") == ""


def test_a_plan_picks_and_pushes_nothing(
    side: Side, served: Served, runner: Runner, tmp_path: Path
) -> None:
    fix = side.change("fix: two", 2, "second")
    planning = Runner(runner.journal, Quiet(), plan=True, patience=FAST)
    picking, refs = picking_in(tmp_path / "plan", served, planning), side.upstream.refs()
    picked = picking.pick(find(picking, fix))
    assert isinstance(picked, Planned)
    assert isinstance(picking.push(picked), Planned)
    assert side.upstream.refs() == refs


def test_a_lost_answer_of_the_push_is_looked_up(
    picking: CherryPicking, side: Side, served: Served
) -> None:
    picked = made(picking, side.change("fix: two", 2, "second"))
    served.troubles.append("/git-receive-pack:cut after")
    assert picking.push(picked).commit == side.tags()["2026.03.12-1"]
    assert outcomes(picking.runner)[-1] == "done"
    assert [path for path in served.asked if path.endswith("/git-receive-pack")] == [
        "/upstream.git/git-receive-pack"
    ]


def test_a_server_that_stays_away_leaves_the_pick_for_later(
    picking: CherryPicking, side: Side, served: Served
) -> None:
    picked = made(picking, side.change("fix: two", 2, "second"))
    served.troubles += ["service=git-receive-pack:503"] * 9
    with pytest.raises(Unavailable):
        picking.push(picked)
    assert "2026.03.12-1" not in side.tags()
    served.troubles.clear()
    assert picking.push(picked).commit == picked.commit


def test_of_two_operators_one_gets_the_tag_and_the_other_hears_of_the_next(
    picking: CherryPicking, other: CherryPicking, side: Side
) -> None:
    first, second = side.change("fix: two", 2, "second"), side.change("fix: ten", 10, "tenth")
    mine, theirs = made(picking, first), made(other, second)
    won = picking.push(mine)
    with pytest.raises(Conflict, match=r"somebody has pushed it.*next free one is 2026\.03\.12-2"):
        other.push(theirs)
    assert side.tags()["2026.03.12-1"] == won.commit
    again = find(other, second)
    assert (again.base, again.tag) == ("2026.03.12-1", "2026.03.12-2")
    other.push(other.pick(again))
    assert side.subjects("2026.03.12-2") == ["fix: two", "fix: ten"]


def test_who_is_faster_right_before_the_push_is_never_overwritten(
    picking: CherryPicking, side: Side, monkeypatch: pytest.MonkeyPatch
) -> None:
    picked = made(picking, side.change("fix: two", 2, "second"))
    push_tag = train_module.push_tag

    def late(*args: str) -> None:
        git(side.upstream.bare, "tag", "2026.03.12-1", "master~1")
        push_tag(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(train_module, "push_tag", late)
    with pytest.raises(Conflict, match=r"next free one is 2026\.03\.12-2"):
        picking.push(picked)
    assert side.tags()["2026.03.12-1"] == git(side.upstream.bare, "rev-parse", "master~1")


def test_a_file_with_a_name_like_an_option_or_a_pattern_is_just_a_file(
    picking: CherryPicking, side: Side
) -> None:
    for name in ("--all", ":(exclude)x", "a*b", 'q"uo\tte', "ü"):
        (side.clone / name).write_text(LINES)
        git(side.clone, "add", "--all")
        git(side.clone, "commit", "--quiet", "-m", f"feat: {name!r}")
        path = side.clone / name
        path.write_text(path.read_text().replace("line 5\n", "5\n"))
        git(side.clone, "commit", "--quiet", "--all", "-m", "--fixup")
        git(side.clone, "push", "--quiet", "origin", "master")
        pick = git(side.clone, "rev-parse", "HEAD")
        picks = find(picking, pick)
        assert repr(name) in picks.warnings
        with pytest.raises(RunbookError, match="conflicts in"):
            picking.pick(picks)
