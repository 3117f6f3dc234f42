"""Entries written into a real checkout from its commits, or by a command of a profile."""

import os
import stat
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime
from functools import partial
from html import unescape
from pathlib import Path
from random import Random

import pytest
from markdown_it import MarkdownIt

from runbook_lib.errors import Failed, Refused, UsageError
from runbook_lib.journal.journal import Journal
from runbook_lib.policy.changelog import find_entry
from runbook_lib.policy.commits import Commit
from runbook_lib.policy.version import Version
from runbook_lib.services.changelog import Changelog
from runbook_lib.services.git.clones.throwaway import changed_checkout
from runbook_lib.services.git.git import Git
from runbook_lib.steps.step import Patience, Planned, Runner
from tests.conftest import Quiet

V19 = Version(1, 9)
DAY = date(2020, 3, 1)
LINK = "https://github.com/example/kit"
IDENTITY = {
    f"GIT_{role}_{what}": value
    for role in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "Ada"), ("EMAIL", "ada@example.org"))
}


class Checkout:
    """A git repository of a test's own, with one commit a minute."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.minute = 0
        path.mkdir()
        self.git("init", "--quiet", "--initial-branch", "master")
        self.commit("chore: begin")
        self.git("tag", "1.8.0")

    def git(self, *arguments: str, text: bytes | None = None, **more: str) -> str:
        environment = {**os.environ, **IDENTITY, **more, "GIT_CONFIG_GLOBAL": os.devnull}
        done = subprocess.run(
            ["git", "-C", str(self.path), *arguments],
            env=environment, input=text, capture_output=True, check=True,
        )  # fmt: skip
        return done.stdout.decode(errors="replace").strip()

    def commit(self, message: str | bytes) -> str:
        self.minute += 1
        when = f"{1_580_000_000 + 60 * self.minute} +0000"
        text = message.encode() if isinstance(message, str) else message
        options = ("--quiet", "--allow-empty", "--allow-empty-message", "--cleanup=verbatim")
        dates = {"GIT_AUTHOR_DATE": when, "GIT_COMMITTER_DATE": when}
        self.git("commit", *options, "--file=-", text=text, **dates)
        return self.git("rev-parse", "HEAD")

    def commits(self, since: str = "1.8.0") -> list[Commit]:
        chosen = f"{since}..HEAD" if since else "HEAD"
        log = self.git("log", "-z", "--format=%H%n%P%n%s%n%b", chosen)
        rows = [row.split("\n", 3) for row in log.split("\0") if row]
        when = datetime(2020, 2, 7, tzinfo=UTC)
        return [Commit(i, tuple(p.split()), "Ada", when, s, b) for i, p, s, b in rows]


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path / "kit")


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    journal = Journal(tmp_path / "journal.jsonl", session="s", operator="ada", mask=hide)
    return Runner(journal, Quiet(), patience=Patience(settling=(0.0,), first_pause=0.0))


def hide(text: str) -> str:
    return text.replace("hunter2", "***")


@pytest.fixture
def changelog(checkout: Checkout, runner: Runner) -> Changelog:
    return Changelog(checkout.path, runner)


def outcomes(runner: Runner) -> list[str]:
    return [report.outcome for report in runner.reports]


def test_an_entry_that_was_changed_after_its_approval_is_refused(
    checkout: Checkout, changelog: Changelog
) -> None:
    version = Version.parse("1.9.0")
    (checkout.path / "CHANGELOG.md").write_text("# 1.9.0\n\n* a feature\n")
    approved = changelog.entry(version).digest
    assert "as it was approved" in changelog.check_approved(version, approved)
    (checkout.path / "CHANGELOG.md").write_text("# 1.9.0\n\n* a feature, and more\n")
    with pytest.raises(Refused, match="to have it approved as it is now"):
        changelog.check_approved(version, approved)
    (checkout.path / "CHANGELOG.md").write_text("# 2.0.0\n")
    with pytest.raises(Refused, match="found none: write it first"):
        changelog.check_approved(version, approved)


def test_the_entry_is_clogs_byte_for_byte(checkout: Checkout, changelog: Changelog) -> None:
    ids = [
        checkout.commit(message)
        for message in (
            "feat: add google spanner storage back-end\nCo-authored by Phil\n",
            "feat(backend): Pass full user object.\n",
            "ft(auth): Receive FxA user-id in Hawk token.\n",
            "feat: support the pool_size argument\n\nLong text.\n\nCloses #110\n",
            "fix(main): make --subtitle optional\n",
            "fix(main): make --from optional\n",
            "fx: convert an IN operator (#84); r=ada\n\nFixes #1, #2\n",
            "chore: tidy\n",
            "perf(db): use an index\n\nBreaks #12\n",
            "bug: clog does not know this\n",
            "Merge branch 'x'\n",
        )
    ]
    (spanner, backend, auth, pool, subtitle, origin, convert, _, index, _, _) = (
        f"[{commit[:8]}]({LINK}/commit/{commit}" for commit in ids
    )
    found = changelog.write_entry(
        V19, commits=checkout.commits(), since="1.8.0", date=DAY, link=LINK
    )
    issues = f"{LINK}/issues"
    assert found.text == (
        '<a name="1.9"></a>\n'
        "## 1.9 (2020-03-01)\n"
        "\n"
        "\n"
        "#### Features\n"
        "\n"
        f"*   support the pool_size argument ({pool}), closes [#110]({issues}/110))\n"
        f"*   add google spanner storage back-end Co-authored by Phil ({spanner}))\n"
        f"* **auth:**  Receive FxA user-id in Hawk token. ({auth}))\n"
        f"* **backend:**  Pass full user object. ({backend}))\n"
        "\n"
        "#### Bug Fixes\n"
        "\n"
        f"*   convert an IN operator ([#84]({issues}/84)); r=ada ({convert}), "
        f"closes [#1]({issues}/1), [#2]({issues}/2))\n"
        "* **main:**\n"
        f"  *  make --from optional ({origin}))\n"
        f"  *  make --subtitle optional ({subtitle}))\n"
        "\n"
        "#### Performance\n"
        "\n"
        f"* **db:**  use an index ({index}), breaks [#12]({issues}/12))\n"
        "\n"
        "#### Breaking Changes\n"
        "\n"
        f"* **db:**  use an index ({index}), breaks [#12]({issues}/12))\n"
    )
    assert (checkout.path / "CHANGELOG.md").read_text() == found.text
    accounting = changelog.account(found, checkout.commits())
    assert str(accounting).splitlines()[0] == "11 commits: 8 listed, 3 left out"
    assert accounting.missing == ()


def test_without_a_link_ids_and_issues_are_linked_as_clog_does_then(
    checkout: Checkout, changelog: Changelog
) -> None:
    short = checkout.commit("feat: x\n\nCloses #135\n")[:8]
    found = changelog.write_entry(
        V19, commits=checkout.commits(), since="1.8.0", date=DAY, title="v1.9.0"
    )
    assert found.text == (
        '<a name="v1.9.0"></a>\n## v1.9.0 (2020-03-01)\n\n\n#### Features\n\n'
        f"*   x ([{short}]({short}), closes [#135](135))\n"
    )


def test_the_rest_of_the_file_and_its_mode_stay_as_they_are(
    checkout: Checkout, changelog: Changelog
) -> None:
    file = checkout.path / "CHANGELOG.md"
    old = b"# Changes\r\n\r\n## 1.8.0\t \r\n* \xc3\xa9  \r\n\r\n"
    file.write_bytes(old)
    file.chmod(0o664)
    checkout.commit("fix: x\n")
    found = changelog.write_entry(V19, commits=checkout.commits(), since="1.8.0", date=DAY)
    new = file.read_bytes()
    assert new == old[:13] + b"## 1.9.0\r\n* x\r\n\r\n" + old[13:]
    assert b"\n" not in new.replace(b"\r\n", b"")
    assert stat.S_IMODE(file.stat().st_mode) == 0o664
    assert str(found).startswith("CHANGELOG.md has the entry of 1.9.0\n--- a/CHANGELOG.md\n")
    assert "+## 1.9.0\n+* x" in found.diff and "\n-" not in found.diff.partition("@@")[2]
    assert checkout.git("status", "--porcelain") == "?? CHANGELOG.md"


def test_an_entry_that_a_person_has_edited_is_kept(
    checkout: Checkout, changelog: Changelog, runner: Runner
) -> None:
    checkout.commit("feat: x\n")
    first = changelog.write_entry(V19, commits=checkout.commits(), since="1.8.0", date=DAY)
    file = checkout.path / "CHANGELOG.md"
    file.write_text(file.read_text().replace("*   x", "*   X, by hand"))
    checkout.commit("fix: later\n")
    second = changelog.write_entry(V19, commits=checkout.commits(), since="1.8.0", date=DAY)
    assert outcomes(runner) == ["done", "already"]
    assert "*   X, by hand" in second.text and "later" not in second.text
    assert first.digest != second.digest


def test_a_plan_writes_nothing(checkout: Checkout, runner: Runner) -> None:
    checkout.commit("feat: x\n")
    runner.plan = True
    planned = Changelog(checkout.path, runner).write_entry(
        V19, commits=checkout.commits(), since="1.8.0", date=DAY
    )
    assert isinstance(planned, Planned)
    assert runner.reports[0].detail == "write the entry 1.9 on top of CHANGELOG.md"
    assert checkout.git("status", "--porcelain") == ""


def test_a_first_release_lists_all_commits(checkout: Checkout, changelog: Changelog) -> None:
    checkout.commit("feat: x\n")
    checkout.git("tag", "0.5")
    checkout.commit("fix: y\n")
    found = changelog.write_entry(V19, commits=checkout.commits(""), since=None, date=DAY)
    assert "*   x (" in found.text and "*   y (" in found.text
    assert found.text.count("<a name") == 1


def test_commits_of_other_branches_and_tags_in_between_do_not_disturb(
    checkout: Checkout, changelog: Changelog
) -> None:
    checkout.commit("feat: a\n")
    checkout.git("tag", "v1.8.5")
    checkout.git("tag", "1.9.0rc1")
    checkout.git("checkout", "--quiet", "-b", "side")
    checkout.commit("feat: b\n")
    checkout.git("checkout", "--quiet", "master")
    checkout.commit("fix: c\n")
    checkout.git("merge", "--quiet", "--no-ff", "-m", "Merge branch 'side'", "side")
    checkout.git("checkout", "--quiet", "-b", "elsewhere")
    checkout.commit("feat: d\n")
    checkout.git("checkout", "--quiet", "master")
    found = changelog.write_entry(V19, commits=checkout.commits(), since="1.8.0", date=DAY)
    assert [word for word in "abcd" if f"*   {word} (" in found.text] == ["a", "b", "c"]
    left = changelog.account(found, checkout.commits()).left_out
    assert [(item.commit.subject, item.reason) for item in left] == [
        ("Merge branch 'side'", "merge")
    ]


def test_a_release_of_chores_alone_has_a_heading_and_no_bullet(
    checkout: Checkout, changelog: Changelog
) -> None:
    checkout.commit("chore: x\n")
    checkout.commit("Make it work\n")
    found = changelog.write_entry(V19, commits=checkout.commits(), since="1.8.0", date=DAY)
    assert found.text == '<a name="1.9"></a>\n## 1.9 (2020-03-01)\n'
    assert len(changelog.account(found, checkout.commits()).left_out) == 2


NASTY = [
    b"feat: <b>bold</b> <script>alert(1)</script> & &lt;i&gt; AT&T -> x",
    b"feat(<i>`x): a` <b>c` <u>",
    b"fix: `<b>` and `x``` `<i>` and ``<u>``",
    b"fix: \\`<b>` \\<b> \\\\<b>",
    b"feat: $(touch owned) `touch owned` ; touch owned | touch owned",
    b"feat: --output=owned --config owned",
    b"feat: {{ version }} {% raw %} {# x #} ${HOME} '''",
    b"feat: [x](<b>) ![y](z \"<b>\") <!-- <a href='x'> <ada@example.org> <https://x.y>",
    b"feat: ``` <b>",
    b"feat: caf\xc3\xa9 \xe2\x80\xa8 <b>\x0b<i>\x1b[31m",
    b"feat: latin \xe9 <b>",
    b"feat:\t# heading <b>\r\n\r\nBody <b>",
    b"fix(a*b\\): scope <b>",
    b"--force",
    b"",
    b"Update <b>\n\nBREAKING CHANGE: `<b>`",
]


def test_no_subject_becomes_html_a_command_or_an_option(
    checkout: Checkout, changelog: Changelog, tmp_path: Path
) -> None:
    for message in NASTY:
        checkout.commit(message)
    found = changelog.write_entry(
        V19, commits=checkout.commits(), since="1.8.0", date=DAY, link=LINK
    )
    assert html_in(found.text) == ['<a name="1.9">', "</a>"]
    for shown in (
        "*   &lt;b>bold&lt;/b> &lt;script>alert(1)&lt;/script> & &amp;lt;i&amp;gt; AT&T -> x (",
        "*   $(touch owned) `touch owned` ; touch owned | touch owned (",
        "*   --output=owned --config owned (",
        "*   {{ version }} {% raw %} {# x #} ${HOME} ''' (",
    ):
        assert shown in found.text
    assert not list(tmp_path.rglob("owned"))
    assert "&lt;script&gt;" not in found.text and "<script" not in found.html()


def html_in(markdown: str) -> list[str]:
    """All HTML that a text's reader on the web would get, by CommonMark."""
    blocks = MarkdownIt("commonmark").parse(markdown)
    inline = [child for block in blocks for child in block.children or []]
    return [t.content for t in [*blocks, *inline] if t.type in ("html_block", "html_inline")]


def visible(markdown: str) -> str:
    """What a reader on the web would read, markup taken off."""
    html = MarkdownIt("commonmark").render(markdown)
    return unescape("".join(part.partition(">")[2] for part in f">{html}".split("<")))


PIECES = [*"`\\<>&;()[]!*_ ab", "<b>", "</b>", "&lt;", "``", "<!--", "` "]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_no_generated_subject_becomes_html(
    checkout: Checkout, changelog: Changelog, seed: int
) -> None:
    random = Random(seed)
    texts = ["".join(random.choices(PIECES, k=random.randint(1, 14))) for _ in range(600)]
    scoped = [f"fix({text.translate({40: None, 41: None})}): {text}" for text in texts[:100]]
    messages = [f"feat: {text}" for text in texts] + scoped
    stream = b"".join(map(fast_import_commit, range(len(messages)), messages))
    checkout.git("fast-import", "--quiet", text=b"reset refs/heads/many\n" + stream)
    checkout.git("checkout", "--quiet", "many")
    found = changelog.write_entry(V19, commits=checkout.commits(), since="1.8.0", date=DAY)
    assert html_in(found.text) == ['<a name="1.9">', "</a>"]
    accounting = changelog.account(found, checkout.commits())
    assert all(commit.belongs for commit in accounting.listed)
    assert accounting.missing == ()


def fast_import_commit(number: int, message: str) -> bytes:
    """One commit for git fast-import, with a parent in the commit before."""
    text = message.encode()
    parent = b"from 1.8.0^0\n" if number == 0 else b""
    when = b"committer Ada <ada@example.org> %d +0000\n" % (1_590_000_000 + number)
    return b"commit refs/heads/many\n%sdata %d\n%s\n%s\n" % (when, len(text), text, parent)


@pytest.mark.parametrize(
    "text", ["<b> & c", "a < b", "&lt;i&gt;", "\\<x>", "\\\\&amp;", "`<b>` &", "x <ada@b.c>"]
)
def test_what_is_escaped_reads_as_it_was_written(
    checkout: Checkout, changelog: Changelog, text: str
) -> None:
    checkout.commit(f"feat: {text}\n")
    found = changelog.write_entry(V19, commits=checkout.commits(), since="1.8.0", date=DAY)
    assert text.replace("`", "") in visible(found.text)


def clog(folder: Path, script: str) -> tuple[str, ...]:
    """A changelog command of a project's own, that does what the script says."""
    file = folder / "write_changelog.py"
    file.write_text(f"import sys\nfrom pathlib import Path\nlog = Path('CHANGELOG.md')\n{script}\n")
    return (sys.executable, str(file), "--setversion", "{version}", "--from={since}")


GOOD = (
    "assert sys.argv[1:] == ['--setversion', '1.9', '--from=1.8.0'], sys.argv\n"
    "log.write_text(f'## {sys.argv[2]}\\n\\n* own <b>\\n\\n' + log.read_text())"
)


def apart(checkout: Checkout) -> Callable[[], AbstractContextManager[Path]]:
    """Where a command of a project's own runs, as a release has it."""
    place = checkout.path.with_name("changelog")
    return partial(changed_checkout, Git(checkout.path), place, origin=str(checkout.path))


Own = Callable[..., Changelog]


@pytest.fixture
def own(checkout: Checkout, runner: Runner) -> Own:
    """Makes the changelog of a project with a command of its own."""
    return partial(Changelog, checkout.path, runner, place=apart(checkout))


def test_a_command_of_the_profiles_own_writes_the_entry(
    checkout: Checkout, own: Own, runner: Runner, tmp_path: Path
) -> None:
    (checkout.path / "CHANGELOG.md").write_text("## 1.8\n")
    changelog = own(command=clog(tmp_path, GOOD))
    found = changelog.write_entry(V19, commits=checkout.commits(), since="1.8.0", date=DAY)
    assert found.text == "## 1.9\n\n* own <b>\n"
    assert changelog.write_entry(V19, commits=checkout.commits(), since="1.8.0", date=DAY) == found
    assert outcomes(runner) == ["done", "already"]


LEAVES = (
    "import os, subprocess\n"
    "assert Path('version.txt').read_text() == '1.9', 'as it is to be released'\n"
    "assert Path('new.txt').read_text() == 'new' and not Path('old.txt').exists()\n"
    "git = lambda *a: subprocess.run(['git', *a], check=True, capture_output=True)\n"
    "assert git('diff', '--cached').stdout == b'', 'changed, and not staged'\n"
    "git('describe', '--tags', '--match', '1.8.0')\n"
    "Path('.coverage').write_text('left')\n"
    "Path('version.txt').write_text('spoilt')\n"
    "Path('news').mkdir()\n"
    "Path('news/1.md').write_text('left')\n"
    "git('add', '.')\ngit('tag', 'left')\n"
    "log.write_text('## 1.9\\n\\n* own\\n')\n"
)


def test_nothing_but_the_changelog_is_taken_over_from_what_a_command_leaves(
    checkout: Checkout, own: Own, tmp_path: Path
) -> None:
    for name in ("version.txt", "old.txt"):
        (checkout.path / name).write_text("1.8")
    checkout.git("add", ".")
    checkout.commit("feat: a version")
    (checkout.path / "version.txt").write_text("1.9")
    (checkout.path / "old.txt").unlink()
    (checkout.path / "new.txt").write_text("new")
    before = checkout.git("status", "--porcelain"), checkout.git("show-ref")
    own(command=clog(tmp_path, LEAVES)).write_entry(
        V19, commits=checkout.commits(), since="1.8.0", date=DAY
    )
    assert (checkout.path / "CHANGELOG.md").read_text() == "## 1.9\n\n* own\n"
    assert (checkout.path / "version.txt").read_text() == "1.9"
    (checkout.path / "CHANGELOG.md").unlink()
    assert (checkout.git("status", "--porcelain"), checkout.git("show-ref")) == before
    assert not (tmp_path / "changelog").exists()


def test_a_command_of_the_repositorys_own_is_the_one_beside_what_it_changes(
    checkout: Checkout, own: Own
) -> None:
    script = checkout.path / "log.sh"
    script.write_text(
        '#!/bin/sh\ncd "$(dirname "$0")"\necho \'## 1.9\' > CHANGELOG.md\ntouch left\n'
    )
    script.chmod(0o755)
    checkout.git("add", ".")
    checkout.commit("chore: a command")
    found = own(command=("./log.sh",)).write_entry(
        V19, commits=checkout.commits(), since="1.8.0", date=DAY
    )
    assert found.text == "## 1.9\n"
    assert checkout.git("status", "--porcelain") == "?? CHANGELOG.md"


@pytest.mark.parametrize(
    ("script", "message"),
    [
        ("pass", "expected an entry of 1.9.0 in CHANGELOG.md after"),
        ("log.write_text('## 1.9\\n\\n## 1.8 changed\\n')", "other parts of it had changed"),
        ("log.write_text('## 1.9\\n')\nsys.exit('no: hunter2')", r"status 1: no: \*\*\*"),
        ("log.unlink()", "expected an entry of 1.9.0"),
    ],
)  # fmt: skip
def test_what_a_command_of_the_profiles_own_did_wrong_is_undone(
    checkout: Checkout, own: Own, tmp_path: Path, script: str, message: str
) -> None:
    (checkout.path / "CHANGELOG.md").write_text("## 1.8\n")
    with pytest.raises(Failed, match=message):
        own(command=clog(tmp_path, script)).write_entry(
            V19, commits=checkout.commits(), since="1.8.0", date=DAY
        )
    assert (checkout.path / "CHANGELOG.md").read_text() == "## 1.8\n"
    assert "hunter2" not in (tmp_path / "journal.jsonl").read_text()


def test_a_file_that_a_failing_command_has_made_is_taken_away(
    checkout: Checkout, own: Own, tmp_path: Path
) -> None:
    command = clog(tmp_path, "log.write_text('## 1.9\\n')\nsys.exit(3)")
    with pytest.raises(Failed, match="status 3: it said nothing"):
        own(command=command).write_entry(V19, commits=checkout.commits(), since="1.8.0", date=DAY)
    assert checkout.git("status", "--porcelain") == ""


def test_a_command_that_is_not_there_is_missed_before_anything_is_done(
    own: Own, runner: Runner
) -> None:
    changelog = own(command=("clog-not-here", "--setversion"))
    with pytest.raises(UsageError, match="expected the changelog command 'clog-not-here'"):
        changelog.write_entry(V19, commits=[], since="1.8.0", date=DAY)
    assert outcomes(runner) == ["refused"]


def test_an_unknown_placeholder_in_the_command_is_refused_at_once(
    checkout: Checkout, runner: Runner
) -> None:
    with pytest.raises(UsageError, match=r"found \{vers\}"):
        Changelog(checkout.path, runner, command=("clog", "{vers}"))


@pytest.mark.parametrize("since", ["--output=x", "", "a..b", "-1", "x\n"])
def test_a_range_that_could_be_an_option_is_refused(changelog: Changelog, since: str) -> None:
    with pytest.raises(UsageError, match="expected the last release's tag or commit"):
        changelog.write_entry(V19, commits=[], since=since, date=DAY)


def test_a_link_that_leads_round_in_a_circle_is_refused(checkout: Checkout, runner: Runner) -> None:
    (checkout.path / "LOOP.md").symlink_to("LOOP.md")
    with pytest.raises(UsageError, match="found a link that leads round in a circle; mend it"):
        Changelog(checkout.path, runner, file="LOOP.md").read()


@pytest.mark.parametrize("file", ["../outside.md", ".", "/etc/changelog.md"])
def test_a_file_outside_the_checkout_is_refused(
    checkout: Checkout, runner: Runner, file: str
) -> None:
    with pytest.raises(UsageError, match="expected a file in the checkout"):
        Changelog(checkout.path, runner, file=file).write_entry(
            V19, commits=checkout.commits(), since="1.8.0", date=DAY
        )


def test_a_file_in_another_encoding_is_refused(checkout: Checkout, changelog: Changelog) -> None:
    (checkout.path / "CHANGELOG.md").write_bytes(b"## 1.8\n* caf\xe9\n")
    with pytest.raises(UsageError, match=r"expected UTF-8 in CHANGELOG\.md"):
        changelog.write_entry(V19, commits=checkout.commits(), since="1.8.0", date=DAY)


def test_a_missing_entry_is_refused(changelog: Changelog) -> None:
    with pytest.raises(Refused, match=r"expected an entry of 1\.9\.0 in CHANGELOG\.md, found none"):
        changelog.entry(V19)


def test_ten_thousand_commits_take_little_time(
    checkout: Checkout, changelog: Changelog, runner: Runner
) -> None:
    messages = [
        f"{kind}: number {n}" for n in range(2500) for kind in ("feat", "fix", "docs", "x y")
    ]
    stream = b"".join(map(fast_import_commit, range(len(messages)), messages))
    checkout.git("fast-import", "--quiet", text=b"reset refs/heads/many\n" + stream)
    checkout.git("checkout", "--quiet", "many")
    found = changelog.write_entry(V19, commits=checkout.commits(), since="1.8.0", date=DAY)
    assert len(changelog.account(found, checkout.commits()).listed) == 5000
    assert find_entry((checkout.path / "CHANGELOG.md").read_text(), V19) is not None
    assert runner.reports[0].seconds < 5
