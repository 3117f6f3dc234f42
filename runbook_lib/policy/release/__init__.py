"""What the release procedure decides: versions, names, and the texts of its requests.

Read `choice` first (which version), then `names`.
"""
