"""A person's own words in the place of an entry: nothing else in the file changes."""

from runbook_lib.errors import UsageError
from runbook_lib.policy.changelog.places import find_entry, find_span
from runbook_lib.policy.version import Version


def revise_entry(text: str, version: Version, words: str) -> str:
    """The changelog with an entry as a person has written it, in the file's line ends.

    Raises `UsageError` where nobody would find that entry again under its version.
    """
    span = find_span(text, version)
    if span is None:
        raise UsageError(f"expected an entry of {version}, found none: write it first")
    old = text[span[0] : span[1]]
    kept = old[len(old.rstrip()) :]
    entry = words.replace("\r\n", "\n").strip("\n").rstrip()
    mark = "\ufeff" if old.startswith("\ufeff") and not entry.startswith("\ufeff") else ""
    written = mark + (entry.replace("\n", "\r\n") if "\r\n" in text else entry) + kept
    changed = text[: span[0]] + written + text[span[1] :]
    found = find_entry(changed, version)
    if found is None or found.text.rstrip() != entry:
        raise UsageError(
            f"expected one entry of {version}, from its heading to its last line, found that it "
            "would not be read as that: keep its heading as it was, and add no other release's"
        )
    return changed
