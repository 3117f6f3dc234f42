"""Where on a page a version stands, and whether it is the one that a tag names."""

import json

import pytest

from runbook_lib.errors import Failed
from runbook_lib.policy.same_version import is_tagged_so
from runbook_lib.policy.version_page import Place, same_commit

PAGE = json.dumps(
    {
        "app": {"version": "1.9", "build": 7, "a/b": "slash", "m~n": "tilde", "": "empty"},
        "instances": [{"tag": "v1.9"}, {"tag": "v1.8"}],
        "live": True,
        "none": None,
    }
)
TEXT = "Tidewatch\nversion: 1.9 (3f2c81d09)\nup since Monday\n"


@pytest.mark.parametrize(
    ("pointer", "found"),
    [
        ("/app/version", "1.9"),
        ("/app/build", "7"),
        ("/app/a~1b", "slash"),
        ("/app/m~0n", "tilde"),
        ("/app/", "empty"),
        ("/instances/1/tag", "v1.8"),
    ],
)
def test_a_pointer_leads_to_a_text_or_a_number(pointer: str, found: str) -> None:
    assert Place(pointer).read(PAGE, "https://stage/version") == found


@pytest.mark.parametrize(
    ("pointer", "found"),
    [
        ("/version", "found nothing"),
        ("/app", "found {'version'"),
        ("/instances/01/tag", "found nothing"),
        ("/instances/2/tag", "found nothing"),
        ("/instances/-/tag", "found nothing"),
        ("/app/version/more", "found nothing"),
        ("/live", "found True"),
        ("/none", "found nothing"),
    ],
)
def test_a_pointer_that_leads_to_neither_is_told(pointer: str, found: str) -> None:
    with pytest.raises(Failed, match=f"expected a text at {pointer} of https://stage/v, {found}"):
        Place(pointer).read(PAGE, "https://stage/v")


def test_a_page_that_is_no_json_asks_for_a_pattern() -> None:
    with pytest.raises(Failed, match=r"expected JSON at .*'Tidewatch version.*version_pattern"):
        Place("/version").read(TEXT, "https://stage/v")


def test_a_pattern_finds_its_group_anywhere_in_a_text() -> None:
    assert Place(pattern=r"^version: (\S+)").read(TEXT, "") == "1.9"
    assert Place(pattern=r"\((\w+)\)$").read(TEXT, "") == "3f2c81d09"
    with pytest.raises(Failed, match="found nothing.*up since Monday"):
        Place(pattern=r"^release: (\S+)").read(TEXT, "")


@pytest.mark.parametrize(
    ("tag", "version"),
    [
        ("1.9", "1.9"),
        ("v1.9.0", "1.9"),
        ("release-1.2.3", "1.2.3"),
        ("pkg@1.2.3", "v1.2.3"),
        ("services/core/v1.2.3", "1.2.3"),
        ("py3-1.2.3", "1.2.3"),
        ("release.1.2.3", "1.2.3"),
        ("2026.11.26", "2026.11.26"),
        ("v2.0.0-rc.1", "2.0.0-rc.1"),
        ("nightly", "nightly"),
    ],
)
def test_a_version_is_known_whatever_stands_before_it_in_the_tag(tag: str, version: str) -> None:
    assert is_tagged_so(version, tag)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("3f2c81d09", "3F2C81D\n", True),
        ("3f2c81d", "3f2c81d", True),
        ("3f2c81d", "3f2c81e09", False),
        ("3f2c81", "3f2c81d09", False),
        ("3f2c81d", "main", False),
        ("", "", False),
    ],
)
def test_a_commit_is_known_by_seven_digits(one: str, other: str, same: bool) -> None:
    assert same_commit(one, other) == same == same_commit(other, one)


@pytest.mark.parametrize(
    ("tag", "version"),
    [("1.9.0-1", "1"), ("release-1.2.3", "2.3"), ("v1.9", "1.9.1"), ("pkg-1.2.3", "pkg")],
)
def test_a_part_of_it_is_not_the_version(tag: str, version: str) -> None:
    assert not is_tagged_so(version, tag)
