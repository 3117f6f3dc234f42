"""Numbers of things, in words."""


def plural(number: int, noun: str, nouns: str = "") -> str:
    """A number of things; `nouns` where it is not the noun with an s: 1 duty, 2 duties."""
    return f"{number} {noun if number == 1 else nouns or f'{noun}s'}"
