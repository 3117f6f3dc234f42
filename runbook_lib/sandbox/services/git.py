"""git over smart HTTP: `git http-backend` behind the server, with the accounts' permissions."""

import os
import subprocess
import tempfile
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack
from functools import cache
from itertools import chain
from pathlib import Path
from typing import IO

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from runbook_lib.frozen import frozen
from runbook_lib.programs import run, started
from runbook_lib.sandbox.server.tokens import known_account, token_in
from runbook_lib.sandbox.services.pushed_rules import read_commands, refusal
from runbook_lib.sandbox.world.git_objects import all_refs, changed_refs, clean_environment
from runbook_lib.sandbox.world.grants import find_grant
from runbook_lib.sandbox.world.repositories import (
    Repository,
    find_renamed,
    find_repository,
    may_read,
    tell_push,
)
from runbook_lib.sandbox.world.world import Account, World

CHUNK = 64 * 1024
PUSH = "git-receive-pack"
PATHS = ("info/refs", "git-upload-pack", PUSH)

pushing: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)


@frozen
class Call:
    """One request: who asks for what of which repository; its body comes to be in a file."""

    world: World
    request: Request
    repository: Repository
    account: Account | None
    body: IO[bytes]

    @property
    def path(self) -> str:
        """What is asked for, after the repository's name."""
        return str(self.request.path_params["path"])

    @property
    def pushes(self) -> bool:
        """Whether the request is part of a push."""
        return PUSH in (self.path, self.request.query_params.get("service"))


def routes(world: World) -> list[BaseRoute]:
    """`/{owner}/{name}.git/…`, as git's clients ask for it."""

    async def serve(request: Request) -> Response:
        with tempfile.TemporaryFile() as body:
            call = await run_in_threadpool(let_in, world, request, body)
            async for chunk in request.stream():
                body.write(chunk)
            body.seek(0)
            carry_out = receive if call.path == PUSH else respond
            return await run_in_threadpool(carry_out, call)

    return [Route("/{owner}/{name}.git/{path:path}", serve, methods=["GET", "POST"])]


def let_in(world: World, request: Request, body: IO[bytes]) -> Call:
    """Let a request in or turn it away, before its body is read."""
    account = sign_in(world, request)
    full_name = "{owner}/{name}".format(**request.path_params)
    repository = find_repository(world, full_name)
    renamed = find_renamed(world, full_name)
    if renamed is not None and may_read(renamed, account.permission if account else None):
        there = str(request.url).replace(f"/{full_name}.git", f"/{renamed.full_name}.git", 1)
        raise HTTPException(301, "Moved Permanently", headers={"Location": there})
    if repository is None or not may_read(repository, account.permission if account else None):
        raise turned_away(account, 404, f"Repository {full_name} not found.")
    call = Call(world, request, repository, account, body)
    refuse(call)
    return call


def sign_in(world: World, request: Request) -> Account | None:
    """Whose token a request carries; None where it carries none."""
    token = token_in(request.headers)
    unknown = turned_away(None, 401, "This token is not known here.")
    return known_account(world, token, unknown=unknown) if token else None


def refuse(call: Call) -> None:
    """Turn away what is no request of git's, and who may not push."""
    if call.path not in PATHS:
        raise HTTPException(404, f"git's clients ask for {', '.join(PATHS)}.")
    allowed = call.account is not None and call.account.permission in ("write", "admin")
    granted = find_grant(call.world, token_in(call.request.headers))
    needed = "contents=write" if call.pushes else "contents=read"
    if granted and not granted.allows(needed) and (call.pushes or call.repository.private):
        raise turned_away(call.account, 403, "Write access to repository not granted.")
    if call.pushes and not allowed:
        whose = call.account.login if call.account else "nobody"
        detail = f"Permission to {call.repository.full_name}.git denied to {whose}."
        raise turned_away(call.account, 403, detail)


def turned_away(account: Account | None, status: int, detail: str) -> HTTPException:
    """The refusal for an account; somebody unknown is asked for a token instead."""
    if account is not None:
        return HTTPException(status, detail)
    return HTTPException(401, detail, headers={"WWW-Authenticate": 'Basic realm="sandbox"'})


def receive(call: Call) -> Response:
    """Carry out a push, and note each ref that it changed before the answer goes out."""
    folder = call.world.git_folder(call.repository.full_name)
    zipped = call.request.headers.get("content-encoding") == "gzip"
    refused = refusal(read_commands(call.body, zipped), lambda ref: is_held_back(call, ref))
    if refused:
        return Response(refused, media_type=f"application/x-{PUSH}-result")
    with pushing[call.repository.full_name]:
        before = all_refs(folder)
        response = respond(call, whole=True)
        changes = changed_refs(before, all_refs(folder))
    who = call.account.login if call.account else "anonymous"
    base = str(call.request.base_url).rstrip("/")
    for ref, old, new in changes:
        tell_push(call.world, who, call.repository.full_name, ref, before=old, after=new, base=base)
    return response


def is_held_back(call: Call, ref: str) -> bool:
    """Whether a ruleset lets the caller make no such ref."""
    from runbook_lib.sandbox.services.github.call import Call as HubCall
    from runbook_lib.sandbox.services.github.rulesets import holds_back

    asked = HubCall(call.world, call.request, call.account, call.repository, {}, b"")
    return holds_back(asked, ref)


def respond(call: Call, *, whole: bool = False) -> Response:
    """Run git's backend on a request; with `whole`, to its end before anything is answered."""
    pipes = {"stdin": call.body, "stdout": subprocess.PIPE}
    running = ExitStack()
    process = running.enter_context(started([backend()], env=backend_environment(call), **pipes))
    assert process.stdout is not None
    status, headers = read_headers(process.stdout)
    chunks = read_chunks(running, process, process.stdout)
    first = next(chunks, b"")
    if whole or len(first) < CHUNK:
        return Response(first + b"".join(chunks), status, headers)
    return StreamingResponse(chain([first], chunks), status, headers)


@cache
def backend() -> str:
    """The program behind `git http-backend`, which would start it as one more process."""
    folder = run(["git", "--exec-path"], limit=60).text
    return str(Path(folder) / "git-http-backend")


def backend_environment(call: Call) -> dict[str, str]:
    """The request as the CGI variables that `git http-backend` reads."""
    login = call.account.login if call.account else ""
    heads = call.request.headers
    return clean_environment() | {
        "GIT_PROJECT_ROOT": str(call.world.folder.resolve() / "git"),
        "GIT_HTTP_EXPORT_ALL": "1",
        "GIT_PROTOCOL": heads.get("git-protocol", ""),
        "HTTP_GIT_PROTOCOL": heads.get("git-protocol", ""),
        "HTTP_CONTENT_ENCODING": heads.get("content-encoding", ""),
        "CONTENT_TYPE": heads.get("content-type", ""),
        "CONTENT_LENGTH": str(os.fstat(call.body.fileno()).st_size),
        "PATH_INFO": f"/{call.repository.full_name}.git/{call.path}",
        "QUERY_STRING": call.request.url.query,
        "REQUEST_METHOD": call.request.method,
        "REMOTE_ADDR": "127.0.0.1",
        "REMOTE_USER": login,
        "GIT_COMMITTER_NAME": login or "anonymous",
        "GIT_COMMITTER_EMAIL": f"{login or 'anonymous'}@sandbox.example",
    }


def read_headers(output: IO[bytes]) -> tuple[int, dict[str, str]]:
    """The status and the headers that a CGI program begins its output with."""
    status, headers = 200, {}
    while line := output.readline().strip().decode("latin-1"):
        name, _, value = line.partition(":")
        if name.lower() == "status":
            status = int(value.split()[0])
        else:
            headers[name] = value.strip()
    return status, headers


def read_chunks(
    running: ExitStack, process: subprocess.Popen[bytes], output: IO[bytes]
) -> Iterator[bytes]:
    """What a program puts out, piece by piece; it ends when its reader goes."""
    with running:
        while chunk := output.read(CHUNK):
            yield chunk
        process.wait()
