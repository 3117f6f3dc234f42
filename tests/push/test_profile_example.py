"""The profile that the documentation shows is one."""

import re
from datetime import date
from pathlib import Path

import pytest

from runbook_lib.profile import load_profile
from runbook_lib.push.decision import push_calendar
from runbook_lib.push.settings import PushProfile

DOCUMENT = Path(__file__).resolve().parent.parent.parent / "docs" / "push.md"


def test_the_documented_profile_can_be_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = re.search(r"```toml\n(.*?)```", DOCUMENT.read_text(), re.DOTALL)
    assert found is not None
    path = tmp_path / "runbook.toml"
    path.write_text(found[1])
    monkeypatch.setenv("RUNBOOK_CONFIG", str(path))
    profile, _ = load_profile("team")
    assert isinstance(profile, PushProfile)
    push = profile.push
    assert [one.name for one in push.repositories] == ["server", "frontend"]
    assert push_calendar(push).after(date(2026, 12, 17)) == date(2026, 12, 31)
