"""What a profile says of the names of a push's tags."""

from typing import Self

from pydantic import model_validator

from runbook_lib.errors import UsageError
from runbook_lib.policy.push.tag_form import TagForm
from runbook_lib.profile.section import Section


class TagSettings(Section):
    """What the tags of a push are called.

    `{year}`, `{month}` and `{day}` are those of the push, `{week}` is its calendar week (that of
    ISO 8601, and then so is the year); `{short_month}`, `{short_day}` and `{short_week}` have no
    zero in front, and `{number}` counts the tags of one push.
    """

    first: str = "{year}.{month}.{day}"
    """A push's first tag, as `v{year}.{week}.{number}` or `release-{year}-{month}-{day}`; its
    `{number}`, if it has one, is 0."""
    further: str = ""
    """Each further tag of the same push, with its `{number}`, which begins with 1; by default the
    same with its number, or with `-{number}` behind it."""
    earlier: tuple[str, ...] = ()
    """Forms of `first` that were used before: tags of theirs are read as those of past pushes, and
    none is made. A tag of a form that is named nowhere is no push's."""

    @model_validator(mode="after")
    def known_form(self) -> Self:
        """Raise `ValueError` where a form does not tell pushes apart, or makes no tags."""
        try:
            form_of(self)
        except UsageError as error:
            raise ValueError(str(error)) from None
        return self

    @property
    def form(self) -> TagForm:
        """How the team calls its tags."""
        return form_of(self)


def form_of(settings: TagSettings) -> TagForm:
    """How a team calls its tags; raises `UsageError` where that can't be."""
    earlier = tuple(TagForm(one) for one in settings.earlier)
    return TagForm(settings.first, settings.further, earlier)
