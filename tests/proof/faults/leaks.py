"""Where a secret was left, by whatever went wrong: every byte of a slot's is looked through."""

import json
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from urllib.request import HTTPCookieProcessor, build_opener

from tests.proof.faults.slot import Slot
from tests.release.test_canary import everything, found_in
from tests.release.world import World

OF_THE_SERVER = ("world.sqlite", "server.json")
"""What a world's server keeps of its own: who has which token."""


def leaks(slot: Slot, world: World) -> Iterator[str]:
    """Files, git's objects, what was printed and what the page shows, as far as they have a token.

    It is the operator's, who has it in each service.
    """
    secrets = (world.token(),)
    for name, data in chain(everything(slot.home), everything(slot.told), shown(world)):
        own = Path(name).parent == world.folder and Path(name).name.startswith(OF_THE_SERVER)
        if not own:
            yield from (f"a secret in {name}: {found[:400]!r}" for found in found_in(data, secrets))


def shown(world: World) -> Iterator[tuple[str, bytes]]:
    """The sandbox's page, and what its programs are answered."""
    with build_opener(HTTPCookieProcessor()).open(world.running.page) as page:
        yield "the sandbox's page", page.read()
    yield "the sandbox's state", json.dumps(world.get("/sandbox/state")).encode()
