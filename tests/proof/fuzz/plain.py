"""Versions, tags, branches, parameters, commit messages, changelogs, version files, push notes."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from runbook_lib.errors import RunbookError
from runbook_lib.notebook.catalog import Parameter, read_parameters_cell
from runbook_lib.notebook.parameters import read_parameters
from runbook_lib.notebook.types import fitted, type_of
from runbook_lib.policy.changelog import find_entry
from runbook_lib.policy.changelog.announcing import told_steps
from runbook_lib.policy.changelog.beginning import find_form
from runbook_lib.policy.changelog.fragments import find_tool
from runbook_lib.policy.changelog.places import revise_entry
from runbook_lib.policy.changelog.rendering import lines_of
from runbook_lib.policy.changelog.writing import Wanted, redated, write_entry
from runbook_lib.policy.clock_times import read_moment
from runbook_lib.policy.clog import write_clog_entry
from runbook_lib.policy.commit_table import commit_table
from runbook_lib.policy.commits import Commit
from runbook_lib.policy.deploy_message import compile_pattern, read_deployments
from runbook_lib.policy.gate_comment import fenced, question_text, read_answer
from runbook_lib.policy.push.notes import Blocker, Notes, check_notes, hero_problem, title_problem
from runbook_lib.policy.push.notes.hero import set_hero
from runbook_lib.policy.push.tag_form import TagForm
from runbook_lib.policy.push.tags import next_free, next_suffixed, push_tags
from runbook_lib.policy.push.topic import next_topic
from runbook_lib.policy.ref_patterns import fits
from runbook_lib.policy.references import quiet_parts
from runbook_lib.policy.release.tag_reading import SeenTag
from runbook_lib.policy.release.tags import read_tags
from runbook_lib.policy.reverts import drop_reverts
from runbook_lib.policy.same_version import is_same, is_tagged_so
from runbook_lib.policy.tag_template import check_tag_template, find_last_release
from runbook_lib.policy.version import Version
from runbook_lib.policy.version_files.place import change_version
from runbook_lib.policy.version_files.pointed import pointed_files, version_from_tag
from runbook_lib.policy.version_files.readers import BY_ENDING, LOCK_FILES, READERS, find_places
from runbook_lib.policy.version_files.spelling import next_development, spell
from runbook_lib.policy.version_page import Place
from runbook_lib.policy.visible import coloured, one_line, point_out, printed
from runbook_lib.reading.sanitised import sanitise
from runbook_lib.run.given import typed
from runbook_lib.services.git.address import clone_address
from runbook_lib.services.git.failures import failure
from runbook_lib.services.git.git import Git, check_ref
from tests.policy.changelog.test_forms import SHAPES
from tests.policy.push_notes.corpus import EDITS
from tests.policy.push_notes.forms import FORMS
from tests.proof.fuzz.feeding import Fed, Html, Wrong, check_error, check_plain
from tests.proof.fuzz.texts import names, texts
from tests.proof.fuzz.values import PLAIN
from tests.release.bad_input_world import git, make_project

DAY = date(2026, 1, 2)
NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)
ZONE = ZoneInfo("America/Los_Angeles")
LINK = "https://git.example/harbor/tidewatch"
NEXT = Version(1, 3)
VERSIONS = ("1.9", "1.9.0", "v2.0.0-rc.1", "1.9.0.dev0", "2026.03.12-1", "1.0.0+build.5", "1!2.0")


def versions(_: Path) -> Fed:
    def take(given: tuple[str, str]) -> object:
        text, other = given
        is_tagged_so(text, other)
        is_same(text, other)
        read = Version.read(text)
        if read is None:
            return Version.parse(text)
        _ = (read.names, read.like(other), read.is_dev, read.is_pre, read.base, hash(read))
        _ = (read.next_major, read.next_minor, read.next_patch, read < NEXT, read == NEXT)
        if Version.read(str(read)) != read:
            raise Wrong(f"{text!r} is read, written {read}, and read as another")
        return str(read)

    return Fed(st.tuples(names(*VERSIONS), names(*VERSIONS)), take)


def tags(_: Path) -> Fed:
    form = TagForm()
    templates = ("{version}", "v{version}", "{project}-{full}", "{major}_{minor}_{patch}")

    def take(given: tuple[list[str], str]) -> object:
        found, template = given
        push_tags(form, found)
        made = (next_free(form, DAY, found), next_suffixed(form, DAY, found))
        with suppress(RunbookError):
            TagForm(template)
        read_tags([SeenTag(one) for one in found], project="tidewatch")
        check_tag_template(template)
        find_last_release(found, template, project="tidewatch")
        return made

    tag = names(*VERSIONS, "tidewatch-1.9", "releases/v1", "1.9^{}")
    return Fed(st.tuples(st.lists(tag, max_size=12), names(*templates)), take)


def branches(folder: Path) -> Fed:
    """Branches, addresses and revisions, as real git is given them."""
    home = folder / "home"
    home.mkdir()
    project = make_project(home / "tide")
    here = Git(project)
    before = (git(project, "for-each-ref"), sorted(str(one) for one in folder.rglob("*")))

    def take(given: tuple[str, str]) -> object:
        name, pattern = given
        fits(pattern, f"refs/heads/{name}")
        with suppress(RunbookError):
            here.resolve(name)
        with suppress(RunbookError):
            here.ask("ls-remote", "--", clone_address(name))
        check_error(failure("push", 1, name))
        full = check_ref(here, name, "heads")
        git(project, "check-ref-format", full)
        return full

    def checked(given: tuple[str, str]) -> object:
        try:
            return take(given)
        finally:
            now = (git(project, "for-each-ref"), sorted(str(one) for one in folder.rglob("*")))
            if now != before:
                raise Wrong(f"{given!r} has changed something")

    seeds = ("release/1.9", "master", "HEAD", "fix/#1", "https://a.example/x.git", "tide@{1}")
    return Fed(st.tuples(names(*seeds), names("release/**/*", "[a-z]?", "~ALL")), checked)


TYPES = ("str", "int", "bool", "float", "date", "list[str]", "dict[str, int]", "Path | None", "Any")
TYPES += (
    "Literal['a', 'b']",
    "datetime.datetime",
    "tuple[int, ...]",
    "Decimal",
    "UUID",
    "set[date]",
)
CELL = 'version: str = "1.9"  # what is released\ncount: int = 3  # how many\nday: date = None\n'


def parameters(_: Path) -> Fed:
    def take(given: tuple[str, str, object, str]) -> object:
        annotation, text, value, cell = given
        for one in (Parameter("given", annotation, None, ""), *read_cell(cell)):
            with suppress(RunbookError):
                typed(one, text)
        kind = type_of(annotation)
        if kind is not None:
            with suppress(RunbookError):
                fitted("given", kind, text)
        names = {"__annotations__": {"given": annotation}, "given": value, "date": date}
        return read_parameters({**names, "In": ["", f"# Parameters\ngiven = {value!r}\n"]})

    def read_cell(cell: str) -> Iterable[Parameter]:
        with suppress(RunbookError):
            return read_parameters_cell(cell)
        return ()

    value = st.one_of(st.sampled_from(PLAIN), texts("2.10", "1.9", "2026-01-02", '["a"]'))
    return Fed(st.tuples(names(*TYPES), texts("1.9", "[1, 2]", "yes"), value, texts(CELL)), take)


SUBJECTS = (
    *(
        "feat(ui): count tides (#12)",
        "fix!: mend it",
        "Merge pull request #3 from a/b",
        "chore: tag 1.9",
    ),
    *('Revert "feat: x"', "Bug 123 - r=willow", "docs: a `code` and <b>bold</b>"),
)
BODIES = (
    "Closes #12, #13\n\nBREAKING CHANGE: all of it\n\nCo-authored-by: A <a@b.example>",
    "This reverts commit " + "a" * 40 + ".",
    "Breaks: #4\nReverts harbor/tide#12",
)


def commits(_: Path) -> Fed:
    form = find_form(next(iter(SHAPES.values()))[1], "CHANGELOG.md")
    wanted = Wanted(NEXT, "1.3.0", DAY, LINK, None)

    def take(given: list[tuple[str, str, str]]) -> object:
        made = [
            Commit(f"{number:040x}", (), author, NOON, subject, body)
            for number, (subject, body, author) in enumerate(given)
        ]
        kept = drop_reverts(made)
        for one in kept:
            _ = (one.kind, one.label, one.scope, one.breaks, one.broken, one.closes, one.belongs)
        lines = lines_of(kept)
        for form_of in (form, find_form("", "CHANGES.rst")):
            write_entry("", form_of, wanted, lines)
        write_clog_entry(kept, title="1.3", date=DAY, link=LINK)
        _ = [list(quiet_parts(one.message, LINK)) for one in kept]
        return [*kept, Html(commit_table([(one, one.note) for one in kept], page=LINK))]

    author = texts("Olive <olive@harbor.example>")
    one = st.tuples(texts(*SUBJECTS), texts(*BODIES), author)
    return Fed(st.lists(one, max_size=6), take)


CHANGELOGS = tuple(shape[1] for shape in SHAPES.values())
FILES = tuple(dict.fromkeys(shape[0] for shape in SHAPES.values()))


def changelogs(_: Path) -> Fed:
    wanted = Wanted(NEXT, "1.3.0", DAY, LINK, None)
    lines = lines_of([Commit("a" * 40, (), "Olive", NOON, "feat: count <all>")])

    def take(given: tuple[str, str]) -> object:
        file, text = given
        told_steps(text, 1)
        find_tool([file, "changes/1.md", "pyproject.toml"], lambda _: text)
        for edit in (redated, lambda text, version, _: revise_entry(text, version, "* other")):
            with suppress(RunbookError):
                edit(text, NEXT, DAY)
        return find_entry(write_entry(text, find_form(text, file), wanted, lines), NEXT)

    return Fed(st.tuples(st.sampled_from(FILES), texts(*CHANGELOGS)), take)


VERSION_FILES = (
    '[project]\nname = "tide"\nversion = "1.8"\n[tool.hatch.version]\npath = "a.py"\n',
    '{"name": "tide", "version": "1.8.0", "packages": {"": {"version": "1.8.0"}}}',
    'from setuptools import setup\nsetup(name="x", version="1.8")\n__version__ = "1.8"\n',
    "[metadata]\nversion = attr: tide.__version__\n",
    "<project><version>1.8</version><parent><version>2</version></parent></project>",
    'version: 1.8\n  version = "1.8"\nVERSION = "1.8".freeze\n',
)


def version_files(_: Path) -> Fed:
    paths = (*READERS, *LOCK_FILES, *(f"tide{ending}" for ending in BY_ENDING))

    def take(given: tuple[str, str, str, str]) -> object:
        path, text, pattern, version = given
        for reading in (version_from_tag, pointed_files):
            with suppress(RunbookError):
                reading({path: text})
        for one, other in ((version, "1.8"), ("1.8", version)):
            _ = (is_same(one, other), next_development(one, last=other, now=other))
            with suppress(RunbookError):
                spell(one, one, like=other, named=path, path=path)
        with suppress(RunbookError):
            Place(pointer=pattern).read(text, LINK)
        found = find_places(path, text)
        if any(text[one.start : one.end] != one.version for one in found):
            raise Wrong("a place that is not where it says")
        return change_version(text, found, version)

    version = names(*VERSIONS)
    return Fed(
        st.tuples(st.sampled_from(paths), texts(*VERSION_FILES), names("/version"), version), take
    )


def notes(_: Path) -> Fed:
    edits: list[Callable[[str], str]] = [edit for _, edit in EDITS.values()]
    edits.append(lambda text: set_hero(text, "@willow"))

    def take(given: tuple[str, str]) -> object:
        text, said = given
        found = Notes.parse(text)
        if str(found) != text:
            raise Wrong("notes that do not come back as they were")
        for edit in edits:
            with suppress(RunbookError):
                edit(text)
        _ = [Blocker(said, LINK, said), hero_problem(found, said), title_problem(found, DAY)]
        next_topic(said, link=LINK, date=DAY, hero=said)
        read_deployments(said, compile_pattern(), at=NOON, by=said, link=said)
        with suppress(RunbookError):
            compile_pattern(said)
        read_moment(said, DAY, ZONE)
        check_notes(found)
        return [*found.picks, *found.blockers, found.stats]

    return Fed(
        st.tuples(texts(*FORMS.values()), names("Push 2026-03-12 by willow", "09:32 PDT")), take
    )


def screen(_: Path) -> Fed:
    """Any text, by all ways on which text is shown, and as a comment that answers a gate."""

    def take(text: str) -> object:
        for shown in (printed(text), one_line(text), point_out(text), coloured(strip(text))):
            check_plain(shown, "what is shown")
        read_answer(text)
        digest = "sha256:" + "a" * 64
        question_text(fenced(text), "of x", text, digest, people=["ada"], whole="runbook show")
        return Html(sanitise(text))

    def strip(text: str) -> str:
        return text.replace("\x1b[", "")

    return Fed(texts("approve 1a2b3c4d5e6f looks good", "<b>x</b>\x1b[31mred\x1b[0m"), take)
