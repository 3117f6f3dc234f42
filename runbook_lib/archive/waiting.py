"""Pauses between tries where others are at it too: random, so that they part."""

import random
import time
from collections.abc import Iterator

PATIENCE = 60.0
"""How long somebody else's being faster is borne with, in seconds."""
FIRST_PAUSE = 0.05
LONGEST_PAUSE = 2.0


def tries(patience: float = PATIENCE) -> Iterator[int]:
    """Count tries, with a pause before each but the first, until the patience is at its end.

    Full jitter: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
    """
    until = time.monotonic() + patience
    number = 0
    while number == 0 or time.monotonic() < until:
        yield number
        time.sleep(random.uniform(0, min(LONGEST_PAUSE, FIRST_PAUSE * 2**number)))
        number += 1
