"""An answer that is not as GitHub describes it is one of our errors, whoever reads it.

What is asked of GitHub has a form, or a reader of it fails every test. Here each form's readers are
given a true answer with every field wrong in every way, over HTTP.
"""

import base64
import copy
import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, partial, reduce
from itertools import compress
from pathlib import Path
from typing import Any

import pytest

from runbook_lib.errors import AccessDenied, Failed, RunbookError, Unavailable
from runbook_lib.sandbox.server.server import build_app
from runbook_lib.sandbox.world.git_objects import run_git
from runbook_lib.sandbox.world.world import World
from runbook_lib.services.github import GitHub, PullRequest, Pushed, Release
from runbook_lib.services.github.associated import query_of
from runbook_lib.services.github.desk import IssueDesk
from runbook_lib.services.github.documents import FileInRepository
from runbook_lib.services.github.drafts import DraftRelease
from runbook_lib.services.github.forms import FORMS, form_of, in_form
from runbook_lib.services.github.pulls import missing_for_merge
from runbook_lib.services.github.release import release_of
from runbook_lib.services.github.settings import IssuesSettings
from runbook_lib.services.github.tickets import Ticket, asks, ticket_mark
from tests.services.github.conftest import REPOSITORY, Faults, Hub

Place = tuple[str | int, ...]
OUTSIDE = ("/user", "/graphql")
ROOT, OURS = "/repos/{owner}/{repo}", f"/repos/{REPOSITORY}"
RUN, FIX, NOTES = "release/tidewatch/1.9", "fix-the-lamp", "docs/notes.md"
LATER = {"GET": Failed, "POST": Unavailable, "PATCH": Unavailable}
PROTECTION = {"url": "https://github.example", "required_linear_history": {"enabled": False}}
TICKET, ASKED = ticket_mark("deploy-1.9"), Ticket(4, "Asked", "closed", "operator", "")
HEAD = "3f2c81d0" * 5
PLACED = {"mergeQueueEntry": {"position": 1, "state": "QUEUED"}}
PUSHED = Pushed("1.9", "release/1.9", "chore: tag 1.9", signed=False)
ABSENT = object()
WRONG: tuple[object, ...] = (ABSENT, None, "", "text", 7, [None], {})


def pull(github: GitHub) -> PullRequest:
    found = github.find_pull("release/1.9", "master")
    assert found is not None
    return found


def draft(github: GitHub) -> Release:
    found = github.find_release("1.9", RUN)
    assert found is not None
    return found


def lacking(github: GitHub) -> str:
    """What the open pull request lacks."""
    found = github.remote.get_pull(1).complete()
    verdicts = github.verdicts(found)
    return missing_for_merge(found, verdicts, github.hindrances(found, verdicts))


def made_pull(github: GitHub) -> object:
    return github.create_pull("other", into="master", title="Other", body="")


def made_comment(github: GitHub) -> object:
    """What a comment's own answer is read as."""
    change = github.put_comment(1, "Another.", "a gate")
    next(change)
    try:
        return next(change)
    except StopIteration as made:
        return made.value


def issue_desk(github: GitHub) -> IssueDesk:
    """The same repository's issues as a desk."""
    return IssueDesk(github, IssuesSettings(qa="qa", labels=("blocker",)))


def made_draft(github: GitHub) -> object:
    return release_of(github.remote.create_git_release("1.8", "1.8", "New.", draft=True))


def spoken_for(github: GitHub) -> object:
    return github.find_pulls_of([HEAD])


READERS: tuple[tuple[str, str, Callable[[GitHub], object]], ...] = (
    ("GET /user", "/user", lambda github: github.check_access()),
    ("GET {root}", "", lambda github: github.check_access()),
    ("GET {root}", "", lambda github: github.check_merging("master")),
    (
        "GET {root}/actions/runs",
        "/actions/runs",
        lambda github: github.workflow_checks(
            pull(github).commit, [], AccessDenied("not accessible by personal access token")
        ),
    ),
    (
        "GET {root}/branches/{branch}/protection",
        "/branches/master/protection",
        lambda github: github.check_merging("master"),
    ),
    (
        "GET {root}/branches/{branch}",
        "/branches/master",
        lambda github: github.find_protection("master"),
    ),
    ("POST /graphql", "/graphql", lambda github: github.queue_entry(2)),
    (
        "GET {root}/rules/branches/{branch}",
        "/rules/branches/master",
        lambda github: github.check_merging("master"),
    ),
    *(
        (f"GET {{root}}/{form}", path, lambda github: github.refuse_held_back(PUSHED))
        for form, path in (
            ("rulesets", "/rulesets"),
            ("rulesets/{ruleset_id}", "/rulesets/1"),
        )
    ),
    (
        "GET {root}/collaborators/{username}/permission",
        "/collaborators/reviewer/permission",
        lambda github: github.find_reviewed([FIX], into="master"),
    ),
    *(
        (
            f"GET {{root}}/commits/{{ref}}/{kind}",
            f"/commits/COMMIT/{kind}",
            lambda github: github.find_checks(pull(github).commit),
        )
        for kind in ("check-runs", "check-suites", "status")
    ),
    (
        "GET {root}/contents/{path:path}",
        f"/contents/{NOTES}",
        lambda github: FileInRepository(github, NOTES).read(),
    ),
    (
        "GET {root}/deployments",
        "/deployments",
        lambda github: github.newest_deployment("staging"),
    ),
    (
        "GET {root}/deployments/{deployment_id}/statuses",
        "/deployments/1/statuses",
        lambda github: github.status_of({"id": 1}),
    ),
    (
        "GET {root}/environments/{environment_name}",
        "/environments/staging",
        lambda github: github.reviewers_of("staging"),
    ),
    (
        "GET {root}/git/ref/{ref:path}",
        "/git/ref/tags/1.9",
        lambda github: github.find_tag("1.9"),
    ),
    ("GET {root}/git/tags/{tag_sha}", "/git/tags/TAG", lambda github: github.find_tag("1.9")),
    *(
        (
            f"GET {{root}}/{kind}",
            f"/{kind}",
            lambda github: github.find_issues(label="blocker", milestone="12"),
        )
        for kind in ("issues", "milestones")
    ),
    (
        "GET {root}/issues/{issue_number}",
        "/issues/4",
        lambda github: issue_desk(github).question(ASKED).answer,
    ),
    ("GET {root}/issues", "/issues", lambda github: issue_desk(github).marked(TICKET)),
    ("POST {root}/issues", "/issues", lambda github: issue_desk(github).post("Fails", "Again")),
    (
        "GET {root}/issues/{issue_number}/comments",
        "/issues/1/comments",
        lambda github: github.find_comments(1),
    ),
    ("GET {root}/pulls", "/pulls", lambda github: github.find_pull(FIX, "master")),
    ("GET {root}/pulls", "/pulls", lambda github: github.find_reviewed([FIX], into="master")),
    ("GET {root}/pulls", "/pulls", lambda github: github.find_reviewed(into="master")),
    ("GET {root}/pulls/{pull_number}", "/pulls/1", lacking),
    ("GET {root}/pulls/{pull_number}", "/pulls/2", lambda github: github.find_merged_pull(2)),
    (
        "GET {root}/pulls/{pull_number}",
        "/pulls/2",
        lambda github: github.wait_for_merge(pull(github)),
    ),
    (
        "GET {root}/pulls/{pull_number}/commits",
        "/pulls/2/commits",
        lambda github: github.find_merged_pull(2),
    ),
    (
        "GET {root}/pulls/{pull_number}/reviews",
        "/pulls/1/reviews",
        lambda github: github.find_reviewed([FIX], into="master"),
    ),
    ("GET {root}/pulls/{pull_number}/reviews", "/pulls/1/reviews", lacking),
    ("GET {root}/releases", "/releases", lambda github: github.find_release("1.9", RUN)),
    ("GET {root}/releases", "/releases", lambda github: DraftRelease(github, "1.9").read()),
    ("GET {root}/releases/latest", "/releases/latest", lambda github: github.latest_release()),
    ("GET {root}/releases/latest", "/releases/latest", lambda github: github.find_newest_release()),
    (
        "GET {root}/releases/tags/{tag}",
        "/releases/tags/1.8",
        lambda github: github.find_published("1.8"),
    ),
    (
        "GET {root}/releases/{release_id}",
        "/releases/2",
        lambda github: github.find_by_id(draft(github)),
    ),
    (
        "PATCH {root}/releases/{release_id}",
        "/releases/2",
        lambda github: github.edit(draft(github)),
    ),
    ("POST /graphql", "/graphql", spoken_for),
    ("POST {root}/issues/{issue_number}/comments", "/issues/1/comments", made_comment),
    ("POST {root}/pulls", "/pulls", made_pull),
    ("POST {root}/releases", "/releases", made_draft),
    (
        "POST {root}/releases/generate-notes",
        "/releases/generate-notes",
        lambda github: github.generate_notes("1.9", at="0" * 40),
    ),
)
"""Requests, as GitHub names them and as they are made here, each with a reader of its answer."""

ANSWERS = {
    "POST /issues/1/comments": "/issues/comments/1",
    "POST /issues": "/issues/3",
    "POST /pulls": "/pulls/1",
    "POST /releases": "/releases/2",
}
"""Where what a write answers can be seen without one."""


@pytest.fixture(scope="module")
def scene(
    stage: tuple[Faults, str], seed: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Hub]:
    """A sandbox with one of each thing that is read; nothing here changes it."""
    faults, url = stage
    folder = tmp_path_factory.mktemp("scene")
    world = World(Path(shutil.copytree(seed, folder / "world")))
    faults.app, faults.faults = build_app(world), []
    hub = Hub(url, world, folder, faults)
    set_scene(hub)
    yield hub
    world.close()


def set_scene(hub: Hub) -> None:
    """One of each thing that is read: the first pull request approved, the second merged."""
    hub.grow(FIX)
    for head, login in ((FIX, "willow"), ("release/1.9", "operator")):
        body = {"head": head, "base": "master", "title": "A change"}
        hub.ask(login, "POST", "/pulls", body)
    hub.ask("operator", "POST", "/issues/2/labels", {"labels": ["enhancement"]})
    for number in (1, 2):
        hub.ask("reviewer", "POST", f"/pulls/{number}/reviews", {"event": "APPROVE"})
    hub.ask("ci", "POST", f"/statuses/{hub.commit('1.9')}", {"state": "success", "context": "ci"})
    build = {"name": "build", "head_sha": hub.commit("1.9"), "status": "completed"}
    hub.ask("ci", "POST", "/check-runs", {**build, "conclusion": "success"})
    hub.ask("operator", "PUT", "/pulls/2/merge", {"merge_method": "merge"})
    hub.ask("operator", "POST", "/milestones", {"title": "12"})
    blocker = {"title": "Fails", "labels": ["blocker"], "milestone": 1, "assignees": ["reviewer"]}
    hub.ask("operator", "POST", "/issues", {**blocker, "body": TICKET})
    hub.ask("operator", "POST", "/issues", {"title": "Asked"})
    hub.ask("operator", "POST", "/issues/4/comments", {"body": f"@qa Well?\n\n{asks('qa')}1 -->"})
    hub.ask("operator", "PATCH", "/issues/4", {"state": "closed"})
    hub.ask("qa", "POST", "/issues/1/comments", {"body": "approve 3f2c81d0"})
    for tag, draft in (("1.8", False), ("1.9", True)):
        body = {"tag_name": tag, "name": tag, "body": f"New.\n\n<!-- runbook: {RUN} -->\n"}
        hub.ask("operator", "POST", "/releases", {**body, "draft": draft})
    given = {"type": "pull_request", "parameters": {"allowed_merge_methods": ["merge"]}}
    rules = {"name": "main", "enforcement": "active", "rules": [given]}
    wanted = {"ref_name": {"include": ["~DEFAULT_BRANCH"], "exclude": []}}
    hub.ask("operator", "POST", "/rulesets", {**rules, "conditions": wanted})
    reviewer = hub.world.account("reviewer")
    assert reviewer is not None
    who = {"reviewers": [{"type": "User", "id": reviewer.id}]}
    hub.ask("operator", "PUT", "/environments/staging", who)
    hub.ask("operator", "POST", "/deployments", {"ref": "1.9", "environment": "staging"})
    state = {"state": "success", "log_url": "https://ci.example/7", "description": "Deployed."}
    hub.ask("operator", "POST", "/deployments/1/statuses", state)
    content = base64.b64encode(b"# Notes\n").decode()
    hub.ask("operator", "PUT", f"/contents/{NOTES}", {"message": "Notes", "content": content})


def true_answer(hub: Hub, method: str, path: str) -> Any:
    """What the sandbox answers, which is as GitHub describes it."""
    if path.endswith("/protection"):
        return PROTECTION
    if path == "/graphql":
        answer = hub.github().ask_graph(query_of([hub.commit("master^")]))
        return {"data": {"repository": {**answer, "pullRequest": PLACED}}}
    if path.endswith("/generate-notes"):
        return {"name": "1.9", "body": "New."}
    if path == "/user":
        return hub.github().asker.requestJsonAndCheck("GET", path)[1]
    return hub.ask("operator", "GET", ANSWERS.get(f"{method} {path}", path))


def places(data: Any, path: Place = ()) -> Iterator[Place]:
    """The places in an answer; of a list, those in its first item."""
    yield path
    if isinstance(data, dict):
        for key, value in data.items():
            yield from places(value, (*path, key))
    elif isinstance(data, list) and data:
        yield from places(data[0], (*path, 0))


def changed(data: Any, path: Place, value: object) -> Any:
    """The same answer with another value in a place, or with nothing there."""
    if not path:
        return None if value is ABSENT else value
    made = copy.deepcopy(data)
    within = made
    for key in path[:-1]:
        within = within[key]
    if value is ABSENT:
        del within[path[-1]]
    else:
        within[path[-1]] = value
    return made


def changed_to(value: object, data: Any, path: Place) -> Any:
    """The same with its arguments in another order."""
    return changed(data, path, value)


def outermost(paths: Sequence[Place]) -> list[Place]:
    """The places that are in no other."""
    return [one for one in paths if not any(one[:at] in paths for at in range(len(one)))]


def innermost(paths: Sequence[Place]) -> list[Place]:
    """The places that no other is in."""
    return [one for one in paths if not any(each[: len(one)] == one != each for each in paths)]


def fits(request: str, answer: object) -> bool:
    """Whether an answer has its form."""
    try:
        in_form(answer, request, form_of(request))
    except RunbookError:
        return False
    return True


def show(value: object) -> None:
    """Have a value show itself, as a notebook does."""
    assert value is None or (str(value) and repr(value))
    page = getattr(value, "_repr_html_", None)
    assert page is None or page()


@dataclass(frozen=True)
class Question:
    """A request, and one of those who read its answer."""

    hub: Hub
    request: str
    read: Callable[[GitHub], object]

    def of(self, answer: object) -> object:
        """What its reader makes of an answer; an error where it is one of ours."""
        method, _, path = self.request.partition(" ")
        status = 201 if method == "POST" else 200
        self.hub.spoil(
            method, f"^/api(?:/v3)?{re.escape(path)}$", times=9, answer=(status, {}, answer)
        )
        try:
            return self.read(self.github)
        except RunbookError as error:
            return error
        finally:
            self.hub.faults.faults.clear()

    @cached_property
    def github(self) -> GitHub:
        return self.hub.github()


def test_every_answer_that_is_read_has_a_reader_here() -> None:
    known = {described for described, form in FORMS.items() if form is not Any}
    assert {described.replace("{root}", ROOT) for described, _, _ in READERS} == known


def test_what_has_no_form_is_not_asked() -> None:
    with pytest.raises(LookupError, match="has no form"):
        form_of(f"GET {OURS}/hooks")


@pytest.mark.usefixtures("acts")
@pytest.mark.parametrize(("described", "path", "read"), READERS)
def test_whoever_reads_it_a_wrong_answer_is_an_error_of_ours(
    scene: Hub, described: str, path: str, read: Callable[[GitHub], object]
) -> None:
    hub, method = scene, described.partition(" ")[0]
    tag = run_git(hub.bare, "rev-parse", "refs/tags/1.9").strip()
    path = path.replace("COMMIT", hub.commit("1.9")).replace("TAG", tag)
    request = f"{method} {'' if path in OUTSIDE else OURS}{path}"
    question, answer = Question(hub, request, read), true_answer(hub, method, path)
    assert not isinstance(found := question.of(answer), RunbookError), found
    unread = []
    for place in places(answer):
        wrong = [changed(answer, place, value) for value in WRONG]
        fitting = [fits(request, one) for one in wrong]
        if all(fitting):
            unread.append(place)
            continue
        refused = question.of(wrong[fitting.index(False)])
        assert type(refused) is LATER[method], (place, refused)
        assert "as GitHub describes it" in str(refused)
        for one in compress(wrong, fitting):
            show(question.of(one))
    for value in WRONG:
        for some in (outermost(unread), innermost(unread)):
            show(question.of(reduce(partial(changed_to, value), some, answer)))


@pytest.mark.parametrize("link", ["", "text", "<>", "a, b; c; d", "<a>; rel"])
def test_what_is_no_link_to_a_page_that_follows_leads_nowhere(scene: Hub, link: str) -> None:
    labelled = scene.ask("operator", "GET", "/issues")
    scene.spoil("GET", "/issues$", answer=(200, {"link": link}, labelled))
    assert scene.github().find_issues(label="blocker")
    scene.faults.faults.clear()


@pytest.mark.parametrize("place", ["text", "https://elsewhere.example/api/v3/issues?page=2"])
def test_a_page_that_follows_elsewhere_is_an_error(scene: Hub, place: str) -> None:
    link = {"link": f'<{place}>; rel="next"'}
    scene.spoil("GET", "/issues$", answer=(200, link, scene.ask("operator", "GET", "/issues")))
    with pytest.raises(Failed, match="expected that what follows GET"):
        scene.github().find_issues(label="blocker")
    scene.faults.faults.clear()


@pytest.mark.usefixtures("acts")
def test_a_page_that_says_a_write_was_done_is_no_answer_and_a_look_tells(scene: Hub) -> None:
    scene.spoil("POST", "/pulls$", answer=(200, {}, "<html>Signed in</html>"))
    with pytest.raises(Unavailable, match="expected JSON"):
        made_pull(scene.github())
    scene.faults.faults.clear()
