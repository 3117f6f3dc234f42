"""Jira, in the cloud and in one's own data center: issues filed once, asked about once, answered.

Read `service` first, then `look` and `client`.
"""
