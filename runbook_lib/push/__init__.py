"""Push duty: a team's weekly push, composed from its repositories and services."""
