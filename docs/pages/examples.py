"""The examples as pages: their notebooks, and the files that they bring."""

from pathlib import Path

from docs.pages import runbooks

FOLDER = Path(__file__).parents[2] / "examples"
LANGUAGES = {".py": "python", ".sql": "postgresql", ".toml": "toml"}


def names() -> list[str]:
    """The examples there are."""
    return sorted(path.stem for path in FOLDER.glob("*/*.ipynb"))


def page(name: str) -> str:
    """An example as Markdown: its notebook, and below it each file beside that."""
    beside = sorted(path for path in (FOLDER / name).iterdir() if path.suffix in LANGUAGES)
    files = [shown(path) for path in beside]
    return "\n\n".join([runbooks.page(name, FOLDER / name).rstrip(), "## Beside it", *files]) + "\n"


def shown(path: Path) -> str:
    """A file, under its name."""
    text = path.read_text(encoding="utf-8").rstrip()
    return f"### {path.name}\n\n```{LANGUAGES[path.suffix]}\n{text}\n```"


def front() -> str:
    """What is said of all, with links to their pages."""
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    for name in names():
        text = text.replace(f"]({name}/{name}.ipynb)", f"](generated/examples/{name}.md)")
    return text
