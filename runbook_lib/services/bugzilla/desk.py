"""What Bugzilla wants of those who file a bug: looked up before anything is done.

https://bugzilla.readthedocs.io/en/latest/api/core/v1/index.html; bugzilla.mozilla.org differs:
https://bmo.readthedocs.io/en/latest/api/
"""

from collections.abc import Iterable, Iterator
from typing import Any

from runbook_lib.errors import AccessDenied, Refused
from runbook_lib.services.bugzilla.client import Client
from runbook_lib.services.bugzilla.fields import Fields, Wanted, unknown
from runbook_lib.services.bugzilla.reply import Reply
from runbook_lib.services.bugzilla.values import reading

NO_ACCOUNT = (51, 504)
PRODUCT = "name,components,versions,default_bug_type,default_op_sys"


class Desk:
    """Where bugs are filed; nothing here changes any."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.fields = Fields(client)

    def account(self) -> str:
        """The login name that the key belongs to; empty where this Bugzilla can't say it."""
        if self.client.age.calls:
            return self.claimed_account()
        said = self.client.get("whoami").require()
        name = said.get("name") or said.get("login")
        if not said.get("id") or not name:
            raise AccessDenied(
                f"expected {self.client.url} to say whose key this is, found that it answers as to "
                "nobody: the API key is wrong, or not read; make one in Bugzilla's preferences"
            )
        return str(name)

    def claimed_account(self) -> str:
        """The login name that the profile gives, if the key is its own; an older one says no more.

        Before 5.0 every call is let in by that name and its password.
        """
        name, age = self.client.account, self.client.age
        if not age.knows_keys:
            self.client.get("user", names=self.client.credentials()["Bugzilla_login"]).require()
        elif name and not self.client.get("valid_login", login=name).require().get("result"):
            raise AccessDenied(
                f"expected the key to be that of {name}, found that it is not: correct the "
                "account in the profile's bugzilla, or make a key as that account"
            )
        return name

    @reading("what a bug needs")
    def lacking(self, wanted: Wanted) -> list[str]:
        """Why such a bug could not be filed or asked about, and what to do about each.

        Raises `Refused` where product or component are missing, for then nothing else is known.
        """
        product = self.product(wanted.product)
        component = self.component(product, wanted.component)
        return [
            *self.wrong_version(product, wanted.version),
            *self.fields.missing(product, wanted),
            *self.fields.wrong(wanted.fields),
            *(lacking_flag(component, wanted) if self.asks_by_flag(wanted) else ()),
            *self.missing_accounts(dict.fromkeys(filter(None, (wanted.asked, *wanted.cc)))),
        ]

    def product(self, name: str) -> dict[str, Any]:
        """A product that bugs can be filed in."""
        found = self.client.get("product", names=name, include_fields=PRODUCT)
        products = [] if found.unknown else found.require()["products"]
        asked = self.client.get("product", type="enterable", include_fields="name")
        names = [str(each["name"]) for each in asked.require()["products"]]
        if not products:
            raise Refused(unknown("product", name, names, ""))
        if products[0]["name"] not in names:
            raise AccessDenied(
                f"expected that this account may file bugs in {name}, found that it may only read "
                "them: ask for the permission, or name another product in the profile"
            )
        return dict(products[0])

    def component(self, product: dict[str, Any], name: str) -> dict[str, Any]:
        """A product's open component."""
        components = {
            str(each["name"]): dict(each)
            for each in product["components"]
            if each.get("is_active", True)
        }
        if name not in components:
            raise Refused(unknown("component", name, list(components), f" in {product['name']}"))
        return components[name]

    def wrong_version(self, product: dict[str, Any], version: str) -> Iterator[str]:
        """The version, where the product has no such one."""
        known = [str(one["name"]) for one in product.get("versions", ()) if one.get("is_active", 1)]
        if version and known and version not in known:
            yield unknown("version", version, known, f" in {product['name']}")

    def asks_by_flag(self, wanted: Wanted) -> bool:
        """Whether somebody is asked, and by a flag."""
        return bool(wanted.asked) and self.client.age.sets_flags

    def missing_accounts(self, names: Iterable[str]) -> Iterator[str]:
        """Those who are asked or told, and have no account, or one that is disabled."""
        for name in names:
            reply = self.client.get("user", names=name, include_fields="name,can_login")
            if is_missing(reply):
                yield f"expected an account {name}, found none: correct it in the profile"
            elif reply.require()["users"][0].get("can_login") is False:
                yield f"expected that {name} can be asked, found the account disabled: name another"


def is_missing(reply: Reply) -> bool:
    """Whether an answer about an account says that there is none."""
    return (reply.refused and reply.code in NO_ACCOUNT) or reply.body.get("users") == []


def lacking_flag(component: dict[str, Any], wanted: Wanted) -> Iterator[str]:
    """The flag by which somebody is asked, where bugs of that component do not have it."""
    if "flag_types" not in component:
        return
    types = [one for one in component["flag_types"]["bug"] if one["name"] == "needinfo"]
    able = ("is_active", "is_requestable", "is_requesteeble")
    if not any(all(one.get(name, True) for name in able) for one in types):
        yield (
            f"expected a flag needinfo on bugs in {wanted.product}, {wanted.component}, by which "
            f"{wanted.asked} can be asked, found {'one that is off' if types else 'none'}: have an "
            "administrator add that flag type, specifically requestable"
        )
