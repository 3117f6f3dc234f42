"""The notes of a push that is to come, from a template."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from runbook_lib.errors import UsageError
from runbook_lib.policy.push.notes.hero import set_hero
from runbook_lib.policy.push.notes.links import (
    PLACEHOLDER,
    CompareLink,
    find_compare_links,
    put_compare_link,
)
from runbook_lib.policy.push.notes.sections import Layout
from runbook_lib.policy.push.notes.title import set_title_date
from runbook_lib.policy.push.notes.wording import USUAL, Wording

BUILT_IN = Path(__file__).with_name("template.md")


def read_template(path: Path | None, wording: Wording = USUAL) -> str:
    """A team's own template, or the built-in one with its headings.

    Raises `UsageError` where it can't be read.
    """
    try:
        if path is None:
            return wording.written(BUILT_IN.read_text(encoding="utf-8"))
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            f"expected the template of the notes at {path}, found {error}; correct the profile's "
            "push.notes.template"
        ) from None


def fill_template(
    template: str,
    *,
    project: str,
    push: date,
    hero: str,
    pages: Sequence[str],
    wording: Wording = USUAL,
) -> str:
    """The notes of a push: its date in the title, whose turn it is, and a compare link to fill in
    for each repository whose page is among `pages`.

    `{project}` in the template stands for the project's name.
    """
    dated = set_title_date(template.replace("{project}", project), push, wording)
    text = set_hero(dated, hero, wording)
    known = {link.repository.casefold() for link in find_compare_links(Layout.of(text))}
    for page in pages:
        link = CompareLink.between(page, PLACEHOLDER, PLACEHOLDER)
        if link.repository.casefold() not in known:
            text = put_compare_link(text, link, wording)
    return text
