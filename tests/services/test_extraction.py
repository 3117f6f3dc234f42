"""Texts extracted by the team's real scripts with Babel, and pushed to real git over HTTP."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import pytest

from runbook_lib.errors import Conflict, Failed, Refused, Unavailable, UsageError
from runbook_lib.push.streamed import Streamed
from runbook_lib.run.services import command_environment
from runbook_lib.sandbox.samples.team.authors import WILLOW
from runbook_lib.sandbox.samples.team.git import Change, build_repository
from runbook_lib.sandbox.samples.team.locales import NEW_TEXTS, frontend_locales, server_locales
from runbook_lib.sandbox.samples.team.week import CLOCK
from runbook_lib.sandbox.server import process
from runbook_lib.sandbox.server.process import Running
from runbook_lib.sandbox.world.world import World
from runbook_lib.services.git import Mirror, configured
from runbook_lib.services.git.access import basic_header
from runbook_lib.services.git.locales.extraction import Extracted, Extraction
from runbook_lib.steps.step import Planned
from tests.conftest import MakeRunner, Quiet, as_a_step_does
from tests.release.world import git, refs_of
from tests.sandbox.repositories import create_repository

BRANCH = "locales-2026-03-12"
SERVER = ("./scripts/extract-l10n.sh",)
FRONTEND = ("./bin/run-l10n-extraction",)
GERMAN = "locale/de/LC_MESSAGES/pelican.po"
DATES = dict.fromkeys(("GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"), CLOCK.isoformat())


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("texts") / "world"
    made = process.start(folder)
    lease = process.hold(folder)
    yield made
    lease.close()
    process.stop(folder)


@dataclass(frozen=True)
class Place:
    """A repository on the server, and what its operators have of it."""

    running: Running
    name: str
    folder: Path
    make_runner: MakeRunner

    @property
    def bare(self) -> Path:
        with World(self.running.folder) as world:
            return world.git_folder(self.name)

    @property
    def url(self) -> str:
        return f"{self.running.url}/{self.name}.git"

    @property
    def head(self) -> str:
        return git(self.bare, "rev-parse", "refs/heads/main")

    @property
    def texts(self) -> str:
        """The texts in German as the branch has them."""
        return git(self.bare, "show", f"refs/heads/{BRANCH}:{GERMAN}")

    def environment(self, login: str = "operator") -> dict[str, str]:
        with World(self.running.folder) as world:
            account = world.account(login)
        assert account is not None
        who = {"NAME": login.title(), "EMAIL": f"{login}@sandbox.example"}
        identity = {
            f"GIT_{role}_{key}": value
            for role in ("AUTHOR", "COMMITTER")
            for key, value in who.items()
        }
        plain = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
        header = {f"http.{self.running.url}/.extraHeader": basic_header(account.token)}
        return configured({**plain, **identity, **DATES}, header)

    def extraction(
        self, command: tuple[str, ...] = SERVER, *, login: str = "operator", plan: bool = False
    ) -> Extraction:
        """An extraction by an operator on a machine of theirs."""
        runner, home = self.make_runner(operator=login, plan=plan), self.folder / login
        environment = self.environment(login)
        mirror = Mirror(home / "mirror.git", self.url, runner, environment)
        mirror.bring_up_to_date()
        program = Streamed(runner, command_environment())
        return Extraction(
            *(home / "locales", mirror, runner, program, command),
            paths=("locale",),
            environment=environment,
        )

    def clone(self, login: str = "operator") -> Path:
        """An operator's own clone, with main checked out."""
        folder = self.folder / login / "clone"
        git(self.folder, "clone", "--quiet", str(self.bare), str(folder))
        git(folder, "remote", "set-url", "origin", self.url)
        return folder

    def push(self, text: str, *, branch: str, path: str = GERMAN) -> str:
        """Somebody's own commit on top of main or of the branch."""
        folder = self.folder / f"somebody-{datetime.now().timestamp()}"
        git(self.folder, "clone", "--quiet", str(self.bare), str(folder))
        if branch in git(self.bare, "for-each-ref", "--format=%(refname:short)").split():
            git(folder, "switch", "--quiet", branch)
        (folder / path).write_text(text)
        who = ("-c", "user.name=Somebody", "-c", "user.email=somebody@sandbox.example")
        git(folder, *who, "commit", "--quiet", "--all", "--message=Their own")
        git(folder, "push", "--quiet", "origin", f"HEAD:refs/heads/{branch}")
        return git(folder, "rev-parse", "HEAD")


def outcomes(extraction: Extraction) -> list[str]:
    display = extraction.runner.display
    assert isinstance(display, Quiet)
    return [report.outcome for report in display.reports]


@pytest.fixture
def server(running: Running, tmp_path: Path, make_runner: MakeRunner) -> Place:
    """The server with the texts of last week and, newer, some that no catalog has."""
    first = Change(WILLOW, CLOCK, "Count seabirds\n", server_locales())
    new = Change(WILLOW, CLOCK, "feat: colours\n", edits=NEW_TEXTS, tags=("2026.03.12",))
    return plant(running, tmp_path, make_runner, (first, new))


@pytest.fixture
def frontend(running: Running, tmp_path: Path, make_runner: MakeRunner) -> Place:
    """The frontend, in which nothing is new."""
    first = Change(WILLOW, CLOCK, "Show seabirds\n", frontend_locales())
    return plant(running, tmp_path, make_runner, (first,))


def plant(
    running: Running, folder: Path, make_runner: MakeRunner, changes: tuple[Change, ...]
) -> Place:
    name = f"texts/{folder.name.replace('_', '-')}"
    with World(running.folder) as world:
        create_repository(world, name, default_branch="main")
        build_repository(world.git_folder(name), changes)
    return Place(running, name, folder, make_runner)


def test_new_texts_are_extracted_and_committed_by_the_operator(server: Place) -> None:
    extraction = server.extraction()
    extracted = extraction.extract(server.head, BRANCH)
    assert extracted.files == (GERMAN, "locale/pelican.pot")
    assert str(extracted) == f"{BRANCH} has {GERMAN}, locale/pelican.pot"
    assert outcomes(extraction) == ["done"]
    about = git(extraction.git.folder, "log", "-1", "--format=%an %s %P", extracted.commit)
    assert about == f"Operator Extract locales {server.head}"
    assert not (extraction.path / "checkout").exists()


def test_extracting_pushes_nothing_and_pushing_pushes_one_branch(server: Place) -> None:
    before = refs_of(server.bare)
    extraction = server.extraction()
    extracted = extraction.extract(server.head, BRANCH)
    assert refs_of(server.bare) == before
    pushed = extraction.push(extracted, "main")
    assert pushed.needs_pull
    assert str(pushed) == f"origin has {BRANCH} at {extracted.commit:.9}"
    assert refs_of(server.bare) == {**before, f"refs/heads/{BRANCH}": extracted.commit}
    assert 'msgid "Which colour has the ring?"' in server.texts
    assert 'msgstr "Zählen Sie Seevögel mit uns."' in server.texts


def test_a_tag_is_extracted_from_by_its_name(server: Place) -> None:
    assert server.extraction().extract("2026.03.12", BRANCH).base == server.head


def test_no_new_texts_is_a_good_outcome_though_the_catalogs_dates_are_new(frontend: Place) -> None:
    before = refs_of(frontend.bare)
    extraction = frontend.extraction(FRONTEND)
    extracted = extraction.extract(frontend.head, BRANCH)
    assert not extracted.changed
    assert str(extracted) == "no new texts"
    pushed = extraction.push(extracted, "main")
    assert not pushed.needs_pull
    assert str(pushed) == "no new texts"
    assert outcomes(extraction) == ["done", "already"]
    assert refs_of(frontend.bare) == before


def test_what_was_extracted_is_found_again_and_not_run_again(server: Place) -> None:
    first = server.extraction().extract(server.head, BRANCH)
    again = server.extraction()
    assert again.extract(server.head, BRANCH) == first
    assert outcomes(again) == ["already"]


def test_no_new_texts_are_remembered_too(frontend: Place) -> None:
    frontend.extraction(FRONTEND).extract(frontend.head, BRANCH)
    again = frontend.extraction(FRONTEND)
    assert not again.extract(frontend.head, BRANCH).changed
    assert outcomes(again) == ["already"]


def test_another_command_is_another_extraction(server: Place) -> None:
    server.extraction().extract(server.head, BRANCH)
    other = server.extraction(("sh", "-c", "echo new > locale/other.pot"))
    assert other.extract(server.head, BRANCH).files == ("locale/other.pot",)


def test_a_plan_runs_and_pushes_nothing(server: Place) -> None:
    before = refs_of(server.bare)
    extraction = server.extraction(("sh", "-c", "touch ../ran"), plan=True)
    extracted = extraction.extract(server.head, BRANCH)
    assert isinstance(extracted, Planned)
    assert isinstance(extraction.push(extracted, "main"), Planned)
    assert outcomes(extraction) == ["planned", "planned"]
    assert not (extraction.path / "ran").exists()
    assert refs_of(server.bare) == before


def test_a_command_that_fails_leaves_nothing_and_shows_its_end(
    server: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    extraction = server.extraction(("sh", "-c", "echo x > locale/x; echo no msgfmt >&2; exit 3"))
    with pytest.raises(Failed, match="ended with status 3") as failed:
        extraction.extract(server.head, BRANCH)
    assert "no msgfmt" in str(failed.value)
    assert "no msgfmt" in capsys.readouterr().out
    assert [path.name for path in extraction.path.iterdir()] == ["kept.git"]
    mended = server.extraction()
    assert mended.extract(server.head, BRANCH).changed


def test_a_command_has_a_time_limit(server: Place) -> None:
    extraction = replace(server.extraction(("sleep", "600")), limit=0.2)
    with pytest.raises(Failed, match="was not done after 0 s"):
        extraction.extract(server.head, BRANCH)
    assert not (extraction.path / "checkout").exists()


def test_a_command_that_is_not_there_is_named(server: Place) -> None:
    with pytest.raises(UsageError, match=r"expected the command './bin/none.sh'"):
        server.extraction(("./bin/none.sh",)).extract(server.head, BRANCH)


def test_changes_outside_of_the_paths_are_left_out_and_said(server: Place) -> None:
    command = ("sh", "-c", "./scripts/extract-l10n.sh; echo x > package-lock.json; rm babel.cfg")
    extraction = server.extraction(command)
    extracted = extraction.extract(server.head, BRANCH)
    assert extracted.files == (GERMAN, "locale/pelican.pot")
    assert extracted.left_out == ("babel.cfg", "package-lock.json")
    said = "; left out, not in locales.paths: babel.cfg, package-lock.json"
    assert str(extracted).endswith(said)
    assert server.extraction(command).extract(server.head, BRANCH) == extracted


def test_by_default_every_file_is_committed(server: Place) -> None:
    extraction = replace(server.extraction(("sh", "-c", "echo x > a; rm babel.cfg")), paths=(".",))
    assert extraction.extract(server.head, BRANCH).files == ("a", "babel.cfg")


def test_what_the_command_commits_itself_counts_and_what_it_pushes_goes_nowhere(
    server: Place,
) -> None:
    before = refs_of(server.bare)
    script = (
        "./scripts/extract-l10n.sh && git switch --quiet -c locales && git -c user.name=x "
        "-c user.email=x@x commit --quiet --all --message=mine"
    )
    extracted = server.extraction(("sh", "-c", script)).extract(server.head, BRANCH)
    assert extracted.files == (GERMAN, "locale/pelican.pot")
    with pytest.raises(Failed, match="no-push-from-here"):
        server.extraction(("sh", "-c", f"{script} && git push origin locales")).extract(
            server.head, BRANCH
        )
    assert refs_of(server.bare) == before


def test_the_command_is_given_no_credentials(server: Place) -> None:
    extraction = server.extraction(("sh", "-c", "env > locale/environment.txt"))
    extracted = extraction.extract(server.head, BRANCH)
    written = git(extraction.git.folder, "show", f"{extracted.commit}:locale/environment.txt")
    assert "PATH=" in written
    assert "Authorization" not in written


def test_a_bad_branch_name_is_refused_before_anything_runs(server: Place) -> None:
    with pytest.raises(UsageError, match="which git does not allow"):
        server.extraction().extract(server.head, "--upload-pack=x")


def test_a_session_that_died_in_the_middle_is_run_again(server: Place) -> None:
    """As killed between the command's end and the commit: half a checkout, and nothing kept."""
    extraction = server.extraction()
    (extraction.path / "checkout" / ".git").mkdir(parents=True)
    (extraction.path / ".kept.git.part").mkdir()
    assert extraction.extract(server.head, BRANCH).changed
    assert [path.name for path in extraction.path.iterdir()] == ["kept.git"]


def fault(server: Place, kind: str) -> None:
    body = {"path_pattern": r".*/git-receive-pack", "kind": kind, "method": "POST", "times": 1}
    server.running.client.expect("POST", "/sandbox/faults", body)


@pytest.mark.parametrize("kind", ["drop-before", "drop-after"])
def test_a_lost_answer_to_the_push_makes_one_branch(server: Place, kind: str) -> None:
    extraction = server.extraction()
    extracted = extraction.extract(server.head, BRANCH)
    fault(server, kind)
    pushed = extraction.push(extracted, "main")
    assert pushed.commit == extracted.commit
    assert outcomes(extraction) == ["done", "done"]
    assert git(server.bare, "rev-parse", f"refs/heads/{BRANCH}") == extracted.commit


def test_a_branch_that_is_pushed_already_is_found_by_another_operator(server: Place) -> None:
    mine = server.extraction()
    pushed = mine.push(mine.extract(server.head, BRANCH), "main")
    theirs = server.extraction(login="qa")
    theirs = replace(theirs, environment={**theirs.environment, **later()})
    extracted = theirs.extract(server.head, BRANCH)
    assert extracted.commit != pushed.commit
    found = theirs.push(extracted, "main")
    assert found.commit == pushed.commit
    assert str(found).endswith("(somebody else pushed the same texts)")
    assert outcomes(theirs) == ["done", "already"]


def later() -> dict[str, str]:
    return {"GIT_COMMITTER_DATE": "2026-03-10T10:00:00-07:00"}


def test_two_operators_at_once_make_one_branch(
    server: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine, theirs = server.extraction(), server.extraction(login="qa")
    theirs = replace(theirs, environment={**theirs.environment, **later()})
    extracted = mine.extract(server.head, BRANCH)
    others = theirs.extract(server.head, BRANCH)
    pushing = replace(theirs.git, environment=server.environment())
    looked: list[str] = []

    def meanwhile(event: str, /, **fields: object) -> object:
        if event == "intent" and not looked:
            looked.append(event)
            with as_a_step_does():
                pushing.run("push", "--", server.url, f"{others.commit}:refs/heads/{BRANCH}")
        return append(event, **fields)

    append = mine.runner.journal.append
    monkeypatch.setattr(mine.runner.journal, "append", meanwhile)
    pushed = mine.push(extracted, "main")
    assert pushed.commit == others.commit == git(server.bare, "rev-parse", f"refs/heads/{BRANCH}")
    assert pushed.commit != extracted.commit


def test_a_branch_with_other_texts_is_never_forced(server: Place) -> None:
    there = server.push("# other\n", branch=BRANCH)
    before = refs_of(server.bare)
    extraction = server.extraction()
    with pytest.raises(Conflict, match=f"found others at {there:.9}: a pushed branch is never"):
        extraction.push(extraction.extract(server.head, BRANCH), "main")
    assert refs_of(server.bare) == before


def test_what_others_added_to_the_branch_stays(server: Place) -> None:
    extraction = server.extraction()
    extracted = extraction.extract(server.head, BRANCH)
    extraction.push(extracted, "main")
    there = server.push("# translated\n", branch=BRANCH)
    found = server.extraction().push(extracted, "main")
    assert (found.commit, found.note) == (there, " (1 commit added since)")


def test_texts_that_were_merged_by_squashing_need_no_branch_again(server: Place) -> None:
    extraction = server.extraction()
    extracted = extraction.extract(server.head, BRANCH)
    extraction.push(extracted, "main")
    squashed = git(
        *(server.bare, "commit-tree", f"{extracted.commit}^{{tree}}", "-p", server.head, "-m", "x"),
        GIT_AUTHOR_NAME="x",
        GIT_AUTHOR_EMAIL="x@x",
        GIT_COMMITTER_NAME="x",
        GIT_COMMITTER_EMAIL="x@x",
    )
    git(server.bare, "update-ref", "refs/heads/main", squashed)
    git(server.bare, "update-ref", "-d", f"refs/heads/{BRANCH}")
    before = refs_of(server.bare)
    found = server.extraction().push(extracted, "main")
    assert not found.needs_pull
    assert str(found) == f"main has the new texts already, at {squashed:.9}"
    assert refs_of(server.bare) == before


def test_a_branch_to_merge_into_that_is_not_there_is_refused(server: Place) -> None:
    extraction = server.extraction()
    extracted = extraction.extract(server.head, BRANCH)
    with pytest.raises(Refused, match="expected a branch mian"):
        extraction.push(extracted, "mian")


def test_without_the_server_nothing_is_lost(server: Place) -> None:
    extraction = server.extraction()
    extracted = extraction.extract(server.head, BRANCH)
    gone = replace(extraction, mirror=replace(extraction.mirror, url="http://127.0.0.1:9/x/y.git"))
    with pytest.raises(Unavailable):
        gone.push(extracted, "main")
    assert extraction.push(extracted, "main").needs_pull


# In a container: `docker` stands here for Docker Compose, which this machine has not. It runs the
# command in the folder that the "container" mounts, as `docker compose exec` would.

DOCKER = """\
#!/bin/sh
test "$1 $2 $3 $4" = "compose exec -T web" || exit 64
shift 4
cd "$MOUNTED" || exit 65
exec "$@"
"""
VIA = ("docker", "compose", "exec", "-T", "web")


@pytest.fixture
def mounted(server: Place, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The operator's clone, as a container mounts it."""
    folder = server.folder / "bin"
    folder.mkdir()
    (folder / "docker").write_text(DOCKER)
    (folder / "docker").chmod(0o755)
    clone = server.clone()
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("MOUNTED", str(clone))
    return clone


def in_container(server: Place, clone: Path, command: tuple[str, ...] = SERVER) -> Extraction:
    extraction = replace(server.extraction(command), via=VIA, clone=clone)
    path = os.pathsep.join([str(server.folder / "bin"), command_environment()["PATH"]])
    return replace(extraction, program=Streamed(extraction.runner, {"PATH": path}))


def state_of(clone: Path) -> tuple[dict[str, str], str]:
    return refs_of(clone), git(clone, "status", "--porcelain", "--branch", "--ignored")


def test_in_a_container_the_command_works_on_the_clone_that_it_mounts(
    server: Place, mounted: Path
) -> None:
    server.push("# main has moved on\n", branch="main")
    tagged = git(server.bare, "rev-parse", "2026.03.12")
    before = state_of(mounted)
    extraction = in_container(server, mounted)
    extracted = extraction.extract(tagged, BRANCH)
    assert extracted.files == (GERMAN, "locale/pelican.pot")
    assert state_of(mounted) == before
    assert not extraction.mark.exists()
    assert extraction.push(extracted, "main").commit == extracted.commit


def test_a_clone_that_is_not_clean_is_refused_and_left_alone(server: Place, mounted: Path) -> None:
    (mounted / "mine.txt").write_text("mine")
    before = state_of(mounted)
    with pytest.raises(Refused, match=r"found mine.txt \(not known to git\)"):
        in_container(server, mounted).extract(server.head, BRANCH)
    assert state_of(mounted) == before
    assert (mounted / "mine.txt").read_text() == "mine"


def test_a_clone_is_given_back_after_a_failure_with_its_branches_as_they_were(
    server: Place, mounted: Path
) -> None:
    git(mounted, "switch", "--quiet", "-c", "topic", "HEAD~1")
    before = state_of(mounted)
    script = (
        "./scripts/extract-l10n.sh && git switch --quiet -c theirs && git -c user.name=x -c "
        "user.email=x@x commit --quiet --all -m x && git branch --quiet --force main && "
        "touch left && exit 1"
    )
    with pytest.raises(Failed, match="ended with status 1"):
        in_container(server, mounted, ("sh", "-c", script)).extract(server.head, BRANCH)
    assert state_of(mounted) == before


def test_a_detached_clone_is_given_back_detached(server: Place, mounted: Path) -> None:
    git(mounted, "switch", "--quiet", "--detach", "HEAD~1")
    before = state_of(mounted)
    in_container(server, mounted).extract(server.head, BRANCH)
    assert state_of(mounted) == before


def test_a_session_that_was_killed_in_the_clone_is_told_of_with_the_way_back(
    server: Place, mounted: Path
) -> None:
    code = (
        "import os, sys, pathlib\n"
        "from runbook_lib.services.git.locales.extraction_place import borrowed_clone\n"
        "from runbook_lib.services.git.clones.operator_clone import OperatorClone\n"
        "from runbook_lib.services.git.git import Git\n"
        "kept, clone, mark, commit = sys.argv[1:]\n"
        "from runbook_lib.steps.phase import Phase, acting, looking\n"
        "own, phase = OperatorClone(pathlib.Path(clone), None), Phase('extract')\n"
        "lent = borrowed_clone(own, Git(pathlib.Path(kept)), pathlib.Path(mark), commit)\n"
        "with looking(phase), acting(phase), lent as tree:\n"
        "    (tree.folder / 'half').write_text('x')\n"
        "    os.kill(os.getpid(), 9)\n"
    )
    extraction = in_container(server, mounted)
    extraction.make()
    arguments = map(str, (extraction.git.folder, mounted, extraction.mark, server.head))
    died = subprocess.run([sys.executable, "-c", code, *arguments])
    assert died.returncode == -9
    with pytest.raises(Refused, match="git clean -d --force and git switch --force main there"):
        extraction.extract(server.head, BRANCH)
    git(mounted, "clean", "-d", "--force")
    with pytest.raises(Refused, match="git switch --force main there"):
        extraction.extract(server.head, BRANCH)
    git(mounted, "switch", "--force", "main")
    before = state_of(mounted)
    assert in_container(server, mounted).extract(server.head, BRANCH).changed
    assert state_of(mounted) == before


def test_a_clone_that_is_not_there_is_a_mistake_in_the_profile(server: Place) -> None:
    extraction = replace(server.extraction(), via=("sh", "-c"), clone=server.folder / "none")
    with pytest.raises(UsageError, match="expected a folder with the operator's clone"):
        extraction.extract(server.head, BRANCH)


def test_without_a_clone_what_reaches_the_place_runs_in_the_runs_own_checkout(
    server: Place,
) -> None:
    extraction = replace(server.extraction(), via=("env", "LANGUAGE=C"))
    assert extraction.extract(server.head, BRANCH).changed


def test_a_plain_value_tells_what_was_left_out() -> None:
    found = Extracted(BRANCH, "a" * 40, "a" * 40, (), ("x",))
    assert str(found) == "no new texts; left out, not in locales.paths: x"
