"""What is in a world at first: the sample project, and the team with a weekly push."""
