"""Secrets: where they are found, the forms that they take, and how they are masked.

Read `credentials` first, then `masking`.
"""
