"""The library's version, as a walk over many records asks for it."""

from types import SimpleNamespace

import pytest

from runbook_lib.proof import own_version


def test_the_librarys_metadata_is_read_once_however_many_records_are_looked_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    read = []
    monkeypatch.setattr(own_version, "version", lambda name: read.append(name) or "1.2")
    own_version.own_version.cache_clear()
    try:
        told = [own_version.is_ours(SimpleNamespace(library=one)) for one in ("1.2", "1.1", "1.2")]
    finally:
        own_version.own_version.cache_clear()
    assert (told, read) == ([True, False, True], ["runbook-kit"])
