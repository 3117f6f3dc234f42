"""Spans of time that follow a window, in the steps that Grafana takes them in.

https://grafana.com/docs/grafana/latest/dashboards/variables/add-template-variables/#add-an-interval-variable
"""

import re

SECONDS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
STEPS = (
    (1.5, 1),
    (3.5, 2),
    (7.5, 5),
    (12.5, 10),
    (17.5, 15),
    (25, 20),
    (45, 30),
    (90, 60),
    (210, 120),
    (450, 300),
    (750, 600),
    (1050, 900),
    (1500, 1200),
    (2700, 1800),
    (5400, 3600),
    (9000, 7200),
)
"""Below so many seconds, a span is rounded to so many; Grafana's `roundInterval`."""
LONGEST = 10800


def follow(span: float, steps: int, least: str) -> str:
    """The span of so many steps of a window of `span` seconds, none shorter than `least`."""
    wanted = max(span / steps, seconds(least))
    return f"{next((step for below, step in STEPS if wanted < below), LONGEST)}s"


def seconds(written: str) -> float:
    """How long a span is that is written as 10s or 1m; 0 where it is none."""
    found = re.fullmatch(r"[<>]?\s*(\d+(?:\.\d+)?)(ms|[smhdw])", written.strip())
    return float(found[1]) * SECONDS[found[2]] if found else 0.0
