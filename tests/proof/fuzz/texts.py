"""Texts that would mean something to a shell, to git, a browser, a terminal, a parser."""

from collections.abc import Callable
from io import BytesIO
from random import Random
from typing import TypeVar

from hypothesis import strategies as st

HOSTILE = (
    *("\x1b[2J", "\x1b]0;x\x07", "\x9b31m", "\u202e", "\u2066", "\u200b", "\u2028", "\x00", "\r"),
    *("\n", "\r\n", "\t", " ", "", "\ufeff", "\ud800", "\U0001f468\u200d\U0001f4bb", "e\u0301"),
    *("<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "</pre></td></table>", "<!--"),
    *("-->", "&lt;", "javascript:alert(1)", "[x](javascript:alert(1))", "![](x)", "{{ 7 * 7 }}"),
    *("{% raw %}", "{version}", "{0.__class__}", "%s%n", "$(touch pwned)", "`touch pwned`"),
    *("; touch pwned", "| touch pwned", "--upload-pack=touch pwned", "--force", "-c", "--", "-"),
    *("ext::sh -c touch% pwned", "file:///etc/passwd", "../../../etc/passwd", "..", ".", "/", "~"),
    *("refs/heads/", "@{", "~1", "^{}", ":/", "*", "[", "(", ")", "(?P<x>", "\\", "'", '"', '"""'),
    *("\u0663", "\xb2", "\u2167", "\U0001d7d7", "NaN", "Infinity", "-0", "1e999", "0x10", "1_0"),
    *("null", "true", "[]", "{}", "9" * 5000, "0" * 40, "f" * 64, "2026-02-30", "24:00", "12/31"),
    *("https://a.example/b?c#d", "http://[::1", "http://x:99999/", "//x", "mailto:x@y", "@x", "#1"),
    *("=", "==", "#", "##", "* ", "- [x] ", "```", "~~", "---", "===", "|", "+", "_", "**"),
)
"""Pieces."""
OFTEN = (1, 1, 1, 1, 2, 3, 60)
"""How often something is repeated in passing."""
LONGEST = 60_000
"""Characters of what is repeated to no end: what takes its time by the square of that is found."""
MOST = 120
"""Bytes that steer chance, before it goes on by itself."""
T = TypeVar("T")


def by_number() -> st.SearchStrategy[Random]:
    """Chance: one number draws all of it, which is far faster."""
    return st.integers(0, 2**63).map(Random)


class Guided(Random):
    """Chance that is given bytes as long as there are any: another byte is another choice."""

    def __init__(self, given: bytes) -> None:
        super().__init__(given)
        self.left = BytesIO(given)

    def getrandbits(self, bits: int, /) -> int:
        """So many bits of what is left."""
        wanted = -(-bits // 8)
        found = self.left.read(wanted)
        if len(found) < wanted:
            return super().getrandbits(bits)
        return int.from_bytes(found) >> (8 * wanted - bits)

    def random(self) -> float:
        """A number below 1, of two bytes."""
        return self.getrandbits(16) / 2**16


def by_bytes() -> st.SearchStrategy[Random]:
    """The same for who changes bytes to reach more: each of them is a choice or two."""
    return st.integers(0, 256**MOST - 1).map(lambda number: Guided(number.to_bytes(MOST)))


chance = by_number
"""How chance is drawn in this process."""


def seeded(make: Callable[[Random], T]) -> st.SearchStrategy[T]:
    """What is made by chance."""
    return chance().map(make)


class Maker:
    """Makes texts that are nearly one of the `seeds`, or nothing like them."""

    def __init__(self, *seeds: str, longest: int = LONGEST) -> None:
        self.seeds = seeds
        self.longest = longest
        parts = {part for seed in seeds for part in (*seed.split(), *seed.splitlines())}
        self.parts = sorted(parts) or HOSTILE

    def text(self, random: Random) -> str:
        """A text; one of a few is very long."""
        ways = (self.edited, self.edited, self.edited, self.several, self.piece)
        way = self.endless if random.random() < 0.03 else random.choice(ways)
        return way(random)

    def piece(self, random: Random) -> str:
        """A piece that is hostile, a part of a seed, or any character's."""
        any_character = chr(random.choice((random.randrange(128), random.randrange(0x110000))))
        choices = (random.choice(HOSTILE), random.choice(self.parts), any_character)
        return random.choice(choices)[:200] * random.choice(OFTEN)

    def several(self, random: Random) -> str:
        """Some pieces."""
        return "".join(self.piece(random) for _ in range(random.randrange(10)))

    def endless(self, random: Random) -> str:
        """A piece again and again, between two others."""
        one = random.choice((self.piece, self.several))(random) or " "
        return self.piece(random) + one * (self.longest // len(one)) + self.piece(random)

    def edited(self, random: Random) -> str:
        """A seed with a few places of it changed, doubled, or gone."""
        text = random.choice(self.seeds or ("",))
        for _ in range(random.choice((0, 1, 1, 1, 2, 3, 5))):
            start = random.randint(0, len(text))
            end = min(len(text), start + random.choice((0, 0, 1, 3, 40)))
            ways = ("", self.piece(random), self.piece(random), text[start:end] * 2)
            text = text[:start] + random.choice(ways) + text[end:]
        return text


def texts(*seeds: str, longest: int = LONGEST) -> st.SearchStrategy[str]:
    """Texts: most are nearly a seed."""
    made = seeded(Maker(*seeds, longest=longest).text)
    return st.one_of(made, made, made, made, st.text(max_size=40))


def names(*seeds: str) -> st.SearchStrategy[str]:
    """The same, of a length that a name can have."""
    return texts(*seeds, longest=4_000)


def written(*seeds: str) -> st.SearchStrategy[bytes]:
    """Texts as the bytes of a file, not all of which are UTF-8, or whole."""
    maker = Maker(*seeds)

    def make(random: Random) -> bytes:
        data = maker.text(random).encode("utf-8", "surrogatepass")
        way = random.randrange(8)
        if way == 0:
            return data[: random.randrange(len(data) + 1)]
        return data + random.randbytes(9) if way == 1 else data

    return seeded(make)
