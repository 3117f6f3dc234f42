"""Secrets, masked wherever text leaves the run: in every form that they are usually written in."""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping
from itertools import groupby, takewhile
from typing import Any
from urllib.parse import unquote

from runbook_lib.frozen import frozen
from runbook_lib.secrets.forms import SHORTEST_LINE, forms_of

MASK = "•••"
"""What stands where a secret would."""
LONGEST_USER, LONGEST_PASSWORD = 256, 1024
"""How much of an address a user or a password may take, in characters."""
USER = rf"[^/\s:@]{{0,{LONGEST_USER}}}"
TOKEN = rf"https?://(?=[^/\s:@]{{1,{LONGEST_PASSWORD}}}(?::(?:x-oauth-basic)?)?@)"
"""A user alone, in a web address: GitHub takes a token there."""
ADDRESS = re.compile(rf"({TOKEN}|://{USER}:)([^/\s@]{{1,{LONGEST_PASSWORD}}})@")
"""A password, or what may be a token, in an address."""
BEGUN = re.compile(
    r"(?:h|ht|htt|https?|https?:|https?:/|:|:/|"
    rf"(?:https?)?://[^/\s@]{{0,{LONGEST_USER + 1 + LONGEST_PASSWORD}}})\Z"
)
"""An address that may go on, at the end of a text."""
COLOUR = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
"""What colours a traceback in a terminal, and cuts a secret in it in pieces."""
TELLING = re.compile(
    r"(token|secret|passw(or)?d|passphrase|api_?key|private_?key|credential|webhook)|"
    r"(^|_)(key|pass|pwd|auth|pat)$",
    re.IGNORECASE,
)
"""What the name of an environment variable with a secret says."""
HARMLESS = re.compile(
    r"(?<!webhook)_(file|path|dir|sock|url|uri|user|name|id|ttl|type|helper)$", re.IGNORECASE
)
"""What it ends with where its value only says where the secret is."""
TOKEN_LIKE = re.compile(r"(?=[^\W\d]*\d)(?=[\d_-]*[A-Za-z])[\w%~+-]{8,}", re.ASCII)
"""A part of an address that was not chosen to be read: long, with letters and digits in it."""
PLAIN = re.compile(r"true|false|none|null|yes|no|on|off|disabled|enabled|\d{1,7}", re.IGNORECASE)
"""Values that are settings, whatever the variable's name says."""


@frozen
class Secret:
    """A secret's value; never shown by accident."""

    value: str

    def __repr__(self) -> str:
        return f"Secret({MASK})"

    __str__ = __repr__


def environment_secrets(environ: Mapping[str, str]) -> list[Secret]:
    """The values of the variables whose names say that they hold a secret.

    Of an address with a password in it, whatever its variable's name, the password.
    """
    named = [value for name, value in environ.items() if names_secret(name)]
    found = [hidden[2] for value in environ.values() for hidden in ADDRESS.finditer(value)]
    return [Secret(value) for value in (*named, *found) if worth_masking(value)]


def parts_of(secret: Secret) -> list[Secret]:
    """What may be a secret of its own in an address that is one: a password, tokens in its path."""
    if "://" not in secret.value:
        return []
    _, _, rest = secret.value.partition("://")
    user, at, _ = rest.rpartition("@")
    password = [user.partition(":")[2]] if at and "/" not in user else []
    found = [*password, *filter(TOKEN_LIKE.fullmatch, re.split(r"[/:@?&=#]", rest))]
    return [Secret(form) for part in found for form in {part, unquote(part)} if worth_masking(form)]


def names_secret(name: str) -> bool:
    """Whether a name says that it stands for a secret."""
    return bool(TELLING.search(name)) and not HARMLESS.search(name)


def worth_masking(value: str) -> bool:
    """Whether a value can be a secret: six characters, and neither a setting nor a path."""
    return len(value) >= 6 and not PLAIN.fullmatch(value) and not value.startswith(("/", "./"))


class Masking:
    """Replaces each known secret in a text, as it is and in its usual encodings."""

    def __init__(self, secrets: Iterable[Secret] = ()) -> None:
        self.forms: list[str] = []
        self.pattern: re.Pattern[str] | None = None
        self.extend(secrets)

    def add(self, secret: Secret) -> None:
        """Mask this one too from now on."""
        self.extend([secret])

    def extend(self, secrets: Iterable[Secret]) -> None:
        """Mask all of these too from now on."""
        whole = [*secrets]
        parts = [part for secret in whole for part in parts_of(secret)]
        new = {form for secret in (*whole, *parts) for form in forms_of(secret.value)}
        known = new.union(self.forms)
        self.forms = sorted(known, key=lambda form: (-len(form), form))
        self.in_order = sorted(known)
        self.pattern = re.compile(alternatives(self.in_order)) if known else None

    def __call__(self, text: str) -> str:
        """The text with every secret masked, and every password or token in an address."""
        if "\x1b[" in text:
            text = mask_coloured(text, self.plain)
        return self.plain(text)

    def plain(self, text: str) -> str:
        """The same for a text without colours."""
        return mask_addresses(self.mask_forms(text))

    def mask_forms(self, text: str) -> str:
        """The text with every secret masked."""
        return self.pattern.sub(MASK, text) if self.pattern else text

    def begins(self, text: str) -> bool:
        """Whether a form of a secret begins with the whole text, and goes on."""
        place = bisect_left(self.in_order, text)
        if place < len(self.in_order) and self.in_order[place] == text:
            place += 1
        return place < len(self.in_order) and self.in_order[place].startswith(text)

    def tree(self, value: Any) -> Any:
        """The value with each text in it masked, however deep; what is no text stays as it is."""
        if isinstance(value, str):
            return self(value)
        if isinstance(value, dict):
            return {self.tree(key): self.tree(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self.tree(item) for item in value]
        return tuple(map(self.tree, value)) if type(value) is tuple else value


class StreamMasking:
    """Masks a text that comes in pieces as if it came whole: a secret may be cut anywhere."""

    def __init__(self, masking: Masking) -> None:
        self.masking = masking
        self.held = ""
        self.held_address = ""

    def feed(self, text: str) -> str:
        """What can be shown now, of this piece and what was held back of those before."""
        shown, self.held = self.split(self.held + text)
        address = self.held_address + shown
        begun = BEGUN.search(address, hold_from(address))
        cut = begun.start() if begun else len(address)
        self.held_address = address[cut:]
        return mask_addresses(address[:cut])

    def flush(self) -> str:
        """What is held back: nothing comes after it.

        The beginning of a secret is masked where it is long enough to be one.
        """
        held, self.held = self.held, ""
        rest = MASK if len(held) >= SHORTEST_LINE else self.masking.mask_forms(held)
        address, self.held_address = self.held_address + rest, ""
        return mask_addresses(address)

    def split(self, text: str) -> tuple[str, str]:
        """The text with its secrets masked, and its end where that may become another."""
        pattern, shown, place = self.masking.pattern, [], 0
        held = self.held_from(text, 0)
        while pattern and (found := pattern.search(text, place)) and found.start() < held:
            shown += [text[place : found.start()], MASK]
            place = found.end()
            held = self.held_from(text, place) if place > held else held
        return "".join([*shown, text[place:held]]), text[held:]

    def held_from(self, text: str, place: int) -> int:
        """Where the end begins that may become a secret, from a place on."""
        longest = len(self.masking.forms[0]) if self.masking.forms else 0
        first = max(place, len(text) - longest + 1)
        tails = (at for at in range(first, len(text)) if self.masking.begins(text[at:]))
        return next(tails, len(text))


def hold_from(text: str) -> int:
    """The first place from which on an address at the end of a text can be unfinished."""
    return max(0, len(text) - LONGEST_USER - 1 - LONGEST_PASSWORD - len("https://"))


def mask_addresses(text: str) -> str:
    """The text with every password, and every token that stands alone, in an address masked."""
    return ADDRESS.sub(rf"\1{MASK}@", text) if "://" in text else text


def holds_secret(address: str) -> bool:
    """Whether a password, or what may be a token, stands in an address."""
    return bool(ADDRESS.search(address))


def mask_coloured(text: str, mask: Callable[[str], str]) -> str:
    """A text in colours, masked; a line in which a secret was cut by them loses its colours."""
    lines = text.split("\n")
    bare = [COLOUR.sub("", line) for line in lines]
    if mask("\n".join(bare)) == "\n".join(bare):
        return text
    if mask("\n".join(bare)).count("\n") != len(bare) - 1:
        return mask("\n".join(bare))
    pairs = zip(lines, mask("\n".join(bare)).split("\n"), bare, strict=True)
    return "\n".join(line if hidden == plain else hidden for line, hidden, plain in pairs)


def alternatives(forms: list[str]) -> str:
    """A pattern for any of the forms (sorted), the longest first: each beginning stands once."""
    branches = [branch(list(group)) for _, group in groupby(forms, key=lambda form: form[:1])]
    return branches[0] if len(branches) == 1 else f"(?:{'|'.join(branches)})"


def branch(forms: list[str]) -> str:
    """A pattern for any of the forms, which begin with the same character."""
    pairs = zip(forms[0], forms[-1], strict=False)
    same = list(takewhile(lambda pair: pair[0] == pair[1], pairs))
    shared = forms[0][: len(same)]
    rest = [form[len(shared) :] for form in forms if form != shared]
    if not rest:
        return re.escape(shared)
    more = "" if len(rest) == len(forms) else "?"
    return f"{re.escape(shared)}(?:{alternatives(rest)}){more}"
