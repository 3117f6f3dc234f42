"""A run is told from the others by any part of its name that only it has, in every command."""

import pytest

from runbook_lib.reading.finding import is_named, likeliest, near_names
from tests.reading.conftest import SAMPLE
from tests.record.conftest import Practice

RUNS = ["publish/mypackage/1.2", "publish/mypackage/1.20", "switch/main/1.2"]


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("publish/mypackage/1.2", [0]),
        ("mypackage/1.2", [0]),
        ("publish/…/1.2", [0]),
        ("publish/.../1.2", [0]),
        ("publish/1.2", [0]),
        ("/switch/", [2]),
        ("main", [2]),
        ("1.20", [1]),
        ("1.2", [0, 2]),
        ("publish", [0, 1]),
        ("…/1.2", [0, 2]),
        ("1.2/mypackage", []),
        ("package", []),
        ("1", []),
        ("…", []),
        ("", []),
    ],
)
def test_whole_parts_of_a_name_in_their_order_name_a_run(name: str, found: list[int]) -> None:
    assert [number for number, run in enumerate(RUNS) if is_named(run, name)] == found


def test_what_a_run_is_about_counts_before_what_it_is_of() -> None:
    runs = {"publish/1.2/x", "release/y/1.2"}
    assert likeliest("1.2", runs) == {"release/y/1.2"}
    assert likeliest("publish", runs) == runs


def test_a_near_miss_in_any_part_gets_the_nearest() -> None:
    assert near_names("pubish", RUNS) == RUNS[:2]
    assert near_names("swich/main", RUNS)[0] == RUNS[2]
    assert near_names("mian", RUNS) == [RUNS[2]]
    assert near_names("zzz", RUNS) == RUNS


COMMANDS = (
    ("show", "{}", "--steps"),
    ("log", "--run", "{}"),
    ("diff", "{}", "latest"),
    ("export", "{}", "--offline", "-o", "pack.zip"),
    ("verify", "{}", "--offline"),
    ("approve", "{}", "changelog", "--reason", "x", "--digest", "0" * 12),
)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_every_command_takes_any_part_and_says_which_runs_a_part_may_be(
    command: tuple[str, ...], sample: Practice
) -> None:
    def said(name: str, status: int) -> str:
        return sample.command(*(part.format(name) for part in command), status=status)

    approving = 2 if command[0] == "approve" else 0
    assert ("expected the digest" in said("release/…/1.9", approving)) == bool(approving)
    many = said("tidewatch", 2)
    assert f"'tidewatch' may be any of {SAMPLE}, release/tidewatch/2.0" in many
    assert f"there are: {SAMPLE}" in said("tidewach", 2)


def test_status_shows_the_open_ones_of_a_part(sample: Practice) -> None:
    assert sample.command("status", "tidewatch") == "No run is open.\n"
    assert f"there are: {SAMPLE}" in sample.command("status", "tidewach", status=2)
