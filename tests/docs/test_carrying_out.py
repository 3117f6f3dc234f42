"""What carries the documentation out does what a reader would do, and misses nothing."""

import os
import time
from pathlib import Path

import nbformat
import pytest

from tests.docs.carrying_out import Reader, blocks


@pytest.fixture
def reader(tmp_path: Path) -> Reader:
    (tmp_path / "home").mkdir()
    (tmp_path / "work").mkdir()
    return Reader(tmp_path / "work", tmp_path / "home")


def written(reader: Reader, text: str) -> Path:
    path = reader.folder.parent / "page.md"
    path.write_text(text)
    return path


def test_files_are_written_and_commands_typed_in_their_order(reader: Reader) -> None:
    text = "```text a/b.txt\none\n```\n\n```console\n$ cat a/b.txt\none\n$ pwd\n.../work\n```\n"
    reader.follow(written(reader, text))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("```console\n$ echo two\none\n```\n", "promised:\none\nfound"),
        ("```console\n$ echo one\n```\n", "promised:\n\nfound"),
        ("```console\n$ true\none\n```\n", "promised:\none"),
        ("```console\n$ false\n$ true\n```\n", "1 before 'true'"),
        ("```console\n$ false\n```\n", "the last command ended with 1"),
        ("```python\nx = 1\n```\n", "line 1: a block that nobody can carry out"),
        ("Text:\n\n    x = 1\n", "line 3: a block that nobody can carry out"),
    ],
)
def test_what_is_not_as_promised_is_found(reader: Reader, text: str, said: str) -> None:
    with pytest.raises(AssertionError, match=said.replace("'", ".")):
        reader.follow(written(reader, text))


def test_a_command_that_fails_may_be_asked_for_its_status(reader: Reader) -> None:
    text = "```console\n$ (exit 75)\n$ echo $?\n75\n```\n"
    reader.follow(written(reader, text))


def test_a_command_may_go_over_several_lines(reader: Reader) -> None:
    text = "```console\n$ echo one \\\n>   two\none two\n```\n"
    reader.follow(written(reader, text))


def test_a_line_of_a_crontab_is_typed(reader: Reader) -> None:
    text = "```sh crontab\n*/15 * * * 1-5  touch here\n```\n\n```console\n$ ls\nhere\n```\n"
    reader.follow(written(reader, text))


def test_a_notebooks_cell_is_written_anew_or_made(reader: Reader) -> None:
    path = reader.folder / "n.ipynb"
    markdown, code = nbformat.v4.new_markdown_cell, nbformat.v4.new_code_cell
    cells = [markdown("## 1 · First"), code("old"), markdown("## 2 · Second"), markdown("## Close")]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    text = "```python n.ipynb ## 1\nnew\n```\n\n```python n.ipynb ## 2 · Second\nmade\n```\n"
    text += "```markdown n.ipynb ## Close\n## The end\n```\n"
    reader.follow(written(reader, text))
    sources = [cell.source for cell in nbformat.read(path, as_version=4).cells]
    assert sources == ["## 1 · First", "new", "## 2 · Second", "made", "## The end"]


def test_a_directive_of_the_site_is_no_block(reader: Reader) -> None:
    assert blocks(written(reader, "```{include} x.md\n```\n")) == []


def test_a_program_that_is_left_running_is_ended_with_the_page(reader: Reader) -> None:
    text = "```console\n$ sleep 1000 & echo $! > number\n$ kill -0 $(cat number)\n```\n"
    reader.follow(written(reader, text))
    number = int((reader.folder / "number").read_text())
    until = time.monotonic() + 10
    with pytest.raises(ProcessLookupError):
        while time.monotonic() < until:
            os.kill(number, 0)
            time.sleep(0.01)


def test_a_servers_port_is_a_free_one_in_all_blocks(reader: Reader) -> None:
    text = "```text a\n8765\n```\n\n```console\n$ test $(cat a) = 8765\n$ cat a\n8765\n```\n"
    reader.follow(written(reader, text))
    assert (reader.folder / "a").read_text() == f"{reader.port}\n"
