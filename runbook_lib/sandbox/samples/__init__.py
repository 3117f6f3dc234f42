"""What is in a world at first: the sample project, and the team with a weekly push.

Read `project` first; the team is a room of its own, `team`.
"""
