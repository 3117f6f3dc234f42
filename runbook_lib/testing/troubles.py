"""What can become of an act: each is the act, with that trouble."""

import sys
from collections.abc import Callable, Generator
from types import FrameType, GeneratorType
from typing import Any, cast

Act = Generator[str, None, Any]
Trouble = Callable[[Act], Act]


def before(trouble: BaseException) -> Trouble:
    """An act that never begins."""

    def act(_rest: Act) -> Act:
        raise trouble
        yield

    return act


def after(trouble: BaseException) -> Trouble:
    """An act that is made, and then ends so."""

    def act(rest: Act) -> Act:
        yield from rest
        raise trouble

    return act


def during(trouble: BaseException) -> Trouble:
    """An act that ends so behind its first line; one of a single line when it is made."""

    def act(rest: Act) -> Act:
        body = cast(FrameType, cast("GeneratorType[str, None, Any]", rest).gi_frame)
        announced, passed, tracing = body.f_lineno, set[int](), sys.gettrace()

        def trace(frame: FrameType, event: str, _: Any) -> Any:
            if frame is not body:
                return None
            if event == "line" and frame.f_lineno != announced:
                passed.add(frame.f_lineno)
            if len(passed) > 1:
                raise trouble
            return trace

        sys.settrace(trace)
        try:
            yield from rest
        finally:
            sys.settrace(tracing)
        raise trouble

    return act
