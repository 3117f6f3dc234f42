"""The push itself: operations are asked, and production is followed and watched."""

from runbook_lib.policy.asked import Asked
from runbook_lib.policy.chat import Announcement
from runbook_lib.policy.push.notes import Document, write_stat
from runbook_lib.push.blockers import Blocking
from runbook_lib.push.going_out import GoingOut
from runbook_lib.push.train import Tags
from runbook_lib.push.watching import Watching
from runbook_lib.push.week import Week
from runbook_lib.services.notes import PushNotes
from runbook_lib.steps.attempt import Planned


class Live(Watching, Blocking, GoingOut):
    """What happens on the day of the push."""

    def question(self, tags: Tags) -> Asked:
        """What QA approves: these very tags, each at its commit; beside it, what each brings."""
        text = "\n".join(f"{one.name} {one.tag} at {one.commit}" for one in tags)
        return Asked(text, beside="".join(one.html() for one in self.brought(tags)))

    def ask_operations(self, week: Week, tags: Tags) -> Announcement | str:
        """Ask operations, in the team's room, to push these tags to production; once for these.

        Raises `Conflict` where one was moved since it was found: nobody has approved that commit.
        """
        self.check_tags(tags)
        names = ", ".join(f"{one.name} {one.tag}" for one in tags)
        text = (
            f"{self.push.ops}: please push to production: {names}. "
            f"{self.push.qa} has approved just these; {week.hero} is around."
        )
        return self.announce(self.request_handle(tags), text)

    def write_start(self, notes: PushNotes, asked: Announcement | str) -> Document | Planned:
        """Write when the push began, unless somebody has: when operations were asked."""
        if isinstance(asked, Planned):
            return asked.write_start()
        began = self.written(asked.at if isinstance(asked, Announcement) else self.now())
        wording = self.push.wording
        return notes.edit("its start", lambda text: write_stat(text, "start", began, wording))

    def write_end(self, notes: PushNotes, tags: Tags) -> Document:
        """Write when the push ended, unless somebody has: when the last tag was deployed.

        One of which the channel has not told was seen there now.
        """
        now = self.now()
        ended = self.written(max(at or now for at in self.deployed_times(tags, "production")))
        wording = self.push.wording
        return notes.edit("its end", lambda text: write_stat(text, "end", ended, wording))
