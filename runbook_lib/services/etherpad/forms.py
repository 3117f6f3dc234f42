"""What Etherpad's functions that are to change nothing answer, as far as it is read."""

from typing import Annotated

from pydantic import Field

from runbook_lib.services.form import Form


class Counted(Form):
    """How many revisions a pad has."""

    revisions: Annotated[int, Field(ge=0)]


class Attributed(Form):
    """The text of an old revision, as 1.8 tells it."""

    text: str


class Told(Form):
    """The text of a revision."""

    text: str | Attributed


class CountedAnswer(Form):
    """The answer to `getRevisionsCount`."""

    data: Counted


class TextAnswer(Form):
    """The answer to `getText`."""

    data: Told


FORMS: dict[str, type[Form]] = {"getRevisionsCount": CountedAnswer, "getText": TextAnswer}
