"""What Bugzilla says of accounts, products and itself."""

import sqlite3
from typing import Any

from runbook_lib.sandbox.services.bugzilla.call import Answer, Call
from runbook_lib.sandbox.services.bugzilla.problem import Problem
from runbook_lib.sandbox.services.bugzilla.read import column
from runbook_lib.sandbox.services.bugzilla.tables import FLAG_TYPES
from runbook_lib.sandbox.services.bugzilla.versions import version_of
from runbook_lib.sandbox.world.world import Account, World

CLOSED_PRODUCT = "Cloud Services"


def account_by_email(world: World, email: str) -> Account | None:
    """The account whose login name in Bugzilla, its address, is that one; or None."""
    return world.find_account("SELECT * FROM account WHERE email = ? COLLATE NOCASE", email)


def check_account(call: Call, email: object) -> Account:
    """The account of that address; raises a problem where there is none."""
    account = account_by_email(call.world, str(email))
    if account is None:
        raise Problem(
            "invalid_username",
            f"The name '{email}' is not a valid username. Either you misspelled it, "
            "or the person has not registered for a Bugzilla account.",
        )
    return account


def show_account(account: Account) -> dict[str, Any]:
    """An account as JSON."""
    return {
        "id": account.id,
        "name": account.email,
        "email": account.email,
        "real_name": account.name,
        "nick": account.login,
        "can_login": True,
    }


def whoami(call: Call) -> Answer:
    """GET /rest/whoami."""
    if "no_whoami" in call.dialect:
        raise Problem(
            "rest_invalid_resource", "A REST API resource was not found for 'GET /whoami'."
        )
    if call.account is None and "anonymous" in call.dialect:
        return Answer({"id": 0, "name": "", "real_name": "", "nick": ""})
    shown = show_account(call.caller)
    return Answer({key: shown[key] for key in ("id", "name", "real_name", "nick")})


def get_users(call: Call) -> Answer:
    """GET /rest/user?names=…."""
    call.caller  # noqa: B018 — who is not logged in is told so before anything else
    accounts = [named_account(call, name) for name in call.query.getlist("names")]
    shown = [show_account(account) for account in accounts]
    if "disabled_qa" in call.dialect:
        shown = [one | {"can_login": one["nick"] != "qa"} for one in shown]
    return Answer({"users": shown})


def named_account(call: Call, name: str) -> Account:
    """The account that is asked for by its login name."""
    account = account_by_email(call.world, name)
    if account is None:
        raise Problem("object_does_not_exist", f"There is no user named '{name}'.")
    return account


def get_products(call: Call) -> Answer:
    """GET /rest/product?names=… and ?type=….

    Products that are not there, or not to be seen, are left out, as Bugzilla does.
    """
    known = products(call.database) if call.sees else []
    wanted, ids = call.query.getlist("names"), call.query.getlist("ids")
    folded = {name.casefold() for name in wanted}
    by_type = "type" in call.query and "no_keys" not in call.dialect
    if not (wanted or ids or by_type):
        raise Problem(
            "param_required", "The function Product.get requires a ids, names or type argument."
        )
    if by_type and call.query.get("type") == "enterable":
        known = enterable(call)
    shown = [show_product(call, name) for name in known]
    found = [
        one for one in shown if by_type or one["name"].casefold() in folded or str(one["id"]) in ids
    ]
    return Answer({"products": found})


def get_enterable(call: Call) -> Answer:
    """Product.get_enterable_products: their numbers."""
    shown = [show_product(call, name) for name in enterable(call)]
    return Answer({"ids": [one["id"] for one in shown]})


def enterable(call: Call) -> list[str]:
    """The products in which the caller may file bugs."""
    known = products(call.database) if call.sees else []
    return [name for name in known if not is_closed(call, name)]


def is_closed(call: Call, name: str) -> bool:
    """Whether nobody but a product's own people may file bugs there."""
    return "closed_product" in call.dialect and name == CLOSED_PRODUCT


def products(database: sqlite3.Connection) -> list[str]:
    """The names of all products."""
    return column(
        database, "SELECT product FROM bugzilla_component GROUP BY product ORDER BY min(id)"
    )


def show_product(call: Call, name: str) -> dict[str, Any]:
    """A product as JSON, with its components."""
    query = "SELECT * FROM bugzilla_component WHERE product = ? ORDER BY name"
    rows = call.database.execute(query, (name,)).fetchall()
    flags = {"bug": flag_types(call), "attachment": []}
    defaults = {"default_op_sys": "Unspecified", "default_platform": "Unspecified"}
    return {
        **({} if "no_defaults" in call.dialect else defaults),
        **({"default_bug_type": "task"} if "type_required" in call.dialect else {}),
        "id": min(row["id"] for row in rows),
        "name": name,
        "description": name,
        "is_active": True,
        "default_milestone": "---",
        "classification": "Other",
        "components": [
            {
                "id": row["id"],
                "name": row["name"],
                "description": row["name"],
                "is_active": True,
                "flag_types": flags,
            }
            for row in rows
        ],
        "versions": [{"id": 1, "name": "unspecified", "is_active": True, "sort_key": 0}],
        "milestones": [{"id": 1, "name": "---", "is_active": True, "sort_key": 0}],
    }


def flag_types(call: Call) -> list[dict[str, Any]]:
    """The types of the flags that a bug may carry."""
    return [
        {
            "id": number,
            "name": name,
            "description": name,
            "is_active": True,
            "is_requestable": True,
            "is_requesteeble": True,
            "is_multiplicable": True,
        }
        for name, number in FLAG_TYPES.items()
        if not (name == "needinfo" and "no_needinfo" in call.dialect)
    ]


def version(call: Call) -> Answer:
    """GET /rest/version: answered to everybody."""
    return Answer({"version": version_of(call.world)})


def valid_login(call: Call) -> Answer:
    """GET /rest/valid_login?login=…, from 5.0 on: whether the caller is of that name."""
    return Answer({"result": call.caller.email == call.query.get("login")})


def no_resource(call: Call) -> Answer:
    """Any other path."""
    raise Problem(
        "rest_invalid_resource",
        f"A REST API resource was not found for '/{call.path['path']}'.",
    )
