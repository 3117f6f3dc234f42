"""Bad input guided by what of the library was reached, by atheris.

    python -m tests.proof.fuzz.guided KIND SECONDS SEED FOLDER

is a process that has nothing of the library yet: what it imports is changed to tell what it does.
`FOLDER/inputs` has the inputs that reached more then, `FOLDER/tried.json` what became of all.
"""

import importlib
import json
import os
import sys
import time
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from random import Random

FIRST = 50
"""So many inputs are made by chance, and changed from then on."""


def main(name: str, seconds: float, seed: int, folder: Path) -> None:
    """Feed a kind of input for some time, and end the process."""
    atheris = importlib.import_module("atheris")
    atheris.instrument_imports(include=["runbook_lib"]).__enter__()  # what is imported later, too
    from tests.proof.fuzz import texts
    from tests.proof.fuzz.kinds import KINDS
    from tests.proof.fuzz.working import LONGEST, Tried, memory, target, warm_up

    texts.chance = texts.by_bytes
    tried, came_to = Tried(name), Counter[str]()
    fed = KINDS[name].prepare(folder / "prepared")
    take = target(fed, tried, came_to)
    warm_up(fed)
    began = time.monotonic()

    def feed(given: bytes) -> None:
        tried.seconds = time.monotonic() - began
        if tried.seconds < seconds:
            take(given)
            return
        tried.came_to, tried.memory = dict(came_to), memory()
        (folder / "tried.json").write_text(json.dumps(asdict(tried)))
        os._exit(0)

    for number in range(FIRST):
        (folder / "inputs" / f"{number}").write_bytes(Random(seed + number).randbytes(LONGEST))
    lengths = (f"-max_len={LONGEST}", "-len_control=0", "-reduce_inputs=0")
    bounds = ("-timeout=0", "-rss_limit_mb=0")  # there are others where an input is fed
    kept = f"-artifact_prefix={folder}/"  # what it finds slow; else it would lie in this folder
    told = (f"-seed={seed % 2**32}", *lengths, *bounds, kept, str(folder / "inputs"))
    atheris.Setup([sys.argv[0], *told], feed)
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4]))
