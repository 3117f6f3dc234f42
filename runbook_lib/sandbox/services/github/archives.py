"""Archives of a commit, which releases link to."""

from runbook_lib.sandbox.services.github.call import Answer, Call, Endpoint
from runbook_lib.sandbox.services.github.objects import find_commit, git
from runbook_lib.sandbox.services.github.refusal import not_found

FORMATS = {"tarball": "tar.gz", "zipball": "zip"}


def get_tarball(call: Call) -> Answer:
    """The way to a commit as a tar archive."""
    return archive_answer(call, "tar.gz")


def get_zipball(call: Call) -> Answer:
    """The way to a commit as a zip archive."""
    return archive_answer(call, "zip")


def archive_answer(call: Call, suffix: str) -> Answer:
    """The way to an archive of what the path names, or of the default branch."""
    ref = call.request.path_params.get("ref") or call.repository.default_branch
    if find_commit(call.folder, ref) is None:
        raise not_found()
    return Answer(status=302, headers={"Location": f"{call.links.page('archive', ref)}.{suffix}"})


def get_archive(call: Call) -> Answer:
    """An archive itself: every path in it begins with the repository's name and the commit's id."""
    name = call.path("name")
    suffix = next((one for one in FORMATS.values() if name.endswith(f".{one}")), "")
    commit = find_commit(call.folder, name.removesuffix(f".{suffix}")) if suffix else None
    if commit is None:
        raise not_found()
    prefix = f"{call.repository.full_name.replace('/', '-')}-{commit.sha[:7]}/"
    raw = git(call.folder, "archive", f"--format={suffix}", f"--prefix={prefix}", commit.sha)
    kind = "application/zip" if suffix == "zip" else "application/x-gzip"
    return Answer(raw, headers={"Content-Type": kind})


REPOSITORY = "/repos/{owner}/{repo}"
DOCS = "repos/contents#download-a-repository-archive-"
ENDPOINTS = tuple(
    Endpoint("GET", f"{REPOSITORY}/{word}{ref}", handler, f"{DOCS}{kind}")
    for word, handler, kind in (("tarball", get_tarball, "tar"), ("zipball", get_zipball, "zip"))
    for ref in ("", "/{ref:path}")
)
WEB = (Endpoint("GET", "/{owner}/{repo}/archive/{name:path}", get_archive, DOCS),)
