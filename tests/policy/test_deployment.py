"""The texts of the deployment bug, however much there is to say."""

import pytest

from runbook_lib.errors import Refused, UsageError
from runbook_lib.policy.release.deployment import deployment_request
from runbook_lib.policy.release.names import Names, Templates
from runbook_lib.policy.version import Version

NAMES = Names("tide", Version.parse("1.9.0"))
LINK = "https://example.org/tide/releases/tag/1.9"


def request(operations: str = "", watched: tuple[str, ...] = ()) -> str:
    return deployment_request(
        NAMES, changes="* b", link=LINK, operations=operations, watched=watched
    )


def test_ten_thousand_changed_files_are_cut_with_a_link_and_the_changes_stay() -> None:
    text = request("* restart", tuple(f"db/migrations/{number:06}.sql" for number in range(10_000)))
    assert len(text) < 25_000
    assert f"All of it is in {LINK}" in text
    assert "* restart" in text and text.endswith("Changes:\n* b\n")


def test_operations_steps_that_would_be_cut_are_refused() -> None:
    with pytest.raises(Refused, match="parameter operations.* of at most 30000 characters"):
        request("x" * 30_001)


def test_a_title_that_no_bugzilla_takes_is_refused_when_it_is_made() -> None:
    with pytest.raises(UsageError, match="title of at most 255 characters, found 256"):
        Names("tide", Version.parse("1.9.0"), Templates(bug="x" * 256))
