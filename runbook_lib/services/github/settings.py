"""What a profile says of a repository's issues, where they are its desk."""

from pydantic import Field

from runbook_lib.profile.github import REPOSITORY
from runbook_lib.profile.section import Section


class IssuesSettings(Section):
    """Issues on the profile's GitHub, on which deployments are asked for, and who is told."""

    repository: str = Field(default="", pattern=rf"{REPOSITORY}|^$")
    """Where they are opened, as `owner/name`; by default in the repository that is released."""
    labels: tuple[str, ...] = Field(default=("deployment",), min_length=1)
    """Their labels; by the first one they are found again."""
    assignees: tuple[str, ...] = ()
    """Who they are assigned to: operations, say, each by login."""
    qa: str = ""
    """The login of the account that is asked for the load test; without one nobody is."""
