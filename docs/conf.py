"""How Sphinx builds the site: `sphinx-build -W --keep-going docs site`.

Nothing is fetched by who reads it: fonts, scripts and styles are the theme's own.
"""

import re
import sys
from importlib.metadata import version as version_of
from pathlib import Path

from sphinx.application import Sphinx

HERE = Path(__file__).parent
GENERATOR = re.compile(r"^Generator\[str, None, (.+)\]$")
NAMED_FENCE = re.compile(r"^```(\w+) (\S+)(?: (.+))?$", re.MULTILINE)
sys.path.insert(0, str(HERE.parent))

project = "Runbook kit"
author = "the runbook kit's authors"
release = version = version_of("runbook-kit")
extensions = ["myst_parser", "sphinx.ext.autodoc"]
exclude_patterns = ["generated/parts", "benchmarks/table.md"]
suppress_warnings = ["myst.header"]
"""The changelog has no headings of the third level."""
html_theme = "furo"
html_title = project
html_copy_source = False
html_show_sphinx = False
html_show_copyright = False
default_role = "code"
autodoc_member_order = "bysource"
autodoc_typehints_format = "short"
myst_heading_anchors = 4
"""Headings down to this level can be linked to, as on GitHub."""


def setup(app: Sphinx) -> None:
    """Write the generated pages before any page is read."""
    app.connect("builder-inited", lambda _: write_pages())
    app.connect("source-read", link_to_pages)
    app.connect("source-read", name_files)
    app.connect("autodoc-process-docstring", show_blocks)
    app.connect("autodoc-process-signature", show_result)


def write_pages() -> None:
    """Write what has changed of the generated pages."""
    from docs.pages import all_pages

    for name, text in all_pages().items():
        path = HERE / "generated" / f"{name}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")


def link_to_pages(_app: Sphinx, _name: str, source: list[str]) -> None:
    """Have links to notebooks, as one reads them in the repository, lead to the runbooks' pages."""
    source[0] = (
        source[0].replace("](../runbooks/", "](generated/runbooks/").replace(".ipynb)", ".md)")
    )


def name_files(_app: Sphinx, _name: str, source: list[str]) -> None:
    """Show above a block of a page which file it is, or which part of a notebook."""
    source[0] = NAMED_FENCE.sub(with_caption, source[0])


def with_caption(fence: re.Match[str]) -> str:
    """A fence whose words name a file, as the directive that shows them."""
    language, file, heading = fence.groups()
    part = "prose" if language == "markdown" else "cell"
    caption = f"{file}, the {part} under *{heading.lstrip('# ')}*" if heading else file
    return f"```{{code-block}} {language}\n:caption: {caption}\n"


def show_blocks(*event: object) -> None:
    """Have an indented block of a docstring shown as it stands, as it is in a terminal."""
    lines = event[-1]
    assert isinstance(lines, list)
    for number in reversed(range(1, len(lines))):
        before = [line for line in lines[:number] if line]
        begins = lines[number].startswith("    ") and not lines[number - 1]
        if begins and before and not before[-1].startswith("    "):
            lines[number:number] = ["::", ""]


def show_result(*event: object) -> tuple[str | None, str | None]:
    """Have a step shown with what calling it returns: that it is a generator is its writer's."""
    signature, result = event[-2:]
    assert signature is None or isinstance(signature, str)
    told = GENERATOR.sub(r"\1", str(result)) if result else None
    return signature, told
