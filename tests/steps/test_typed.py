"""mypy and editors know what a step takes and returns: `typed.py` says what they have to find."""

import re
from pathlib import Path

import pytest
from mypy import api

TYPED = Path(__file__).with_name("typed.py")
SAID = re.compile(r"# (R|E): (.+)$")


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[int, list[str]]:
    """What mypy says of each line."""
    cache = str(tmp_path_factory.mktemp("mypy"))
    plain = ("--strict", "--follow-imports=silent", "--no-error-summary", "--hide-error-context")
    out, err, _ = api.run([*plain, "--config-file=", "--cache-dir", cache, str(TYPED)])
    assert err == ""
    lines: dict[int, list[str]] = {}
    for line in out.splitlines():
        number, said = re.match(r".*?:(\d+): \w+: (.*)", line).groups()  # type: ignore[union-attr]
        lines.setdefault(int(number), []).append(plain_names(said))
    return lines


def plain_names(said: str) -> str:
    """A message without the modules of the names in it."""
    return re.sub(r"\b(?:\w+\.)+(?=\w)|\*(?=\")", "", said).replace("builtins.", "")


def test_what_they_are_is_known_to_mypy(told: dict[int, list[str]]) -> None:
    for number, line in enumerate(TYPED.read_text().splitlines(), start=1):
        found = SAID.search(line)
        said = [one for one in told.pop(number, []) if not one.startswith("This is likely")]
        if found is None:
            assert said == [], f"line {number}: {line}"
        elif found[1] == "R":
            assert said == [f'Revealed type is "{found[2]}"'], f"line {number}"
        else:
            assert found[2] in said[0], f"line {number}"
    assert not told
