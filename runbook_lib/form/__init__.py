"""The form of a runbook's parameters: types, help, choices, and what they would come to.

Read `fields` first; `looking` asks the procedure that the runbook is of.
"""
