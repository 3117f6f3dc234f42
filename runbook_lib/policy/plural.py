"""Numbers, and numbers of things, in words."""


def plural(number: int, noun: str, nouns: str = "") -> str:
    """A number of things; `nouns` where it is not the noun with an s: 1 duty, 2 duties."""
    return f"{number} {noun if number == 1 else nouns or f'{noun}s'}"


def ordinal(number: int) -> str:
    """A number as a place in a row: 1st, 2nd, 3rd, 11th."""
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{'th' if number % 100 in (11, 12, 13) else ending}"
