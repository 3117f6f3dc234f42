"""The texts of the team's server and frontend, their catalogs, and the scripts that extract them.

The scripts run Babel (https://babel.pocoo.org), with the python that is first on the PATH. The
catalogs are as these scripts left them last week: of the frontend nothing is new since.
"""

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO

EXTRACT = """\
#!/bin/sh
# Extracts the texts for translation; translators get them by a pull request.
set -eu
cd "$(dirname "$0")/.."

pybabel() {{
    python -m babel.messages.frontend "$@"
}}

pybabel extract --mapping-file=babel.cfg --add-location=file --header-comment="# Texts." \\
    --project={name} --version=1 --msgid-bugs-address={name}@sandbox.example \\
    --output-file=locale/{name}.pot .
for catalog in locale/*/LC_MESSAGES/{name}.po; do
    language=$(basename "$(dirname "$(dirname "$catalog")")")
    pybabel update --domain={name} --locale="$language" --input-file=locale/{name}.pot \\
        --output-file="$catalog" --no-fuzzy-matching
done
echo "{name}: the catalogs are up to date."
"""

SERVER_TEXTS = '''\
"""What people read."""

from gettext import gettext, ngettext


def greeting():
    return gettext("Count seabirds with us.")


def unknown(ring):
    return gettext("No bird has the ring %(ring)s.") % {"ring": ring}


def sightings(number):
    return ngettext("%(n)d sighting", "%(n)d sightings", number) % {"n": number}
'''

FRONTEND_TEXTS = """\
export const colonies = (gettext) => gettext('Colonies');
export const newest = (gettext) => gettext('The newest sightings');
export const count = (ngettext, n) => ngettext('One bird', 'Many birds', n);
"""

NEW_TEXTS = (
    (
        "src/pelican/texts.py",
        "def unknown(ring):\n",
        "def colour():\n"
        '    return gettext("Which colour has the ring?")\n\n\n'
        "def no_such_colour(colour):\n"
        '    return gettext("No ring is %(colour)s.") % {"colour": colour}\n\n\n'
        "def unknown(ring):\n",
    ),
)
"""What one of this week's changes of the server adds: path, text before, text after."""

Message = str | tuple[str, str]
"""A text, or one and its plural."""

SERVER_MESSAGES: tuple[Message, ...] = (
    "Count seabirds with us.",
    "No bird has the ring %(ring)s.",
    ("%(n)d sighting", "%(n)d sightings"),
)
FRONTEND_MESSAGES: tuple[Message, ...] = (
    "Colonies",
    "The newest sightings",
    ("One bird", "Many birds"),
)
GERMAN: dict[Message, Message] = {
    "Count seabirds with us.": "Zählen Sie Seevögel mit uns.",
    ("%(n)d sighting", "%(n)d sightings"): ("%(n)d Sichtung", "%(n)d Sichtungen"),
    "Colonies": "Kolonien",
    ("One bird", "Many birds"): ("Ein Vogel", "Viele Vögel"),
}
MADE = datetime.fromisoformat("2026-03-03T09:40-08:00")
MAKER = "Babel 2.18.0"
"""The same everywhere, whichever is installed: the ids of the commits are."""


def server_locales() -> dict[str, str]:
    """The server's texts, its catalogs and its script, by path."""
    source = "src/pelican/texts.py"
    return {
        "babel.cfg": "[python: src/**.py]\n",
        "scripts/extract-l10n.sh": EXTRACT.format(name="pelican"),
        source: SERVER_TEXTS,
        **catalogs("pelican", source, SERVER_MESSAGES),
    }


def frontend_locales() -> dict[str, str]:
    """The frontend's texts, its catalogs and its script, by path."""
    source = "src/texts.js"
    return {
        "babel.cfg": "[javascript: src/**.js]\n",
        "bin/run-l10n-extraction": EXTRACT.format(name="frontend"),
        source: FRONTEND_TEXTS,
        **catalogs("frontend", source, FRONTEND_MESSAGES),
    }


def catalogs(name: str, source: str, messages: Sequence[Message]) -> dict[str, str]:
    """A project's template (`.pot`) and its texts in German (`.po`)."""
    return {
        f"locale/{name}.pot": catalog(name, source, messages),
        f"locale/de/LC_MESSAGES/{name}.po": catalog(name, source, messages, "de"),
    }


def catalog(name: str, source: str, messages: Sequence[Message], language: str = "") -> str:
    """A project's texts in a language, or in none, as Babel writes them."""
    from babel import __version__
    from babel.messages.catalog import Catalog
    from babel.messages.pofile import write_po

    made = Catalog(
        language or None,
        header_comment="# Texts.",
        project=name,
        version="1",
        msgid_bugs_address=f"{name}@sandbox.example",
        creation_date=MADE,
        revision_date=MADE if language else None,
        fuzzy=not language,
    )
    for message in messages:
        made.add(message, GERMAN.get(message) if language else None, [(source, 1)])
    written = BytesIO()
    write_po(written, made, include_lineno=False)
    return written.getvalue().decode().replace(f"Babel {__version__}", MAKER)
