"""Modules beside a runbook: what its notebook imports from its own folder, last of all.

The folder is not put on `sys.path`: there, whatever a library would like to import and does not
find (`requests` looks for `simplejson`) could be a stranger's. What the notebook imports itself, or
a module beside it, is looked for in it after everything that is installed.
"""

import hashlib
import sys
from collections.abc import Iterator, Sequence
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import FrameType, ModuleType
from typing import Any

from runbook_lib.errors import RunbookError, UsageError
from runbook_lib.notebook.imports import folder_of, imported_by, modules_of, refuse_hidden
from runbook_lib.notebook.reference import find_notebook, read_cells, read_file

imported: dict[Path, str] = {}
"""What this kernel has imported from beside its notebook, each with its digest then."""


def load_ipython_extension(_shell: Any) -> None:
    """Nothing: with this module, the library is there, and looks beside the notebook."""


def look_beside() -> None:
    """Have this kernel find the modules beside its notebook; more than once is no harm."""
    if not any(isinstance(finder, BesideFinder) for finder in sys.meta_path):
        sys.meta_path.append(BesideFinder())


class BesideFinder:
    """Finds a module beside the notebook that is imported by that, or by one beside it."""

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, _target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Where such a module is; None for one of a package, and for what others import."""
        folder = None if path is not None else runbook_folder(name)
        if folder is None or not asked_from(folder):
            return None
        spec = PathFinder.find_spec(name, [str(folder)])
        if spec is None or not isinstance(spec.loader, SourceFileLoader):
            return None
        spec.loader = BesideLoader(name, spec.loader.path)
        return spec


def runbook_folder(name: str) -> Path | None:
    """The folder of the notebook that is executed.

    Where nobody says which one that is, the one that the kernel works in, for a module that a
    notebook there imports.
    """
    notebook = find_notebook("", vars(sys.modules["__main__"]))
    if notebook is not None:
        return folder_of(notebook)
    here = Path.cwd()
    there = (read_cells(read_file(path)) for path in here.glob("*.ipynb"))
    return here if any(name in imported_by(cells) for cells in there) else None


def asked_from(folder: Path) -> bool:
    """Whether a notebook's own code, or that of a module in its folder, imports something now."""
    asking = next(outside_of_import(sys._getframe(1)), {})
    return asking.get("__name__") == "__main__" or Path(
        str(asking.get("__file__") or "/")
    ).resolve().is_relative_to(folder.resolve())


def outside_of_import(frame: FrameType | None) -> Iterator[dict[str, Any]]:
    """The names of the code that is under way, the innermost first, without Python's importing."""
    while frame is not None:
        name = str(frame.f_globals.get("__name__"))
        if name != __name__ and not name.startswith(("importlib", "_frozen_importlib")):
            yield frame.f_globals
        frame = frame.f_back


class BesideLoader(SourceFileLoader):
    """Imports a module beside a notebook; says in a line why that can't be imported."""

    def exec_module(self, module: ModuleType) -> None:
        """Execute the module. Raises `UsageError` where it, or what it imports, can't be."""
        file = Path(self.path)
        digest = digest_of(file)
        try:
            super().exec_module(module)
        except RunbookError:
            raise
        except (Exception, SystemExit) as error:
            raise UsageError(broken(file, error)) from error
        imported[file] = digest


def digest_of(file: Path) -> str:
    """SHA-256 of a module's source; of a package, of all its sources."""
    files = sorted(file.parent.rglob("*.py")) if file.name == "__init__.py" else [file]
    return hashlib.sha256(b"".join(map(read_file, files))).hexdigest()


def broken(file: Path, error: BaseException) -> str:
    """Which module can't be imported, why, in which line, and what to do."""
    said = f"{error.msg}" if isinstance(error, SyntaxError) else str(error)
    missing = error.name if isinstance(error, ModuleNotFoundError) else None
    mend = f"install {missing}, or mend the module" if missing else "mend the module"
    return (
        f"expected that {file.name}, a module beside the runbook, can be imported; found "
        f"{type(error).__name__}: {said} ({file}, line {line_of(file, error)}): {mend}, then run "
        "the cell that imports it again"
    )


def line_of(file: Path, error: BaseException) -> int:
    """The last line of a module that an error came by."""
    if isinstance(error, SyntaxError) and error.filename == str(file):
        return error.lineno or 0
    line, trace = 0, error.__traceback__
    while trace is not None:
        line = trace.tb_lineno if trace.tb_frame.f_code.co_filename == str(file) else line
        trace = trace.tb_next
    return line


def check_modules(notebook: Path | None) -> None:
    """Raise `UsageError` where a kernel has another module than the one beside its notebook.

    One that is installed goes before it; and one that was imported stays as it was then.
    """
    refuse_hidden(modules_of(notebook) if notebook else {})
    for file, digest in imported.items():
        if digest_of(file) != digest:
            raise UsageError(
                f"expected {file} as this kernel has imported it, found that it has changed since: "
                "restart the kernel, and run the runbook from its first cell"
            )


def check_sources(notebook: Path | None) -> None:
    """Raise `UsageError` where a notebook can't import a module beside it, before it is run."""
    modules = modules_of(notebook) if notebook else {}
    refuse_hidden(modules)
    for file in modules.values():
        try:
            compile(read_file(file), str(file), "exec", dont_inherit=True)
        except (SyntaxError, ValueError) as error:
            raise UsageError(broken(file, error)) from None


def imported_modules() -> dict[str, str]:
    """The digests by path of what this kernel has imported from beside its notebook."""
    return {str(file): digest for file, digest in imported.items()}
