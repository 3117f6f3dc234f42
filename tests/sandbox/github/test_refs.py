"""git refs and annotated tags."""

import pytest

from .served import Served


def message(answer: object) -> str:
    return answer.json()["message"]  # type: ignore[attr-defined, no-any-return]


def test_a_branch_is_made_and_deleted_in_git(github: Served) -> None:
    remote = github.remote()
    made = remote.create_git_ref("refs/heads/hotfix/1.8", github.git("rev-parse", "master~1"))
    assert github.git("rev-parse", "hotfix/1.8") == made.object.sha
    made.delete()
    assert not github.has("refs/heads/hotfix/1.8")
    told = [
        (one["ref"], one["before"][:1] == "0", one["after"][:1] == "0")
        for one in github.told("push")
    ]
    ref = "refs/heads/hotfix/1.8"
    assert told == [(ref, True, False), (ref, False, True)]


def test_a_ref_is_refused_that_exists_or_points_nowhere_or_is_no_name(github: Served) -> None:
    master = github.git("rev-parse", "master")
    cases = [
        ("refs/heads/master", master, "Reference already exists"),
        ("refs/heads/x", "1" * 40, "Object does not exist"),
        ("refs/heads/x..y", master, "refs/heads/x..y is not a valid ref name."),
        ("heads/x", master, "Reference name must start with 'refs/'"),
        ("refs/heads/x", github.git("rev-parse", "1.8"), "Reference update failed"),
    ]
    for ref, sha, words in cases:
        answer = github.post(":/git/refs", {"ref": ref, "sha": sha})
        assert answer.status_code == 422
        assert message(answer).startswith(words)
    answer = github.ask("DELETE", ":/git/refs/heads/none")
    assert (answer.status_code, message(answer)) == (422, "Reference does not exist")
    gone = github.ask("DELETE", ":/git/refs/heads/master")
    assert message(gone) == "Cannot delete the default branch"
    assert github.git("rev-parse", "master") == master


@pytest.mark.parametrize("name", ["--output=x", "-d", "x%20y", "x~1", "x^{tree}", "@", "..", "x:y"])
def test_a_name_is_never_an_option_nor_an_expression(github: Served, name: str) -> None:
    sha = github.git("rev-parse", "master")
    places = (f":/git/ref/{name}", f":/branches/{name}/protection", f":/git/ref/heads/{name}")
    for path in places:
        assert github.get(path).status_code == 404
    assert github.get(f":/commits/{name}/status").status_code in (404, 422)
    answer = github.post(
        ":/git/refs", {"ref": f"refs/heads/{name}".replace("%20", " "), "sha": sha}
    )
    assert answer.status_code == (201 if name == "@" else 422)


def test_refs_are_found_by_their_exact_name_or_by_how_they_begin(github: Served) -> None:
    assert github.get(":/git/ref/heads/release").status_code == 404
    assert github.get(":/git/ref/heads/release/1.9").json()["object"]["type"] == "commit"
    assert github.get(":/git/ref/tags/1.8").json()["object"]["type"] == "tag"
    found = [ref.ref for ref in github.remote().get_git_matching_refs("heads/rel")]
    assert found == ["refs/heads/release/1.9"]


def test_an_empty_repository_says_so(empty: Served) -> None:
    for path in (
        ":/git/ref/heads/master",
        ":/git/matching-refs/heads",
    ):
        answer = empty.get(path)
        assert (answer.status_code, message(answer)) == (409, "Git Repository is empty.")
    assert message(empty.get(":/contents/")) == "This repository is empty."


def test_an_annotated_tag_is_read(github: Served) -> None:
    ref = github.remote().get_git_ref("tags/1.8")
    tag = github.remote().get_git_tag(ref.object.sha)
    assert (tag.tag, tag.message) == ("1.8", "chore: tag 1.8")
    assert tag.object.sha == github.git("rev-parse", "1.8^{commit}")
    head = github.git("rev-parse", "release/1.9")
    assert github.get(":/git/tags/" + head).status_code == 404


def test_a_tag_of_no_commit_says_what_it_is_of(github: Served) -> None:
    github.git("tag", "a-blob", "master:README.md")
    assert github.get(":/git/ref/tags/a-blob").json()["object"]["type"] == "blob"
