"""The engine for runbooks, and the default engine that gives them to it: papermill's doors."""

from typing import Any, ClassVar


class RunbookEngine:
    """Carries out a runbook: its output file says what was run, and nothing else."""

    @classmethod
    def execute_notebook(cls, nb: Any, kernel_name: str, **options: Any) -> Any:
        """Carry out a notebook; return it as it was saved, with every secret masked.

        Raises `UsageError` before a kernel is started where a parameter is unknown or mistyped.
        """
        from runbook_lib.engine.execution import execute

        return execute(nb, kernel_name, **options)

    @classmethod
    def nb_kernel_name(cls, nb: Any, name: str | None = None) -> Any:
        """The name of the notebook's kernel. Raises `UsageError` where nothing names one."""
        from papermill.utils import nb_kernel_name

        from runbook_lib.errors import UsageError

        try:
            return nb_kernel_name(nb, name)
        except ValueError:
            raise UsageError(
                "expected a notebook that names its kernel, found none in its metadata; open it "
                "in JupyterLab, choose a kernel, and save it"
            ) from None

    @classmethod
    def nb_language(cls, nb: Any, language: str | None = None) -> Any:
        """The notebook's language."""
        from papermill.utils import nb_language

        return nb_language(nb, language)


class DefaultEngine:
    """Gives runbooks to their engine, and other notebooks to the one there was."""

    ordinary: ClassVar[Any] = None

    @classmethod
    def execute_notebook(cls, nb: Any, kernel_name: str, **options: Any) -> Any:
        """Execute a notebook by the engine that it is for."""
        engine = RunbookEngine if is_runbook(nb, options.get("input_path")) else cls.ordinary
        return engine.execute_notebook(nb, kernel_name, **options)

    @classmethod
    def nb_kernel_name(cls, nb: Any, name: str | None = None) -> Any:
        """The name of the notebook's kernel."""
        return cls.ordinary.nb_kernel_name(nb, name)

    @classmethod
    def nb_language(cls, nb: Any, language: str | None = None) -> Any:
        """The notebook's language."""
        return cls.ordinary.nb_language(nb, language)


def is_runbook(nb: Any, input_path: object = None) -> bool:
    """Whether a notebook's metadata calls it a runbook, or it uses this library.

    It does where it imports it, or a module that does; whatever opens its run is in one of them.
    """
    if nb.metadata.get("runbook"):
        return True
    from runbook_lib.engine.output_file import input_file
    from runbook_lib.notebook.imports import folder_of, uses_library
    from runbook_lib.notebook.reference import read_cell

    file = input_file(input_path)
    return uses_library(map(read_cell, nb.cells), file and folder_of(file))


def become_default() -> None:
    """Take the default engine's place."""
    # Only here: papermill, where it is not being imported already, loads this module's names.
    from papermill.engines import papermill_engines

    found = papermill_engines.get_engine(None)
    if found is not DefaultEngine:
        DefaultEngine.ordinary = found
        papermill_engines.register(None, DefaultEngine)


become_default()
