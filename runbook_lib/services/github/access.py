"""Who we are on GitHub, and what we may do there."""

from dataclasses import dataclass

from github.AuthenticatedUser import AuthenticatedUser
from github.Repository import Repository

from runbook_lib.errors import AccessDenied, Refused
from runbook_lib.policy.visible import Shown
from runbook_lib.services.github.answers import Missing
from runbook_lib.services.github.client import Client
from runbook_lib.steps.step import check

APP = "an app"


@dataclass(frozen=True)
class Access(Shown):
    """An account that may push to a repository."""

    login: str
    repository: str
    default_branch: str
    link: str

    def __str__(self) -> str:
        return f"{self.login} may push to {self.repository}"


class AccessSteps(Client):
    """The checks on our own access."""

    @check
    def check_access(self) -> Access:
        """Check that the token is accepted and may push, and draft releases; 2 to 3 calls.

        Raises `AccessDenied` where it may not, `Refused` where nobody may: the repository is
        archived, or was renamed.
        """
        try:
            found = self.remote.complete()
        except Missing as missing:
            raise AccessDenied(
                f"expected the repository {self.repository} at {self.api_url}, found none that "
                "this token may see: check the name, and the token's access to it"
            ) from missing
        self.refuse_archived(found)
        login = self.find_login()
        # What an app's token may do is not told here: `push` is false for it, or nothing is.
        if login != APP and (found.permissions is None or not found.permissions.push):
            raise AccessDenied(
                f"expected that {login} may push to {self.repository}, found that it may only "
                "read: ask for write access, or use another token"
            )
        self.refuse_narrow_scopes(found)
        self.refuse_unless_able(
            "releases/generate-notes",
            {"tag_name": "0", "target_commitish": found.default_branch},
        )
        return Access(login, found.full_name, found.default_branch, found.html_url)

    def find_login(self) -> str:
        """The token's account; a token of an app, as CI has them, has none."""
        try:
            return AuthenticatedUser(self.asker, url="/user").login
        except AccessDenied as denied:
            if "not accessible by integration" not in str(denied):
                raise
            return APP

    def refuse_archived(self, found: Repository) -> None:
        """An archived repository takes no release."""
        if found.archived:
            raise Refused(
                f"expected that {self.repository} takes changes, found that it is archived: "
                "unarchive it in its settings, or name another repository"
            )

    def refuse_narrow_scopes(self, found: Repository) -> None:
        """A classic token names its scopes, and needs one for repositories.

        https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/scopes-for-oauth-apps
        """
        scopes = self.asker.oauth_scopes
        wanted = {"repo"} if found.private else {"repo", "public_repo"}
        if scopes is not None and not wanted & set(scopes):
            raise AccessDenied(
                f"expected a token with the scope {' or '.join(sorted(wanted))}, found the scopes "
                f"{', '.join(filter(None, scopes)) or '(none)'}: make a token that has it"
            )
