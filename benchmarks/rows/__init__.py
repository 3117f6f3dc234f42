"""The rows of the table: one module for each, or for two that share their work."""

ROWS = (
    *("release", "start", "engine", "api", "clients", "large", "changelog", "tags"),
    *("archive", "monitoring", "commands", "browser"),
)
"""Their modules, in the table's order."""
