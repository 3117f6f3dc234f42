"""git's trees, blobs and commits by their ids, read and made."""

import base64
from typing import Any

from runbook_lib.sandbox.services.github.call import Answer, Call, Endpoint
from runbook_lib.sandbox.services.github.commits import show_git_commit, valid_id
from runbook_lib.sandbox.services.github.objects import (
    find_commit,
    git,
    lines,
    make_commit,
    read_commits,
    read_objects,
    stamp_of,
)
from runbook_lib.sandbox.services.github.refusal import not_found, unprocessable
from runbook_lib.sandbox.services.github.tags import read_stamp
from runbook_lib.sandbox.services.github.trees import (
    Entry,
    change_index,
    is_path,
    list_tree,
    write_blob,
)

MODES = {"100644": "blob", "100755": "blob", "040000": "tree", "160000": "commit", "120000": "blob"}
MOST_ENTRIES = 100_000


def show_blob(call: Call, sha: str, data: bytes) -> dict[str, Any]:
    """A blob with its content."""
    return {
        "sha": sha,
        "node_id": f"B_{sha}",
        "size": len(data),
        "url": call.links.git("blobs", sha),
        "content": base64.encodebytes(data).decode(),
        "encoding": "base64",
    }


def get_blob(call: Call) -> Answer:
    """A blob by its id."""
    sha = call.path("sha")
    found = read_objects(call.folder, [sha])[0] if valid_id(sha) else None
    if found is None or found.kind != "blob":
        raise not_found()
    if "raw" in call.request.headers.get("accept", ""):
        return Answer(found.data, headers={"Content-Type": "application/vnd.github.raw+json"})
    return Answer(show_blob(call, sha, found.data))


def create_blob(call: Call) -> Answer:
    """Keep a text, or bytes in Base64, as a blob."""
    content, encoding = call.needed_text("content"), call.text("encoding", "utf-8")
    try:
        data = (
            base64.b64decode(content, validate=True) if encoding == "base64" else content.encode()
        )
    except ValueError:
        raise unprocessable("content is not valid Base64") from None
    sha = write_blob(call.folder, data)
    url = call.links.git("blobs", sha)
    return Answer({"sha": sha, "url": url}, 201, {"Location": url})


def show_tree(call: Call, sha: str, entries: list[Entry]) -> dict[str, Any]:
    """A tree with its entries."""
    return {
        "sha": sha,
        "url": call.links.git("trees", sha),
        "tree": [show_tree_entry(call, entry) for entry in entries[:MOST_ENTRIES]],
        "truncated": len(entries) > MOST_ENTRIES,
    }


def show_tree_entry(call: Call, entry: Entry) -> dict[str, Any]:
    """One entry of a tree; a submodule's commit is elsewhere."""
    size = {"size": entry.size} if entry.kind == "blob" else {}
    elsewhere = entry.kind == "commit"
    url = {} if elsewhere else {"url": call.links.git(f"{entry.kind}s", entry.sha)}
    return {
        "path": entry.path,
        "mode": entry.mode,
        "type": entry.kind,
        "sha": entry.sha,
        **size,
        **url,
    }


def find_tree(call: Call, name: str) -> str | None:
    """The id of the tree that an id, a branch or a tag means, or None."""
    if valid_id(name):
        found = read_objects(call.folder, [f"{name}^{{tree}}"])[0]
        return found.sha if found else None
    commit = find_commit(call.folder, name)
    return commit.tree if commit else None


def get_tree(call: Call) -> Answer:
    """A tree by its id, or that of a commit, branch or tag; with `recursive`, all below it."""
    tree = find_tree(call, call.path("sha"))
    if tree is None:
        raise not_found()
    entries = list_tree(call.folder, tree, deep="recursive" in call.request.query_params)
    return Answer(show_tree(call, tree, entries))


def create_tree(call: Call) -> Answer:
    """Make a tree of entries, on top of `base_tree` where one is named."""
    base, entries = call.text("base_tree") or None, call.said.get("tree")
    if not isinstance(entries, list) or not entries:
        raise unprocessable("Invalid tree info")
    if base is not None and find_tree(call, base) is None:
        raise unprocessable("base_tree is not a valid tree")
    change = "".join(read_entry(call, entry) for entry in entries)
    sha = change_index(call.folder, find_tree(call, base) if base else None, change)
    shown = show_tree(call, sha, list_tree(call.folder, sha))
    return Answer(shown, 201, {"Location": shown["url"]})


def read_entry(call: Call, entry: Any) -> str:
    """One entry of a request's tree, as `git update-index --index-info` reads it."""
    if not isinstance(entry, dict) or not is_path(str(entry.get("path", ""))):
        raise unprocessable("tree.path contains a malformed path component")
    mode, sha = str(entry.get("mode", "100644")), entry.get("sha")
    if mode not in MODES or mode == "040000":
        raise unprocessable("tree.mode must be one of 100644, 100755, 160000 or 120000 here")
    if "content" in entry:
        sha = write_blob(call.folder, str(entry["content"]).encode())
    elif sha is None and "sha" in entry:
        return f"0 {'0' * 40}\t{entry['path']}\0"
    found = read_objects(call.folder, [str(sha)])[0] if valid_id(str(sha)) else None
    if found is None or found.kind != MODES[mode]:
        raise unprocessable(f"tree.sha {sha} is not a valid {MODES[mode]}")
    return f"{mode} {sha}\t{entry['path']}\0"


def create_commit(call: Call) -> Answer:
    """Make a commit of a tree; no ref points at it yet."""
    message, tree = call.needed_text("message"), call.needed_text("tree")
    parents = call.texts("parents")
    whole = git(call.folder, "cat-file", "--batch-check", text=f"{tree}\n".encode())
    if not valid_id(tree) or lines(whole)[0].split()[1:2] != ["tree"]:
        raise unprocessable("Tree SHA does not exist")
    if len(read_commits(call.folder, [one for one in parents if valid_id(one)])) != len(parents):
        raise unprocessable("Parent SHA does not exist or is not a commit object")
    default = stamp_of(call.caller, call.world.now())
    author = read_stamp(call, "author", default)
    committer = read_stamp(call, "committer", author)
    sha = make_commit(call.folder, tree, parents, message, author, committer)
    shown = show_git_commit(call, read_commits(call.folder, [sha])[0])
    return Answer(shown, 201, {"Location": shown["url"]})


GIT = "/repos/{owner}/{repo}/git"
ENDPOINTS = (
    Endpoint("GET", f"{GIT}/blobs/{{sha}}", get_blob, "git/blobs#get-a-blob"),
    Endpoint("POST", f"{GIT}/blobs", create_blob, "git/blobs#create-a-blob", "write"),
    Endpoint("GET", f"{GIT}/trees/{{sha:path}}", get_tree, "git/trees#get-a-tree"),
    Endpoint("POST", f"{GIT}/trees", create_tree, "git/trees#create-a-tree", "write"),
    Endpoint("POST", f"{GIT}/commits", create_commit, "git/commits#create-a-commit", "write"),
)
