"""Web pages that a runbook only looks at: what one says, and waiting until it says it."""

from dataclasses import field

from runbook_lib.errors import Refused, Unavailable
from runbook_lib.frozen import frozen
from runbook_lib.policy.visible import Shown
from runbook_lib.services.http import check_public_url, excerpt, open_session, send
from runbook_lib.steps.runner import Runner
from runbook_lib.steps.step import check
from runbook_lib.steps.wait import NotYet, wait


@frozen
class Page(Shown):
    """What an address answered: its status, and its text."""

    link: str
    status: int
    text: str = field(repr=False)

    def __str__(self) -> str:
        return f"{self.link} answers {self.status}: {excerpt(self.text, 80)}"


class Web:
    """Looks at pages that want no secret."""

    def __init__(self, runner: Runner) -> None:
        self.runner = runner

    @check
    def get(self, url: str) -> Page:
        """The page at an address; raises `Refused` for a status from 400 on."""
        page = self.ask(url)
        if page.status >= 400:
            raise Refused(f"expected a page, found that {page}; check the address")
        return page

    @wait
    def await_page(self, url: str, *, contains: str = "", status: int = 200) -> Page:
        """Wait until an address answers with a status, and its text contains another.

        A server that is not there, or has a failure of its own, is what is waited for.
        """
        try:
            page = self.ask(url)
        except Unavailable as failure:
            raise NotYet(str(failure), link=url) from None
        if page.status != status or contains not in page.text:
            wanted = f"{status}{f' and {contains!r}' if contains else ''}"
            raise NotYet(f"expected {wanted}, found that {page}", link=url)
        return page

    def ask(self, url: str) -> Page:
        """What an address answers; raises what `http.send` raises."""
        check_public_url(url.partition("?")[0], service="the page")
        answer = send(open_session(url), "GET", url, may_act=False)
        return Page(url, answer.status_code, answer.text)
