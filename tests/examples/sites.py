"""A site that people may miss: it answers, or has a failure of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler

from tests.serving import serving

PAGE = b"Welcome to the shop"


@dataclass
class Site:
    """Where the site is, and whether it is well."""

    url: str
    well: bool = True


def handler(site: Site) -> type[BaseHTTPRequestHandler]:
    """Answers as the site."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if site.well else 503)
            self.send_header("Content-Length", str(len(PAGE)))
            self.end_headers()
            self.wfile.write(PAGE)

        def log_message(self, *_: object) -> None:
            pass

    return Handler


@contextmanager
def run_site() -> Iterator[Site]:
    """A site on this machine."""
    site = Site("")
    with serving(handler(site)) as port:
        site.url = f"http://127.0.0.1:{port}"
        yield site
