"""Each rule, by a small runbook that breaks just it; and our own, which break none."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from runbook_lib.lint.finding import Finding
from runbook_lib.lint.rules import RULES, check_notebook, rule_table
from tests.lint.written import GOOD, write

ROOT = Path(__file__).parents[2]
OURS = sorted([*ROOT.glob("runbooks/*.ipynb"), *ROOT.glob("examples/*/*.ipynb")])
TOKEN = "ghp_" + "a1B2c3D4e5F6" * 3
RANDOM = "Zk3vQ9xLr7Tb2Nf8Yw5Hj4Mc6Gd1Ps0a"

Change = Mapping[str, str | None]


def parameters(line: str) -> Change:
    return {"parameters": f"{GOOD['parameters']}\n{line}"}


def below(source: str) -> Change:
    """A line more in the cell that uploads."""
    return {"upload": f"uploaded = index.upload(built)\n{source}"}


BREAKING: list[tuple[str, Change, str, str, int]] = [
    ("title", {"title": "## Publish\n\nUploads."}, "a title", "title", 0),
    ("title", {"title": "# Publish"}, "the title alone", "title", 0),
    ("purpose-length", {"title": "# Publish\n\n" + "word " * 81}, "found 81", "title", 0),
    ("sections", {"preflight": "### Before\nLook."}, "`## Preflight`, found none", "", 0),
    ("sections", {"first": None, "second": None}, "headings of the steps", "", 0),
    (
        "sections",
        {"failing": "## Close\n\n## If it fails\nRead."},
        "Preflight · If it fails · Close, found Parameters · Open the run · Preflight · Close",
        "",
        0,
    ),
    ("heading-numbers", {"second": "### 3 · Upload"}, "step 2, found step 3", "second", 0),
    (
        "opened",
        {"upload": 'other = open_run("publish", parameters=globals())'},
        "second one",
        "upload",
        1,
    ),
    (
        "opened",
        {"open": GOOD["open"].replace("run = open", "note('x')\nrun = open")},
        "note(…) above it",
        "open",
        4,
    ),
    (
        "opened",
        {"open": GOOD["open"].replace("globals()", "{}")},
        "parameters=globals()",
        "open",
        4,
    ),
    (
        "runbook-name",
        {"open": GOOD["open"].replace('"publish"', '"upload"')},
        "'publish', found 'upload'",
        "open",
        4,
    ),
    (
        "runbook-name",
        {"open": GOOD["open"].replace('"publish"', "package")},
        "found package",
        "open",
        4,
    ),
    (
        "runbook-name",
        {"open": GOOD["open"].replace('"publish"', 'runbook="upload"')},
        "found 'upload'",
        "open",
        4,
    ),
    ("closed", {"close": "uploaded"}, "closes the run, found none", "close", 0),
    ("closed", {"more": "# More"}, "last cell, found it before", "more", 0),
    (
        "after-close",
        {"close": f"{GOOD['close']}\nindex.check_access()"},
        "index.check_access(…)",
        "close",
        2,
    ),
    ("parameters-cell", {"parameters": None}, "found none", "", 0),
    (
        "parameter-line",
        parameters("count = 3  # how many"),
        "type behind the name",
        "parameters",
        3,
    ),
    ("parameter-line", parameters("count: int  # how many"), "a default, found", "parameters", 3),
    ("parameter-line", parameters("print(1)  # why"), "leave parameters alone", "parameters", 3),
    ("parameter-help", parameters("count: int = 3"), "behind count", "parameters", 3),
    (
        "parameter-secret",
        parameters('api_key: str = ""  # of the index'),
        "found api_key",
        "parameters",
        3,
    ),
    (
        "parameter-secret",
        parameters('password: str = ""  # of the index'),
        "found password",
        "parameters",
        3,
    ),
    (
        "parameter-default",
        parameters('count: int = "3"  # how many'),
        "is int, found '3'",
        "parameters",
        3,
    ),
    (
        "parameter-default",
        parameters("names: list[str] = [1]  # who"),
        "is list[str], found [1]",
        "parameters",
        3,
    ),
    (
        "parameter-default",
        parameters('day: date = "12.3."  # when\nfrom datetime import date'),
        "is date",
        "parameters",
        3,
    ),
    ("parameter-default", parameters("on: bool = 1  # whether"), "is bool", "parameters", 3),
    (
        "parameter-default",
        parameters('from typing import Literal\nsize: Literal["s", "m"] = "x"  # of it'),
        "is Literal",
        "parameters",
        4,
    ),
    ("parameter-twice", parameters('package: str = "b"  # again'), "package once", "parameters", 3),
    ("parameter-changed", below("package = 'other'"), "package as it was given", "upload", 2),
    (
        "joined",
        {"open": GOOD["open"].replace(", subject=package", "")},
        "none at run.approve(…)",
        "approve",
        1,
    ),
    ("module", below("import tidewatch_of_nobody"), "module tidewatch_of_nobody", "upload", 2),
    ("module", below("from publish import Indx"), "Indx in publish.py", "upload", 2),
    ("syntax", {"build": "built = = 1"}, "invalid syntax", "build", 1),
    *(
        ("cell-logic", below(source), f"found {word}", "upload", 2)
        for source, word in (
            ("def work(): pass", "def"),
            ("class Work: pass", "class"),
            ("if uploaded: note(run, uploaded)", "if"),
            ("for one in uploaded: note(run, one)", "for"),
            ("while uploaded: note(run, uploaded)", "while"),
            ("try: note(run, uploaded)\nfinally: pass", "try"),
            ("with uploaded: note(run, uploaded)", "with"),
            ("note(run, [one for one in uploaded])", "a comprehension"),
            ("note(run, lambda: uploaded)", "lambda"),
            ("note(run, uploaded if built else built)", "… if … else …"),
            ("note(run, uploaded or built)", "and, or"),
            ("assert uploaded", "assert"),
        )
    ),
    *(
        ("text-surgery", below(source), "expected values", "upload", 2)
        for source in (
            "note(run, uploaded.split()[0])",
            "note(run, ', '.join(uploaded))",
            "note(run, uploaded[1:])",
            "note(run, re.sub('a', 'b', uploaded))",
            "note(run, f'{uploaded}'.lower())",
        )
    ),
    ("cell-length", below("\n".join(["note(run, uploaded)"] * 5)), "found 6", "upload", 0),
    (
        "cell-length",
        {
            "more": "\n",
            "failing": None,
            "close": None,
            "failing2": GOOD["failing"],
            "end": GOOD["close"],
        },
        "found 0",
        "more",
        0,
    ),
    *(
        ("effect", below(source), "only steps change something", "upload", 2)
        for source in (
            "import subprocess; subprocess.run(['git', 'push'])",
            "from subprocess import check_call as call; call(['ls'])",
            "import os; os.system('ls')",
            "!git push origin main",
            "files = !ls",
            "%run other.py",
            "import requests; requests.post('http://127.0.0.1')",
            "import requests; web = requests.Session(); web.delete('http://127.0.0.1')",
            "open('notes', 'w').write('x')",
            "open('notes', mode='a')",
            "from pathlib import Path; Path('notes').write_text('x')",
            "from pathlib import Path; folder = Path('x') / 'y'; folder.mkdir()",
            "from pathlib import Path; Path('notes').open('x')",
            "import shutil; shutil.rmtree('x')",
            "from urllib.request import urlopen; urlopen('http://127.0.0.1', b'x')",
            "exec(uploaded)",
        )
    ),
    ("effect", {"build": "%%bash\ngit push"}, "%%bash", "build", 1),
    ("secret", {"first": f"### 1 · Build with {TOKEN}"}, "a GitHub token, ghp_…", "first", 1),
    ("secret", below(f'note(run, "{TOKEN}")'), "a GitHub token, ghp_…", "upload", 2),
    (
        "secret",
        below('note(run, "https://olive:hunter22@127.0.0.1/")'),
        "a password in an",
        "upload",
        2,
    ),
    ("secret-perhaps", below(f'note(run, "{RANDOM}")'), "a random text, Zk3v…", "upload", 2),
    (
        "gate-name",
        {"approve": 'approved = run.approve(package, built, title="Upload")'},
        "run.approve(package",
        "approve",
        1,
    ),
    (
        "gate-name",
        {"approve": 'done = run.by_hand(f"Restart {built}", good="up")'},
        "a name that is written out",
        "approve",
        1,
    ),
    (
        "gate-unused",
        {
            "failing-gate": None,
            "approve": None,
            "failing": None,
            "last": 'seen = run.approve("seen", uploaded, title="It is there")',
            "close": None,
            "failing2": GOOD["failing"],
            "end": GOOD["close"],
        },
        "behind the gate seen, found none",
        "last",
        1,
    ),
    (
        "gate-subject",
        {"approve": 'approved = run.approve("upload", "all is well", title="Go")'},
        "'all is well'",
        "approve",
        1,
    ),
    (
        "gate-twice",
        {
            "upload": 'again = run.approve("upload", built, title="Another")\n'
            "uploaded = index.upload(built)"
        },
        "one title of the gate upload",
        "upload",
        1,
    ),
    (
        "gate-amid",
        {"approve": f"size = index.check_access()\n{GOOD['approve']}\nnoted = note(run, size)"},
        "above and note(…) below",
        "approve",
        2,
    ),
]


def names(found: tuple[Finding, ...]) -> list[str]:
    return [one.rule for one in found]


@pytest.mark.parametrize(
    ("rule", "change", "said", "cell", "line"),
    BREAKING,
    ids=[f"{number:02d}-{rule}" for number, (rule, *_) in enumerate(BREAKING)],
)
def test_a_runbook_that_breaks_one_rule_is_told_where_and_what_to_do(
    rule: str, change: Change, said: str, cell: str, line: int, tmp_path: Path
) -> None:
    path = write(tmp_path, change)
    found = check_notebook(path)
    assert {*names(found)} == {rule}, "\n".join(map(str, found))
    assert any(said in str(one) for one in found), "\n".join(map(str, found))
    told = next(one for one in found if said in str(one))
    cells = [name for name, source in {**GOOD, **change}.items() if source is not None]
    assert (told.cell, told.line) == (cells.index(cell) + 1 if cell else 0, line)
    assert told.remedy and TOKEN not in str(told) and RANDOM not in str(told)


def test_a_runbook_that_breaks_none_is_told_nothing(tmp_path: Path) -> None:
    assert check_notebook(write(tmp_path)) == ()


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.stem)
def test_our_own_break_no_rule(path: Path) -> None:
    assert [str(one) for one in check_notebook(path)] == []


def test_each_rule_has_a_runbook_that_breaks_it() -> None:
    others = {"notebook", "cell-id", "outputs", "ignored", "undecorated"}
    assert {rule for rule, *_ in BREAKING} | others == {rule.name for rule in RULES}


def test_the_table_names_each_rule_with_what_it_asks_for() -> None:
    rows = list(rule_table())[2:]
    assert [row.split("`")[1] for row in rows] == [rule.name for rule in RULES]
    assert all(rule.asks.endswith((".", ":")) for rule in RULES)
