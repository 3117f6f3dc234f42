"""Papermill's engine for runbooks, made honest; it is there as soon as this library is installed.

Papermill loads it by its entry point, and it makes itself the default. A notebook that is no
runbook goes to the engine that was the default before, as it is. `--engine runbook` takes any.

Read `default` first, then `execution` and `client`; `headless` carries a runbook out with nobody at
it, and `progress` follows it, for one of the `watches`.
"""

from typing import TYPE_CHECKING

from runbook_lib.lazy import lazily

if TYPE_CHECKING:
    from runbook_lib.engine.default import DefaultEngine, RunbookEngine, is_runbook

HOMES = dict.fromkeys(
    ("DefaultEngine", "RunbookEngine", "is_runbook"), "runbook_lib.engine.default"
)

__all__ = ["DefaultEngine", "RunbookEngine", "is_runbook"]

__getattr__ = lazily(__name__, HOMES)
