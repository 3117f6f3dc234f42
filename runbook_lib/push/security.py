"""Security fixes: what is reviewed in the private repository goes to the public one first."""

from functools import cached_property
from pathlib import Path

from runbook_lib.errors import UsageError
from runbook_lib.journal.session import PRIVATE, Home
from runbook_lib.push.repository_settings import SecuritySettings
from runbook_lib.push.session import PushSession
from runbook_lib.services.git.private_mirrors.branch_pair import Followed
from runbook_lib.services.git.private_mirrors.mirror_pair import MirrorPair
from runbook_lib.services.github import Access, GitHub, Reviewed


class SecuritySession(PushSession):
    """The public repository that has a private mirror, and both together."""

    @property
    def security(self) -> SecuritySettings:
        """Where fixes are reviewed; raises `UsageError` where the profile says nothing of it."""
        if self.push.security is None:
            name = self.setting.name
            raise UsageError(
                f"expected where security fixes are reviewed, found nothing of it in the profile "
                f"{name!r}; add [profiles.{name}.push.security]"
            )
        return self.push.security

    @property
    def security_github(self) -> GitHub:
        """The private repository on GitHub."""
        return self.github(self.security.github)

    @cached_property
    def mirrors(self) -> MirrorPair:
        """Both repositories, to merge in the run's own copy of them."""
        return self.open_mirrors(self.folder / "mirrors")

    def open_mirrors(self, path: Path) -> MirrorPair:
        """Both repositories, with copies of them at a path."""
        security, public = self.security, self.repository(self.security.repository)
        return MirrorPair(
            path,
            public.mirror.url,
            self.address(security.github, security.url),
            self.runner,
            self.git_environment,
            public.branch,
        )

    def check_security_merged(self) -> Followed | str:
        """Check that all of the private main is public: nothing in it waits to go out.

        What it looks at is kept where private runs are.
        """
        if self.push.security is None:
            return "the profile names no private repository"
        private = Home(self.setting.home.base, PRIVATE)
        private.close_to_others()
        return self.open_mirrors(private.folder / "mirrors").check_public()

    def check_security_access(self) -> tuple[Access, ...]:
        """Check that we may push to both repositories."""
        public = self.repository(self.security.repository)
        public.mirror.fetch()
        return public.github.check_access(), self.security_github.check_access()

    def find_reviewed(self, branches: str = "") -> Reviewed:
        """The branches whose newest commit is reviewed; raises `Refused` for a named other one."""
        named = tuple(name.strip() for name in branches.split(",") if name.strip())
        return self.security_github.find_reviewed(named, into=self.public_branch)

    def check_still_reviewed(self, reviewed: Reviewed) -> Reviewed:
        """Look at the same branches again; raises `Refused` where one is not reviewed as it was."""
        return self.security_github.check_still_reviewed(reviewed, into=self.public_branch)

    @property
    def public_branch(self) -> str:
        """The branch of the public repository that fixes are merged into."""
        return self.repository(self.security.repository).branch
