"""The texts of the team's server and frontend, their catalogs, and the scripts that extract them.

The scripts run Babel (https://babel.pocoo.org), with the python that is first on the PATH. The
catalogs are as these scripts left them last week: of the frontend nothing is new since.
"""

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

Message = tuple[str, ...]
"""A text, and its plural where it has one; in a catalog with as many translations."""

SERVER_MESSAGES: tuple[Message, ...] = (
    ("Count seabirds with us.",),
    ("No bird has the ring %(ring)s.",),
    ("%(n)d sighting", "%(n)d sightings"),
)
FRONTEND_MESSAGES: tuple[Message, ...] = (
    ("Colonies",),
    ("The newest sightings",),
    ("One bird", "Many birds"),
)
GERMAN: dict[Message, Message] = {
    ("Count seabirds with us.",): ("Zählen Sie Seevögel mit uns.",),
    ("%(n)d sighting", "%(n)d sightings"): ("%(n)d Sichtung", "%(n)d Sichtungen"),
    ("Colonies",): ("Kolonien",),
    ("One bird", "Many birds"): ("Ein Vogel", "Viele Vögel"),
}
MADE = "2026-03-03 09:40-0800"


def template(name: str, source: str, messages: tuple[Message, ...]) -> str:
    """A project's template (`.pot`), as Babel writes it."""
    lines = ["# Texts.", "#, fuzzy", *heading(name, "YEAR-MO-DA HO:MI+ZONE")]
    lines += ['"Language-Team: LANGUAGE <LL@li.org>\\n"', *ENDING]
    return written(lines, source, messages, {})


def catalog(
    name: str, source: str, messages: tuple[Message, ...], known: dict[Message, Message]
) -> str:
    """A project's texts in German (`.po`), as Babel writes them."""
    lines = ["# Texts.", *heading(name, MADE), '"Language: de\\n"']
    lines += ['"Language-Team: de <LL@li.org>\\n"']
    lines += ['"Plural-Forms: nplurals=2; plural=(n != 1);\\n"', *ENDING]
    return written(lines, source, messages, known)


ENDING = (
    '"MIME-Version: 1.0\\n"',
    '"Content-Type: text/plain; charset=utf-8\\n"',
    '"Content-Transfer-Encoding: 8bit\\n"',
    '"Generated-By: Babel 2.18.0\\n"',
)


def heading(name: str, revised: str) -> list[str]:
    """How a catalog's header begins."""
    return [
        'msgid ""',
        'msgstr ""',
        f'"Project-Id-Version: {name} 1\\n"',
        f'"Report-Msgid-Bugs-To: {name}@sandbox.example\\n"',
        f'"POT-Creation-Date: {MADE}\\n"',
        f'"PO-Revision-Date: {revised}\\n"',
        '"Last-Translator: FULL NAME <EMAIL@ADDRESS>\\n"',
    ]


def written(
    header: list[str],
    source: str,
    messages: tuple[Message, ...],
    known: dict[Message, Message],
) -> str:
    """A catalog's text: its header, and each message with what is known of it."""
    blocks = [header, *(entry(source, one, known.get(one, ("", ""))) for one in messages)]
    return "".join("\n".join(block) + "\n\n" for block in blocks)


def entry(source: str, message: Message, translated: Message) -> list[str]:
    """One message of a catalog."""
    flags = ["#, python-format"] if "%(" in message[0] else []
    ids = [f'msgid "{message[0]}"', *(f'msgid_plural "{plural}"' for plural in message[1:])]
    if len(message) == 1:
        texts = [f'msgstr "{translated[0]}"']
    else:
        texts = [f'msgstr[{number}] "{text}"' for number, text in enumerate(translated)]
    return [f"#: {source}", *flags, *ids, *texts]


SERVER_LOCALES = {
    "babel.cfg": "[python: src/**.py]\n",
    "scripts/extract-l10n.sh": EXTRACT.format(name="pelican"),
    "src/pelican/texts.py": SERVER_TEXTS,
    "locale/pelican.pot": template("pelican", "src/pelican/texts.py", SERVER_MESSAGES),
    "locale/de/LC_MESSAGES/pelican.po": catalog(
        "pelican", "src/pelican/texts.py", SERVER_MESSAGES, GERMAN
    ),
}
FRONTEND_LOCALES = {
    "babel.cfg": "[javascript: src/**.js]\n",
    "bin/run-l10n-extraction": EXTRACT.format(name="frontend"),
    "src/texts.js": FRONTEND_TEXTS,
    "locale/frontend.pot": template("frontend", "src/texts.js", FRONTEND_MESSAGES),
    "locale/de/LC_MESSAGES/frontend.po": catalog(
        "frontend", "src/texts.js", FRONTEND_MESSAGES, GERMAN
    ),
}
