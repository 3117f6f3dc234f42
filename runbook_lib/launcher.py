"""What JupyterLab is served for its launcher and its forms: an extension of its server.

Nothing of a runbook is executed here: a form is what `runbook form` says.
"""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

from jupyter_server.base.handlers import APIHandler
from jupyter_server.utils import url_path_join
from tornado import web

from runbook_lib.errors import RunbookError, UsageError
from runbook_lib.form.fields import read_cell
from runbook_lib.journal.session import data_folder
from runbook_lib.notebook.catalog import find_runbook, list_runbooks
from runbook_lib.profile import runbook_folders
from runbook_lib.programs import run
from runbook_lib.run.working_copy import open_copy

COMMAND = (sys.executable, "-c", "from runbook_lib.cli import main; main()")
LIMIT = 120.0
"""How long a form may look, in seconds: a large repository comes here first."""
COPIES = "working-copies"
"""Where the copies are below JupyterLab's folder, unless our own folder is in it."""


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    """What Jupyter's server loads."""
    return [{"module": "runbook_lib.launcher"}]


def _load_jupyter_server_extension(app: Any) -> None:
    """Serve the list of runbooks, their working copies, and the forms of notebooks."""
    root = Path(app.contents_manager.root_dir).expanduser().resolve()
    base = app.web_app.settings["base_url"]
    handlers = (("runbooks", Runbooks), ("form", FormOf))
    places = [(url_path_join(base, "runbook-kit", name), kind) for name, kind in handlers]
    app.web_app.add_handlers(".*$", [(place, kind, {"root": root}) for place, kind in places])


class Handler(APIHandler):
    """Answers in JSON who is let in; what is refused is said in words."""

    def initialize(self, root: Path) -> None:
        """Keep the folder that JupyterLab shows."""
        self.root = root

    async def answer(self, work: Any, *given: Any) -> None:
        """Answer with what the work comes to, in a thread of its own."""
        try:
            found = await asyncio.to_thread(work, *given)
        except (RunbookError, OSError) as error:
            self.set_status(400)
            found = {"problem": str(error)}
        self.finish(json.dumps(found, default=str))


class Runbooks(Handler):
    """The runbooks that there are, and a working copy of one."""

    @web.authenticated
    async def get(self) -> None:
        """The runbooks with their purpose."""
        await self.answer(told)

    @web.authenticated
    async def post(self) -> None:
        """The path of a runbook's working copy, below the folder that JupyterLab shows."""
        await self.answer(copy_of, self.root, str((self.get_json_body() or {}).get("name")))


class FormOf(Handler):
    """The form of a notebook's parameters."""

    @web.authenticated
    async def post(self) -> None:
        """What `runbook form` says of a notebook, with what was given."""
        await self.answer(form_of, self.root, self.get_json_body() or {})


def told() -> list[dict[str, str]]:
    """The runbooks, each with its one line."""
    return [{"name": one.name, "purpose": one.purpose} for one in list_runbooks(runbook_folders())]


def copy_of(root: Path, name: str) -> dict[str, str]:
    """The working copy of a runbook, which opens again until the runbook has changed."""
    own = (data_folder() / "working").resolve()
    base = own if own.is_relative_to(root) else root / COPIES
    copy = open_copy(find_runbook(name, runbook_folders()), base)
    return {"path": copy.path.resolve().relative_to(root).as_posix()}


def form_of(root: Path, asked: dict[str, Any]) -> dict[str, Any]:
    """The form of a notebook below the folder; `cell` is what was given before."""
    notebook = (root / str(asked.get("path"))).resolve()
    if not notebook.is_relative_to(root):
        raise UsageError(f"expected a notebook below {root}, found {notebook}")
    before = read_cell(str(asked.get("cell") or ""))
    given = {**before, **asked.get("given", {})}
    options = [part for name, value in given.items() for part in ("-p", f"{name}={value}")]
    offline = [] if asked.get("look") else ["--offline"]
    command = [*COMMAND, "form", str(notebook), "--json", *offline, *options]
    answer = run(command, folder=notebook.parent, limit=LIMIT)
    if not answer.written:
        raise UsageError(answer.said.strip())
    found: dict[str, Any] = json.loads(answer.text)
    return found
