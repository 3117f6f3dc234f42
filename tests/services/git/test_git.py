"""How git is run: never asked questions, never given options from outside, never shown secrets."""

import signal
import stat
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from runbook_lib.errors import (
    AccessDenied,
    Conflict,
    Failed,
    Refused,
    RunbookError,
    Unavailable,
    UsageError,
)
from runbook_lib.programs import Answer, run
from runbook_lib.services.git import configured
from runbook_lib.services.git.address import clone_address
from runbook_lib.services.git.clones.operator_clone import outer_filters
from runbook_lib.services.git.clones.snapshot import Snapshot
from runbook_lib.services.git.failures import failure, mask_passwords
from runbook_lib.services.git.git import PLAIN, Git, check_ref, without_proxy
from runbook_lib.services.git.history import find_commit
from runbook_lib.services.git.reach import fork_of
from runbook_lib.services.git.remote import Remote
from runbook_lib.services.git.tags.signing import read_identity
from runbook_lib.services.git.transport import find_transport
from tests.services.answering import Answering, answering
from tests.services.git.conftest import Served, Upstream, git
from tests.services.test_command import alive, wait_until


@pytest.mark.parametrize(
    ("command", "said", "kind", "may_have_acted"),
    [
        ("push", "Could not resolve host: x", Unavailable, False),
        ("push", "Failed to connect to x port 1: Connection refused", Unavailable, False),
        ("push", "unable to access 'u': The requested URL returned error: 503", Unavailable, False),
        ("push", "error: RPC failed; HTTP 502 curl 22 The requested", Unavailable, True),
        ("push", "fatal: the remote end hung up unexpectedly", Unavailable, True),
        ("push", "Recv failure: Connection reset by peer", Unavailable, True),
        ("fetch", "fatal: early EOF", Unavailable, False),
        ("ls-remote", "ssh: connect to host x port 22: Connection timed out", Unavailable, False),
        ("push", "The requested URL returned error: 403", AccessDenied, None),
        ("fetch", "fatal: Authentication failed for 'u'", AccessDenied, None),
        ("fetch", "a@b: Permission denied (publickey).", AccessDenied, None),
        ("fetch", "could not read Username for 'u': terminal prompts disabled", AccessDenied, None),
        ("push", "! x:x [rejected] (fetch first)", Conflict, None),
        ("push", "! x:x [remote rejected] (cannot lock ref 'x')", Conflict, None),
        ("push", "! x:x [remote rejected] (pre-receive hook declined)", Refused, None),
        ("commit", "hook says: Connection refused", Failed, None),
        ("commit", "fatal: empty ident name (for <>) not allowed", Refused, None),
        ("tag", "", Failed, None),
    ],
)
def test_what_git_says_becomes_the_error_to_act_on(
    command: str, said: str, kind: type[RunbookError], may_have_acted: bool | None
) -> None:
    error = failure(command, 128, said)
    assert type(error) is kind
    assert f"git {command} ended with status 128" in str(error)
    if isinstance(error, Unavailable):
        assert error.may_have_acted is may_have_acted


def test_a_renamed_repository_is_told_by_its_new_address_and_sees_no_secret(
    served: Served, tmp_path: Path
) -> None:
    served.troubles += ["info/refs:301"] * 2
    settings = {"http.followRedirects": "false", "http.extraHeader": "Authorization: Basic x"}
    with pytest.raises(Refused, match="renamed or transferred: it is at /renamed.git now"):
        Git(tmp_path, configured({}, settings)).run("ls-remote", "--", served.url)
    assert served.authorizations == ["Basic x", None]


@pytest.mark.parametrize("name", ["a\0b", "half \ud800", "x" * 300_000])
def test_a_name_that_no_program_can_be_given_is_refused(name: str, tmp_path: Path) -> None:
    assert clone_address(name) == name
    with pytest.raises(UsageError, match="expected names that git can be given in `git ls-remote`"):
        Git(tmp_path).run("ls-remote", "--", name)


def test_a_closed_port_is_unavailable_and_nothing_was_sent(tmp_path: Path) -> None:
    with pytest.raises(Unavailable) as caught:
        Git(tmp_path).run("ls-remote", "--", "http://127.0.0.1:1/x.git")
    assert not caught.value.may_have_acted


@pytest.mark.parametrize(
    ("trouble", "kind"),
    [
        *((trouble, AccessDenied) for trouble in ("401", "403", "404")),
        *((trouble, Unavailable) for trouble in ("429", "500", "503", "cut")),
    ],
)
def test_a_server_in_trouble_is_told_apart_from_one_that_says_no(
    tmp_path: Path, served: Served, trouble: str, kind: type[RunbookError]
) -> None:
    served.troubles.append(f"info/refs:{trouble}")
    with pytest.raises(kind):
        Git(tmp_path).run("ls-remote", "--", served.url)
    assert Git(tmp_path).run("ls-remote", "--", served.url).lines


def test_passwords_in_urls_are_masked() -> None:
    text = "to https://olive:s3cret@host/x and https://tok@host, ssh://git@host/x, ssh://a:b@host"
    masked = mask_passwords(text)
    assert (
        masked == "to https://***@host/x and https://***@host, ssh://git@host/x, ssh://a:***@host"
    )


def test_no_error_shows_a_password_or_the_environment(tmp_path: Path) -> None:
    secret = {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "http.extraHeader"}
    here = Git(tmp_path, {**secret, "GIT_CONFIG_VALUE_0": "Authorization: s3cret"})
    with pytest.raises(Unavailable) as caught:
        here.run("ls-remote", "--", "http://olive:s3cret@127.0.0.1:1/x.git")
    assert "s3cret" not in f"{caught.value} {here!r}"


@pytest.mark.parametrize("url", ["https://olive:s3cret@host/x.git", "https://ghp_s3cret@host/x"])
def test_an_address_with_a_password_is_refused_without_showing_it(url: str) -> None:
    with pytest.raises(UsageError, match="holds a password") as caught:
        clone_address(url)
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize("url", ["https://olive@bitbucket.example/x.git", "git@host:x.git"])
def test_an_address_with_just_a_name_is_fine(url: str) -> None:
    assert clone_address(url) == url


@pytest.mark.parametrize("url", ["--upload-pack=touch x", "-x", ""])
def test_an_address_is_never_an_option(url: str) -> None:
    with pytest.raises(UsageError, match="expected the address"):
        clone_address(url)


def test_an_address_never_names_a_program_to_run(tmp_path: Path) -> None:
    with pytest.raises(Failed, match="transport 'ext' not allowed"):
        Git(tmp_path).run("ls-remote", "--", f"ext::touch {tmp_path}/ran")
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("name", ["-d", "--force", "a..b", "a b", "x^{}", "a~1", "", "a.lock"])
def test_a_name_that_git_does_not_allow_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="which git does not allow"):
        check_ref(Git(tmp_path), name, "heads")


@settings(deadline=None, max_examples=300)
@given(st.text("ab0_-./", min_size=1, max_size=9) | st.from_regex(r"[a-z]*\.lock[a-z/.]*"))
def test_a_name_that_git_is_not_asked_about_is_one_that_it_allows(name: str) -> None:
    allowed = PLAIN.fullmatch(name)
    event("plain" if allowed else "asked")
    assert not allowed or not run(["git", "check-ref-format", f"refs/tags/{name}"], limit=60).status


def test_a_revision_is_never_an_option_or_an_expression(upstream: Upstream) -> None:
    here = Git(upstream.bare)
    assert here.resolve("master") == here.resolve(upstream.head) == upstream.head
    expressions = ("--all", "-1", "master~1", "master^", "@{-1}", "HEAD", ":/feat", "")
    no_names = ("master\0", "master\nmaster", "master\x7f", "half\ud800", "x" * 9000)
    for name in (*expressions, *no_names):
        assert here.resolve(name) is None


def test_a_name_is_a_tags_before_it_is_a_branchs_and_is_followed_to_the_commit(
    upstream: Upstream,
) -> None:
    here, old = Git(upstream.bare), upstream.head
    git(upstream.bare, "tag", "-a", "-m", "one", "one", old)
    git(upstream.bare, "tag", "-a", "-m", "two", "two", "one")
    git(upstream.bare, "tag", "tree", f"{old}^{{tree}}")
    upstream.push("feat: more")
    git(upstream.bare, "branch", "two", "master")
    assert here.resolve("one") == here.resolve("two") == old
    assert here.resolve("tree") is None


def test_settings_are_added_to_those_that_are_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "user.name")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", "From Outside")
    environment = configured(configured({"X": "y"}, {"user.email": "a@b"}), {"gc.auto": "7"})
    here = Git(Path("/tmp"), environment)
    for name, value in {"user.name": "From Outside", "user.email": "a@b", "gc.auto": "7"}.items():
        assert here.run("config", "--get", name).text == value
    assert environment["X"] == "y"


def test_a_hook_s_surroundings_point_git_nowhere_else(
    upstream: Upstream, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "other"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "index"))
    assert Git(upstream.clone).run("rev-parse", "--absolute-git-dir").text == str(
        upstream.clone / ".git"
    )


def test_a_folder_inside_another_repository_is_not_taken_for_it(upstream: Upstream) -> None:
    inner = upstream.clone / "inner"
    inner.mkdir()
    with pytest.raises(Failed, match="not a git repository"):
        Git(inner).run("status")


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is none"):
        Git(tmp_path / "none").run("status")


def test_nobody_is_ever_asked_for_a_password(
    tmp_path: Path, served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = tmp_path / "asked"
    program = tmp_path / "askpass"
    program.write_text(f"#!/bin/sh\ntouch {asked}\necho x\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    for name in ("GIT_ASKPASS", "SSH_ASKPASS"):
        monkeypatch.setenv(name, str(program))
    served.troubles.append("info/refs:401")
    with pytest.raises(AccessDenied):
        Git(tmp_path).run("ls-remote", "--", served.url)
    assert not asked.exists()


def test_the_operator_s_own_ssh_command_is_kept(tmp_path: Path, home: Path) -> None:
    def command() -> str:
        return Git(tmp_path).variables("fetch").get("GIT_SSH_COMMAND", "")

    assert command() == "ssh -oBatchMode=yes -oConnectTimeout=20"
    git(tmp_path, "config", "--global", "core.sshCommand", "ssh -i /key")
    assert command() == "ssh -i /key -oBatchMode=yes -oConnectTimeout=20"
    git(tmp_path, "config", "--global", "core.sshCommand", "plink")
    assert command() == ""


@pytest.mark.usefixtures("acts")
def test_an_interrupted_git_and_all_that_it_started_is_ended(upstream: Upstream) -> None:
    mark = upstream.clone / "hook.pid"
    hook = upstream.clone / ".git" / "hooks" / "pre-commit"
    hook.write_text(f"#!/bin/sh\necho $$ > {mark}.part; mv {mark}.part {mark}; exec sleep 60\n")
    hook.chmod(0o755)

    main = threading.get_ident()

    def interrupt() -> None:
        wait_until(mark.exists)
        signal.pthread_kill(main, signal.SIGINT)

    interrupting = threading.Thread(target=interrupt)
    interrupting.start()
    with pytest.raises(KeyboardInterrupt):
        Git(upstream.clone).run("commit", "--allow-empty", "-m", "x")
    interrupting.join()
    wait_until(lambda: not alive(int(mark.read_text())))


def test_a_redirect_gets_no_token(tmp_path: Path, served: Served, upstream: Upstream) -> None:
    token = {"http.extraHeader": "Authorization: Basic dG9rZW4="}
    moved = Answering(301, "", {"Location": f"{served.url}/info/refs?service=git-upload-pack"})
    with answering(moved) as url:
        here = Git(tmp_path, configured({}, token))
        with pytest.raises(Refused, match="renamed or transferred: it is at http://127"):
            here.run("ls-remote", "--", f"{url}/x.git")
    assert served.asked == []


HOOK = f"""#!{sys.executable}
import select, subprocess, sys
asked = ["git", "check-attr", "-z", "--stdin", "text"]
with subprocess.Popen(asked, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as git:
    git.stdin.write(b"file\\0")
    git.stdin.flush()
    answered = select.select([git.stdout], [], [], 5)[0]
    git.stdin.close()
sys.exit(None if answered else "no answer")
"""


@pytest.mark.usefixtures("acts")
def test_a_hook_that_asks_git_one_thing_after_the_other_is_answered(upstream: Upstream) -> None:
    hook = upstream.clone / ".git" / "hooks" / "pre-commit"
    hook.write_text(HOOK)
    hook.chmod(0o755)
    assert Git(upstream.clone).ask("commit", "--allow-empty", "-m", "x").said == ""


LOOKS: dict[str, Callable[[Git], object]] = {
    "object": lambda git: git.object_at("refs/tags/1.9"),
    "ancestor": lambda git: git.is_ancestor("refs/tags/1.8", "refs/tags/1.9"),
    "fork": lambda git: fork_of(git, "refs/tags/1.8", "refs/tags/1.9"),
    "setting": lambda git: git.setting("commit.gpgSign", "--type=bool"),
    "transport": lambda git: find_transport(git.folder, git.environment, git.look_up),
    "identity": read_identity,
    "filters": outer_filters,
    "name": lambda git: check_ref(git, "1.9+build", "tags"),
    "texts": lambda git: Snapshot(git, "HEAD").files_with(["1.9"]),
}
"""What is looked for by a command that says by its status that there is none."""


@pytest.mark.parametrize("status", [-9, 128])
@pytest.mark.parametrize("look", LOOKS)
def test_a_git_that_was_killed_or_failed_has_not_said_that_there_is_none(
    look: str, status: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Git, "ask", lambda *_, **__: Answer(status, b"", "fatal: out of memory"))
    with pytest.raises(Failed, match=f"ended with status {status}: fatal: out of memory"):
        LOOKS[look](Git(tmp_path))


@pytest.mark.parametrize("page", ["", "<!doctype html><title>Sign in</title>"])
def test_a_page_in_place_of_gits_answer_is_no_repository_without_refs(
    tmp_path: Path, page: str
) -> None:
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "commit", "--quiet", "--allow-empty", "-m", "known")
    git(tmp_path, "update-ref", "refs/remotes/origin/main", "HEAD")
    with answering(Answering(200, page, {"Content-Type": "text/html"})) as url:
        git(tmp_path, "remote", "add", "origin", f"{url}/x.git")
        origin = Remote(Git(tmp_path, whose="the run's"), "origin")
        looks = (origin.branches, origin.tags, origin.default_branch, origin.fetch)
        for look in (*looks, lambda: origin.refs("refs/tags/1.9")):
            with pytest.raises(Unavailable, match="found a page instead"):
                look()


def test_a_repository_that_says_itself_that_it_has_no_refs_has_none(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet", "--bare", "empty.git")
    empty = Remote(Git(tmp_path), "empty.git")
    assert (empty.refs("refs/tags/1.9"), empty.branches(), empty.tags()) == ({}, [], {})


def test_this_machine_is_never_asked_through_a_proxy(
    tmp_path: Path, served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "intranet.example")
    git(tmp_path, "config", "--global", "http.proxy", "http://127.0.0.1:9")
    assert Git(tmp_path).run("ls-remote", "--", served.url).lines
    assert without_proxy() == "intranet.example,localhost,127.0.0.1,::1"
    monkeypatch.setenv("no_proxy", "*")
    assert without_proxy() == "*"


def test_an_address_over_which_a_token_could_be_read_is_refused() -> None:
    with pytest.raises(UsageError, match="https or ssh address, found http://git.example/x.git"):
        clone_address("http://git.example/x.git")
    with pytest.raises(UsageError, match=r"https or ssh address, found http://\[::1x/x.git"):
        clone_address("http://[::1x/x.git")
    assert clone_address("http://127.0.0.1:1/x.git") == "http://127.0.0.1:1/x.git"


def test_what_an_id_stands_for_is_asked_once_and_anew_of_another_clone(
    tmp_path: Path, asked: list[str]
) -> None:
    folder = tmp_path / "clone"
    made = made_commit(folder)
    assert [find_commit(Git(folder), made).subject for _ in range(3)] == ["one"] * 3
    assert asked == ["rev-parse", "log"]
    git(folder, "commit", "--quiet", "--allow-empty", "--message=two")
    assert find_commit(Git(folder), "HEAD").subject == "two"  # a name is asked for each time
    folder.rename(tmp_path / "away")
    made_commit(folder, "another")
    assert Git(folder).commit_at(made) is None


def made_commit(folder: Path, subject: str = "one") -> str:
    folder.mkdir()
    git(folder, "init", "--quiet")
    git(folder, "commit", "--quiet", "--allow-empty", f"--message={subject}")
    return git(folder, "rev-parse", "HEAD")


def test_whether_git_allows_a_name_is_asked_once(tmp_path: Path) -> None:
    assert check_ref(Git(tmp_path), "release/1.9", "heads") == "refs/heads/release/1.9"
    assert check_ref(Git(tmp_path / "no folder"), "release/1.9", "heads")
    for _ in range(2):
        with pytest.raises(UsageError, match="does not allow"):
            check_ref(Git(tmp_path), "a..b", "heads")
