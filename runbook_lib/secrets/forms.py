"""What a secret looks like: as it is, and as addresses, JSON, shells and base64 write it."""

import base64
import html
import json
import re
import shlex
from collections.abc import Iterator
from itertools import product
from urllib.parse import quote, quote_plus

SHORTEST = 4
"""A form with fewer characters stands everywhere, and is not masked."""
SHORTEST_LINE = 8
"""A line of a secret with several, or a beginning of one, counts from here on."""


def forms_of(value: str) -> set[str]:
    """All that a secret may look like; of one with several lines, its lines too."""
    value = value.strip()
    lines = [line.strip() for line in value.splitlines() if not line.startswith("-----")]
    texts = [value, *(line for line in lines if line != value and len(line) >= SHORTEST_LINE)]
    forms = {form for text in texts for form in written_forms(text)}
    forms.update(coded_forms(value), coded_forms(f"{value}\n") if len(lines) > 1 else ())
    return {form for form in forms if len(form) >= SHORTEST}


def written_forms(value: str) -> Iterator[str]:
    """A secret as it is, and as addresses, JSON, HTML, the shell and Python write it."""
    yield value
    for quoting, safe in product((quote, quote_plus), ("", "/", "/:@", "~()*!'")):
        quoted = quoting(value, safe=safe, errors="surrogatepass")
        yield from (quoted, lower_escapes(quoted))
    for written in (json.dumps(value), json.dumps(value, ensure_ascii=False), repr(value)):
        yield written[1:-1]
    yield json.dumps(value)[1:-1].replace("/", "\\/")
    yield from (html.escape(value), html.escape(value, quote=False), shlex.quote(value).strip("'"))
    yield html.escape(value).replace("&#x27;", "&#39;").replace("&quot;", "&#34;")
    yield value.replace("\r\n", "\n").replace("\n", "\r\n")


def lower_escapes(quoted: str) -> str:
    """An address's escapes in small letters, which mean the same."""
    return re.sub("%[0-9A-F]{2}", lambda found: found[0].lower(), quoted)


def coded_forms(value: str) -> set[str]:
    """A secret in hex and in base64, whatever stands before it (a user's name, say)."""
    raw = value.encode(errors="surrogatepass")
    coded = base64_forms(value)
    urlsafe = {form.translate(str.maketrans("+/", "-_")) for form in coded}
    quoted = {quote(form, safe="") for form in coded}
    return {raw.hex(), raw.hex().upper(), *coded, *urlsafe, *quoted}


def base64_forms(value: str) -> set[str]:
    """How a secret looks inside base64, behind one, two or three bytes of something else."""
    forms = set()
    for lead in range(3):
        padded = b"\0" * lead + value.encode(errors="surrogatepass")
        coded = base64.b64encode(padded).decode().rstrip("=")
        # The first and last character also hold bits of what stands around the secret.
        forms.add(coded[(lead * 4 + 2) // 3 : len(padded) * 4 // 3])
    return forms
