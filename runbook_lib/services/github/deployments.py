"""GitHub's deployments: what was deployed to an environment, and how that stands.

https://docs.github.com/en/rest/deployments/deployments
"""

from typing import Any
from urllib.parse import quote, urlencode

from runbook_lib.errors import AccessDenied, Refused
from runbook_lib.frozen import frozen
from runbook_lib.policy.visible import Shown
from runbook_lib.services.github.answers import Missing
from runbook_lib.services.github.client import Client, checked_commit
from runbook_lib.steps.wait import NotYet, wait

FAILED = ("failure", "error")
HELD = ("waiting", "pending", "queued")
"""How a deployment stands that may wait for an environment's reviewers."""


@frozen
class Deployed(Shown):
    """A deployment that went well, and is what the environment has."""

    environment: str
    ref: str
    commit: str
    link: str

    def __str__(self) -> str:
        return f"{self.environment} has {self.ref} at {self.commit:.9}, as GitHub's deployments say"


class DeploymentSteps(Client):
    """The wait for a deployment."""

    def environment(self, name: str) -> "Environment":
        """One of the repository's environments, as a place where a release is seen."""
        return Environment(self, name)

    @wait
    def await_deployment(self, environment: str, tag: str, *, commit: str) -> Deployed:
        """Wait until a commit's newest deployment to an environment has gone well; 2 to 3 calls.

        Raises `Refused` where it failed, and where something else was deployed since.
        """
        own = self.list_deployments(environment, sha=checked_commit(commit))
        link = self.deployments_link(environment)
        if not own:
            newest = self.newest_deployment(environment)
            missing = f"nobody has deployed {tag} at {commit:.9} to {environment} yet{newest}"
            raise NotYet(missing, link=link)
        status = self.status_of(own[0])
        state = status.get("state", "pending")
        if state == "success":
            return Deployed(environment, own[0]["ref"], commit, link)
        self.refuse_failed(environment, tag, state, status)
        reviewers = self.reviewers_of(environment) if state in HELD else ()
        who = f"; it may wait for a review by {', '.join(reviewers)}" if reviewers else ""
        words = state.replace("_", " ")
        said = f"the deployment of {tag} to {environment} is {words}{who} ({link})"
        raise NotYet(said, link=link, whom=", ".join(reviewers))

    def refuse_failed(self, environment: str, tag: str, state: str, status: dict[str, Any]) -> None:
        """Raise `Refused` for a deployment that has come to its end, and not to a good one."""
        link = status.get("log_url") or self.deployments_link(environment)
        if state in FAILED:
            about = f": {status['description']}" if status.get("description") else ""
            raise Refused(
                f"expected {tag} to be deployed to {environment}, found {state}{about} ({link}); "
                "mend that and deploy it again, then run this again"
            )
        if state == "inactive":
            raise Refused(
                f"expected {tag} to be what {environment} has, found that its deployment is not "
                f"active any more{self.newest_deployment(environment)} ({link}); deploy it again, "
                "then run this again"
            )

    def list_deployments(self, environment: str, **narrowed: str) -> list[dict[str, Any]]:
        """The deployments to an environment, the newest first; the newest hundred at most."""
        asked = urlencode({"environment": environment, **narrowed, "per_page": 100})
        path = f"/repos/{self.repository}/deployments?{asked}"
        _, found = self.asker.requestJsonAndCheck("GET", path)
        return list(found)

    def newest_deployment(self, environment: str) -> str:
        """What was deployed last to an environment, in words."""
        found = self.list_deployments(environment)
        if not found:
            return "; there is no deployment to it at all"
        return f"; the newest one is of {found[0]['ref']} at {found[0]['sha']:.9}"

    def status_of(self, deployment: dict[str, Any]) -> dict[str, Any]:
        """The newest status of a deployment; empty where it has none yet."""
        path = f"/repos/{self.repository}/deployments/{deployment['id']}/statuses"
        _, found = self.asker.requestJsonAndCheck("GET", f"{path}?per_page=1")
        return found[0] if found else {}

    def reviewers_of(self, environment: str) -> tuple[str, ...]:
        """Whose review an environment asks for; nobody's where that can't be read."""
        path = f"/repos/{self.repository}/environments/{quote(environment, safe='')}"
        try:
            _, found = self.asker.requestJsonAndCheck("GET", path)
        except (Missing, AccessDenied):
            return ()
        rules = found.get("protection_rules") or ()
        asked = [one["reviewer"] for rule in rules for one in rule.get("reviewers") or ()]
        return tuple(one.get("login") or one.get("slug") or "somebody" for one in asked)

    def deployments_link(self, environment: str) -> str:
        """Where people see an environment's deployments."""
        return f"{self.web_url}/{self.repository}/deployments/{quote(environment, safe='')}"


class Environment:
    """An environment of a repository's, as a place where a release is seen."""

    def __init__(self, github: DeploymentSteps, name: str) -> None:
        self.github = github
        self.name = name

    def await_version(self, tag: str, *, commit: str) -> Deployed:
        """Wait until the tag's commit is what the environment has."""
        return self.github.await_deployment(self.name, tag, commit=commit)
