"""Which bugs a pull request's text names."""

import pytest

from runbook_lib.policy.push.named_bugs import named_bugs


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Fixes #430", {"pelican/server#430"}),
        ("fixes Pelican/Frontend#12.", {"pelican/frontend#12"}),
        ("see https://github.com/pelican/server/issues/431?x=1", {"pelican/server#431"}),
        ("GH-7 and bug 1234567", {"pelican/server#7", "bug 1234567"}),
        ("https://bugzilla.mozilla.org/show_bug.cgi?id=12", {"bug 12"}),
        ("Bug 12 - count once", {"bug 12"}),
        ("&#39; is no issue, nor is abc#5x or debug 12", set()),
        ("#4301 is another one than #430a", {"pelican/server#4301"}),
        ("", set()),
    ],
)
def test_what_people_write_names_bugs(text: str, named: set[str]) -> None:
    assert named_bugs(text, "pelican/server") == named
