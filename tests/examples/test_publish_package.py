"""The example that publishes a package: to a real index on this machine, disturbed on the way."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.examples.example import Example, end, wait_until
from tests.examples.gateways import Trouble
from tests.examples.indexes import Index, run_index
from tests.release.world import stop_worlds
from tests.services.answering import Answering, answering

RUN = "publish_package/sundial/1.0"
FILES = ["sundial-1.0-py3-none-any.whl", "sundial-1.0.tar.gz"]


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    with run_index(tmp_path / "index") as running:
        yield running


@pytest.fixture
def example(tmp_path: Path, index: Index, monkeypatch: pytest.MonkeyPatch) -> Iterator[Example]:
    monkeypatch.setenv("INDEX_TOKEN", "a-token-of-this-test")
    there = {"http://127.0.0.1:8080": index.url, "https://packages.example.org": index.url}
    copy = Example.copy("publish_package", tmp_path, there)
    yield copy
    stop_worlds(copy.home)


def test_a_plan_changes_nothing(example: Example, index: Index) -> None:
    example.run("--plan").ended(0)
    assert {outcome for _, outcome in example.outcomes} == {"planned"}
    assert not index.files and not index.uploads
    assert not (example.folder / "package" / "dist").exists()


def test_what_is_published_is_what_was_built_and_what_installs(
    example: Example, index: Index
) -> None:
    ran, notebook = example.papermill()
    ran.ended(0)
    assert notebook["metadata"]["runbook"]["outcome"] == "done"
    assert index.uploads == list(index.files) == FILES
    built = next(event for event in example.events if event.kind == "made").said["files"]
    assert {Path(one["path"]).name: one["digest"] for one in built} == index.files
    example.check_record()


def test_running_it_again_uploads_nothing(example: Example, index: Index) -> None:
    example.run().ended(0)
    again = example.run().ended(0)
    assert "is installed" in again.text
    assert {outcome for _, outcome in example.outcomes} == {"already", "good"}
    assert index.uploads == FILES


def test_another_person_approves_the_very_files(
    example: Example, index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits = example.run("--profile", "team").ended(75)
    assert "the operator does not count" in waits.text
    example.command("approve", RUN, "upload", "--reason", "my own").ended(0)
    example.run("--profile", "team").ended(75)
    example.approve(monkeypatch, "edith", RUN, "upload", "read it")
    (example.folder / "package" / "README.md").write_text("# Something else\n")
    for path in (example.folder / "package" / "dist" / "1.0").iterdir():
        path.unlink()
    example.run("--profile", "team").ended(75)
    assert not index.uploads
    example.approve(monkeypatch, "edith", RUN, "upload", "read it again")
    example.run("--profile", "team").ended(0)
    assert index.uploads == FILES


def test_a_published_file_is_never_changed(example: Example, index: Index) -> None:
    (index.folder / FILES[1]).write_bytes(b"of somebody else")
    before = index.files
    ended = example.run().ended(1)
    assert f"has another {FILES[1]}: publish a new version" in ended.text
    assert index.files == before and not index.uploads


def test_a_page_in_place_of_the_indexs_is_no_index_without_files(tmp_path: Path) -> None:
    page = Answering(200, "<p>Please sign in to the network.</p>", {"Content-Type": "text/html"})
    with answering(page) as url:
        example = Example.copy("publish_package", tmp_path, {"http://127.0.0.1:8080": url})
        assert "found a page without any" in example.run().ended(1).text
    stop_worlds(example.home)


def test_a_lost_answer_uploads_nothing_twice(example: Example, index: Index) -> None:
    index.gateway.troubles = {1: "lost", 3: "lost"}
    example.run().ended(1)
    example.run().ended(0)
    assert index.uploads == FILES


@pytest.mark.parametrize(
    ("number", "trouble"), [(1, "held before"), (1, "held behind"), (2, "held before")]
)
def test_killed_in_the_middle_of_the_upload_it_goes_on_where_it_was(
    example: Example, index: Index, number: int, trouble: Trouble
) -> None:
    index.gateway.troubles = {number: trouble}
    running = example.start("run", example.notebook.name)
    wait_until(index.gateway.held.is_set, "an upload is under way")
    example.kill_kernel()
    assert "its kernel died" in end(running).ended(1).text
    index.gateway.released.set()
    example.run().ended(0)
    assert sorted(index.uploads) == list(index.files) == FILES
    assert ("upload", "done") in example.outcomes
    example.check_record()


def test_its_cells_show_what_is_expected(example: Example) -> None:
    example.nbval().ended(0)
