"""Texts for translation: extracted by the project's command, on a branch of their own.

Read `extraction` first.
"""
