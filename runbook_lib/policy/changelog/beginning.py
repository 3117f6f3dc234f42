"""The form of a first entry: where a changelog has none, its *Unreleased* or its markup tells."""

import re
from dataclasses import replace

from runbook_lib.policy.changelog.adorned import DATE, FIT, TITLE, VERSION, fit
from runbook_lib.policy.changelog.form import Form, learn_form, markup_of
from runbook_lib.policy.changelog.groups import Groups, find_labels, learn_groups
from runbook_lib.policy.changelog.pending import Pending, find_pending
from runbook_lib.policy.changelog.releases import STILL
from runbook_lib.policy.changelog.restructured import is_restructured

CLOG = Form(head=f"## {VERSION} ({DATE})", clog=True)
KEEP = Groups(f"### {TITLE}", keep=True)
UNDERLINED = Form(head=f"{VERSION} ({DATE})\n{FIT}-0")


def find_form(text: str, file: str) -> Form:
    """The form of a changelog: of its newest entries, else of what is unreleased, else clog's."""
    return learn_form(text, file) or begin_form(text, file)


def begin_form(text: str, file: str) -> Form:
    """The form of the first entry of a changelog."""
    pending, markup = find_pending(text), markup_of(text, file)
    if pending is not None:
        return form_of_pending(text, file, pending)
    if markup != "markdown" or file.lower().endswith(".txt"):
        return replace(UNDERLINED, markup=markup)
    if "keepachangelog" in text:
        return Form(head=f"## [{VERSION}] - {DATE}", groups=KEEP)
    return CLOG


def form_of_pending(text: str, file: str, pending: Pending) -> Form:
    """A heading as that of what is unreleased, with a version and a date in its words' place."""
    block = text[pending.heading.start : pending.heading.end].replace("\r\n", "\n").rstrip("\n")
    labels = find_labels(pending.body, adorned=is_restructured(text))
    bracketed = pending.heading.text.startswith("[")
    groups = learn_groups(labels)
    return Form(
        head=head_of_pending(fit(block), pending, f"[{VERSION}] - {DATE}"),
        groups=groups if groups.template or not bracketed else KEEP,
        markup=markup_of(text, file),
    )


def head_of_pending(block: str, pending: Pending, bracketed: str) -> str:
    """The heading of what is unreleased as a template."""
    named = pending.heading.named
    if named is None:
        wanted = bracketed if pending.heading.text.startswith("[") else f"{VERSION} ({DATE})"
        return block.replace(pending.heading.text, wanted)
    return STILL.sub(lambda found: told(found[0]), block.replace(named.token, VERSION))


def told(words: str) -> str:
    """A date in the place of words that say that there is none yet."""
    return re.sub(r"\w.*\Z", DATE, words, flags=re.DOTALL)
