"""What operations and QA are told of a release: the texts of the deployment bug."""

from collections.abc import Sequence

from runbook_lib.policy import lengths
from runbook_lib.policy.release.names import Names

OPERATIONS, PATHS = 30_000, 20_000
"""So much of a bug may be additional steps, and changed files to know of."""


def deployment_request(
    names: Names, *, changes: str, link: str, operations: str, watched: Sequence[str]
) -> str:
    """The description of the bug that asks for a deployment to stage.

    `operations` are additional steps that somebody wrote, `watched` changed files that operations
    should know of: neither is ever left out in silence. The changes stand last, where a bug that
    is too long is cut; raises `Refused` where the steps would be.
    """
    lengths.fitting(operations, OPERATIONS, "additional operations steps (parameter operations)")
    paths = lengths.shorten("\n".join(f"* {path} has changed" for path in watched), PATHS, link)
    steps = "\n".join(part for part in (operations.strip(), paths) if part)
    return (
        f"{names.bug}.\n\nTag: {names.tag}\nRelease: {link}\n\n"
        f"Additional operations steps:\n{steps or '* none'}\n\n"
        f"Changes:\n{changes.strip()}\n"
    )


def load_test_request(names: Names) -> str:
    """The comment that asks QA for the load test."""
    return (
        f"Once stage runs {names.project} {names.version.short} (tag {names.tag}): please run "
        "the load test against it, and answer here whether it passed. Then please verify stage "
        f"and file the ticket for production, titled: {names.production_bug}"
    )
