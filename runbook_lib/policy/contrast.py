"""A profile's colour, and what can be read on it: contrast as WCAG 2.2 counts it (1.4.3)."""

BLACK, WHITE = "#000000", "#ffffff"
FORM = r"^#[0-9a-fA-F]{6}$"
"""How a colour is written: red, green and blue, two hexadecimal digits each."""
DIM, STEEP = 0.04045, 2.4
"""Below which value sRGB is linear, and how steep it is above."""
SHARES = (0.2126, 0.7152, 0.0722)
"""How bright red, green and blue are to the eye."""
GLARE = 0.05
"""The light that falls on any screen."""


def luminance(colour: str) -> float:
    """How bright a colour is: 0 for black, 1 for white."""
    values = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    return sum(share * linear(value) for share, value in zip(SHARES, values, strict=True))


def linear(value: float) -> float:
    """The light of one of sRGB's three values, each between 0 and 1."""
    return value / 12.92 if value <= DIM else ((value + 0.055) / 1.055) ** STEEP


def contrast(one: str, other: str) -> float:
    """The contrast of two colours: 1 for the same, 21 for black on white."""
    dark, light = sorted(map(luminance, (one, other)))
    return (light + GLARE) / (dark + GLARE)


def ink(ground: str) -> str:
    """Black or white, whichever is read better on a ground: at least 4.58 on any."""
    return max(BLACK, WHITE, key=lambda colour: contrast(colour, ground))
