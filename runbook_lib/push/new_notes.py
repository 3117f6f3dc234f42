"""The notes of a push, begun from the template: the next one's, or the first of all."""

from runbook_lib.display.output import say
from runbook_lib.policy.push.notes import Document, Kind, fill_template, read_template
from runbook_lib.push.notes import Noting
from runbook_lib.push.week import Week
from runbook_lib.services.notes import PushNotes
from runbook_lib.steps.attempt import Planned


class NewNotes(Noting):
    """What begins notes."""

    def create_notes(self, week: Week) -> Document | Planned:
        """Make the notes of a push from the template; ones that exist are left as found."""
        text = fill_template(
            read_template(self.push.notes.template, self.push.wording),
            project=self.team.project,
            push=week.date,
            hero=self.on_github(week.hero),
            pages=[self.page(one) for one in self.of_week(week)],
            wording=self.push.wording,
        )
        return self.notes_of(week.date).create(text)

    def begin_notes(self, week: Week, *sections: Kind) -> PushNotes | Planned:
        """The notes of a push, with sections that will be written into, before anything else is.

        Where there are none they are made: the first ones have no push before that made them. Those
        of a past push are not. Raises `Refused` for notes that can't be read, or lack a section,
        and `AccessDenied` where they can't be written.
        """
        place = self.push.notes
        if place.github and place.kind != "etherpad":
            self.github(place.github).check_access()
        if not self.is_past(week):
            made = self.create_notes(week)
            if isinstance(made, Planned):
                say(f"No notes of {week.date} yet: they are begun from the template.")
                return made
        return self.find_notes(week, *sections)
