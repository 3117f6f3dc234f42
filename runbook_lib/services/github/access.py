"""Who we are on GitHub, and what we may do there."""

from github.AuthenticatedUser import AuthenticatedUser
from github.Repository import Repository

from runbook_lib.errors import AccessDenied, Refused, Unavailable
from runbook_lib.frozen import frozen
from runbook_lib.policy.visible import Shown
from runbook_lib.services.github.answers import Missing
from runbook_lib.services.github.graph import GraphSteps
from runbook_lib.steps.step import check

APP, BOT = "an app", "[bot]"
"""Who an app is where GitHub does not say, and how its name ends where it does."""
ACTIONS = f"github-actions{BOT}"
CLASSIC, FINE_GRAINED = "a classic token", "a fine-grained token"
FOR_A_PERSON, INSTALLED, JOBS = "an app's token for a person", "an app's token", "the job's token"
VIEWER = "query { viewer { login } }"
OF_A_JOB = (
    "whether the repository lets Actions open pull requests",
    "what this token pushes or opens starts no workflow, so CI may have to be started by hand",
)
"""What is told of Actions' own token.

https://docs.github.com/en/actions/concepts/security/github_token
"""


@frozen
class Access(Shown):
    """An account that may push to a repository, as far as that can be known.

    `kind` is what sort of token it is; `unknown` and `warnings` are told besides.
    """

    login: str
    repository: str
    default_branch: str
    link: str
    kind: str = CLASSIC
    unknown: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    def __str__(self) -> str:
        by = "" if self.kind == CLASSIC else f", by {self.kind}"
        rest = [*(f"not found out: {one}" for one in self.unknown), *self.warnings]
        return "\n".join([f"{self.login} may push to {self.repository}{by}", *rest])


class AccessSteps(GraphSteps):
    """The checks on our own access."""

    @check
    def check_access(self) -> Access:
        """Check that the token is accepted and may push, and draft releases; 2 to 4 calls.

        What a token of any kind may do is tried, by what can have no effect, where GitHub does not
        tell it; what that leaves open is said.

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
        kind = self.kind_of_token(login)
        # What an app's token may do is not told here: `push` is false for it, or nothing is.
        own = kind not in (INSTALLED, JOBS)
        if own and (found.permissions is None or not found.permissions.push):
            raise AccessDenied(
                f"expected that {login} may push to {self.repository}, found that it may only "
                "read: ask for write access, or use another token"
            )
        self.refuse_narrow_scopes(found)
        told = kind == CLASSIC or self.refuse_unless_able(
            "releases/generate-notes",
            {"tag_name": "0", "target_commitish": found.default_branch},
        )
        silent = () if told else ("whether this token may write contents: GitHub does not tell",)
        unknown, warnings = (OF_A_JOB[:1], OF_A_JOB[1:]) if kind == JOBS else ((), ())
        place = (found.full_name, found.default_branch, found.html_url)
        return Access(login, *place, kind, (*silent, *unknown), warnings)

    def kind_of_token(self, login: str) -> str:
        """What sort of token it is: a classic one names its scopes, an app acts as its bot.

        https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/about-authentication-to-github#githubs-token-formats
        """
        if is_app(login):
            return JOBS if login == ACTIONS else INSTALLED
        if self.asker.oauth_scopes is not None:
            return CLASSIC
        return FOR_A_PERSON if self.token.token.startswith("ghu_") else FINE_GRAINED

    def find_login(self) -> str:
        """The token's account; that of an app, as CI has them, acts as the app's bot."""
        try:
            return AuthenticatedUser(self.asker, url="/user").login
        except AccessDenied as denied:
            if "not accessible by integration" not in str(denied):
                raise
        return self.find_bot()

    def find_bot(self) -> str:
        """The bot that an app acts as, `NAME[bot]`, or APP; only GraphQL tells it to the app."""
        try:
            with self.asker.connection.asking():
                answer = self.post_graph(VIEWER)
        except (Refused, Unavailable):
            return APP
        match answer.data:
            case {"viewer": {"login": str(login)}} if login.endswith(BOT):
                return login
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


def is_app(login: str) -> bool:
    """Whether somebody is an app, and no person."""
    return login == APP or login.endswith(BOT)
