"""What is read of each of GitHub's answers: one of another form is told before it is read.

A field may be null, or absent, where GitHub's description says so (https://docs.github.com/en/rest).
Whatever else an answer holds is left out, for PyGithub would read some of it. A new request needs
its form here, and so does what is read anew of an answer.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Annotated, Any

from pydantic import AfterValidator, ConfigDict, Field, TypeAdapter, ValidationError, create_model

from runbook_lib.errors import Failed, Unavailable
from runbook_lib.services.http import excerpt

STRICT = ConfigDict(strict=True, defer_build=True)


def form(*, of: Any = None, **fields: Any) -> Any:
    """An object with these fields and those `of` another; one with a default may be absent."""
    own = {"__base__": of} if of else {"__config__": STRICT}
    return create_model("Form", **own, **fields)


def list_of(item: Any) -> Any:
    """A list of these."""
    return list[item]


def map_of(item: Any) -> Any:
    """An object of these, by names of the asker's own."""
    return dict[str, item]


def is_moment(text: str) -> str:
    """The text; raises `ValueError` where it names no moment in a time zone."""
    if datetime.fromisoformat(text).tzinfo is None:
        raise ValueError("a time with its zone was expected")
    return text


def has_commit(pull: Any) -> Any:
    """The pull request; raises `ValueError` where it was merged as no commit."""
    if pull.merged and not pull.merge_commit_sha:
        raise ValueError("a merged pull request has a commit")
    return pull


TEXT: Any = Annotated[str, Field(min_length=1)]
MOMENT: Any = Annotated[str, AfterValidator(is_moment)]
USER = form(login=TEXT)
REPOSITORY = form(
    full_name=TEXT,
    default_branch=TEXT,
    html_url=TEXT,
    private=bool,
    archived=bool,
    has_issues=(bool, True),
    permissions=(form(admin=bool, push=bool, triage=(bool, False)) | None, None),
    allow_merge_commit=(bool | None, None),
    allow_squash_merge=(bool | None, None),
    allow_rebase_merge=(bool | None, None),
    allow_auto_merge=(bool | None, None),
)
SUITE = form(
    id=int,
    app=form(name=TEXT) | None,
    status=str | None,
    conclusion=str | None,
    head_branch=str | None,
    latest_check_runs_count=int,
    created_at=MOMENT | None,
)
STATUS = form(
    context=TEXT,
    state=TEXT,
    description=str | None,
    target_url=str | None,
    created_at=MOMENT,
)
RUN = form(
    name=TEXT,
    status=TEXT,
    conclusion=str | None,
    html_url=str | None,
    details_url=str | None,
    external_id=str | None,
    started_at=MOMENT | None,
    check_suite=form(id=int),
)
WORKFLOW_RUN = form(
    name=str | None,
    status=str | None,
    conclusion=str | None,
    html_url=TEXT,
    head_branch=str | None,
    run_started_at=MOMENT | None,
)
PULL = form(
    number=int,
    title=TEXT,
    state=TEXT,
    draft=bool,
    html_url=TEXT,
    body=str | None,
    user=USER | None,
    head=form(label=TEXT, ref=TEXT, sha=TEXT, repo=form(full_name=TEXT) | None),
    base=form(ref=TEXT),
    merged_at=MOMENT | None,
)
ASKED_PULL = form(
    of=PULL,
    node_id=TEXT,
    merged=bool,
    merged_by=USER | None,
    merge_commit_sha=str | None,
    mergeable_state=TEXT,
    requested_reviewers=(list_of(USER) | None, None),
    auto_merge=(form(enabled_by=USER | None, merge_method=TEXT) | None, None),
)
WHOLE_PULL: Any = Annotated[ASKED_PULL, AfterValidator(has_commit)]
REVIEW = form(state=TEXT, body=str | None, user=USER | None, commit_id=str | None)
TAG = form(object=form(type=TEXT, sha=TEXT))
COMMENT = form(
    id=int,
    html_url=TEXT,
    body=(str | None, None),
    user=(form(of=USER, type=TEXT) | None),
    created_at=MOMENT,
    updated_at=MOMENT,
    performed_via_github_app=(form(slug=(str | None, None)) | None, None),
)
RELEASE = form(
    id=int,
    tag_name=TEXT,
    name=str | None,
    body=(str | None, None),
    draft=bool,
    prerelease=bool,
    immutable=(bool | None, None),
    html_url=TEXT,
    updated_at=(str | None, None),
)
MILESTONE = form(number=int, title=TEXT)
ISSUE = form(
    of=MILESTONE,
    html_url=TEXT,
    assignees=list_of(USER),
    state=TEXT,
    state_reason=(str | None, None),
    body=(str | None, None),
    user=USER | None,
    closed_at=MOMENT | None,
    closed_by=(USER | None, None),
)
FILE = form(sha=TEXT, html_url=str | None, encoding=(str | None, None), content=(str | None, None))
ACTOR = form(login=(str | None, None), slug=(str | None, None))
PROTECTION = form(reviewers=(list_of(form(reviewer=ACTOR)) | None, None))
CONTEXTS = form(contexts=(list[str] | None, None))
GIVEN = form(
    allowed_merge_methods=(list[str] | None, None),
    merge_method=(str, "MERGE"),
    required_approving_review_count=(int | None, None),
    require_code_owner_review=(bool | None, None),
    require_last_push_approval=(bool | None, None),
    required_review_thread_resolution=(bool | None, None),
    required_status_checks=(list_of(form(context=TEXT)) | None, None),
    do_not_enforce_on_create=(bool | None, None),
    operator=(str | None, None),
    pattern=(str | None, None),
    negate=(bool | None, None),
)
RULE = form(type=TEXT, parameters=(GIVEN | None, None))
REF_NAMES = form(include=(list[str] | None, None), exclude=(list[str] | None, None))

ASSOCIATED = form(
    number=int,
    title=TEXT,
    merged=bool,
    mergeCommit=form(oid=TEXT) | None,
    labels=form(nodes=list_of(form(name=TEXT) | None) | None) | None,
)
NODE = form(
    associatedPullRequests=(form(nodes=list_of(ASSOCIATED | None) | None) | None, None),
    mergeQueueEntry=(form(position=int, state=TEXT) | None, None),
)
GRAPH = form(viewer=(USER | None, None), repository=(map_of(NODE | None) | None, None))

FORMS: Mapping[str, Any] = {
    "GET /user": USER,
    "GET /users/{username}": Any,
    "GET /repos/{owner}/{repo}": REPOSITORY,
    "GET /repos/{owner}/{repo}/actions/runs": form(workflow_runs=list_of(WORKFLOW_RUN)),
    "GET /repos/{owner}/{repo}/branches/{branch}/protection": form(
        required_linear_history=(form(enabled=bool) | None, None),
        required_status_checks=(CONTEXTS | None, None),
        required_pull_request_reviews=(
            form(required_approving_review_count=(int | None, None)) | None,
            None,
        ),
    ),
    "GET /repos/{owner}/{repo}/branches/{branch}": form(
        protection=(
            form(enabled=(bool | None, None), required_status_checks=(CONTEXTS | None, None))
            | None,
            None,
        )
    ),
    "GET /repos/{owner}/{repo}/collaborators/{username}/permission": form(permission=TEXT),
    "GET /repos/{owner}/{repo}/commits/{ref}/check-runs": form(check_runs=list_of(RUN)),
    "GET /repos/{owner}/{repo}/commits/{ref}/check-suites": form(check_suites=list_of(SUITE)),
    "GET /repos/{owner}/{repo}/commits/{ref}/status": form(statuses=list_of(STATUS)),
    "GET /repos/{owner}/{repo}/contents/{path:path}": FILE | list[Any],
    "PUT /repos/{owner}/{repo}/contents/{path:path}": Any,
    "GET /repos/{owner}/{repo}/deployments": list_of(form(id=int, ref=TEXT, sha=TEXT)),
    "GET /repos/{owner}/{repo}/deployments/{deployment_id}/statuses": list_of(
        form(state=TEXT, description=(str | None, None), log_url=(str | None, None))
    ),
    "GET /repos/{owner}/{repo}/environments/{environment_name}": form(
        protection_rules=(list_of(PROTECTION) | None, None)
    ),
    "GET /repos/{owner}/{repo}/git/ref/{ref:path}": form(of=TAG, ref=TEXT),
    "GET /repos/{owner}/{repo}/git/tags/{tag_sha}": TAG,
    "GET /repos/{owner}/{repo}/assignees/{assignee}": Any,
    "GET /repos/{owner}/{repo}/issues": list_of(ISSUE),
    "POST /repos/{owner}/{repo}/issues": ISSUE,
    "GET /repos/{owner}/{repo}/issues/{issue_number}": ISSUE,
    "PATCH /repos/{owner}/{repo}/issues/{issue_number}": Any,
    "GET /repos/{owner}/{repo}/issues/{issue_number}/comments": list_of(COMMENT),
    "POST /repos/{owner}/{repo}/issues/{issue_number}/comments": COMMENT,
    "GET /repos/{owner}/{repo}/milestones": list_of(MILESTONE),
    "GET /repos/{owner}/{repo}/pulls": list_of(PULL),
    "POST /repos/{owner}/{repo}/pulls": WHOLE_PULL,
    "GET /repos/{owner}/{repo}/pulls/{pull_number}": WHOLE_PULL,
    "PATCH /repos/{owner}/{repo}/pulls/{pull_number}": Any,
    "GET /repos/{owner}/{repo}/pulls/{pull_number}/commits": list_of(form(sha=TEXT)),
    "GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews": list_of(REVIEW),
    "GET /repos/{owner}/{repo}/releases": list_of(RELEASE),
    "POST /repos/{owner}/{repo}/releases": RELEASE,
    "POST /repos/{owner}/{repo}/releases/generate-notes": form(body=str),
    "GET /repos/{owner}/{repo}/releases/latest": RELEASE,
    "GET /repos/{owner}/{repo}/releases/tags/{tag}": RELEASE,
    "GET /repos/{owner}/{repo}/releases/{release_id}": RELEASE,
    "PATCH /repos/{owner}/{repo}/releases/{release_id}": RELEASE,
    "DELETE /repos/{owner}/{repo}/releases/{release_id}": Any,
    "GET /repos/{owner}/{repo}/rules/branches/{branch}": list_of(
        form(of=RULE, ruleset_id=(int | None, None))
    ),
    "GET /repos/{owner}/{repo}/rulesets": list_of(
        form(id=int, enforcement=TEXT, target=(str | None, None))
    ),
    "GET /repos/{owner}/{repo}/rulesets/{ruleset_id}": form(
        name=TEXT,
        current_user_can_bypass=(str | None, None),
        conditions=(form(ref_name=(REF_NAMES | None, None)) | None, None),
        rules=(list_of(RULE) | None, None),
    ),
    "POST /graphql": form(
        data=(GRAPH | None, None),
        errors=(list_of(form(message=TEXT, type=(str | None, None))) | None, None),
    ),
}
"""The form of each answer that is read, by GitHub's own name of the request."""

VARIABLE = re.compile(r"\{\w+(:path)?\}")


@cache
def checker(described: str) -> TypeAdapter[Any]:
    """What holds answers to one of the forms."""
    return TypeAdapter(FORMS[described])


def form_of(request: str) -> TypeAdapter[Any]:
    """What holds the answer to a request to its form; raises `LookupError` where it has none."""
    for described in FORMS:
        if re.fullmatch(
            VARIABLE.sub(lambda name: ".+" if name[1] else "[^/]+", described), request
        ):
            return checker(described)
    raise LookupError(f"the answer to {request} has no form in {__name__}")


def in_form(data: object, request: str, form: TypeAdapter[Any]) -> Any:
    """What an answer's form has of it. Raises `Failed` where it has another one, and after a write
    `Unavailable`: a look tells what came of it.
    """
    try:
        return form.dump_python(form.validate_python(data), exclude_unset=True)
    except ValidationError as error:
        raise wrong(request, unlike(request, error)) from None


def wrong(request: str, said: str) -> Failed | Unavailable:
    """The error that an answer is which can't be read; a write may have been carried out."""
    return Failed(said) if request.startswith("GET ") else Unavailable(said)


def unlike(request: str, error: ValidationError) -> str:
    """What is said of an answer of another form: its first field that is not as expected."""
    first = error.errors(include_url=False)[0]
    place = ".".join(str(part) for part in first["loc"] if part != "Form") or "the whole"
    expected = first["msg"].removesuffix(" or instance of Form")
    found = "" if first["type"] == "missing" else f", not {excerpt(repr(first['input']), 60)}"
    return (
        f"expected the answer to {request} as GitHub describes it, found another: {place}: "
        f"{expected}{found}; GitHub is not well, or something answers in its place (a proxy?): "
        "look at that, and run this again later"
    )
