"""What of the site is made from the library itself whenever it is built.

Read `profile` first: the others are like it.
"""

from pathlib import Path

from docs.pages import commands, commits, examples, names, procedures, profile, runbooks, secrets
from runbook_lib.lint.rules import rule_table

README = Path(__file__).parents[2] / "README.md"


def all_pages() -> dict[str, str]:
    """The runbooks' pages, and the parts that other pages include, by their names."""
    parts = {
        "profile": profile.page(),
        "secrets": secrets.page(),
        "commands": commands.page(),
        "commits": commits.page(),
        "names": names.page(),
        "errors": names.error_page(),
        "outcomes": names.outcome_page(),
        "rules": "\n".join(rule_table()) + "\n",
        "release_procedure": procedures.page("release"),
        "push_procedure": procedures.page("push"),
        "readme": front(),
        "examples": examples.front(),
    }
    ours = {f"runbooks/{name}": runbooks.page(name) for name in runbooks.names()}
    tried = {f"examples/{name}": examples.page(name) for name in examples.names()}
    return {**{f"parts/{name}": text for name, text in parts.items()}, **ours, **tried}


def front() -> str:
    """The README, whose links lead to the site's pages."""
    text = README.read_text(encoding="utf-8").replace("](docs/", "](")
    text = text.replace("](examples/README.md)", "](examples.md)")
    return text.replace("](CONTRIBUTING.md)", "](contributing.md)")
