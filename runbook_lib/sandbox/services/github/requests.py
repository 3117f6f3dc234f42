"""How every request is let in, carried out and answered: tokens, limits, errors, ETags."""

import json
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager, ExitStack, nullcontext
from hashlib import sha256
from secrets import token_hex
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from runbook_lib.sandbox.server.tokens import known_account, token_in
from runbook_lib.sandbox.services.git import pushing
from runbook_lib.sandbox.services.github.call import Answer, Call, Endpoint
from runbook_lib.sandbox.services.github.granted import accepted, refuse_ungranted
from runbook_lib.sandbox.services.github.limits import Limits
from runbook_lib.sandbox.services.github.links import UPLOADS
from runbook_lib.sandbox.services.github.refusal import (
    Refusal,
    bad_credentials,
    moved,
    must_be_admin,
    no_permission,
    not_found,
    requires_authentication,
)
from runbook_lib.sandbox.world.grants import Grant, find_grant
from runbook_lib.sandbox.world.repositories import (
    Repository,
    find_renamed,
    find_repository,
    may_read,
)
from runbook_lib.sandbox.world.world import Account, World

VERSION = "2022-11-28"
"""The version of GitHub's API that is spoken here.

https://docs.github.com/en/rest/about-the-rest-api/api-versions
"""

RANKS = ("none", "read", "write", "admin")
SCOPES = {"write": "gist, read:org, repo, workflow", "admin": "gist, read:org, repo, workflow"}


def endpoint(
    world: World, limits: Limits, operation: Endpoint
) -> Callable[[Request], Awaitable[Response]]:
    """An operation as Starlette calls it; it is carried out in a thread."""

    async def answer(request: Request) -> Response:
        raw = await request.body()
        return await run_in_threadpool(respond, world, limits, operation, request, raw)

    return answer


def respond(
    world: World, limits: Limits, operation: Endpoint, request: Request, raw: bytes
) -> Response:
    """Carry out one request, and answer it with GitHub's headers."""
    account, headers = None, standing_headers()
    try:
        refuse_version(request)
        account = sign_in(world, request)
        grant = find_grant(world, token_in(request.headers))
        headers |= accepted(operation) if grant else scope_headers(account)
        headers |= limits.count(account)
        answer = carry_out(world, operation, request, account, raw, grant)
    except Refusal as refusal:
        answer = Answer(refusal.body(operation.docs), refusal.status, refusal.headers)
    response = write(request, answer, headers)
    if response.status_code == 304 and account is not None:
        # It is not counted for who has a token: so GitHub's best practices say.
        response.headers.update(limits.give_back(account))
    return response


def carry_out(
    world: World,
    operation: Endpoint,
    request: Request,
    account: Account | None,
    raw: bytes,
    grant: Grant | None = None,
) -> Answer:
    """Find the repository, see that the caller may, and act; writes come one after the other."""
    repository = find(world, request, account)
    let_in(operation, account, repository)
    if grant is not None:
        refuse_ungranted(operation, grant, repository)
    upload = request.url.path.startswith(UPLOADS)
    said = {} if upload else read_object(raw, listed=operation.listed)
    call = Call(world, request, account, repository, said, raw, grant)
    with one_at_a_time(call):
        return operation.handler(call)


def one_at_a_time(call: Call) -> AbstractContextManager[object]:
    """While a write is carried out nobody pushes, and it changes all of the tables or nothing."""
    if call.request.method in ("GET", "HEAD"):
        return nullcontext()
    stack = ExitStack()
    if call.found is not None:
        stack.enter_context(pushing[call.found.full_name])
    stack.enter_context(call.world.transaction())
    return stack


def refuse_version(request: Request) -> None:
    """Refuse to speak another version of the API."""
    version = request.headers.get("x-github-api-version", VERSION)
    if version != VERSION:
        raise Refusal(400, f"Version {version} is not supported, supported versions: {VERSION}")


def sign_in(world: World, request: Request) -> Account | None:
    """Whose token a request carries; None where it carries none."""
    if "authorization" not in request.headers:
        return None
    return known_account(world, token_in(request.headers), unknown=bad_credentials())


def find(world: World, request: Request, account: Account | None) -> Repository | None:
    """The repository that a path names, if it names one; who may not see it does not find it."""
    if "owner" not in request.path_params or "repo" not in request.path_params:
        return None
    full_name = "{owner}/{repo}".format(**request.path_params)
    permission = account.permission if account else None
    repository = find_repository(world, full_name)
    renamed = None if repository else find_renamed(world, full_name)
    if renamed is not None and may_read(renamed, permission):
        raise moved(request.method, by_number(request, full_name, renamed))
    if repository is None or not may_read(repository, permission):
        raise not_found()
    return repository


def by_number(request: Request, full_name: str, repository: Repository) -> str:
    """The address of what was asked for, with the repository's number in the place of its name."""
    before, _, rest = str(request.url).partition(f"/repos/{full_name}")
    return f"{before}/repositories/{repository.id}{rest}"


def let_in(operation: Endpoint, account: Account | None, repository: Repository | None) -> None:
    """Refuse what the caller may not do."""
    if operation.access == "anyone" or (operation.access == "read" and operation.method == "GET"):
        return
    if account is None:
        raise requires_authentication()
    if operation.access == "account":
        return
    if RANKS.index(account.permission) >= RANKS.index(operation.access):
        return
    if operation.access == "read" and repository is not None and not repository.private:
        return
    raise must_be_admin() if operation.access == "admin" else no_permission(operation.needs)


def read_object(raw: bytes, *, listed: str = "") -> dict[str, Any]:
    """A request's body as an object; an empty one says nothing, a list is what `listed` names."""
    if not raw:
        return {}
    try:
        said = json.loads(raw)
        json.dumps(said, ensure_ascii=False).encode()
    except ValueError:
        raise Refusal(400, "Problems parsing JSON") from None
    if said is None:
        return {}
    if isinstance(said, list) and listed:
        return {listed: said}
    if not isinstance(said, dict):
        raise Refusal(400, "Body should be a JSON object")
    return said


def standing_headers() -> dict[str, str]:
    """The headers that every answer has."""
    return {
        "X-GitHub-Media-Type": "github.v3; format=json",
        "X-GitHub-Api-Version-Selected": VERSION,
        "X-GitHub-Request-Id": token_hex(8).upper(),
        "X-Content-Type-Options": "nosniff",
        "Access-Control-Expose-Headers": "ETag, Link, Location, Retry-After",
        "Vary": "Accept, Authorization",
    }


def scope_headers(account: Account | None) -> dict[str, str]:
    """What the caller's token may be used for."""
    if account is None:
        return {}
    return {
        "X-OAuth-Scopes": SCOPES.get(account.permission, "read:org, read:user"),
        "X-Accepted-OAuth-Scopes": "repo",
    }


def write(request: Request, answer: Answer, headers: dict[str, str]) -> Response:
    """An answer on the wire; one that the caller has already is not sent again.

    An ETag is one of the body alone, for that token and that form of it: the links to a list's
    other pages may change under the same ETag.

    https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api
    """
    raw = answer.body if isinstance(answer.body, bytes) else encode(answer.body)
    headers = headers | dict(answer.headers)
    headers.setdefault("Content-Type", "application/json; charset=utf-8")
    if request.method in ("GET", "HEAD") and answer.status == 200:
        asked = [request.headers.get(name, "") for name in ("accept", "authorization")]
        tag = sha256("\0".join(asked).encode() + raw).hexdigest()
        headers |= {"ETag": f'W/"{tag}"', "Cache-Control": "private, max-age=60, s-maxage=60"}
        if held(request, tag):
            headers.pop("Content-Type")
            return Response(status_code=304, headers=headers)
    if not raw:
        headers.pop("Content-Type")
    return Response(raw, answer.status, headers)


def encode(body: Any) -> bytes:
    """An answer's JSON; nothing is said by no bytes at all."""
    return b"" if body is None else json.dumps(body, separators=(",", ":")).encode()


def held(request: Request, tag: str) -> bool:
    """Whether the caller has an answer of that ETag."""
    known = request.headers.get("if-none-match", "")
    return known.strip() == "*" or any(f'"{tag}"' in one for one in known.split(","))
