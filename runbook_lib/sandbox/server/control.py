"""The sandbox's own controls, under `/sandbox`: its state, its people, its approvals, its settings.

Each needs a token; what changes the world itself needs the operator's.
"""

from collections.abc import Callable
from dataclasses import asdict
from functools import wraps
from typing import Any, cast

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from runbook_lib.errors import Conflict, RunbookError
from runbook_lib.sandbox.people import approvals
from runbook_lib.sandbox.people import jobs as jobs
from runbook_lib.sandbox.samples.project import plant_sample
from runbook_lib.sandbox.server.tokens import require_account
from runbook_lib.sandbox.services import dockerflow
from runbook_lib.sandbox.world.grants import KINDS, Kind, grant
from runbook_lib.sandbox.world.mirror import mirror_repository
from runbook_lib.sandbox.world.repositories import find_repository, list_repositories
from runbook_lib.sandbox.world.world import Account, Person, World

MODES = ("on", "off", "slow", "no")
SETTINGS = {
    "merge_method": ("merge", "squash", "rebase"),
    "deploy_production": ("no", "yes"),
    "deploy_stage": ("asked", "released"),
    "bugzilla_version": ("20260101.1", "5.3.3", "5.2", "5.0.6", "4.4.14"),
}
"""The settings that may be changed, and their values; the first is the default."""

Body = dict[str, Any]
Endpoint = Callable[[World, Account, Request, Body], Any]


def routes(world: World) -> list[BaseRoute]:
    """Everything under `/sandbox` but `/sandbox/alive`, a team and its clock."""
    world.add_tables(approvals.SCHEMA)
    world.add_tables(jobs.SCHEMA)
    return [
        control(world, "GET", "/state", state),
        control(world, "PATCH", "/people/{role}", change_person, "admin"),
        control(world, "POST", "/approvals", ask, "admin"),
        control(world, "GET", "/approvals/{id:int}", look_up),
        control(world, "GET", "/approvals", list_questions),
        control(world, "PATCH", "/approvals/{id:int}", decide, "admin", "approver", "qa"),
        control(world, "GET", "/settings", settings),
        control(world, "PUT", "/settings/{name}", change_setting, "admin"),
        control(world, "GET", "/repositories", repositories),
        control(world, "POST", "/tokens", make_token, "admin"),
        control(world, "POST", "/deployments", deploy, "admin", "ops"),
        control(world, "PUT", "/repositories/{owner}/{name}", mirror, "admin"),
        control(world, "PUT", "/sample", sample, "admin"),
    ]


def control(world: World, method: str, path: str, work: Endpoint, *allowed: str) -> Route:
    """One route under `/sandbox`, for those accounts or permissions alone."""

    @wraps(work)
    async def endpoint(request: Request) -> Response:
        account = await run_in_threadpool(require_account, world, request, *allowed)
        body = await read_body(request)
        try:
            answer = await run_in_threadpool(work, world, account, request, body)
        except RunbookError as error:
            status = 409 if isinstance(error, Conflict) else 422
            return JSONResponse({"message": str(error)}, status)
        return JSONResponse(answer)

    return Route(f"/sandbox{path}", endpoint, methods=[method])


async def read_body(request: Request) -> Body:
    """A request's JSON object; an empty one where there is no body."""
    if not await request.body():
        return {}
    try:
        body = await request.json()
    except ValueError as error:
        raise HTTPException(400, f"The body is no JSON: {error}") from error
    if not isinstance(body, dict):
        raise HTTPException(422, "The body was expected to be a JSON object.")
    return body


def text_of(body: Body, name: str, *, default: str | None = None) -> str:
    """One text of a body; 422 where it is missing and has no default, or is no text."""
    value = body.get(name, default)
    if not isinstance(value, str):
        raise HTTPException(422, f"{name!r} was expected to be a text, found {value!r}.")
    return value


def choice_of(
    body: Body, name: str, choices: tuple[str, ...], *, default: str | None = None
) -> str:
    """One text of a body that is among the choices; else 422."""
    value = text_of(body, name, default=default)
    if value not in choices:
        raise HTTPException(422, f"{name!r} is one of {', '.join(choices)}; found {value!r}.")
    return value


def state(world: World, account: Account, request: Request, body: Body) -> Any:
    """Repositories, people, settings, approvals, deployments and all that happened."""
    return {
        "now": world.now().isoformat(),
        "repositories": repositories(world, account, request, body),
        "people": {role: asdict(person) for role, person in world.people().items()},
        "settings": settings(world, account, request, body),
        "approvals": [asdict(approval) for approval in approvals.list_approvals(world)],
        "deployments": dockerflow.list_deployments(world),
        "jobs": jobs.count_jobs(world),
        "unread": jobs.count_unread(world),
        "happenings": [
            asdict(happening) | {"at": happening.at.isoformat()} for happening in world.happenings()
        ],
    }


def change_person(world: World, _account: Account, request: Request, body: Body) -> Any:
    """Switch one of the people on, off, slow or to saying no; or change their delay (seconds)."""
    person = world.people().get(request.path_params["role"])
    if person is None:
        raise HTTPException(404, f"The people are {', '.join(world.people())}.")
    mode = choice_of(body, "mode", MODES, default=person.mode)
    delay = body.get("delay", person.delay)
    if isinstance(delay, bool) or not isinstance(delay, int | float) or not 0 <= delay <= 86400:
        raise HTTPException(422, f"'delay' is a number of seconds, 0 to 86400; found {delay!r}.")
    changed = Person(person.role, mode, float(delay))  # type: ignore[arg-type]
    world.set_person(changed)
    return asdict(changed)


def ask(world: World, account: Account, _request: Request, body: Body) -> Any:
    """Ask the people for an approval."""
    fields = {name: text_of(body, name) for name in ("run", "gate", "digest", "title")}
    text = text_of(body, "text", default="")
    asked = approvals.ask_approval(world, account.login, **fields, text=text)
    return approvals.as_told(world, asked)


def look_up(world: World, _account: Account, request: Request, _body: Body) -> Any:
    """One approval, with its answer."""
    number = request.path_params["id"]
    found = approvals.find_approval(world, number)
    if found is None:
        raise HTTPException(404, f"There is no approval {number}.")
    return approvals.as_told(world, found)


def list_questions(world: World, _account: Account, _request: Request, _body: Body) -> Any:
    """All approvals that were asked for, oldest first."""
    return [approvals.as_told(world, approval) for approval in approvals.list_approvals(world)]


def decide(world: World, account: Account, request: Request, body: Body) -> Any:
    """Approve or reject; QA's gates are QA's alone, and all others the approver's."""
    asked = look_up(world, account, request, body)
    whose = approvals.asked_of(world, asked["gate"])
    if account.permission != "admin" and account.login != whose:
        raise HTTPException(403, f"{account.login} may not do this; admin or {whose} may.")
    decision = choice_of(body, "state", approvals.STATES[1:])
    reason = text_of(body, "reason", default="")
    number = request.path_params["id"]
    answer = approvals.answer_approval(world, account.login, number, state=decision, reason=reason)
    return approvals.as_told(world, answer)


def make_token(world: World, account: Account, _request: Request, body: Body) -> Any:
    """Make a fine-grained token of somebody, or one of an app that is installed."""
    kind = choice_of(body, "kind", KINDS)
    login = text_of(body, "login", default=account.login)
    permissions = body.get("permissions", {})
    if not isinstance(permissions, dict):
        raise HTTPException(422, f"'permissions' is an object; found {permissions!r}.")
    return asdict(grant(world, login, cast(Kind, kind), permissions))


def settings(world: World, _account: Account, _request: Request, _body: Body) -> Any:
    """The world's settings; the first of their values where nobody has set them."""
    return {name: world.setting(name) or values[0] for name, values in SETTINGS.items()}


def repositories(world: World, _account: Account, _request: Request, _body: Body) -> Any:
    """The repositories of the world, oldest first."""
    return [asdict(repository) for repository in list_repositories(world)]


def change_setting(world: World, _account: Account, request: Request, body: Body) -> Any:
    """Change one of the world's settings."""
    name = request.path_params["name"]
    if name not in SETTINGS:
        raise HTTPException(404, f"The settings are {', '.join(SETTINGS)}.")
    value = choice_of(body, "value", SETTINGS[name])
    world.set_setting(name, value)
    world.wake()
    return {"name": name, "value": value}


def deploy(world: World, account: Account, _request: Request, body: Body) -> Any:
    """Put a version of a repository's project on stage or production."""
    repository = find_repository(world, text_of(body, "repository"))
    if repository is None:
        raise HTTPException(422, f"There is no repository {body['repository']!r}.")
    environment = choice_of(body, "environment", dockerflow.ENVIRONMENTS)
    return asdict(
        dockerflow.deploy(
            world,
            environment,
            repository.name,
            repository=repository.full_name,
            version=text_of(body, "version"),
            sha=text_of(body, "commit"),
            who=account.login,
        )
    )


def mirror(world: World, account: Account, request: Request, body: Body) -> Any:
    """Mirror a repository into the world; one that is there already is left as it is."""
    full_name = "{owner}/{name}".format(**request.path_params)
    branch = text_of(body, "default_branch", default="") or None
    found = find_repository(world, full_name) or mirror_repository(
        world,
        text_of(body, "source"),
        full_name,
        default_branch=branch,
        who=account.login,
        copy_of=text_of(body, "copy_of", default=""),
    )
    return asdict(found)


def sample(world: World, _account: Account, _request: Request, _body: Body) -> Any:
    """The sample project, put into the world where it is not there yet."""
    return asdict(plant_sample(world))
