"""The form of an answer: what of it is read, and of which type; whatever else it says is let be."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from runbook_lib.errors import Failed, Unavailable

Text = str | None
Seconds = Annotated[str, Field(pattern=r"^\d{1,11}(\.\d{1,9})?$")]
"""A time in seconds since 1970, as a text."""
Milliseconds = Annotated[int, Field(ge=0, lt=10**14)]


class Form(BaseModel):
    """An answer, or a part of one."""

    model_config = ConfigDict(strict=True, defer_build=True)


def check_form(form: type[Form], said: Any, *, asked: str, by: str, may_act: bool) -> None:
    """Raise `Failed` for an answer of another form than the service describes.

    After a request that may have acted `Unavailable`: a look tells.
    """
    try:
        form.model_validate(said)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"])) or "the whole"
        text = (
            f"expected {by}'s answer to {asked} as it describes it, found another form: {place}: "
            f"{first['msg']}; is something else answering in its place (a proxy?)"
        )
        raise (Unavailable(text) if may_act else Failed(text)) from None
