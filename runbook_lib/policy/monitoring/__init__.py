"""Verdicts on graphs and errors after a change, against what is usual.

Read `judgement` first.
"""
