"""What a service of one's own is made from: its table of the profile, its secret, its run."""

from functools import cached_property
from typing import TYPE_CHECKING, get_type_hints

from runbook_lib.errors import UsageError
from runbook_lib.policy.visible import Shown
from runbook_lib.profile import Settings
from runbook_lib.services.api import Api, Key
from runbook_lib.steps.runner import Runner

if TYPE_CHECKING:
    from runbook_lib.run.own_run import OwnRun


class Service(Shown):
    """An outside system of one's own: subclass it, with steps, checks and waits as methods.

    `settings: IndexSettings` in the class says how its table is read; `run.use(Index)` makes it,
    from the table `[profiles.X.index]`, as the class is called, or the one that is named there.
    """

    settings: Settings

    def __init__(
        self, run: "OwnRun", settings: Settings, secret: str = "", *, of: str = ""
    ) -> None:
        self.run = run
        self.settings = settings
        self.secret = secret
        self.of = of
        """What tells its steps from those of another service of its kind."""

    @property
    def runner(self) -> Runner:
        """Who carries the steps out."""
        return self.run.runner

    @cached_property
    def api(self) -> Api:
        """HTTP with the service at `settings.url`; the secret travels as a bearer token.

        Raises `UsageError` where the table has no address that a secret may be sent to.
        """
        name = type(self).__name__
        advice = f"see [profiles.{self.run.setting.name}.{name.lower()}]"
        key = Key(self.secret, f"the secret of {name}", advice) if self.secret else None
        return Api(name, str(getattr(self.settings, "url", "")), key)

    def __str__(self) -> str:
        """The service and its settings, one to a line; never its secret."""
        name, said = self.of or type(self).__name__.lower(), self.settings.model_dump()
        width = max(map(len, said), default=0)
        return "\n".join([name, *(f"  {key:{width}}  {value}" for key, value in said.items())])

    def __repr__(self) -> str:
        """The service and its settings, on one line."""
        return f"<{type(self).__name__} {self.of or self.settings!r}>"


def settings_of(kind: type[Service]) -> type[Settings]:
    """How a service's table is read; raises `UsageError` where its class does not say."""
    found = get_type_hints(kind).get("settings")
    if isinstance(found, type) and issubclass(found, Settings):
        return found
    raise UsageError(
        f"expected `settings: …` in class {kind.__name__} to name a subclass of Settings, "
        f"found {found!r}; correct it"
    )
