"""A small load test for the sandbox's stage: a bounded number of requests, a few at a time."""

import sys
from concurrent.futures import ThreadPoolExecutor
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import ProxyHandler, build_opener

REQUESTS = 100
WORKERS = 4
DIRECTLY = build_opener(ProxyHandler({}))
"""This machine is never asked through a proxy."""


def answers(url: str) -> bool:
    """Whether one request is answered with success."""
    try:
        with DIRECTLY.open(url, timeout=5) as response:
            return bool(response.status == 200)
    except URLError:
        return False


def main() -> int:
    """Ask `{url}/__heartbeat__`; the exit status is 0 when every request was answered."""
    url = f"{sys.argv[1].rstrip('/')}/__heartbeat__"
    if urlsplit(url).hostname not in ("127.0.0.1", "localhost"):
        print(f"expected an address on this machine, found {url}")
        return 2
    with ThreadPoolExecutor(WORKERS) as workers:
        good = sum(workers.map(answers, [url] * REQUESTS))
    print(f"{good} of {REQUESTS} requests were answered")
    return 0 if good == REQUESTS else 1


if __name__ == "__main__":
    sys.exit(main())
