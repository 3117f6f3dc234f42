"""Jira's tables, and what its one project is like."""

SCHEMA = """
CREATE TABLE IF NOT EXISTS jira_issue (
    id INTEGER PRIMARY KEY, kind TEXT NOT NULL, number INTEGER NOT NULL, summary TEXT NOT NULL,
    description TEXT NOT NULL, labels TEXT NOT NULL, others TEXT NOT NULL, status TEXT NOT NULL,
    resolution TEXT NOT NULL, creator INTEGER NOT NULL, created TEXT NOT NULL, made REAL NOT NULL,
    UNIQUE (kind, number));
CREATE TABLE IF NOT EXISTS jira_comment (
    id INTEGER PRIMARY KEY AUTOINCREMENT, issue INTEGER NOT NULL REFERENCES jira_issue (id),
    author INTEGER NOT NULL, body TEXT NOT NULL, created TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS jira_change (
    id INTEGER PRIMARY KEY AUTOINCREMENT, issue INTEGER NOT NULL REFERENCES jira_issue (id),
    author INTEGER NOT NULL, created TEXT NOT NULL, items TEXT NOT NULL);
"""

PROJECT, NAME = "OPS", "Operations"
TYPES = {"10001": "Task", "10002": "Bug"}
"""The types of its issues, by their ids."""
STATUSES = {
    "To Do": ("10000", 2, "new", "To Do"),
    "In Progress": ("3", 4, "indeterminate", "In Progress"),
    "Done": ("10002", 3, "done", "Done"),
}
"""Its states, each with its id, and the category's id, key and name."""
RESOLUTIONS = {"Done": "10000", "Won't Do": "10001", "Duplicate": "10002"}
TRANSITIONS = {"21": ("Start", "In Progress"), "31": ("Done", "Done")}
"""What brings an issue to which state."""
PRIORITIES = {"High": "2", "Medium": "3", "Low": "4"}
CUSTOM = "customfield_10042"
"""A field of the project's own, which an issue must have where the dialect is `required_field`."""
CENTRES = {"Blue": "10101", "Green": "10102"}
"""Its values."""
