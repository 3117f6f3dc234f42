"""A public repository and its private mirror: merged, shown, and pushed in one order only.

Read `mirror_pair` first.
"""
