"""Apprise: sends a text to whatever one of its addresses names: mail, chat, and many more.

It is imported when something is to be sent: https://github.com/caronc/apprise.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from typing import Any

from runbook_lib.errors import Failed, RunbookError, UsageError
from runbook_lib.policy.diagnosis import Diagnosis, good, told_by
from runbook_lib.profile.notify import NAME, NotifySettings, service_of
from runbook_lib.profile.section import Means
from runbook_lib.secrets.credentials import SecretPlace
from runbook_lib.secrets.masking import Masking, Secret, worth_masking


def send(address: str, *, title: str, text: str, masking: Masking) -> None:
    """Send a text, once. What is secret in the address, as Apprise has it, is masked from here on.

    Raises `UsageError` where Apprise can't make anything of the address, and `Failed` with what it
    says where the text was not taken.
    """
    with listening() as said:
        target = understood(address)
        masking.extend(secrets_in(target))
        if not taken(target, title, text):
            why = masking("; ".join(said.getvalue().split("\n")).strip("; "))
            raise Failed(f"expected it to be taken, found: {why or 'that it was not'}")


def understood(address: str) -> Any:
    """What Apprise makes of an address; raises `UsageError` where it can make nothing of it."""
    import apprise

    asset = apprise.AppriseAsset(async_mode=False, app_id="runbook", app_desc="runbook")
    target = apprise.Apprise.instantiate(address, asset=asset)
    if target is None:
        raise UsageError(
            "expected one of Apprise's addresses, found one that it does not know: see "
            "https://github.com/caronc/apprise/wiki"
        )
    return target


def examine(settings: NotifySettings, means: Means) -> Iterator[Diagnosis]:
    """Whether each who is to be told has an address; nothing is sent."""
    for to in settings.to:
        named = NAME.fullmatch(to)
        of = f"notify {to}" if named else "notify"
        try:
            address = means.secret(SecretPlace(to, service_of(to), to)) if named else to
            with listening():
                service = understood(address)
        except RunbookError as error:
            yield told_by(of, str(error))
        else:
            yield good(of, f"by {service.service_name}; nothing was sent")


def taken(target: Any, title: str, text: str) -> bool:
    """Whether what the address names has taken the text."""
    from apprise import NotifyFormat

    try:
        return bool(target.notify(body=text, title=title, body_format=NotifyFormat.TEXT))
    except Exception:
        # What one of a hundred plugins raises is its own affair; Apprise has logged why.
        logging.getLogger("apprise").warning("an error of its own", exc_info=True)
        return False


def secrets_in(target: Any) -> Iterator[Secret]:
    """What Apprise's own description of an address calls private in it."""
    described = {**target.template_tokens, **target.template_args}
    for name, said in described.items():
        value = getattr(target, said.get("map_to") or name, None) if said.get("private") else None
        if isinstance(value, str) and worth_masking(value):
            yield Secret(value)


@contextmanager
def listening() -> Iterator[StringIO]:
    """Have what Apprise warns of, which may name a secret, and let nobody else have it."""
    logger, said = logging.getLogger("apprise"), StringIO()
    handler, before = logging.StreamHandler(said), (logger.propagate, logger.level)
    handler.setLevel(logging.WARNING)
    logger.addHandler(handler)
    logger.propagate = False
    logger.setLevel(logging.WARNING)
    try:
        yield said
    finally:
        logger.removeHandler(handler)
        logger.propagate, logger.level = before
