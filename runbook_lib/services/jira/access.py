"""What Jira wants of those who file an issue: looked up before anything is done.

https://developer.atlassian.com/cloud/jira/platform/rest/v2/api-group-issues/ and
https://developer.atlassian.com/server/jira/platform/rest/ have createmeta by project and type, the
latter since Jira 8.4.
"""

from collections.abc import Iterator
from typing import Any

from runbook_lib.errors import AccessDenied, Refused
from runbook_lib.services.jira.look import AT_ONCE, Issues
from runbook_lib.services.jira.values import reading

SENT = ("project", "issuetype", "summary", "description", "labels", "reporter")
"""The fields that are sent, or are whose the token is."""
PERMISSIONS = {"CREATE_ISSUES": "file issues", "ADD_COMMENTS": "comment"}
NAMED = ("priority", "version", "component", "issuetype", "resolution")
"""The kinds of values that are told by their name; an option is told by its value."""


class Desk:
    """Where issues are filed; nothing here changes any."""

    def __init__(self, issues: Issues) -> None:
        self.issues = issues
        self.client = issues.client
        self.settings = issues.settings
        self.place = ("issue", "createmeta", issues.project, "issuetypes")

    @reading("what an issue needs")
    def lacking(self) -> list[str]:
        """Why such an issue could not be filed or asked about, and what to do about each.

        Raises `AccessDenied` or `Refused` where project or type are missing, for then nothing else
        is known.
        """
        self.refuse_missing_project()
        return [*self.lacking_permissions(), *self.lacking_fields(), *self.lacking_people()]

    def refuse_missing_project(self) -> None:
        """Raise `AccessDenied` where the project is not there for this account."""
        reply = self.client.get("project", self.settings.project)
        if reply.missing:
            raise AccessDenied(
                f"expected a project {self.settings.project} at {self.client.url}, found none that "
                f"{self.issues.me.name} may see: correct jira.project, or ask for access to it"
            )
        reply.require()

    def lacking_permissions(self) -> Iterator[str]:
        """What the account may not do in the project."""
        asked = {"projectKey": self.settings.project, "permissions": ",".join(PERMISSIONS)}
        found = self.client.get("mypermissions", **asked).require()["permissions"]
        for name, what in PERMISSIONS.items():
            if not (found.get(name) or {}).get("havePermission"):
                yield (
                    f"expected that {self.issues.me.name} may {what} in {self.settings.project}, "
                    f"found that it may not: ask for the permission {name}"
                )

    def lacking_people(self) -> Iterator[str]:
        """Who is asked, where that is nobody."""
        if not self.settings.qa:
            return
        try:
            self.issues.qa  # noqa: B018 - it is looked up
        except Refused as refusal:
            yield str(refusal)

    def lacking_fields(self) -> Iterator[str]:
        """The fields that the type wants and the profile has not, or has wrong."""
        known = self.fields()
        yield from self.unknown(known)
        for name in ("description", "labels"):
            if name not in known:
                yield (
                    f"expected the field {name} where a {self.settings.issue_type} is created in "
                    f"{self.settings.project}, found none: have it put on the create screen"
                )
        given = {found["fieldId"] for name in self.settings.fields if (found := named(known, name))}
        for key, field in known.items():
            needed = field["required"] and not field.get("hasDefaultValue")
            if needed and key not in (*SENT, *given):
                yield (
                    f"expected a value for {field['name']} ({key}), which a "
                    f"{self.settings.issue_type} needs here, found none: add fields = "
                    f'{{ {key} = "…" }} to the profile\'s jira{choices(field)}'
                )

    def unknown(self, known: dict[str, dict[str, Any]]) -> Iterator[str]:
        """The profile's fields that are none here, or have another value."""
        for name, value in self.settings.fields.items():
            field = named(known, name)
            if field is None:
                yield f"expected a field {name}, found none: take it from the profile's jira.fields"
            elif isinstance(value, str) and value not in (allowed(field) or [value]):
                yield f"expected a value for {name}{choices(field)}; found {value!r}: correct it"

    def issue_type(self) -> str:
        """The id of the type; raises `Refused` where the project has no such type."""
        reply = self.client.get(*self.place, maxResults=str(AT_ONCE))
        if reply.missing:
            raise Refused(
                f"expected Jira 8.4 or later at {self.client.url}, which tells what an issue of a "
                "type needs, found an older one: have it brought up to date"
            )
        said, wanted = reply.require(), self.settings.issue_type
        types = said.get("issueTypes") or said.get("values") or []
        found = [one["id"] for one in types if one["name"].casefold() == wanted.casefold()]
        if found:
            return str(found[0])
        names = ", ".join(str(one["name"]) for one in types) or "none that you may create"
        raise Refused(
            f"expected a type {wanted} in {self.settings.project}, found {names}: correct "
            "jira.issue_type"
        )

    def fields(self) -> dict[str, dict[str, Any]]:
        """The fields of such an issue, by their ids."""
        place = (*self.place, self.issue_type())
        found = self.client.pages(*place, of="fields", maxResults=str(AT_ONCE))
        return {str(one.get("fieldId") or one.get("key")): {**one} for one in found}

    @reading("the fields of an issue")
    def values(self) -> dict[str, Any]:
        """The profile's fields as Jira takes them."""
        if not self.settings.fields:
            return {}
        known = self.fields()
        found = {name: named(known, name) for name in self.settings.fields}
        return {
            str((found[name] or {}).get("fieldId") or name): as_value(found[name], value)
            for name, value in self.settings.fields.items()
        }


def named(known: dict[str, dict[str, Any]], name: str) -> dict[str, Any] | None:
    """The field of that id, or of that name; or None."""
    own = (one for one in known.values() if one["name"].casefold() == name.casefold())
    return known.get(name) or next(own, None)


def allowed(field: dict[str, Any]) -> list[str]:
    """The values that a field may have; none where it may have any."""
    values = field.get("allowedValues") or ()
    return [str(one.get("name") or one.get("value")) for one in values if isinstance(one, dict)]


def choices(field: dict[str, Any]) -> str:
    """The values that a field may have, in words."""
    known = allowed(field)
    return f", one of {', '.join(known)}" if known else ""


def as_value(field: dict[str, Any] | None, value: Any) -> Any:
    """A text as the field's kind wants it; what is no text is as Jira takes it already."""
    schema = (field or {}).get("schema") or {}
    if not isinstance(value, str):
        return value
    if schema.get("type") == "array":
        return [of_kind(str(schema.get("items")), value)]
    return of_kind(str(schema.get("type")), value)


def of_kind(kind: str, value: str) -> Any:
    """A text as a value of that kind."""
    if kind in NAMED:
        return {"name": value}
    if kind in ("option", "securitylevel"):
        return {"name" if kind == "securitylevel" else "value": value}
    number = kind == "number" and value.replace(".", "", 1).isdecimal()
    return float(value) if number else value
