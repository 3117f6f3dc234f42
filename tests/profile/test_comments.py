"""A gate that is to be answered by comments can be, or the profile is refused."""

from typing import Any

import pytest

from runbook_lib.profile import Team

LOGINS = {
    "mia": {"github": "mia-h"},
    "ben": {"github": "Benny", "names": ["ben@example.org"]},
}
PEOPLE = ["mia@example.org", "ben@example.org"]


def team(*, logins: dict[str, Any] | None = None, signers: str = "", **gate: Any) -> Team:
    archive = {"signers": signers} if signers else {}
    said = {"project": "tool", "gates": {"changelog": gate}, "archive": archive}
    return Team.model_validate({**said, "people": LOGINS if logins is None else logins})


@pytest.mark.parametrize("place", ["pull request", "team/tool#12"])
def test_people_are_known_by_their_logins(place: str) -> None:
    found = team(comments=place, people=PEOPLE)
    assert found.logins_for("changelog") == {"mia-h": "mia", "Benny": "ben"}


@pytest.mark.parametrize("place", ["12", "#0", "issue 12", "team/tool", "team/tool/x#1", "#12 "])
def test_a_place_is_a_pull_request_or_an_issue(place: str) -> None:
    with pytest.raises(ValueError, match="comments"):
        team(comments=place, people=PEOPLE)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"people": []}, "expected the people who may answer it, found none"),
        ({"people": [*PEOPLE, "sam"]}, "expected the GitHub login of sam, found none"),
        ({"logins": {}}, "expected the GitHub login of mia@example.org, ben@example.org"),
        (
            {"signers": "allowed_signers"},
            "expected no archive.signers beside it, found some",
        ),
        ({"comments": "#12"}, "expected the issue's repository, found none in this profile"),
    ],
)
def test_what_nobody_could_answer_is_refused(change: dict[str, Any], why: str) -> None:
    with pytest.raises(ValueError, match=f"gates.changelog.comments: {why}"):
        team(**{"comments": "team/tool#12", "people": PEOPLE, **change})


def test_a_gate_without_comments_needs_no_logins() -> None:
    assert team(people=["sam"], logins={}).logins_for("changelog") == {}
