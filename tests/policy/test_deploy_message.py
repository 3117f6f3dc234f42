"""Messages about deployments."""

from datetime import UTC, datetime

import pytest

from runbook_lib.policy.deploy_message import Deployment, compile_pattern, read_deployments

AT = datetime(2026, 3, 10, 16, 5, tzinfo=UTC)


def read(text: str, pattern: str = "") -> tuple[Deployment, ...]:
    return read_deployments(text, compile_pattern(pattern), at=AT, by="ops", link="")


@pytest.mark.parametrize(
    ("text", "service", "tag", "environment", "commit", "failed"),
    [
        ("deployed pelican/server 2026.03.12 (1a2b3c4d5) to stage", "server", "2026.03.12", "stage",
         "1a2b3c4d5", False),
        ("Pushed server 2026.03.12-10 to Production :tada:", "server", "2026.03.12-10",
         "production", "", False),
        ("failed to deploy pelican/code-manager 2026.03.12 to stage: no image", "code-manager",
         "2026.03.12", "stage", "", True),
        ("deployed islands/ferry v2026.48.0 (1a2b3c4d5) to stage", "ferry", "v2026.48.0", "stage",
         "1a2b3c4d5", False),
        ("pushed ferry release-2026-11-26-1 to production", "ferry", "release-2026-11-26-1",
         "production", "", False),
    ],
)  # fmt: skip
def test_a_deployment_is_read(
    text: str, service: str, tag: str, environment: str, commit: str, failed: bool
) -> None:
    assert read(text) == (Deployment(service, tag, environment, AT, commit, "ops", "", failed),)


@pytest.mark.parametrize(
    "text",
    [
        "please push to production: server 2026.03.12",
        "deployed",
        "",
        "2026.03.12 to stage",
        "deployed server to stage",
        "pushed the server again to stage",
    ],
)
def test_other_messages_are_about_no_deployment(text: str) -> None:
    assert read(text) == ()


def test_one_message_may_tell_of_several() -> None:
    found = read("deployed server 2026.03.12 to stage, deployed frontend 2026.03.12-1 to stage")
    assert [(one.service, one.tag) for one in found] == [
        ("server", "2026.03.12"),
        ("frontend", "2026.03.12-1"),
    ]


def test_a_deployment_says_who_deployed_what_where() -> None:
    at = datetime(2026, 3, 12, tzinfo=UTC)
    assert str(Deployment("server", "2026.03.12", "stage", at)) == (
        "deployed server 2026.03.12 to stage"
    )
    assert str(Deployment("server", "2026.03.12", "stage", at, by="ops", failed=True)) == (
        "ops failed to deploy server 2026.03.12 to stage"
    )
