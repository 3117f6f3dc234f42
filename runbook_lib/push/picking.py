"""Cherry-picks: a new tag from an existing one and commits of the branch."""

from collections.abc import Callable, Generator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

from runbook_lib.errors import Refused
from runbook_lib.frozen import frozen
from runbook_lib.policy.push.notes.picks import Pick
from runbook_lib.policy.push.tags import find_base, newest, next_suffixed, tags_of
from runbook_lib.push.pick_order import find_made, sort_out
from runbook_lib.push.pick_warnings import find_warnings
from runbook_lib.push.picked_commits import Branch, MergedPull
from runbook_lib.push.picks import Picked, Picks
from runbook_lib.push.tagged_repository import Tagged, TaggedRepository, Wanted
from runbook_lib.push.train import couple, is_tagged
from runbook_lib.services.git.clones.clone_status import read_tags_of
from runbook_lib.services.git.git import Git
from runbook_lib.services.git.history import SHORT, listed
from runbook_lib.services.git.picks.applying import PickingPlace
from runbook_lib.services.git.picks.patches import origins
from runbook_lib.steps.step import Runner, check, step


@frozen
class CherryPicking:
    """The picking of commits of a repository into new tags, in the run's own clone at `folder`.

    `migrations` are patterns of files: database migrations, which are not to be left out unseen.
    """

    repository: TaggedRepository
    folder: Path
    migrations: tuple[str, ...] = ("**/migrations/**",)

    @property
    def runner(self) -> Runner:
        """Who carries the steps out."""
        return self.repository.mirror.runner

    @property
    def place(self) -> PickingPlace:
        """Where the commits are picked."""
        return PickingPlace(self.folder, self.repository.mirror)

    @check
    def find_picks(
        self,
        day: date,
        wishes: tuple[Pick, ...],
        find_pull: Callable[[int], MergedPull],
        begin: str = "",
    ) -> Picks:
        """What is to be picked for the push of a day, on top of the tag `begin`.

        That is by default the push's newest, else the week's named base, else the one in
        production. Raises `Refused` for a
        merge, and for what is unknown or not on the branch. What the tag has already is left out.
        """
        self.repository.mirror.bring_up_to_date()
        tags, git = self.repository.tags(), self.repository.mirror.git
        base = self.choose_base(day, begin, tags)
        branch, start = self.branch(), tags.get(base) or self.repository.mirror.find(base)
        asked = [one for wish in wishes for one in branch.find(wish, find_pull)]
        missing, left_out = sort_out(git, start, branch.head, asked, base)
        tag, made = find_made(
            git, self.repository.form, day, {**tags, base: start}, base, [one.id for one in missing]
        )
        found = Picks(
            name=self.repository.name,
            base=base,
            begin=start,
            tag=tag or self.next_tag(day, tags),
            picks=tuple(missing),
            left_out=left_out,
            warnings="",
            made=made,
            wishes=wishes,
            commits=tuple(dict.fromkeys(asked)),
            compared="",
        )
        return self.judged(found, day, tags)

    def branch(self) -> Branch:
        """The branch that commits are picked from."""
        mirror = self.repository.mirror
        head = mirror.head(self.repository.branch)
        return Branch(self.repository.branch, head.id, mirror.upstream)

    def choose_base(self, day: date, begin: str, tags: Mapping[str, str]) -> str:
        """The tag to begin from."""
        here = self.repository
        found = begin or newest(here.form, day, tags) or here.base
        found = found or find_base(here.form, here.form.name(day), tags, production=here.production)
        if found not in tags and (found != here.base or not found):
            known = listed([*tags_of(here.form, day, tags)] or sorted(tags)[-5:])
            raise Refused(
                f"expected a tag of {here.name} to begin from, found {found!r}; "
                f"name one, such as {known}"
            )
        return found

    def next_tag(self, day: date, tags: Mapping[str, str]) -> str:
        """The next free tag of a push for picks, also past what the operator's clone has."""
        clone, form = self.repository.clone, self.repository.form
        mine = read_tags_of(clone.git, form.globs(day)) if clone else {}
        return next_suffixed(form, day, [*tags, *mine])

    def judged(self, picks: Picks, day: date, tags: Mapping[str, str]) -> Picks:
        """The picks with their warnings, and with the tag that they are compared with."""
        if not (picks.picks or picks.made):
            raise Refused(
                f"expected commits that {picks.base} lacks, found none: "
                f"{'; '.join(picks.left_out) or 'nothing was asked for'}; name others"
            )
        last = newest(self.repository.form, day, tags)
        warnings = (
            ()
            if picks.made
            else find_warnings(
                self.repository.mirror.git,
                picks,
                self.migrations,
                newest=(last, tags.get(last, "")),
            )
        )
        here = self.repository
        compared = find_base(here.form, picks.tag, tags, production=here.production)
        return replace(picks, warnings="\n".join(warnings), compared=compared)

    @step
    def pick(self, picks: Picks) -> Generator[str, None, Picked]:
        """Pick the commits, in the run's own clone; nothing is pushed.

        A conflict is `Conflict`, with its files, and leaves the clone as it was.
        """
        if picks.made:
            return picked(picks, picks.made, picks.left_out)
        place, keep = self.place, f"{picks.digest:.16}"
        place.prepare()
        if not place.kept(keep):
            names = listed(map(str, picks.picks))
            yield f"pick into {picks.tag}, on top of {picks.base} ({picks.begin:.{SHORT}}): {names}"
            place.pick(picks.begin, picks.picks, keep=keep)
        return without_empty(place.git, picks, place.kept(keep), self.repository)

    @step
    def push(self, picked: Picked) -> Generator[str, None, Tagged]:
        """Push the new tag, only if nobody has it at another commit: else `Conflict`."""
        wanted = Wanted(picked.name, picked.tag, picked.commit, picked.compared)
        if not is_tagged(self.repository, wanted, self.place.git):
            yield f"tag {picked.name} {picked.tag} at {picked.commit:.{SHORT}}"
            couple(self.repository, wanted, self.place.git)
        return self.repository.tagged(wanted.tag, wanted.commit, wanted.base)


def picked(picks: Picks, commit: str, left_out: tuple[str, ...]) -> Picked:
    """What came of picks, as a commit."""
    return Picked(
        name=picks.name,
        base=picks.base,
        tag=picks.tag,
        commit=commit,
        picks=tuple(one.id for one in picks.picks),
        left_out=left_out,
        wishes=picks.wishes,
        commits=picks.commits,
        compared=picks.compared,
    )


def without_empty(git: Git, picks: Picks, commit: str, repository: TaggedRepository) -> Picked:
    """What came of picks, with a word on those that would have changed nothing.

    Where a tag of the push is at that very commit, that is the one.
    """
    made = git.run("rev-list", commit, f"^{picks.begin}", "--").lines
    there = set(origins(git, made).values())
    words = [f"{one} would change nothing in {picks.base}" for one in picks.picks]
    words = [word for word, one in zip(words, picks.picks, strict=True) if one.id not in there]
    form, tags = repository.form, repository.tags()
    ours = tags_of(form, form.parse(picks.tag).push, tags)
    tag = next((tag for tag in ours if tags[tag] == commit), "")
    compared = find_base(form, tag or picks.tag, tags, production=picks.compared)
    if not (made or tag):
        raise Refused(
            f"expected something to tag, found nothing: {'; '.join(words)}; name other commits"
        )
    kept = tuple(one for one in picks.picks if one.id in there)
    found = replace(picks, picks=kept, tag=tag or picks.tag, compared=compared)
    return picked(found, commit, (*picks.left_out, *words))


__all__ = ["CherryPicking", "Picked", "Picks"]
