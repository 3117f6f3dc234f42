"""A fix on its way to the public: nobody hears of it before upstream has it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.record.conftest import Practice, end_of
from tests.record.team import TEAM, give_secrets, make_machine, make_remote
from tests.record.test_private import home_of, make_private, name_private_remote
from tests.release.test_canary import everything
from tests.release.world import stop_worlds
from tests.services.git.conftest import home, template, upstream
from tests.services.git.mirrored import BRANCH, SECRET, SUBJECT, Head, Pair, pair

__all__ = ["home", "pair", "template", "upstream"]

CELLS = (
    (
        "",
        'fix: str = ""  # a branch and its reviewed commit\nplaces: str = ""  # both repositories\n'
        'profile: str = "sandbox"  # the profile\nplan: bool = False  # only say',
    ),
    (
        "## Open the run",
        'from runbook_lib import open_run\n\nrun = open_run("fence", parameters=globals())\nrun',
    ),
    (
        "## Both repositories",
        "from tests.record.practice import open_desk\n"
        "from tests.services.git.mirrored import Head, open_mirrors\n\n"
        'open_desk(run, "fixes")\nmirrors = open_mirrors(run, places)\nmirrors.catch_up()',
    ),
    (
        "## Merge, and look at the difference",
        "merged = mirrors.merge([Head(*fix.split())])\nprint(fix)\n"
        "difference = mirrors.diff(merged)\ndifference",
    ),
    ("## The gate", 'run.approve("cups", difference, title="Make these fixes public")'),
    ("## Upstream first", "mirrors.push_upstream(merged)"),
    ("## Security second", "mirrors.push_security(merged)\nmirrors.check_equal()"),
    ("## Close", "run.close()"),
)


@pytest.fixture
def remotes(tmp_path: Path) -> tuple[Path, Path]:
    """The team's archive on a server, and the one of its private records."""
    return make_remote(tmp_path / "open.git"), make_remote(tmp_path / "closed.git")


@pytest.fixture
def machines(
    tmp_path: Path, remotes: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Practice, Practice]]:
    """Olive's machine and Ada's."""
    give_secrets(monkeypatch)
    for who in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{who}_NAME", "Olive Operator")
        monkeypatch.setenv(f"GIT_{who}_EMAIL", "olive@harbor.example")
    made = [make_fence(tmp_path, remotes, who) for who in ("olive", "ada")]
    yield made[0], made[1]
    for machine in made:
        stop_worlds(machine.home)


def make_fence(folder: Path, remotes: tuple[Path, Path], operator: str) -> Practice:
    """Somebody's machine with the private runbook."""
    made = make_machine(folder, folder / "desk", remotes[0], operator)
    name_private_remote(made, str(remotes[1]))
    notebook = made.folder / "fence.ipynb"
    make_private(notebook, CELLS)
    return Practice(made.folder, notebook, made.home, made.desk)


def told_of(folder: Path, *apart: Path) -> list[str]:
    """Where any of the secrets stands below a folder, but for these places."""
    places = tuple(f"{place}" for place in apart)
    words = [word.encode() for word in (BRANCH, SUBJECT, SECRET)]
    return [
        name
        for name, data in everything(folder)
        if not name.startswith(places)
        and any(word in data or word in name.encode() for word in words)
    ]


def parameters(pair: Pair, head: Head) -> tuple[str, ...]:
    """What a session is given."""
    fix = f"{head.branch} {head.commit}"
    return (*TEAM, "-r", "fix", fix, "-r", "places", f"{pair.public.url} {pair.private}")


def test_nobody_hears_of_a_fix_before_upstream_has_it(
    pair: Pair, machines: tuple[Practice, Practice], remotes: tuple[Path, Path], tmp_path: Path
) -> None:
    olive, ada = machines
    given, before = parameters(pair, pair.lantern()), pair.mains
    with olive.start(*given, "--log-output") as papermill:
        said = end_of(papermill)
    assert "Waiting: kept in the private record" in said
    assert not [word for word in (BRANCH, SUBJECT, SECRET) if word in said]
    apart = (pair.private, pair.author, remotes[1], home_of(olive) / "private")
    assert told_of(home_of(olive) / "private") != []
    assert told_of(tmp_path, *apart) == []
    assert pair.mains == before
    [waiting] = ada.asked("status")
    ada.command("approve", waiting["run"], "cups", "--reason", "read it")
    olive.run(*given)
    assert pair.mains[0] == pair.mains[1] != before[0]
    assert told_of(tmp_path, *apart, home_of(ada) / "private", pair.public.bare) == []
    assert told_of(pair.public.bare) != []
