"""People and owners, as GitHub shows them."""

from hashlib import sha256
from typing import Any

from runbook_lib.sandbox.services.github.call import Answer, Call, Endpoint
from runbook_lib.sandbox.services.github.refusal import not_found
from runbook_lib.sandbox.world.repositories import list_repositories, may_read
from runbook_lib.sandbox.world.world import Account

PARTS = (
    "followers",
    "following{/other_user}",
    "gists{/gist_id}",
    "starred{/owner}{/repo}",
    "subscriptions",
    "repos",
    "events{/privacy}",
    "received_events",
)
ROLES = {"admin": "admin", "write": "write", "read": "read", "none": "none"}
BEGAN = ("clock", "made")


def show_user(call: Call, login: str, number: int, *, kind: str = "User") -> dict[str, Any]:
    """A user or an organization in short."""
    url = f"{call.links.api}/users/{login}"
    parts = {f"{part.split('{')[0]}_url": f"{url}/{part.replace('{', '{', 1)}" for part in PARTS}
    return {
        "login": login,
        "id": number,
        "node_id": f"U_{number}",
        "avatar_url": f"{call.links.base}/avatars/u/{number}",
        "gravatar_id": "",
        "url": url,
        "html_url": f"{call.links.base}/{login}",
        **parts,
        "organizations_url": f"{url}/orgs",
        "type": kind,
        "user_view_type": "public",
        "site_admin": False,
    }


def show_account(call: Call, account: Account) -> dict[str, Any]:
    """An account in short."""
    return show_user(call, account.login, account.id)


def show_account_by_id(call: Call, number: int | None) -> dict[str, Any] | None:
    """The account of that number in short, or None."""
    account = None if number is None else account_by_id(call, number)
    return None if account is None else show_account(call, account)


def show_account_by_email(call: Call, email: str) -> dict[str, Any] | None:
    """The account that commits under an email address, or None."""
    row = call.one("SELECT * FROM account WHERE email = ?", email)
    return None if row is None else show_account(call, Account(**row))


def account_by_id(call: Call, number: int) -> Account | None:
    """The account of that number, or None."""
    row = call.one("SELECT * FROM account WHERE id = ?", number)
    return None if row is None else Account(**row)


def show_owner(call: Call, login: str) -> dict[str, Any]:
    """The owner of a repository: an account, or an organization that exists by its name alone."""
    account = call.world.account(login)
    if account is not None:
        return show_account(call, account)
    number = 100_000 + int(sha256(login.encode()).hexdigest()[:6], 16)
    return show_user(call, login, number, kind="Organization")


def began(call: Call) -> str:
    """When the world began, as GitHub writes it."""
    settings = [call.world.setting(name) for name in BEGAN]
    return str(next(one for one in settings if one))[:19] + "Z"


def show_whole_account(call: Call, account: Account) -> dict[str, Any]:
    """An account with all that everybody may see."""
    repositories = [one for one in list_repositories(call.world) if one.owner == account.login]
    return {
        **show_account(call, account),
        "name": account.name,
        "company": None,
        "blog": "",
        "location": None,
        "email": account.email,
        "hireable": None,
        "bio": None,
        "twitter_username": None,
        "public_repos": sum(not one.private for one in repositories),
        "public_gists": 0,
        "followers": 0,
        "following": 0,
        "created_at": began(call),
        "updated_at": began(call),
    }


def get_current_user(call: Call) -> Answer:
    """Who the token belongs to, with what they alone see."""
    own = {
        "private_gists": 0,
        "total_private_repos": 0,
        "owned_private_repos": 0,
        "disk_usage": 0,
        "collaborators": 0,
        "two_factor_authentication": True,
        "plan": {"name": "free", "space": 0, "collaborators": 0, "private_repos": 0},
    }
    return Answer({**show_whole_account(call, call.caller), **own})


def get_user(call: Call) -> Answer:
    """Anybody's account."""
    account = call.world.account(call.path("username"))
    if account is None:
        raise not_found()
    return Answer(show_whole_account(call, account))


def get_permission(call: Call) -> Answer:
    """What somebody may do to the repository; for those who may push."""
    account = call.world.account(call.path("username"))
    if account is None:
        raise not_found()
    user = {**show_account(call, account), "permissions": permissions(account.permission)}
    role = ROLES[account.permission]
    return Answer({"permission": role, "role_name": role, "user": {**user, "role_name": role}})


def is_collaborator(call: Call) -> Answer:
    """Whether somebody is a collaborator: 204, or 404."""
    account = call.world.account(call.path("username"))
    if account is None or account.permission == "none":
        raise not_found()
    return Answer(status=204)


def permissions(permission: str) -> dict[str, bool]:
    """What a permission allows, by the names of GitHub's roles."""
    pushes = permission in ("write", "admin")
    return {
        "admin": permission == "admin",
        "maintain": permission == "admin",
        "push": pushes,
        "triage": pushes,
        "pull": permission != "none",
    }


def may_see(call: Call) -> list[Any]:
    """The repositories that the caller may see."""
    return [one for one in list_repositories(call.world) if may_read(one, call.permission)]


USER = "/repos/{owner}/{repo}/collaborators"
ENDPOINTS = (
    Endpoint("GET", "/user", get_current_user, "users/users#get-the-authenticated-user", "account"),
    Endpoint("GET", "/users/{username}", get_user, "users/users#get-a-user", "account"),
    Endpoint(
        "GET",
        "/repos/{owner}/{repo}/assignees/{username}",
        is_collaborator,
        "issues/assignees#check-if-a-user-can-be-assigned",
    ),
    Endpoint(
        "GET",
        f"{USER}/{{username}}",
        is_collaborator,
        "collaborators/collaborators#check-if-a-user-is-a-repository-collaborator",
        "write",
        "metadata=read",
    ),
    Endpoint(
        "GET",
        f"{USER}/{{username}}/permission",
        get_permission,
        "collaborators/collaborators#get-repository-permissions-for-a-user",
        "write",
        "metadata=read",
    ),
)
