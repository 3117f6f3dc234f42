"""What a check hands on that a person has let pass: nothing was found, and it says so."""

from typing import Any, NoReturn

from runbook_lib.errors import Refused
from runbook_lib.frozen import frozen
from runbook_lib.policy.sentence import sentence

USES = (
    *("__iter__", "__len__", "__getitem__", "__contains__", "__bool__", "__call__", "__int__"),
    *("__float__", "__index__", "__lt__", "__le__", "__gt__", "__ge__", "__add__", "__radd__"),
    *("__sub__", "__rsub__", "__mul__", "__rmul__", "__truediv__", "__rtruediv__", "__fspath__"),
)
"""What Python asks of a value that is used."""


class Waived:
    """Stands for what a check would have found, had it not been waived.

    It shows itself, and can be handed on; whatever needs the value is refused. `digest` is that of
    the refusal.
    """

    def __init__(self, said: str, digest: str) -> None:
        self._said = said
        self.digest = digest

    def __getattr__(self, name: str) -> NoReturn:
        if name.startswith("_"):
            raise AttributeError(name)
        raise self._refusal(f"its {name}")

    def _refusal(self, what: str) -> Refused:
        return Refused(
            f"expected what a check found, for {what} is needed here; found that it was let pass "
            f"without: {sentence(self._said)} Mend what it refused, and run it again"
        )

    def __str__(self) -> str:
        return self._said

    __repr__ = __str__


def refuse_use(name: str) -> Any:
    """A method that refuses to be what Python asks for."""

    def refuse(self: Waived, *_: object) -> NoReturn:
        raise self._refusal("the value itself")

    refuse.__name__ = name
    return refuse


for each in USES:
    setattr(Waived, each, refuse_use(each))


@frozen
class LetPass:
    """That a person has let a check pass: in words, what its outcome says, and what it hands on."""

    said: str
    told: dict[str, str]
    value: Any

    def __str__(self) -> str:
        return self.said
