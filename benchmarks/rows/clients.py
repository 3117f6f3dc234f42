"""The release of the sample project by release-it and by semantic-release, in the same sandbox.

Each is held against all twenty steps, and against those alone that it carries out, too.
"""

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.cost import Cost, cost_of, medians
from benchmarks.repositories import git
from benchmarks.row import Bench, Line, Missing, faster_than, need
from benchmarks.sample import home_environment, journals, papermill, release, serving
from runbook_lib.journal.events import Event, read_journal
from runbook_lib.journal.summary import summarise_steps
from runbook_lib.sandbox.server.process import Running
from runbook_lib.services.git.access import basic_header
from tests.sandbox.clients.enterprise import Enterprise, serving_enterprise

WHAT = "the release of the same repository by release-it and by semantic-release"
VARIABLE = "RELEASE_CLIENTS"
WITHOUT = {
    "release-it": "it tags what is checked out and publishes at once: no pull request, review, "
    "look at CI, approval, check of a signature, bug, load test, stage or record",
    "semantic-release": "it tags and publishes at once: no version or changelog in the files, pull "
    "request, review, look at CI, approval, signed tag, bug, load test, stage or record",
}
"""What each of them leaves out of the twenty steps, as it is set up here."""
COMMON = ("check_access", "fetch", "decide_release", "sign_tag", "push")
PUBLISHED = ("draft_release", "publish_release")
SAME = {
    "release-it": (*COMMON, "check_clean", *PUBLISHED),
    "semantic-release": (*COMMON, "write_entry", *PUBLISHED),
}
"""The steps whose work each of them does, too, if with fewer looks and without a signature: GitHub
lets us push, the last tag, the next version, the tag, its push, the release; and one asks for a
clean clone, and one writes the notes."""
LAST = ("1.8.0", "1.8^{commit}")
"""A tag that both read as a version, and what it stands for."""


def measure(bench: Bench) -> list[Line]:
    """All three in turns, each in a world of its own that is running already."""
    modules = os.environ.get(VARIABLE, "")
    if not modules:
        raise Missing(f"{VARIABLE} names no node_modules folder with both (npm install them)")
    node = need("node")
    programs = {name: [node, Path(modules) / ".bin" / name] for name in WITHOUT}
    found = medians(lambda: one_round(bench, programs), bench.rounds)
    ours = Cost(found["ours"].wall - found["kernel"].wall, found["ours"].cpu - found["kernel"].cpu)
    what = "the same release, less a kernel's start, as by"
    whole = [
        faster_than(f"{what} {name}", name, ours, found[name]).noting(without)
        for name, without in WITHOUT.items()
    ]
    outside = ours.wall - found["all steps"].wall
    return whole + [same_steps(name, found[f"as {name}"], found[name], outside) for name in SAME]


def same_steps(name: str, ours: Cost, theirs: Cost, outside: float) -> Line:
    """The steps alone that a client has, too, against all that it does."""
    ratio = ours.wall / theirs.wall
    note = (
        f"{ours.wall:.2f} s, against {theirs.wall:.2f} s; counted are {', '.join(SAME[name])}, "
        "each with all its looks, as the session's journal has them; not counted are the other "
        f"steps, a kernel's start, and {outside:.2f} s outside of steps, for the library's start, "
        f"the run's opening and the record; of {name} all counts, node's start too"
    )
    what = f"the same release, only the steps that {name} has, too"
    return Line(what, name, "faster", f"{ratio:.2f} ×", ratio, note)


def one_round(bench: Bench, programs: Mapping[str, list[Path]]) -> dict[str, Cost]:
    """Each once."""
    home = bench.new_folder("release")
    with serving(home):
        found = {"ours": release(home), "kernel": papermill(home, 1)}
    found |= by_steps(read_journal(journals(home)[-1]))
    for name, command in programs.items():
        found[name] = by_client(bench.new_folder(name), name, command)
    return found


def by_steps(events: Sequence[Event]) -> dict[str, Cost]:
    """How long all steps of a session took, and those that each of the programs has, too.

    Of several of a name the first counts: it is GitHub that is asked first who may push.
    """
    steps = summarise_steps(events)
    first = {one.step: one.seconds for one in reversed(steps)}
    same = {f"as {name}": Cost(sum(first[step] for step in SAME[name])) for name in SAME}
    return same | {"all steps": Cost(sum(one.seconds for one in steps))}


def by_client(home: Path, name: str, command: list[Path]) -> Cost:
    """One of the programs, in a clone of the sample project."""
    openssl = str(need("openssl"))
    with (
        serving(home) as running,
        serving_enterprise(running.url, home / "tls", openssl=openssl) as https,
    ):
        clone = clone_of(home, running)
        words = SETTERS[name](clone, running, https)
        variables = {
            **plain(home),
            **signed_in(running),
            "GITHUB_TOKEN": running.token,
            "NODE_EXTRA_CA_CERTS": str(https.certificate),
            "GIT_SSL_CAINFO": str(https.certificate),
        }
        return cost_of([*command, *words], cwd=clone, environment=variables)


def clone_of(home: Path, running: Running) -> Path:
    """A clone of the sample project, whose last release has a tag with a whole version, too."""
    url = f"{running.url}/harbor/tidewatch.git"
    let_in = ("-c", f"http.extraHeader={basic_header(running.token)}")
    git(home, *let_in, "clone", "--quiet", url, "clone")
    git(home / "clone", "tag", *LAST)
    git(home / "clone", *let_in, "push", "--quiet", "origin", LAST[0])
    return home / "clone"


def set_up_release_it(clone: Path, _running: Running, https: Enterprise) -> list[str]:
    """release-it speaks https alone to a company's host."""
    git(clone, "remote", "set-url", "origin", f"{https.url}/harbor/tidewatch.git")
    settings = {
        "npm": False,
        "git": {"commit": False, "requireBranch": "master", "requireCommits": True},
        "github": {"release": True, "releaseName": "${version}", "host": https.host},
    }
    place = clone.with_name("release-it.json")
    place.write_text(json.dumps(settings))
    return ["minor", "--ci", "--config", str(place)]


def set_up_semantic_release(clone: Path, running: Running, _https: Enterprise) -> list[str]:
    """semantic-release with its plugins for commits, notes and GitHub."""
    place = {"githubUrl": running.url, "githubApiUrl": f"{running.url}/api/v3"}
    quiet = {"successComment": False, "failComment": False}
    rules, notes = "@semantic-release/commit-analyzer", "@semantic-release/release-notes-generator"
    settings = {
        "branches": ["master"],
        "repositoryUrl": f"{running.url}/harbor/tidewatch.git",
        "tagFormat": "${version}",
        "plugins": [rules, notes, ["@semantic-release/github", place | quiet]],
    }
    (clone / ".releaserc.json").write_text(json.dumps(settings))
    return []


SETTERS = {"release-it": set_up_release_it, "semantic-release": set_up_semantic_release}


def plain(home: Path) -> dict[str, str]:
    """An environment in which no configuration but this is found, and nothing is updated."""
    people = {
        f"GIT_{role}_{what}": value
        for role in ("AUTHOR", "COMMITTER")
        for what, value in (("NAME", "Olive Operator"), ("EMAIL", "operator@sandbox.example"))
    }
    settings = {"CI": "true", "NO_UPDATE_NOTIFIER": "1", "NO_COLOR": "1"}
    git_ = {"GIT_CONFIG_NOSYSTEM": "1", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C.UTF-8"}
    return home_environment(home) | people | settings | git_


def signed_in(running: Running) -> dict[str, str]:
    """git's configuration, as variables, with which it sends a token that no address shows."""
    return {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "http.extraHeader",
        "GIT_CONFIG_VALUE_0": basic_header(running.token),
    }
