"""Push notes."""
