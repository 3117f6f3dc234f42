"""Texts for translation: extracted in each repository that has a command, pushed, and proposed."""

from collections.abc import Iterator

from runbook_lib.display.output import say
from runbook_lib.errors import UsageError
from runbook_lib.frozen import frozen
from runbook_lib.policy.templates import fill
from runbook_lib.push.decision import Deciding
from runbook_lib.push.repositories import PushedRepository
from runbook_lib.push.streamed import Streamed
from runbook_lib.push.tags import Tagging
from runbook_lib.push.train import Tagged, Tags
from runbook_lib.run.services import command_environment
from runbook_lib.services.git.history import SHORT
from runbook_lib.services.git.locales.extraction import Extraction
from runbook_lib.services.git.locales.locale_branch import Extracted, PushedLocales
from runbook_lib.services.github import PullRequest
from runbook_lib.steps.attempt import Planned


@frozen
class ExtractedIn:
    """What was extracted in a repository."""

    repository: PushedRepository
    extracted: Extracted


@frozen
class PushedIn:
    """What was pushed to a repository."""

    repository: PushedRepository
    pushed: PushedLocales


class Locales(Tagging, Deciding):
    """The extraction of texts."""

    def extract_locales(self, tags: Tags) -> tuple[ExtractedIn, ...]:
        """Run each repository's command on its tag; no change is a good outcome."""
        return tuple(
            ExtractedIn(
                one, self.extraction(one).extract(self.start(one, tag), self.branch_for(one, tag))
            )
            for one in self.with_locales()
            for tag in tags
            if tag.name == one.name
        )

    def push_locales(self, extracted: tuple[ExtractedIn, ...]) -> tuple[PushedIn, ...]:
        """Push the branch of each repository that has new texts."""
        return tuple(
            PushedIn(
                one.repository,
                self.extraction(one.repository).push(one.extracted, one.repository.branch),
            )
            for one in extracted
        )

    def open_locale_pulls(self, pushed: tuple[PushedIn, ...]) -> tuple[PullRequest | Planned, ...]:
        """Open a pull request for each branch that needs one."""
        return tuple(self.open_locale_pull(one) for one in pushed if one.pushed.needs_pull)

    def open_locale_pull(self, one: PushedIn) -> PullRequest | Planned:
        """Open the pull request for a branch, or find the one there is."""
        github, pushed = one.repository.github, one.pushed
        if isinstance(pushed, Planned):
            return pushed.open_pull_request()
        return github.open_pull_request(
            pushed.branch,
            at=pushed.commit,
            into=one.repository.branch,
            title=f"Extract locales ({pushed.branch})",
            body=(
                "The texts for translation, extracted by this repository's own command "
                f"(`{' '.join(self.extraction(one.repository).command)}`)."
            ),
        )

    def with_locales(self) -> Iterator[PushedRepository]:
        """The repositories with a command for it; raises `UsageError` where none has one."""
        found = [one for one in self.repositories if one.settings.locales]
        if not found:
            raise UsageError(
                "expected a repository with a command that extracts its texts, found none in the "
                "profile; add locales = { command = […] } to one of push.repositories"
            )
        yield from found

    def start(self, repository: PushedRepository, tag: Tagged) -> str:
        """The commit that texts are extracted from: the tag's, where the branch has that.

        What was picked has come from the branch, and texts on top of it would bring it there a
        second time. Then it is the branch's newest commit, the same one for the whole run.
        """
        head = repository.mirror.head(repository.branch).id
        if repository.mirror.git.is_ancestor(tag.commit, head):
            return tag.commit
        start = self.decide(f"texts of {tag.name} {tag.tag}", head)
        branch = repository.branch
        say(
            f"{tag.name} {tag.tag} is not on {branch}: the texts are extracted from {branch} at "
            f"{start:.{SHORT}}, from where its commits were picked."
        )
        return start

    def branch_for(self, repository: PushedRepository, tagged: Tagged) -> str:
        """What the branch with the new texts is called."""
        settings = repository.settings.locales
        assert settings is not None, "only repositories with a command are asked"
        tag = tagged.tag
        return fill(settings.branch, {"date": self.push_named(tag).isoformat(), "tag": tag})

    def extraction(self, repository: PushedRepository) -> Extraction:
        """The extraction in a repository, in a folder of the run's own."""
        settings = repository.settings.locales
        assert settings is not None, "only repositories with a command are asked"
        clone = repository.settings.clone
        return Extraction(
            self.folder / "locales" / repository.name,
            repository.mirror,
            self.runner,
            Streamed(self.runner, command_environment()),
            settings.command,
            via=settings.via,
            paths=settings.paths,
            limit=settings.limit,
            environment=self.git_environment,
            clone=clone.expanduser() if clone else None,
        )
