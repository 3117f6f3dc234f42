"""Decisions, pure: no input or output, no clock; each can be tested with values alone."""
