"""Pages of HTML from templates; what these are given is text from outside, but for what is HTML.

Jinja2 (https://jinja.palletsprojects.com) is imported by who makes a page, and by nobody else.
"""

from functools import cache
from typing import TYPE_CHECKING, Any

from runbook_lib.policy.visible import as_html, still_as_html

if TYPE_CHECKING:
    from jinja2 import Environment


def render(package: str, name: str, **values: Any) -> str:
    """A page from the template `name`, which stands beside the modules of a package."""
    return templates(package).get_template(name).render(values)


@cache
def templates(package: str) -> "Environment":
    """The templates of a package; a name that they use and are not given is an error."""
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup

    def shown(value: object) -> object:
        """A value where it stands in a page: escaped if it is not HTML, nothing if it is None."""
        if hasattr(value, "__html__"):
            return value
        return Markup(as_html("" if value is None else str(value)))

    made = Environment(
        loader=PackageLoader(package, ""),
        autoescape=True,
        finalize=shown,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["shown_already"] = lambda text: Markup(still_as_html(text))
    return made
