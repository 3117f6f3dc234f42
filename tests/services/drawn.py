"""A report with a picture, made without any Grafana."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from runbook_lib.policy.monitoring.judgement import judge
from runbook_lib.services.grafana.report import DashboardReport, PanelReport
from runbook_lib.services.grafana.watch import Watch
from runbook_lib.services.grafana.watched import GrafanaReport
from tests.policy.noise.pushes import INCIDENTS, PUSH, planted, quiet_week

HOUR = timedelta(hours=1)


def make_report() -> GrafanaReport:
    """A push with an incident after it, on one panel."""
    week = quiet_week("errors, 40 a point", 1, step=timedelta(minutes=1), span=HOUR)
    comparison = planted(week, INCIDENTS["errors of 40 x3"])
    link = "https://grafana.example.org/d/ops/ops"
    panel = PanelReport("5xx a minute", link, (judge(comparison),), comparison)
    plan = Watch.plan(
        PUSH, PUSH + HOUR, ended=PUSH, weeks=6, zone=ZoneInfo("UTC"), tag="2026.03.12"
    )
    return GrafanaReport((DashboardReport("Ops", link, (panel,), (), plan),))
