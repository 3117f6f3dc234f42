"""PyGithub's requester over our own connection: each answer in its form, each error one of ours."""

from typing import Any, cast
from urllib.parse import urlsplit

from github.Auth import Token
from github.GithubException import GithubException
from github.Requester import HTTPRequestsConnectionClass, Requester
from pydantic import TypeAdapter
from requests.utils import parse_header_links

from runbook_lib.errors import Failed, RunbookError, Unavailable
from runbook_lib.frozen import frozen
from runbook_lib.secrets.credentials import host_of
from runbook_lib.services.github.answers import translate
from runbook_lib.services.github.connection import TIMEOUT, Connection, Traffic
from runbook_lib.services.github.forms import form_of, in_form, wrong
from runbook_lib.services.http import excerpt

PAGES = 100
"""How many pages of one list are read at most, one `next` link after the other."""

API_VERSION = "2022-11-28"
PER_PAGE = 100


@frozen
class Page:
    """Which page of a list an answer is, and its form."""

    number: int
    form: TypeAdapter[Any]


class Asker(Requester):
    """PyGithub's requester over one `Connection`, raising nothing but our errors."""

    def __init__(self, api_url: str, token: Token, traffic: Traffic, *, throttle: bool) -> None:
        self.connection = Connection(api_url, traffic)
        self.pages: dict[str, Page] = {}
        """What is known of the pages that follow an answer, by their addresses."""
        super().__init__(
            auth=token,
            base_url=api_url,
            timeout=TIMEOUT,
            user_agent="runbook",
            per_page=PER_PAGE,
            verify=True,
            retry=None,
            pool_size=None,
            seconds_between_writes=1.0 if throttle else None,
            lazy=True,
            api_version=API_VERSION,
        )

    def requestJson(  # noqa: N802 - PyGithub's name
        self,
        verb: str,
        url: str,
        parameters: dict[str, Any] | None = None,
        headers: dict[str, Any] | None = None,
        input: Any | None = None,
        cnx: Any = None,  # noqa: ARG002 - PyGithub's signature
        follow_302_redirect: bool = False,  # noqa: ARG002
    ) -> tuple[int, dict[str, Any], str]:
        """Send a request over our own connection, wherever its URL points."""
        connection = cast(HTTPRequestsConnectionClass, self.connection)
        return super().requestJson(verb, url, parameters, headers, input, connection)

    def requestJsonAndCheck(  # noqa: N802 - PyGithub's name
        self, verb: str, url: str, *args: Any, **kwargs: Any
    ) -> tuple[dict[str, Any], Any]:
        """Send a request and read its answer; the error of a refusal knows no PyGithub."""
        # A GitHub of one's own has GraphQL elsewhere below its address.
        path = "/graphql" if url == self.graphql_url else urlsplit(url).path
        request, failure = f"{verb} {path}", cast(RunbookError | None, None)
        page = self.pages.pop(url, None) or Page(1, form_of(request))
        if page.number > PAGES:
            raise Failed(
                f"expected at most {PAGES} pages of {request}, found that GitHub names one more: "
                "what is looked for may be behind them; look there yourself, and thin the list out"
            )
        try:
            headers, data = super().requestJsonAndCheck(verb, url, *args, **kwargs)
        except GithubException as error:
            failure = translate(request, error, host_of(self.connection.origin))
        except (ValueError, ArithmeticError, RecursionError):
            failure = Unavailable(f"GitHub's answer to {request} was cut off; run this again")
        except (AttributeError, LookupError, TypeError) as error:
            # PyGithub reads the words of a refusal whatever they are.
            failure = wrong(request, f"expected a refusal as GitHub describes it, found {error!r}")
        if failure is not None:
            raise failure
        if data is not None and "json" not in headers.get("content-type", ""):
            raise wrong(
                request,
                f"expected JSON from {self.connection.origin} for {request}, found "
                f"{headers.get('content-type')}; check that this is the address of GitHub's API",
            )
        data = in_form(data, request, page.form)
        following = next_page(headers)
        if following:
            self.check_place(following, request)
            self.pages[following] = Page(page.number + 1, page.form)
        # PyGithub reads the links too, and takes no other form.
        return {**headers, "link": f'<{following}>; rel="next"' if following else None}, data

    def check_place(self, following: str, request: str) -> None:
        """Raise `Failed` where the page that follows is none of this GitHub's."""
        if not following.startswith(f"{self.base_url}/"):
            raise Failed(
                f"expected that what follows {request} is at {self.base_url} too, found "
                f"{excerpt(following)}; is this the address by which that GitHub knows itself?"
            )


def next_page(headers: dict[str, Any]) -> str:
    """The address of the page that follows an answer; empty where it is the last one."""
    links = parse_header_links(headers.get("link") or "")
    return next((link["url"] for link in links if link.get("rel") == "next"), "")
