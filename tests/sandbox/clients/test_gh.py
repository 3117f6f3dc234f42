"""The sandbox's GitHub under gh, GitHub's own command line."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from runbook_lib.sandbox.world.git_objects import run_git
from tests.sandbox.clients.conftest import Program, need
from tests.sandbox.clients.enterprise import Enterprise
from tests.sandbox.conftest import Sandbox

REPOSITORY = "repos/harbor/tidewatch"
RELEASES = f"{REPOSITORY}/releases"


class Gh:
    """`gh api` with the operator's token, or another."""

    def __init__(self, program: Program, url: str, token: str) -> None:
        self.program = program
        self.api = f"{url}/api/v3"
        self.signed_in = {"GH_ENTERPRISE_TOKEN": token}

    def ask(self, path: str, *options: str) -> Any:
        """What the API answers; it has to be no refusal."""
        said = self.program.expect("api", f"{self.api}/{path}", *options, **self.signed_in)
        return json.loads(said)

    def lines(self, path: str, *options: str) -> list[str]:
        """The lines that are left of an answer by `--jq`."""
        said = self.program.expect("api", f"{self.api}/{path}", *options, **self.signed_in)
        return said.splitlines()

    def refusal(self, path: str, *options: str, token: str | None = None) -> str:
        """What gh says of a refusal, and the answer that it shows."""
        signed_in = self.signed_in if token is None else {"GH_ENTERPRISE_TOKEN": token}
        done = self.program.run("api", f"{self.api}/{path}", *options, **signed_in)
        assert done.returncode == 1, done
        return done.stderr + done.stdout

    def release(self, tag: str, *, draft: bool) -> Any:
        """Make a release, or a draft."""
        said = [
            f"tag_name={tag}",
            f"name={tag}",
            "body=Low water at noon",
            "target_commitish=master",
        ]
        texts = [option for field in said for option in ("--raw-field", field)]
        return self.ask(RELEASES, *texts, "--field", f"draft={json.dumps(draft)}")


@pytest.fixture
def gh(quiet: Sandbox, environment: dict[str, str], tmp_path: Path) -> Iterator[Gh]:
    settings = {**environment, "GH_CONFIG_DIR": str(tmp_path / "gh"), "GH_PROMPT_DISABLED": "1"}
    program = Program((need("gh"),), tmp_path, settings)
    yield Gh(program, quiet.url, quiet.token())


def tags(sandbox: Sandbox) -> list[str]:
    folder = sandbox.folder / "git" / f"{sandbox.repository}.git"
    return run_git(folder, "tag", "--list").split()


def test_gh_reads_who_calls_the_repository_and_its_refs(gh: Gh, quiet: Sandbox) -> None:
    assert gh.ask("user")["login"] == "operator"
    repository = gh.ask(REPOSITORY)
    assert (repository["default_branch"], repository["permissions"]["push"]) == ("master", True)
    head = gh.ask(f"{REPOSITORY}/git/ref/heads/master")["object"]["sha"]
    folder = quiet.folder / "git" / f"{quiet.repository}.git"
    assert head == run_git(folder, "rev-parse", "refs/heads/master").strip()
    listed = gh.lines(f"{REPOSITORY}/git/matching-refs/tags/", "--jq", ".[].ref")
    assert listed == [f"refs/tags/{tag}" for tag in tags(quiet)]


def test_gh_reports_a_status_and_reads_them_together(gh: Gh) -> None:
    head = gh.ask(f"{REPOSITORY}/git/ref/heads/master")["object"]["sha"]
    said = ["state=failure", "context=tides/skerry", "description=no gauge"]
    options = [option for field in said for option in ("--raw-field", field)]
    assert gh.ask(f"{REPOSITORY}/statuses/{head}", *options)["state"] == "failure"
    together = gh.ask(f"{REPOSITORY}/commits/{head}/status")
    assert together["state"] == "failure"
    assert "tides/skerry" in {status["context"] for status in together["statuses"]}


def test_gh_finds_a_draft_on_a_later_page_and_publishes_it(gh: Gh, quiet: Sandbox) -> None:
    wanted = gh.release("1.9", draft=True)
    for patch in range(1, 6):
        gh.release(f"1.9.{patch}", draft=True)
    pages = ["--method", "GET", "--field", "per_page=2"]
    choice = ["--jq", '.[] | select(.draft and .tag_name == "1.9") | .id']
    assert gh.lines(RELEASES, *pages, *choice) == []
    assert gh.lines(RELEASES, *pages, "--paginate", *choice) == [str(wanted["id"])]
    assert "1.9" not in tags(quiet)
    assert "Not Found (HTTP 404)" in gh.refusal(f"{RELEASES}/tags/1.9")

    one = f"{RELEASES}/{wanted['id']}"
    published = gh.ask(one, "--method", "PATCH", "--field", "draft=false")

    assert (published["draft"], published["body"]) == (False, "Low water at noon")
    assert gh.ask(f"{RELEASES}/tags/1.9")["id"] == gh.ask(f"{RELEASES}/latest")["id"]
    assert "1.9" in tags(quiet)


def test_gh_fails_with_the_reason_where_a_tag_has_a_release(gh: Gh) -> None:
    gh.release("1.9", draft=False)
    again = gh.refusal(RELEASES, "--raw-field", "tag_name=1.9")
    assert "gh: Validation Failed (HTTP 422)" in again
    assert "already_exists" in again
    assert gh.lines(RELEASES, "--jq", ".[].tag_name") == ["1.9"]
    ref = ["--raw-field", "ref=refs/tags/1.8", "--raw-field", f"sha={'0' * 40}"]
    assert "(HTTP 422)" in gh.refusal(f"{REPOSITORY}/git/refs", *ref)


def test_gh_fails_with_the_reason_for_a_wrong_or_weak_token(gh: Gh, quiet: Sandbox) -> None:
    unknown = gh.refusal("user", token="sandbox_of_nobody")
    assert "gh: Bad credentials (HTTP 401)" in unknown
    tag = ["--raw-field", "tag_name=1.9"]
    weak = gh.refusal(RELEASES, *tag, token=quiet.token("reader"))
    assert "(HTTP 403)" in weak
    assert gh.lines(RELEASES, "--jq", ".[].tag_name") == []


def test_gh_has_commands_for_a_whole_release(
    gh: Gh, enterprise: Enterprise, quiet: Sandbox, tmp_path: Path
) -> None:
    signed_in = {
        **gh.signed_in,
        "GH_HOST": enterprise.host,
        "GH_REPO": f"{enterprise.host}/harbor/tidewatch",
        "SSL_CERT_FILE": str(enterprise.certificate),
    }

    def release(*arguments: str) -> str:
        return gh.program.expect("release", *arguments, **signed_in)

    (tmp_path / "tides.txt").write_text("ebb\n")
    release("create", "1.9", "--draft", "--title", "Tidewatch 1.9", "--notes", "Low at noon")
    release("upload", "1.9", "tides.txt")
    assert release("list").split("\t")[:3] == ["Tidewatch 1.9", "Draft", "1.9"]
    assert "1.9" not in tags(quiet)
    reader = signed_in | {"GH_ENTERPRISE_TOKEN": quiet.token("reader")}
    assert "not found" in gh.program.run("release", "view", "1.9", **reader).stderr

    page = release("edit", "1.9", "--draft=false").strip()

    assert page == f"{enterprise.url}/harbor/tidewatch/releases/tag/1.9"
    assert release("list").split("\t")[:3] == ["Tidewatch 1.9", "Latest", "1.9"]
    assert "Low at noon" in release("view", "1.9")
    release("download", "1.9", "--dir", "down")
    assert (tmp_path / "down" / "tides.txt").read_text() == "ebb\n"
    assert "1.9" in tags(quiet)
    named = gh.program.expect("api", "repos/{owner}/{repo}/releases/latest", **signed_in)
    assert json.loads(named)["tag_name"] == "1.9"
