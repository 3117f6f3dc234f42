"""What mypy knows of steps, checks and waits: `test_typed` reads it, and nobody runs it."""

from collections.abc import Generator
from dataclasses import dataclass
from typing import reveal_type

from runbook_lib.steps.step import Runner, check, look, step
from runbook_lib.steps.wait import wait


@dataclass(frozen=True)
class Uploaded:
    """What is in the index."""

    file: str
    link: str


class Run:
    """A run, as far as steps ask for it."""

    runner: Runner


@step
def upload(run: Run, file: str, *, index: str = "main") -> Generator[str, None, Uploaded]:
    """Upload a file."""
    yield f"upload {file} to {index}"
    return Uploaded(file, index)


@check
def check_uploaded(run: Run, file: str) -> Uploaded:
    """Check that a file is there."""
    return Uploaded(file, "main")


@wait
def wait_for(run: Run, file: str) -> list[Uploaded]:
    """Wait for a file."""
    return [Uploaded(file, "main")]


class Index:
    """A service with steps as methods."""

    runner: Runner

    @step
    def upload(self, file: str) -> Generator[str, None, Uploaded]:
        """Upload a file."""
        yield f"upload {file}"
        return Uploaded(file, "main")

    @check
    def count(self) -> int:
        """Count the files."""
        return 1

    @wait
    def wait_for(self, file: str) -> Uploaded | None:
        """Wait for a file."""
        return None

    @look
    def names(self) -> tuple[str, ...]:
        """The files' names."""
        return ()


def use(run: Run, index: Index) -> None:
    """Use each of them."""
    reveal_type(upload)  # R: def (run: Run, file: str, *, index: str =) -> Uploaded
    reveal_type(upload(run, "a", index="b"))  # R: Uploaded
    reveal_type(check_uploaded(run, file="a"))  # R: Uploaded
    reveal_type(wait_for(run, "a"))  # R: list[Uploaded]
    reveal_type(index.upload)  # R: def (file: str) -> Uploaded
    reveal_type(index.upload("a").link)  # R: str
    reveal_type(index.count())  # R: int
    reveal_type(index.wait_for("a"))  # R: Uploaded | None
    reveal_type(index.names())  # R: tuple[str, ...]
    upload(run)  # E: Missing positional argument "file" in call to "upload"
    upload(run, 7)  # E: Argument 2 to "upload" has incompatible type "int"; expected "str"
    index.upload("a", "b")  # E: Too many arguments for "upload" of "Index"


@step  # E: Argument 1 to "step" has incompatible type
def no_step(run: Run) -> str:
    """Announces nothing."""
    return "done"


@step  # E: Argument 1 to "step" has incompatible type
def numbers(run: Run) -> Generator[int, None, str]:
    """Announces a number."""
    yield 7
    return "done"
