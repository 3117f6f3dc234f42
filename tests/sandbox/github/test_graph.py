"""The part of GraphQL that release tools use."""

from typing import Any

from .served import Served

WORDS = {"title": "Release 1.9", "head": "release/1.9", "base": "master", "body": "Closes #2"}

PULLS = """
query getAssociatedPRs($owner: String!, $repo: String!) {  # semantic-release asks so
  repository(owner: $owner, name: $repo) {
    commit1: object(oid: "%s") {
      ...on Commit {
        oid
        associatedPullRequests(first: 100) {
          pageInfo { endCursor hasNextPage }
          nodes {
            __typename number title url state mergeable isDraft mergedAt
            author { login url avatarUrl __typename }
            mergedBy { login }
            mergeCommit { oid }
            labels(first: 40) { nodes { name isDefault } }
            milestone { title }
            commits { totalCount }
          }
        }
      }
    }
  }
}
"""
HERE = {"owner": "harbor", "repo": "tidewatch"}


def ask(github: Served, query: str, **variables: Any) -> Any:
    said = {"query": query, "variables": HERE | variables}
    answer = github.ask("POST", f"{github.url}/api/graphql", said)
    assert answer.status_code == 200
    return answer.json()


def test_the_pull_requests_of_a_commit_are_found(github: Served) -> None:
    github.post(":/pulls", WORDS)
    head = github.git("rev-parse", "release/1.9")
    github.post(":/issues/1/labels", {"labels": ["release"]})
    found = ask(github, PULLS % head)["data"]["repository"]["commit1"]
    assert found["oid"] == head
    (pull,) = found["associatedPullRequests"]["nodes"]
    assert pull == {
        "__typename": "PullRequest",
        "number": 1,
        "title": "Release 1.9",
        "url": f"{github.url}/harbor/tidewatch/pull/1",
        "state": "OPEN",
        "mergeable": "MERGEABLE",
        "isDraft": False,
        "mergedAt": None,
        "author": pull["author"],
        "mergedBy": None,
        "mergeCommit": None,
        "labels": {"nodes": [{"name": "release", "isDefault": False}]},
        "milestone": None,
        "commits": {"totalCount": 1},
    }
    assert pull["author"]["login"] == "operator"
    sha = github.ask("PUT", ":/pulls/1/merge", {}, who="reviewer").json()["sha"]
    merged = ask(github, PULLS % sha)["data"]["repository"]["commit1"]
    assert merged["associatedPullRequests"]["nodes"][0]["mergedBy"] == {"login": "reviewer"}
    assert merged["associatedPullRequests"]["nodes"][0]["mergeCommit"] == {"oid": sha}
    assert ask(github, PULLS % ("1" * 40))["data"]["repository"]["commit1"] is None


def test_issues_are_found_by_number_and_label(github: Served) -> None:
    github.post(":/pulls", WORDS)
    github.remote().create_issue('It \\ "drips"', body="x", labels=["bug"])
    github.remote().create_issue("other")
    query = """query($owner: String!, $repo: String!, $filter: IssueFilters) {
      repository(owner: $owner, name: $repo) {
        issues(first: 100, states: OPEN, filterBy: $filter) { totalCount nodes { number title } }
        one: issueOrPullRequest(number: 1) { ...on PullRequest { merged } ...on Issue { number } }
        two: issueOrPullRequest(number: 2) { ...on PullRequest { merged } ...on Issue { number } }
      }
    }"""
    found = ask(github, query, filter={"labels": ["bug"]})["data"]
    assert found["repository"] == {
        "issues": {"totalCount": 1, "nodes": [{"number": 2, "title": 'It \\ "drips"'}]},
        "one": {"merged": False},
        "two": {"number": 2},
    }


def test_what_is_no_query_is_told_as_an_error(github: Served) -> None:
    tidewatch = 'repository(owner: "harbor", name: "tidewatch")'
    cases = {
        "{": "Unexpected end of document",
        "subscription { x }": "Expected a query, actual: subscription",
        "mutation { x }": "Field 'x' doesn't exist on type 'Mutation'",
        "{ nothing }": "Field 'nothing' doesn't exist on type 'Query'",
        '{ repository(owner: "a", name: "b") { url } }': "Could not resolve to a Repository with "
        "the name 'a/b'.",
        f"{{ {tidewatch} {{ issueOrPullRequest(number: 9) {{ __typename }} }} }}": "Could not "
        "resolve to an issue or pull request with the number of 9.",
        "{ repository(other: 1) { url } }": "A field doesn't accept one of its arguments",
    }
    for query, words in cases.items():
        assert ask(github, query)["errors"] == [{"message": words}]
    assert github.ask("POST", f"{github.url}/api/graphql", {}, who="").status_code == 401
