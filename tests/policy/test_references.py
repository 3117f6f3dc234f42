"""What commits say of people and issues: nobody is called, nothing is closed, and it reads well."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from runbook_lib.policy.quoting import markdown

LINK = "https://github.com/example/kit"
CALLS = re.compile(
    r"(?<![0-9A-Za-z_])@[0-9A-Za-z]"
    r"|(?<![0-9A-Za-z_&])#\d|/[\w.-]+#\d|\bGH-\d",
    re.IGNORECASE,
)
"""What GitHub takes for a mention or a reference, where it finds it in text."""


ADDRESS = re.compile(r"(?<![^\s*_~(])https?://[\w-]+(?:\.[\w-]+)+[^\s<]*")
"""What GitHub makes a link of."""


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("thanks to @alice", "thanks to `@alice`"),
        ("ask @org/a-team.", "ask `@org/a-team`."),
        ("bump @babel/core to 7", "bump `@babel/core` to 7"),
        ("_@alice_ and **@bob**", "_`@alice`_ and **`@bob`**"),
        ("\\@alice is escaped for markdown alone", "`@alice` is escaped for markdown alone"),
        ("mail ada@example.org", "mail ada@example.org"),
        ("use `@property` there", "use `@property` there"),
        ("convert it (#84)", f"convert it ([#84]({LINK}/issues/84))"),
        ("fixes #3", "fixes `#3`"),
        ("Closes: #3, and #4", f"Closes: `#3`, and [#4]({LINK}/issues/4)"),
        ("resolve owner/repo#5", "resolve `owner/repo#5`"),
        ("like owner/repo#5", "like `owner/repo#5`"),
        ("GH-12 again", "`GH-12` again"),
        (f"fixes {LINK}/issues/5.", f"fixes `{LINK}/issues/5`."),
        ("see https://example.org/@alice/x#12", "see https://example.org/@alice/x#12"),
        ("it is &#39;x&#39;", "it is &amp;#39;x&amp;#39;"),
        ("a ` b @alice", "a \\` b `@alice`"),
        ("``a``@alice", "``a`` `@alice`"),
        ("C# and F#", "C# and F#"),
        ("@alice@bob #1@bob", "`@alice@bob` `#1@bob`"),
        ("\\\\@alice", "\\\\`@alice`"),
    ],
)
def test_a_mention_reads_as_before_and_calls_nobody(said: str, written: str) -> None:
    assert markdown(said, LINK) == written


def test_without_an_address_an_issue_is_code() -> None:
    assert markdown("convert it (#84)", "") == "convert it (`#84`)"


PIECES = st.sampled_from(
    [*"`\\<>&;()[]!*_ ab/#.", "``", "@alice", "@org/team", "#12", "fixes #3", "o/r#5", "GH-7",
     "\\@bob", "\\#9", f"{LINK}/issues/5", "https://x.y/z", "&#39;", "` ", "é"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=9).map("".join))
@example("``\\`@alice")
@example(f"\\{LINK}/issues/5`")
def test_nothing_that_github_reads_as_text_calls_anybody(said: str) -> None:
    written = markdown(said, LINK)
    assert not [text for text in texts(written) if CALLS.search(text)], written


def texts(written: str) -> list[str]:
    """What is text in a line of markdown: neither code nor a link; an address is one, too."""
    found, linked = [], 0
    for token in MarkdownIt("commonmark").parseInline(written)[0].children or []:
        linked += token.nesting if token.type.startswith("link_") else 0
        text = "" if linked or token.type != "text" else token.content
        found.append(
            ADDRESS.sub(lambda one: "#1" if one[0].startswith(f"{LINK}/issues/") else " ", text)
        )
    return found
