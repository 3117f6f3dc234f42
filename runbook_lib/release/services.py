"""The services of a release, each made from the profile when it is first used."""

import os
from functools import cached_property, partial
from pathlib import Path
from typing import cast

from runbook_lib.display.front_end import this_cell
from runbook_lib.policy.commits import Commit, Pull
from runbook_lib.policy.release.changelog import find_habit
from runbook_lib.policy.release.tag_reading import package_folder
from runbook_lib.policy.templates import fill
from runbook_lib.release.changelog import ChangelogCheckout
from runbook_lib.release.desk import Desk
from runbook_lib.release.left_out import NoDesk, NoStage, WithoutQA
from runbook_lib.release.settings import Profile
from runbook_lib.run.services import RunServices, command_environment, sandbox_git
from runbook_lib.services.changelog import Changelog
from runbook_lib.services.command import Command, Passed
from runbook_lib.services.dockerflow import VersionPage
from runbook_lib.services.git import (
    Mirror,
    OperatorClone,
    Repository,
    Signing,
    Worktree,
    configured,
)
from runbook_lib.services.git.access import git_access
from runbook_lib.services.git.clones.operator_clone import CleanClone
from runbook_lib.services.git.clones.throwaway import whole_checkout
from runbook_lib.services.git.clones.worktree import WorkingCopy
from runbook_lib.services.git.git import Git
from runbook_lib.services.git.tags.signing import Signature
from runbook_lib.services.github import Environment, GitHub
from runbook_lib.steps.attempt import Planned


class ReleaseServices(RunServices):
    """What a release works with."""

    @property
    def profile(self) -> Profile:
        """What the profile says of the project that is released."""
        profile = self.team
        assert isinstance(profile, Profile), "the setting was opened for a release"
        return profile

    def rows(self) -> tuple[tuple[str, str], ...]:
        """The repository that is released."""
        return (("repository", self.profile.repository.url),)

    @cached_property
    def github(self) -> GitHub:
        """The repository on GitHub."""
        return self.open(self.profile.github)

    @cached_property
    def desk(self) -> Desk:
        """Where the deployment is asked for, as the profile says; where it says nothing, none."""
        for name, settings in self.profile.desks.items():
            desk = settings.desk(self.profile.github, self.open)
            return desk if settings.qa else WithoutQA(desk, self.runner, f"{name}.qa")
        return NoDesk(self.runner)

    @cached_property
    def stage(self) -> VersionPage | Environment | NoStage:
        """Where a release is seen on stage, if anywhere."""
        settings = self.profile.stage
        if settings is None:
            return NoStage(self.runner)
        if settings.deployments:
            return self.github.environment(settings.deployments)
        return self.open(settings)

    @cached_property
    def git_environment(self) -> dict[str, str]:
        """Who commits and signs in the run's checkout, and how git is let in."""
        rehearsal = self.setting.rehearsal
        if rehearsal is not None:
            return sandbox_git(rehearsal, self.secret("github"))
        clone, urls = self.operator_clone, (self.profile.repository.url,)
        access = git_access(self.profile.github, urls, lambda: self.secret("github"))
        return configured({}, {**(clone.identity() if clone else {}), **access})

    @cached_property
    def operator_clone(self) -> OperatorClone | None:
        """The operator's own clone, where the profile or the rehearsal knows it."""
        clone = self.profile.repository.clone
        return OperatorClone(clone.expanduser(), self.runner) if clone else None

    @cached_property
    def mirror(self) -> Mirror:
        """A copy of what is released, to look at."""
        path = self.setting.home.mirror(self.profile.project)
        return Mirror(path, self.profile.repository.url, self.runner, self.git_environment)

    @cached_property
    def histories(self) -> dict[tuple[str | None, str], list[Commit]]:
        """The commits that were read between two, which stay as they are."""
        return {}

    @cached_property
    def pulls(self) -> dict[str, tuple[Pull, ...]]:
        """What is known of the pull requests that commits came by."""
        return {}

    @cached_property
    def checkout(self) -> Repository:
        """The run's own checkout of what is released."""
        return Repository(
            self.folder / "checkout",
            self.runner,
            environment=self.git_environment,
            signing=signing(self.profile),
        )

    def check_signing(self) -> Signature:
        """Check that a tag can be signed, and with the expected key."""
        here = Repository(
            self.setting.home.folder,
            self.runner,
            environment=self.git_environment,
            signing=signing(self.profile),
        )
        return here.check_signing()

    def check_clone(self, source: str) -> CleanClone | str:
        """Check that the operator's own clone has nothing that they may believe to be released."""
        if self.operator_clone is None:
            return "No clone of the operator's own is named: origin alone is looked at."
        return self.operator_clone.check_clone(source)

    def changelog(self, tree: Worktree) -> Changelog:
        """The changelog in a checkout."""
        if isinstance(tree, Planned):
            return cast(Changelog, tree)
        settings = self.profile.changelog
        checkout = ChangelogCheckout(tree, self.folder / "changelog", self.original)
        paths = checkout.paths()
        habit = find_habit(
            paths,
            checkout.text,
            file=settings.file,
            command=settings.command,
            folder=package_folder(paths, self.profile.repository.package),
        )
        return Changelog(
            tree.path,
            self.runner,
            file=habit.file,
            command=settings.command,
            environment={**os.environ, **self.git_environment},
            tool=habit.tool,
            checkout=checkout,
            here=this_cell,
        )

    @property
    def untested(self) -> str:
        """What has to be approved where no test command is known; empty where one is."""
        if self.profile.test.command:
            return ""
        return "No test command is known (parameter test_command, or the profile's): none is run."

    def test(self, tree: WorkingCopy) -> Passed | str:
        """Run the project's own tests on the files of a checkout."""
        settings = self.profile.test
        if not settings.command:
            return self.untested
        subject = tree.tree(tree.head())
        return self.apart(tree).run(settings.command, subject=subject, limit=settings.limit)

    def load_test(self, tree: WorkingCopy, *, subject: str) -> Passed | str:
        """Run the profile's load test against stage, where the parameters ask for it."""
        if not self.parameters.get("load_test"):
            return "The load test is QA's alone (parameter load_test)."
        settings = self.profile.load_test
        names = {"stage": self.profile.stage.url if self.profile.stage else ""}
        parts = [fill(part, names) for part in settings.command]
        limit = settings.limit
        return self.apart(tree).run(parts, subject=subject, title="load test", limit=limit)

    def apart(self, tree: WorkingCopy) -> Command:
        """What runs commands on the files of a checkout, where nothing that they leave stays."""
        place = partial(
            whole_checkout,
            tree.git,
            self.folder / "tests",
            tree.head().id,
            origin=self.original,
        )
        return Command(self.runner, tree.path, command_environment(), place)

    @property
    def original(self) -> str:
        """Where the repository is from: a rehearsal mirrors it, and not what lies beside it."""
        rehearsed = str(self.parameters.get("repository") or "")
        if self.setting.rehearsal is None or not rehearsed:
            return self.profile.repository.url
        folder = Path(rehearsed).expanduser()
        if not folder.is_dir():
            return rehearsed
        return Git(folder).setting("remote.origin.url") or str(folder.resolve())

    @property
    def link(self) -> str:
        """The repository's address in a browser, as the changelog names it."""
        settings = self.profile.github
        return self.profile.changelog.link or f"{settings.web_url}/{settings.repository}"


def signing(profile: Profile) -> Signing:
    """Whose signature a tag must carry, as the profile says."""
    return profile.signing.signing()
