"""The end of a push: the notes of the next one, the topics, the hand-over."""

from typing import Any

from runbook_lib.policy.push.notes import Document
from runbook_lib.push.chat import Chatting
from runbook_lib.push.decision import Deciding
from runbook_lib.push.new_notes import NewNotes
from runbook_lib.push.week import Week
from runbook_lib.steps.attempt import Planned


class Closing(NewNotes, Chatting, Deciding):
    """What hands the duty over."""

    def following(self, week: Week) -> Week:
        """The push after this one."""
        return self.week_of(week.next_date)

    def name_next(self, following: Week, document: Document) -> tuple[Any, ...]:
        """Name the next push's notes and hero in the topic of every room."""
        if isinstance(document, Planned):
            return (document.set_topics(),)
        return self.set_topics(following, document.link)

    def hand_over(self, week: Week, following: Week, document: Document) -> Any:
        """Tell the next hero, once."""
        if isinstance(document, Planned):
            return document.hand_over()
        text = (
            f"The push of {week.date} is done. {following.hero}, the next one is yours: "
            f"{following.date:%A} {following.date}, notes: {document.link}"
        )
        return self.announce(f"{self.name} hand-over", text, calls=(following.hero,))
