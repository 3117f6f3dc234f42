"""Each wait for something outside leads to what it waits for."""

import ast
from collections.abc import Callable, Iterator
from inspect import unwrap
from pathlib import Path
from typing import Any

import pytest

from runbook_lib.push.deployment import Look, all_there
from runbook_lib.services.bugzilla.service import Bugzilla
from runbook_lib.services.web import Web
from runbook_lib.steps.runner import Runner
from runbook_lib.steps.wait import NotYet
from tests.services.answering import Answering, answering

LIBRARY = Path(__file__).parent.parent.parent / "runbook_lib"
DATES = ["wait_for_tagging_time", "wait_for_push_day"]
"""What waits for the clock alone: there is nothing to look at, and nobody to remind."""


def not_yet(wait: Callable[..., Any], *args: Any, **kwargs: Any) -> NotYet:
    """What a wait's own look says is missing."""
    with pytest.raises(NotYet) as raised:
        unwrap(wait)(*args, **kwargs)
    return raised.value


def without_link(path: Path) -> Iterator[str]:
    """The functions of a module whose `NotYet` leads nowhere."""
    for function in ast.walk(ast.parse(path.read_text())):
        for node in ast.walk(function) if isinstance(function, ast.FunctionDef) else ():
            named = isinstance(node, ast.Call) and ast.unparse(node.func) == "NotYet"
            if named and "link" not in [one.arg for one in node.keywords]:  # type: ignore[attr-defined]
                yield function.name


def test_every_wait_for_something_outside_has_a_link() -> None:
    rooms = [*LIBRARY.glob("services/**/*.py"), *LIBRARY.glob("push/*.py")]
    assert sorted(name for path in rooms for name in without_link(path)) == sorted(DATES)


def test_several_tags_are_waited_for_at_the_first_that_is_missing() -> None:
    looks = [
        Look(True, "a: there", "https://a"),
        Look(False, "b: no"),
        Look(False, "c", "https://c"),
    ]
    with pytest.raises(NotYet, match="waiting for production: b: no; c$") as missing:
        all_there(looks, "production", "operations")
    assert (missing.value.link, missing.value.whom) == ("https://c", "operations")


def test_a_page_that_is_waited_for_is_what_the_wait_leads_to(make_runner: Any) -> None:
    runner: Runner = make_runner()
    with answering(Answering(200, "starting")) as url:
        assert not_yet(Web.await_page, Web(runner), url, contains="ready").link == url
    assert not_yet(Web.await_page, Web(runner), url).link == url


def test_a_bug_is_waited_for_among_the_newest_of_its_product(
    make_runner: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    bugzilla = Bugzilla("https://bugs.example", key="k", runner=make_runner())
    monkeypatch.setattr(bugzilla, "find_bug_by_title", lambda *_: None)
    missing = not_yet(Bugzilla.await_bug, bugzilla, "Deploy", product="Cloud Services", of="qa@x")
    listed = "https://bugs.example/buglist.cgi?product=Cloud+Services&order=bug_id+DESC"
    assert (missing.link, missing.whom) == (listed, "qa@x")
