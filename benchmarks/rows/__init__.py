"""The rows of the table: one module for each, or for two that share their work."""
