"""Plots that a step of one's own shows."""

from base64 import b64decode
from datetime import UTC, datetime, timedelta
from io import BytesIO

from PIL import Image

from runbook_lib import Plot

BEGAN = datetime(2026, 11, 26, 9, tzinfo=UTC)
TIMES = [BEGAN + timedelta(minutes=5 * each) for each in range(12)]


def picture_of(plot: Plot) -> Image.Image:
    bundle = plot._repr_mimebundle_()
    return Image.open(BytesIO(b64decode(bundle["image/png"])))


def colours(picture: Image.Image) -> set[tuple[int, int, int]]:
    found = picture.convert("RGB").getcolors(1 << 20)
    assert found is not None
    return {colour for count, colour in found if count > 2}  # type: ignore[misc]


def test_a_plot_says_in_words_what_its_picture_shows() -> None:
    lines = {"now": list(zip(TIMES, range(12), strict=True)), "before": [(TIMES[0], None)]}
    plot = Plot("Lag of the replica", lines, unit="s", mark=(TIMES[3], "switched"))
    assert str(plot).splitlines() == [
        "Lag of the replica",
        "  now: 0 s to 11 s, last 11 s",
        "  before: no data",
        "  switched at 2026-11-26 09:15:00+00:00",
    ]


def test_each_line_has_a_colour_of_its_own() -> None:
    one = [(float(each), 1.0) for each in range(10)]
    two = [(place, 2.0) for place, _ in one]
    shown = colours(picture_of(Plot("Two", {"one": one, "two": two})))
    assert {(0x00, 0x72, 0xB2), (0xD5, 0x5E, 0x00)} <= shown
    assert (0xD5, 0x5E, 0x00) not in colours(picture_of(Plot("One", {"one": one})))


def test_a_missing_value_is_a_gap() -> None:
    whole = [(float(each), 1.0) for each in range(10)]
    gap = [(place, None if 2 < place < 7 else value) for place, value in whole]
    assert blue(picture_of(Plot("x", {"a": whole}))) > 1.4 * blue(picture_of(Plot("x", {"a": gap})))


def blue(picture: Image.Image) -> int:
    found = picture.convert("RGB").getcolors(1 << 20) or []
    return sum(count for count, colour in found if colour == (0x00, 0x72, 0xB2))


def test_a_text_from_outside_is_no_formula_and_steers_nothing() -> None:
    plot = Plot("cost $x^2 $ \x1b[31m", {"$\\frac{": [(0, 1)]}, mark=(0, "$\\bad{$"))
    assert picture_of(plot).size == (576, 216)
    assert "\x1b" not in str(plot)
