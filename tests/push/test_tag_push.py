"""Tagging: all repositories are looked at first, tagged side by side, and never moved."""

from tests.push.world import NAMES, TAG, TeamWorld
from tests.release.carried_out import step_through


def test_every_repository_is_tagged_and_the_notes_compare_with_production(world: TeamWorld) -> None:
    heads = world.heads()
    done = step_through(runbook="tag_push").went_well()
    assert world.tags() == {name: {TAG: heads[name]} for name in NAMES}
    assert world.versions("stage") == dict.fromkeys(NAMES, TAG)
    notes = world.notes()
    assert f"server/compare/2026.03.05-1...{TAG}" in notes
    assert "pelican-linter 7.1.0, and 7.2.0 is out" in done.text
