"""Deployments, and what a deployed service tells of itself.

As Dockerflow has it (https://github.com/mozilla-services/Dockerflow): `/__version__` and
`/__heartbeat__`. A frontend that shares its server's address tells of itself at
`/__frontend_version__`.
"""

from dataclasses import asdict

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from runbook_lib.frozen import frozen
from runbook_lib.sandbox.world.world import World

SCHEMA = """
CREATE TABLE IF NOT EXISTS deployment (
    id INTEGER PRIMARY KEY, at TEXT NOT NULL, who TEXT NOT NULL, environment TEXT NOT NULL,
    project TEXT NOT NULL, repository TEXT NOT NULL, version TEXT NOT NULL, sha TEXT NOT NULL);
"""

ENVIRONMENTS = ("stage", "production")


@frozen
class Deployment:
    """One version of a project, put on an environment; `repository` is `owner/name`."""

    id: int
    at: str
    who: str
    environment: str
    project: str
    repository: str
    version: str
    sha: str


def routes(world: World) -> list[BaseRoute]:
    """`/{stage|production}/{project}/__version__` and the heartbeat."""
    world.add_tables(SCHEMA)

    def running(request: Request) -> Deployment:
        project = request.path_params["project"]
        environment = request.url.path.split("/")[1]
        found = find_deployment(world, environment, project)
        if found is None:
            raise HTTPException(404, f"{project} has not been deployed to {environment} yet.")
        return found

    def version(request: Request) -> Response:
        return JSONResponse(version_card(running(request), str(request.base_url)))

    def heartbeat(request: Request) -> Response:
        running(request)
        return JSONResponse({"status": "ok", "checks": {"database": "ok"}, "details": {}})

    pages = {
        "__version__": version,
        "__frontend_version__": version,
        "__heartbeat__": heartbeat,
    }
    return [
        Route(f"/{environment}/{{project}}/{name}", endpoint)
        for environment in ENVIRONMENTS
        for name, endpoint in pages.items()
    ]


def version_card(deployment: Deployment, base: str) -> dict[str, str]:
    """What `/__version__` answers."""
    return {
        "source": f"{base}{deployment.repository}",
        "version": deployment.version,
        "commit": deployment.sha,
        "build": f"{base}{deployment.repository}/commit/{deployment.sha}",
    }


def deploy(
    world: World,
    environment: str,
    project: str,
    *,
    repository: str,
    version: str,
    sha: str,
    who: str,
) -> Deployment:
    """Put a version of a project on an environment; what runs there already is left as it is."""
    world.add_tables(SCHEMA)
    current = find_deployment(world, environment, project)
    if current and (current.version, current.sha) == (version, sha):
        return current
    with world.transaction() as database:
        database.execute(
            "INSERT INTO deployment (at, who, environment, project, repository, version, sha)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (world.now().isoformat(), who, environment, project, repository, version, sha),
        )
        world.tell(
            who,
            "deploy",
            f"deployed {project} {version} ({sha[:9]}) to {environment}",
            link=f"/{environment}/{project}/__version__",
            environment=environment,
            project=project,
            version=version,
            commit=sha,
        )
    made = find_deployment(world, environment, project)
    assert made is not None, "it was deployed just now"
    return made


def find_deployment(world: World, environment: str, project: str) -> Deployment | None:
    """What runs on an environment, or None before the first deployment."""
    with world.transaction() as database:
        row = database.execute(
            "SELECT * FROM deployment WHERE environment = ? AND project = ?"
            " ORDER BY id DESC LIMIT 1",
            (environment, project),
        ).fetchone()
    return None if row is None else Deployment(**dict(row))


def list_deployments(world: World) -> list[dict[str, object]]:
    """All deployments, newest first."""
    with world.transaction() as database:
        rows = database.execute("SELECT * FROM deployment ORDER BY id DESC").fetchall()
    return [asdict(Deployment(**dict(row))) for row in rows]
