"""A real Prometheus behind the sandbox's Grafana.

https://prometheus.io/docs/prometheus/latest/querying/api/#range-queries
"""

import json
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import ProxyHandler, Request, build_opener

SECONDS = 30


class BadQuery(Exception):
    """A query that the data source refuses; its text is the data source's own."""


def query_range(
    url: str, expr: str, first: float, last: float, step: float
) -> list[tuple[dict[str, str], list[tuple[float, float]]]]:
    """The labelled series that an expression has between two moments, in seconds."""
    asked = urlencode({"query": expr, "start": first, "end": last, "step": step}).encode()
    request = Request(f"{url}/api/v1/query_range", data=asked)
    said = send(request)
    return [
        (series["metric"], [(moment, float(value)) for moment, value in series["values"]])
        for series in said["data"]["result"]
    ]


def label_values(url: str, label: str, query: str) -> Any:
    """What it says of a label's values."""
    return send(Request(f"{url}/api/v1/label/{label}/values?{query}"))


def send(request: Request) -> Any:
    """The answer to a request; this machine is never asked through a proxy."""
    try:
        with build_opener(ProxyHandler({})).open(request, timeout=SECONDS) as answer:
            return json.load(answer)
    except HTTPError as error:
        said = json.load(error)
        raise BadQuery(f"{said.get('errorType')}: {said.get('error')}") from error
    except URLError as error:
        raise BadQuery(f"Post {request.full_url!r}: {error.reason}") from error
