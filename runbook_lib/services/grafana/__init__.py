"""Grafana: the panels of a dashboard, watched after a push."""

from runbook_lib.services.grafana.report import DashboardReport, PanelReport, Unjudged
from runbook_lib.services.grafana.service import Access, Grafana
from runbook_lib.services.grafana.watched import GrafanaReport

__all__ = ["Access", "DashboardReport", "Grafana", "GrafanaReport", "PanelReport", "Unjudged"]
