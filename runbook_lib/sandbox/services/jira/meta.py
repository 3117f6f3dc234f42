"""What Jira says of itself, of accounts, of its project, and of what an issue needs."""

from typing import Any
from uuid import NAMESPACE_URL, uuid5

from runbook_lib.sandbox.services.jira.call import Answer, Call, Problem
from runbook_lib.sandbox.services.jira.tables import (
    CENTRES,
    CUSTOM,
    NAME,
    PRIORITIES,
    PROJECT,
    TYPES,
)
from runbook_lib.sandbox.world.world import Account

VERSIONS = {"Cloud": "1001.0.0-SNAPSHOT", "Server": "10.3.0"}
SIZES = ("16x16", "24x24", "32x32", "48x48")
PERMISSIONS = {"BROWSE_PROJECTS": "10", "CREATE_ISSUES": "11", "ADD_COMMENTS": "15"}


def no_resource(_: Call) -> Answer:
    """What there is not."""
    raise Problem(404, "null for uri")


def server_info(call: Call) -> Answer:
    """GET serverInfo, for everybody."""
    numbers = VERSIONS[call.kind].partition("-")[0].split(".")
    return Answer(
        {
            "baseUrl": call.base,
            "version": VERSIONS[call.kind],
            "versionNumbers": [int(number) for number in numbers],
            "deploymentType": call.kind,
            "buildNumber": 100290,
            "buildDate": "2026-01-01T00:00:00.000+0000",
            "scmInfo": "0" * 40,
            "serverTitle": "Sandbox",
        }
    )


def account_id(account: Account) -> str:
    """What the cloud tells an account by."""
    return f"557058:{uuid5(NAMESPACE_URL, account.login)}"


def show_user(call: Call, account: Account) -> dict[str, Any]:
    """An account: the cloud tells it by its account id, a data center by its name."""
    active = not ("disabled_qa" in call.dialect and account.login == "qa")
    avatars = dict.fromkeys(SIZES, f"{call.base}/avatar/{account.id}")
    shown = {
        "emailAddress": account.email,
        "avatarUrls": avatars,
        "displayName": account.name,
        "active": active,
        "timeZone": "Etc/UTC",
    }
    if call.cloud:
        own = account_id(account)
        link = f"{call.api}/user?accountId={own}"
        return {"self": link, "accountId": own, "accountType": "atlassian", **shown}
    link = f"{call.api}/user?username={account.login}"
    return {"self": link, "key": f"JIRAUSER{10000 + account.id}", "name": account.login, **shown}


def accounts(call: Call) -> list[Account]:
    """Everybody who may see Jira."""
    rows = call.rows("SELECT * FROM account WHERE permission != 'none' ORDER BY id")
    return [Account(**row) for row in rows]


def get_myself(call: Call) -> Answer:
    """GET myself."""
    return Answer(show_user(call, call.caller))


def get_user(call: Call) -> Answer:
    """GET user, by account id in the cloud, else by name."""
    call.caller  # noqa: B018 — who is not logged in is told so before anything else
    name = call.query.get("accountId" if call.cloud else "username", "")
    for account in accounts(call):
        if name == (account_id(account) if call.cloud else account.login):
            return Answer(show_user(call, account))
    raise Problem(404, f"The user named '{name}' does not exist")


def search_users(call: Call) -> Answer:
    """GET user/search: those whose name or address begins so; the cloud's."""
    call.caller  # noqa: B018
    asked = call.query.get("query", "").casefold()
    found = [
        account
        for account in accounts(call)
        if asked and asked in (account.email.casefold(), account.name.casefold())
    ]
    others = accounts(call)[:1] if "two_qas" in call.dialect else []
    return Answer([show_user(call, account) for account in (*found, *others)])


def known_project(call: Call) -> None:
    """Refuse another project than the one that is there."""
    seen = call.account is not None and call.account.permission != "none"
    if call.path["project"] != PROJECT or not seen:
        name = call.path["project"]
        raise Problem(404, f"No project could be found with key '{name}'.")


def get_project(call: Call) -> Answer:
    """GET project."""
    known_project(call)
    return Answer(show_project(call))


def show_project(call: Call) -> dict[str, Any]:
    """The project in short."""
    return {
        "self": f"{call.api}/project/10000",
        "id": "10000",
        "key": PROJECT,
        "name": NAME,
        "projectTypeKey": "software",
        "avatarUrls": dict.fromkeys(SIZES, f"{call.base}/avatar/project"),
    }


def may_write(call: Call) -> bool:
    """Whether the caller may create issues and comment."""
    return "read_only" not in call.dialect and call.caller.permission != "none"


def get_permissions(call: Call) -> Answer:
    """GET mypermissions: the cloud wants to know which."""
    asked = [name for name in call.query.get("permissions", "").split(",") if name]
    if call.cloud and not asked:
        raise Problem(400, "The permissions query parameter is required.")
    found = {
        name: {
            "id": number,
            "key": name,
            "name": name.replace("_", " ").title(),
            "type": "PROJECT",
            "description": "",
            "havePermission": name == "BROWSE_PROJECTS" or may_write(call),
        }
        for name, number in PERMISSIONS.items()
        if not call.cloud or name in asked
    }
    return Answer({"permissions": found})


def get_types(call: Call) -> Answer:
    """GET createmeta's types of a project."""
    known_project(call)
    if "old" in call.dialect:
        raise Problem(404, "Issue Does Not Exist")
    shown = [
        {
            "self": f"{call.api}/issuetype/{number}",
            "id": number,
            "name": name,
            "description": "",
            "iconUrl": f"{call.base}/avatar/type",
            "subtask": False,
        }
        for number, name in TYPES.items()
    ]
    return Answer(call.page("issueTypes" if call.cloud else "values", shown))


def get_fields(call: Call) -> Answer:
    """GET createmeta's fields of a type."""
    known_project(call)
    if call.path["type"] not in TYPES:
        raise Problem(404, "Issue type does not exist")
    return Answer(call.page("fields" if call.cloud else "values", fields(call)))


def list_fields(call: Call) -> Answer:
    """GET field: all that an issue may have, of whatever type."""
    call.caller  # noqa: B018
    return Answer(
        [
            {
                "id": one["fieldId"],
                "key": one["fieldId"],
                "name": one["name"],
                "custom": one["fieldId"] == CUSTOM,
                "orderable": True,
                "navigable": True,
                "searchable": True,
                "clauseNames": [one["fieldId"]],
                "schema": one["schema"],
            }
            for one in fields(call)
        ]
    )


def fields(call: Call) -> list[dict[str, Any]]:
    """The fields on the screen on which an issue is created."""
    required = "required_field" in call.dialect
    labels = [] if "no_labels" in call.dialect else [field("labels", "Labels", "array", "string")]
    return [
        field("project", "Project", "project", required=True),
        field("issuetype", "Issue Type", "issuetype", required=True),
        field("summary", "Summary", "string", required=True),
        field("description", "Description", "string"),
        field("priority", "Priority", "priority", allowed=PRIORITIES, default=True),
        *labels,
        field(CUSTOM, "Cost centre", "option", allowed=CENTRES, required=required),
    ]


def field(
    key: str,
    name: str,
    kind: str,
    items: str = "",
    *,
    required: bool = False,
    default: bool = False,
    allowed: dict[str, str] | None = None,
) -> dict[str, Any]:
    """A field as createmeta shows it."""
    named = "value" if kind == "option" else "name"
    values = [{"id": number, named: value} for value, number in (allowed or {}).items()]
    return {
        "fieldId": key,
        "key": key,
        "name": name,
        "required": required,
        "hasDefaultValue": default,
        "operations": ["set"],
        "schema": {"type": kind, **({"items": items} if items else {})},
        **({"allowedValues": values} if values else {}),
    }
