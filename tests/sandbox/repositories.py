"""A world's repositories made, and called otherwise, as nobody in a sandbox does."""

from dataclasses import replace

from runbook_lib.errors import Conflict
from runbook_lib.sandbox.world.repositories import (
    Repository,
    find_repository,
    make_bare,
    refuse_bad_name,
    register,
    table,
)
from runbook_lib.sandbox.world.world import World


def create_repository(
    world: World,
    full_name: str,
    *,
    private: bool = False,
    default_branch: str = "master",
    description: str = "",
) -> Repository:
    """Make an empty repository; Conflict where there is one of that name already."""
    refuse_bad_name(full_name)
    if find_repository(world, full_name):
        raise Conflict(f"the sandbox has a repository {full_name} already; choose another name")
    make_bare(world.git_folder(full_name), default_branch)
    return register(world, full_name, private, default_branch, description)


def rename_repository(world: World, full_name: str, to: str) -> Repository:
    """Give a repository another name, or owner; its earlier name leads to it."""
    refuse_bad_name(to)
    found = find_repository(world, full_name)
    if found is None or find_repository(world, to):
        raise Conflict(f"expected {full_name} to be there, and {to} not; choose another name")
    world.git_folder(to).parent.mkdir(parents=True, exist_ok=True)
    world.git_folder(found.full_name).rename(world.git_folder(to))
    with table(world) as database:
        database.execute("UPDATE repository SET full_name = ? WHERE id = ?", (to, found.id))
        earlier = (found.full_name, found.id)
        database.execute("INSERT OR REPLACE INTO earlier_name VALUES (?, ?)", earlier)
    return replace(found, full_name=to)
