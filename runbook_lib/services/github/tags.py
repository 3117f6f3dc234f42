"""Tags, as GitHub has them."""

from typing import Literal

from github.GitObject import GitObject

from runbook_lib.errors import Conflict, Refused
from runbook_lib.frozen import frozen
from runbook_lib.policy.visible import Shown
from runbook_lib.services.github.answers import Missing
from runbook_lib.services.github.client import Client

Released = Literal["not released", "released by this run"]


@frozen
class RemoteTag(Shown):
    """A tag on GitHub, the commit that it stands for, and whether it has a published release."""

    name: str
    commit: str
    link: str
    released: Released = "not released"

    def __str__(self) -> str:
        return f"GitHub has {self.name} at {self.commit:.9}, {self.released}"


class TagSteps(Client):
    """The looks at tags."""

    def find_tag(self, tag: str) -> RemoteTag | None:
        """The tag with its commit, or None; one call, and one more where it is annotated."""
        try:
            ref = self.remote.get_git_ref(f"tags/{tag}").complete()
        except Missing:
            return None
        if ref.ref != f"refs/tags/{tag}":
            return None
        return RemoteTag(tag, self.peeled(ref.object, tag), self.tag_link(tag))

    def peeled(self, target: GitObject, tag: str) -> str:
        """The commit that an object is, or that a tag object leads to."""
        while target.type == "tag":
            target = self.remote.get_git_tag(target.sha).object
        if target.type != "commit":
            raise Conflict(
                f"expected that tag {tag} on GitHub is a commit's, found a {target.type} "
                f"({target.sha:.9}); a pushed tag is never moved: choose another version"
            )
        return target.sha

    def tag_at(self, tag: str, commit: str) -> RemoteTag:
        """The tag, which stands for that very commit; else `Refused`, or `Conflict`."""
        found = self.find_tag(tag)
        if found is None:
            raise Refused(
                f"expected tag {tag} at {commit:.9} in {self.repository} on GitHub, found none: "
                "push it, then run this again"
            )
        if found.commit != commit:
            raise Conflict(
                f"expected tag {tag} at {commit:.9} on GitHub, found it at {found.commit:.9} "
                f"({found.link}); a pushed tag is never moved: choose another version"
            )
        return found
