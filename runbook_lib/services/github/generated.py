"""The notes that GitHub generates for a release: asked for, and nothing is changed.

https://docs.github.com/en/repositories/releasing-projects-on-github/automatically-generated-release-notes
"""

from runbook_lib.services.github.client import Client, checked_commit


class NotesSteps(Client):
    """The look at generated notes."""

    def generate_notes(self, tag: str, *, at: str, since: str | None = None) -> str:
        """What GitHub would write of a tag, which may not be there yet, at a commit; one call.

        `since` is the last release's tag; without it, GitHub finds one.
        """
        said = {"tag_name": tag, "target_commitish": checked_commit(at)}
        said |= {"previous_tag_name": since} if since else {}
        path = f"/repos/{self.repository}/releases/generate-notes"
        with self.asker.connection.asking():
            _, found = self.asker.requestJsonAndCheck("POST", path, input=said)
        return f"{str(found['body']).rstrip()}\n"
