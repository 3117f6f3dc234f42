"""Masks papermill's log: at its finest level it tells each cell's source, parameters and all.

What cells print comes from outside, and steers no terminal from there.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from papermill.log import logger

from runbook_lib.policy.visible import printed
from runbook_lib.secrets.masking import Masking


class MaskedLines(logging.Filter):
    """Lets every line pass, with the secrets in it masked and the controls in it visible."""

    def __init__(self, masking: Masking) -> None:
        super().__init__()
        self.masking = masking

    def filter(self, record: logging.LogRecord) -> bool:
        """Mask a line."""
        record.msg, record.args = printed(self.masking(record.getMessage())), None
        return True


@contextmanager
def masked_log(masking: Masking) -> Iterator[None]:
    """Mask what papermill, and the client that it runs cells by, log meanwhile."""
    lines = MaskedLines(masking)
    logger.addFilter(lines)
    try:
        yield
    finally:
        logger.removeFilter(lines)
