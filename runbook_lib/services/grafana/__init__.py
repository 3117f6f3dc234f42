"""Grafana: the panels of a dashboard, watched after a push.

Read `service` first, then `watch`.
"""
