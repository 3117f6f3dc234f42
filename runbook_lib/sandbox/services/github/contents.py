"""Files and folders of a repository: read at any commit, and changed by commits on a branch."""

import base64
from typing import Any

from runbook_lib.frozen import frozen
from runbook_lib.sandbox.services.github.call import Answer, Call, Endpoint
from runbook_lib.sandbox.services.github.commits import show_git_commit
from runbook_lib.sandbox.services.github.object_format import Commit
from runbook_lib.sandbox.services.github.objects import (
    branch_heads,
    find_commit,
    is_empty,
    make_commit,
    read_commits,
    read_objects,
    stamp_of,
)
from runbook_lib.sandbox.services.github.refs import move_ref
from runbook_lib.sandbox.services.github.refusal import (
    Refusal,
    not_found,
    not_supplied,
    unprocessable,
)
from runbook_lib.sandbox.services.github.trees import (
    Entry,
    find_entry,
    is_path,
    list_tree,
    put_file,
    write_blob,
)
from runbook_lib.sandbox.world.git_objects import ZEROS

KINDS = {"blob": "file", "tree": "dir", "commit": "submodule"}
LINK = "120000"
LARGEST_INLINE = 1024 * 1024


@frozen
class Target:
    """A branch and a path that are to be changed; `head` and `entry` are None where nothing is."""

    branch: str
    path: str
    head: Commit | None
    entry: Entry | None


def show_entry(call: Call, entry: Entry, path: str, ref: str) -> dict[str, Any]:
    """A file or folder without its content."""
    kind = "symlink" if entry.mode == LINK else KINDS[entry.kind]
    url = call.links.file(path, ref)
    word = "tree" if kind == "dir" else "blob"
    page = call.links.page(word, ref, path)
    raw = None if kind in ("dir", "submodule") else call.links.page("raw", ref, path)
    object_url = None if kind == "submodule" else call.links.git(f"{word}s", entry.sha)
    return {
        "name": path.rpartition("/")[2],
        "path": path,
        "sha": entry.sha,
        "size": max(entry.size, 0),
        "url": url,
        "html_url": page,
        "git_url": object_url,
        "download_url": raw,
        "type": kind,
        "_links": {"self": url, "git": object_url, "html": page},
    }


def show_file(call: Call, entry: Entry, path: str, ref: str) -> dict[str, Any]:
    """A file with its content; one beyond a megabyte is left to its `download_url`."""
    shown = show_entry(call, entry, path, ref)
    found = read_objects(call.folder, [entry.sha])[0]
    data = found.data if found else b""
    if entry.mode == LINK:
        return {**shown, "target": data.decode("utf-8", "replace")}
    if entry.kind == "commit":
        return {**shown, "submodule_git_url": None}
    if len(data) > LARGEST_INLINE:
        return {**shown, "content": "", "encoding": "none"}
    return {**shown, "content": base64.encodebytes(data).decode(), "encoding": "base64"}


def get_contents(call: Call) -> Answer:
    """A file with its content, or a folder with its entries, at `ref` (the default branch)."""
    path = call.path("path").strip("/")
    ref = call.query("ref") or call.repository.default_branch
    commit = find_commit(call.folder, ref)
    if commit is None:
        empty = is_empty(call.folder)
        raise Refusal(
            404, "This repository is empty." if empty else f"No commit found for the ref {ref}"
        )
    if not path:
        return show_folder(call, commit, "", ref)
    entry = find_entry(call.folder, commit.tree, path)
    if entry is None:
        raise not_found()
    if entry.kind == "tree":
        return show_folder(call, commit, path, ref)
    return Answer(show_file(call, entry, path, ref))


def show_folder(call: Call, commit: Commit, path: str, ref: str) -> Answer:
    """The entries of a folder, by name."""
    before = f"{path}/" if path else ""
    entries = list_tree(call.folder, commit.tree, below=path)
    return Answer([show_entry(call, one, before + one.path, ref) for one in entries])


def put_contents(call: Call) -> Answer:
    """Commit a file to a branch; an old one is only replaced by who names what it was."""
    message, target = call.needed_text("message"), read_target(call)
    data, entry = read_data(call), target.entry
    refuse_stale(call, entry)
    blob = write_blob(call.folder, data)
    tree = target.head.tree if target.head else None
    mode = entry.mode if entry else "100644"
    made = commit_tree(call, target, put_file(call.folder, tree, target.path, blob, mode), message)
    shown = show_entry(
        call, Entry(mode, "blob", blob, len(data), target.path), target.path, target.branch
    )
    body = {"content": shown, "commit": show_git_commit(call, made)}
    return Answer(body, 200 if entry else 201)


def read_target(call: Call) -> Target:
    """What a request is to change; a refusal where its branch is not there or its path is none."""
    path = call.path("path")
    if not is_path(path):
        raise unprocessable("path contains a malformed path component")
    branch = call.text("branch") or call.repository.default_branch
    sha = branch_heads(call.folder).get(branch)
    if sha is None and not is_empty(call.folder):
        raise Refusal(404, f"Branch {branch} not found")
    head = read_commits(call.folder, [sha])[0] if sha else None
    entry = find_entry(call.folder, head.tree, path) if head else None
    if entry is not None and entry.kind != "blob":
        raise unprocessable(f"{path} is not a file")
    return Target(branch, path, head, entry)


def read_data(call: Call) -> bytes:
    """A request's content."""
    try:
        return base64.b64decode("".join(call.needed_text("content").split()), validate=True)
    except ValueError:
        raise unprocessable("content is not valid Base64") from None


def refuse_stale(call: Call, entry: Entry | None) -> None:
    """Refuse to change what is not as the caller believes."""
    sha = call.text("sha")
    if entry is not None and not sha:
        raise not_supplied("sha")
    if sha and (entry is None or sha != entry.sha):
        raise Refusal(409, f"{call.path('path')} does not match {sha}")


def commit_tree(call: Call, target: Target, tree: str, message: str) -> Commit:
    """Commit a tree to a branch as the caller."""
    stamp = stamp_of(call.caller, call.world.now())
    parents = [target.head.sha] if target.head else []
    sha = make_commit(call.folder, tree, parents, message, stamp, stamp)
    old = target.head.sha if target.head else ZEROS
    move_ref(call, f"refs/heads/{target.branch}", new=sha, old=old)
    return read_commits(call.folder, [sha])[0]


CONTENTS = "/repos/{owner}/{repo}/contents"
DOCS = "repos/contents#"
FILE = f"{CONTENTS}/{{path:path}}"
ENDPOINTS = (
    Endpoint("GET", FILE, get_contents, f"{DOCS}get-repository-content"),
    Endpoint("PUT", FILE, put_contents, f"{DOCS}create-or-update-file-contents", "write"),
)
