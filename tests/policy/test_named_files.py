"""Which files a bug's text names."""

import pytest

from runbook_lib.policy.push.named_files import NamedFile, named_files

PATHS = ("src/pelican/rings/models.py", "src/pelican/feeds/views.py", "src/map/feeds/views.py", "a")


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Look at src/pelican/rings/models.py.", [NamedFile(PATHS[0])]),
        ("rings/models.py:12 and src/map/feeds/views.py", [NamedFile(PATHS[0], 12), PATHS[2]]),
        ("https://github.com/p/s/blob/main/src/pelican/feeds/views.py#L7", [(PATHS[1], 7)]),
        ('  File "/data/src/pelican/rings/models.py", line 3, in f', []),
        ('  File "src/pelican/rings/models.py", line 3, in f', [(PATHS[0], 3)]),
        ("feeds/views.py may be either, pelican/server is none, nor is a", []),
    ],
)
def test_paths_links_and_tracebacks_name_files(text: str, named: list[object]) -> None:
    wanted = [
        NamedFile(*one)
        if isinstance(one, tuple)
        else NamedFile(one)
        if isinstance(one, str)
        else one
        for one in named
    ]
    assert list(named_files(text, PATHS)) == wanted


def test_a_file_that_is_named_twice_is_there_once() -> None:
    assert len(named_files(f"{PATHS[0]} and {PATHS[0]}", PATHS)) == 1
