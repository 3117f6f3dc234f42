"""GitHub's refusals: their statuses, messages and error lists.

https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api
"""

from collections.abc import Mapping
from typing import Any

DOCUMENTATION = "https://docs.github.com/rest"


class Refusal(Exception):
    """A request that GitHub turns down; `errors` say which fields are wrong, and how."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        errors: list[Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.errors = errors
        self.headers = dict(headers or {})

    def body(self, documentation: str) -> dict[str, Any]:
        """Its JSON; `documentation` is the part of the link after docs.github.com/rest."""
        errors = {"errors": self.errors} if self.errors is not None else {}
        url = f"{DOCUMENTATION}/{documentation}".rstrip("/")
        status = str(self.status)
        return {"message": self.message, **errors, "documentation_url": url, "status": status}


def bad_credentials() -> Refusal:
    """A token that nobody has, or that has expired."""
    return Refusal(401, "Bad credentials")


def requires_authentication() -> Refusal:
    """Something that nobody may do without a token."""
    return Refusal(401, "Requires authentication")


def moved(method: str, address: str) -> Refusal:
    """What is at another address now; a write is to be repeated there as it was.

    https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api#follow-redirects
    """
    status = 301 if method in ("GET", "HEAD") else 307
    words = "Moved Permanently" if status == 301 else "Temporary Redirect"
    return Refusal(status, words, headers={"Location": address})


def not_found() -> Refusal:
    """What is not there, or must not be seen."""
    return Refusal(404, "Not Found")


def no_permission(needed: str) -> Refusal:
    """A token that may read, and not do this; `needed` is such as `contents=write`."""
    return Refusal(
        403,
        "Resource not accessible by personal access token",
        headers={"X-Accepted-GitHub-Permissions": needed},
    )


def must_be_admin() -> Refusal:
    """Something that a repository's admins alone may do."""
    return Refusal(403, "Must have admin rights to Repository.")


def empty_repository() -> Refusal:
    """A repository without a commit."""
    return Refusal(409, "Git Repository is empty.")


def unprocessable(message: str) -> Refusal:
    """A request that can't be carried out, in plain words."""
    return Refusal(422, message)


def unwilling(*reasons: str) -> Refusal:
    """A request that GitHub will not carry out, with its reasons as texts."""
    return Refusal(422, "Unprocessable Entity", errors=list(reasons))


def invalid(resource: str, field: str, code: str = "invalid", message: str = "") -> Refusal:
    """A field that is wrong: `code` is missing_field, invalid, already_exists or custom."""
    error = {"resource": resource, "code": code, "field": field}
    return Refusal(
        422, "Validation Failed", errors=[error | ({"message": message} if message else {})]
    )


def refuse_long(resource: str, field: str, text: str | None, longest: int) -> None:
    """Refuse a text that is longer than GitHub takes."""
    if len(text or "") > longest:
        message = f"{field} is too long (maximum is {longest} characters)"
        raise invalid(resource, field, "custom", message)


def contradicted(resource: str, message: str) -> Refusal:
    """A rule that stands against a request, in words of its own."""
    error = {"resource": resource, "code": "custom", "message": message}
    return Refusal(422, "Validation Failed", errors=[error])


def wrong_type(field: str, value: object, expected: str) -> Refusal:
    """A field of the request's JSON that is of another type than the description says."""
    shown = "nil" if value is None else repr(value).replace("'", '"')
    article = "an" if expected[0] in "aio" else "a"
    return Refusal(
        422,
        f"Invalid request.\n\nFor 'properties/{field}', {shown} is not {article} {expected}.",
    )


def not_supplied(field: str) -> Refusal:
    """A field that the request's JSON lacks."""
    return Refusal(422, f'Invalid request.\n\n"{field}" wasn\'t supplied.')
