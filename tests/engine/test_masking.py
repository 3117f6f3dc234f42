"""No secret that the environment or an address holds is in what papermill writes or says."""

from pathlib import Path

from tests.engine.conftest import Papermill
from tests.engine.opened import PROFILE

TOKEN = "canary-7f3a9c-token"
PASSWORD = "canary-hunter2-password"
PARTS = "'canary-7f3a' + '9c-token'"
ADDRESS = f"https://olive:{PASSWORD}@git.example/x.git"


def everything(folder: Path) -> str:
    files = [path for path in folder.iterdir() if path.name not in ("in.ipynb", "seen")]
    return "".join(path.read_text() for path in files)


def test_no_secret_is_in_the_file_or_on_the_terminal(papermill: Papermill) -> None:
    papermill.write(
        f"print({PARTS})",
        "import sys, time",
        "print('canary-7f3a', end='', flush=True); time.sleep(0.3); print('9c-token')",
        "for part in ('canary-7f3', 'a9c-token'):\n"
        "    print(part, end='', flush=True); print('.', file=sys.stderr, flush=True)\n"
        "    time.sleep(0.3)",
        f"from IPython.display import JSON; JSON({{'found': {PARTS}}})",
        "open('seen', 'w').write(address)",
        f"raise ValueError({PARTS})",
        parameters='address: str = ""',
    )
    options = ["-r", "address", ADDRESS, "--log-output", "--stdout-file", "printed"]
    ended = papermill.run(*options, DEPLOY_TOKEN=TOKEN)
    assert ended.status == 1
    assert (papermill.folder / "seen").read_text() == ADDRESS
    assert TOKEN not in ended.said + ended.output
    found = everything(papermill.folder)
    assert "•••" in found
    assert TOKEN not in found
    assert PASSWORD not in found
    for cell in papermill.read().cells:
        printed = [output.text for output in cell.get("outputs", []) if "text" in output]
        assert TOKEN not in "".join(printed)


def test_no_secret_is_in_what_a_killed_papermill_leaves(papermill: Papermill) -> None:
    papermill.write(
        f"print({PARTS})",
        "import os, signal, time\nos.kill(os.getppid(), signal.SIGKILL)\ntime.sleep(60)",
        parameters='address: str = ""',
    )
    ended = papermill.run("-r", "address", ADDRESS, DEPLOY_TOKEN=TOKEN)
    assert ended.status == -9
    assert TOKEN not in everything(papermill.folder)
    assert PASSWORD not in everything(papermill.folder)


def test_a_secret_that_only_the_profile_names_is_not_in_the_file(papermill: Papermill) -> None:
    (papermill.folder / "runbook.toml").write_text(PROFILE)
    declared = 'profile: str = "sandbox"\naddress: str = ""'
    papermill.write(f"print({PARTS})", parameters=declared)
    options = ["-r", "profile", "team", "-r", "address", f"run --login {TOKEN}"]
    variables = {"HARBOR_LOGIN": TOKEN, "HARBOR_BUGS": PASSWORD, "RUNBOOK_CONFIG": "runbook.toml"}
    ended = papermill.run(*options, **variables)
    assert ended.status == 0, ended.said
    assert "run --login •••" in papermill.output.read_text()
    assert TOKEN not in papermill.output.read_text()


def test_no_secret_is_in_what_papermill_logs_of_a_cell(papermill: Papermill) -> None:
    papermill.write("print(token)", parameters='token: str = ""')
    ended = papermill.run("-r", "token", TOKEN, "--log-level", "DEBUG", DEPLOY_TOKEN=TOKEN)
    assert ended.status == 0
    assert "Executing cell" in ended.said
    assert TOKEN not in ended.said


def test_a_secret_given_where_none_belongs_is_not_in_the_file(papermill: Papermill) -> None:
    papermill.write("1", parameters="count: int = 1")
    ended = papermill.run("-r", "count", TOKEN, DEPLOY_TOKEN=TOKEN)
    assert (ended.status, "found str '•••'" in ended.said) == (2, True)
    assert "found str '•••'" in papermill.read().metadata.runbook["ended"]
    assert TOKEN not in everything(papermill.folder)
