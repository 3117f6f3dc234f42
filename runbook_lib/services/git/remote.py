"""The upstream of a repository: its branches and tags, asked for in one call."""

from dataclasses import replace

from runbook_lib.errors import Refused, Unavailable
from runbook_lib.frozen import frozen
from runbook_lib.services.git.failures import REACH, mask_passwords
from runbook_lib.services.git.git import Git
from runbook_lib.services.git.history import listed


@frozen
class Remote:
    """A remote by its name ("origin") or its address, as git in some folder sees it."""

    git: Git
    name: str

    def __str__(self) -> str:
        return self.name

    def refs(self, *names: str) -> dict[str, str]:
        """The ids of these refs, by full names; a tag's commit as `…^{}`.

        One that is not there is left out.
        """
        patterns = [part for name in names for part in (name, f"{name}^{{}}")]
        # Its HEAD is there where nothing else is: the answer is seldom empty.
        lines = self.listed("--", self.name, "HEAD", *patterns)
        found = {name: object_id for object_id, name in (line.split("\t") for line in lines)}
        # ls-remote compares the ends of names: refs/x/refs/heads/y is found too.
        return {name: found[name] for name in patterns if name in found}

    def listed(self, *arguments: str) -> list[str]:
        """What `ls-remote` says with these arguments."""
        return list_refs(self.git, *arguments)

    def default_branch(self) -> str:
        """The branch that its HEAD names."""
        lines = self.listed("--symref", "--", self.name, "HEAD")
        heads = [line.split("\t")[0] for line in lines if line.startswith("ref: refs/heads/")]
        if not heads:
            raise Refused(
                f"expected a default branch of {self.name}, and its HEAD names none; "
                "name the source branch"
            )
        return heads[0].removeprefix("ref: refs/heads/")

    def branches(self) -> list[str]:
        """The names of all its branches."""
        lines = self.listed("--heads", "--", self.name)
        return [line.split("\t")[1].removeprefix("refs/heads/") for line in lines]

    def tags(self) -> dict[str, str]:
        """The commit (or other object) that each of its tags stands for now."""
        lines = self.listed("--", self.name, "HEAD", "refs/tags/*")
        found = [line.split("\t") for line in lines if "\trefs/tags/" in line]
        # What a tag stands for is listed right after the tag itself.
        return {name.removeprefix("refs/tags/").removesuffix("^{}"): this for this, name in found}

    def tracked(self, branch: str) -> str:
        """The full name under which its branch is kept here."""
        return f"refs/remotes/{self.name}/{branch}"

    def fetch_branch(self, branch: str) -> str:
        """Fetch one branch; return its commit. Raises `Refused` where there is no such branch."""
        full, tracked = f"refs/heads/{branch}", self.tracked(branch)
        # Without such a branch, git fetch takes refs/tags/refs/heads/x or the like for it.
        if not self.refs(full):
            raise Refused(
                f"expected branch {branch} on {self.name}, and it is not there; "
                f"it has {listed(self.branches())}"
            )
        self.git.run("fetch", "--quiet", "--", self.name, f"+{full}:{tracked}")
        commit = self.git.commit_at(tracked)
        assert commit is not None, "it has just been fetched"
        return commit

    def fetch(self) -> None:
        """Fetch all its branches, and the tags on them."""
        heads = f"+refs/heads/*:{self.tracked('*')}"
        self.git.run("fetch", "--quiet", "--prune", "--", self.name, heads)
        if not self.git.run("for-each-ref", "--count=1", self.tracked("")).lines:
            self.branches()  # Raises where it was no answer of git's that had all of them pruned.

    def fetch_tag(self, full_name: str) -> None:
        """Fetch one tag that is not here yet."""
        self.git.run("fetch", "--quiet", "--no-tags", "--", self.name, f"{full_name}:{full_name}")

    def branches_with(self, commit: str) -> list[str]:
        """The fetched branches from which a commit is reachable, by their full names here."""
        patterns = (f"--contains={commit}", "--format=%(refname)", self.tracked(""))
        return self.git.run("for-each-ref", *patterns).lines


def list_refs(git: Git, *arguments: str) -> list[str]:
    """The lines of `ls-remote`; none where the other repository itself says that it has none.

    To git an empty page, or one of a single line, is an old server without refs; where it was git
    that answered, packets were exchanged.
    """
    if lines := git.run("ls-remote", *arguments).lines:
        return lines
    telling = replace(git, environment={**git.environment, "GIT_TRACE_PACKET": "1"})
    again = telling.run("ls-remote", *arguments)
    if not again.lines and "packet:" not in again.said:
        asked = mask_passwords(arguments[arguments.index("--") + 1])
        raise Unavailable(
            f"expected git to answer at {asked}, found a page instead, such as the sign-in page of "
            f"a network. {REACH}",
            may_have_acted=False,
        )
    return again.lines
