"""Which Bugzilla it is: bugzilla.mozilla.org's, or as the setting `bugzilla_version` says.

The dialects of a version are those of its own sources (https://github.com/bugzilla/bugzilla), and
were compared with what a running 4.4.14, 5.0.6 and 5.2 answer. Besides those that `call` lists:

    rpc             jsonrpc.cgi is there
    no_rest         rest.cgi is not
    no_keys         an account is let in by its login name and its password: here, its token
    no_flags        Bug.update leaves flags out, without a word
    no_type         bugs have no type
"""

from runbook_lib.sandbox.world.world import World

NEWEST = "20260101.1"
SETTING = "bugzilla_version"
OLD = frozenset({"rpc", "no_rest", "no_keys", "no_flags", "alias_short", "no_defaults", "no_type"})
KEYED = frozenset({"rpc", "no_whoami", "header_ignored", "alias_list", "no_defaults", "no_type"})
DIALECTS = {"4.2": OLD, "4.4": OLD, "5.0": KEYED, "5.2": KEYED, "5.3": frozenset({"alias_list"})}
"""By the first two numbers of a version."""


def version_of(world: World) -> str:
    """What it says of its version."""
    return world.setting(SETTING) or NEWEST


def spoken(world: World, *, inside: bool = False) -> frozenset[str]:
    """Its dialects; whoever calls from inside the sandbox speaks as to bugzilla.mozilla.org."""
    named = frozenset((world.setting("bugzilla_dialect") or "").split())
    numbers = ".".join(version_of(world).split(".")[:2])
    return named if inside else named | DIALECTS.get(numbers, frozenset())
