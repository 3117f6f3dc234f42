"""What the names in a source stand for, as dotted names from where they were imported."""

import ast

BUILTINS = frozenset({"open", "exec", "eval", "compile", "__import__"})
"""What can do more than its name says, and needs no import."""


class Origins:
    """Names with what they stand for: an imported thing, or what a call of one has made.

    What a call returns goes by the name of what was called, so `Path("x").unlink` is
    `pathlib.Path.unlink`; and `run.use(Index)` returns an `Index`.
    """

    def __init__(self) -> None:
        self.known: dict[str, str] = {}

    def learn(self, statement: ast.stmt) -> None:
        """Take in the names that a statement binds."""
        for node in ast.walk(statement):
            if isinstance(node, ast.Import):
                self.known |= dict(map(imported, node.names))
            elif isinstance(node, ast.ImportFrom) and not node.level:
                found = {name.asname or name.name: name.name for name in node.names}
                self.known |= {name: f"{node.module}.{of}" for name, of in found.items()}
            elif isinstance(node, ast.Assign):
                for target in node.targets:
                    self.bind(target, node.value)
            elif isinstance(node, ast.AnnAssign | ast.NamedExpr) and node.value is not None:
                self.bind(node.target, node.value)
            elif isinstance(node, ast.withitem) and node.optional_vars is not None:
                self.bind(node.optional_vars, node.context_expr)

    def bind(self, target: ast.expr, value: ast.expr) -> None:
        """Have a name stand for a value; several, each for its own."""
        if isinstance(target, ast.Name):
            self.known[target.id] = self.of(value)
        elif isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
            for one, its in zip(target.elts, value.elts, strict=False):
                self.bind(one, its)

    def of(self, node: ast.expr) -> str:
        """The dotted name of what an expression is; empty where nobody can say."""
        if isinstance(node, ast.Name):
            return self.known.get(node.id, node.id if node.id in BUILTINS else "")
        if isinstance(node, ast.Attribute):
            of = self.of(node.value)
            return f"{of}.{node.attr}" if of else ""
        if isinstance(node, ast.Call):
            return self.made(node)
        return self.of(node.left) if isinstance(node, ast.BinOp) else ""

    def made(self, call: ast.Call) -> str:
        """The dotted name of what a call returns."""
        name = self.of(call.func)
        return self.of(call.args[0]) if name.endswith(".use") and call.args else name


def imported(name: ast.alias) -> tuple[str, str]:
    """The name that `import x.y` or `import x.y as z` binds, and what it stands for."""
    first = name.name.partition(".")[0]
    return (name.asname, name.name) if name.asname else (first, first)
