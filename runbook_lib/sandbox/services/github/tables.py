"""What GitHub knows beside git."""

from runbook_lib.sandbox.world.world import World

SCHEMA = """
CREATE TABLE IF NOT EXISTS github_issue (
    id INTEGER PRIMARY KEY, repository INTEGER NOT NULL, number INTEGER NOT NULL,
    title TEXT NOT NULL, body TEXT, state TEXT NOT NULL DEFAULT 'open', state_reason TEXT,
    author INTEGER NOT NULL, closed_by INTEGER, milestone INTEGER,
    assignees TEXT NOT NULL DEFAULT '[]',
    created_at TEXT NOT NULL, updated_at TEXT NOT NULL, closed_at TEXT,
    UNIQUE (repository, number));
CREATE TABLE IF NOT EXISTS github_pull (
    id INTEGER PRIMARY KEY REFERENCES github_issue (id), head_ref TEXT NOT NULL,
    head_sha TEXT NOT NULL, base_ref TEXT NOT NULL, base_sha TEXT NOT NULL, draft INTEGER NOT NULL,
    modifiable INTEGER NOT NULL, merged_at TEXT, merged_by INTEGER, merge_commit_sha TEXT);
CREATE TABLE IF NOT EXISTS github_review (
    id INTEGER PRIMARY KEY, pull INTEGER NOT NULL, author INTEGER NOT NULL, state TEXT NOT NULL,
    body TEXT NOT NULL, commit_sha TEXT NOT NULL, submitted_at TEXT);
CREATE TABLE IF NOT EXISTS github_label (
    id INTEGER PRIMARY KEY, repository INTEGER NOT NULL, name TEXT NOT NULL COLLATE NOCASE,
    color TEXT NOT NULL, description TEXT, UNIQUE (repository, name));
CREATE TABLE IF NOT EXISTS github_issue_label (
    issue INTEGER NOT NULL, label INTEGER NOT NULL, PRIMARY KEY (issue, label));
CREATE TABLE IF NOT EXISTS github_milestone (
    id INTEGER PRIMARY KEY, repository INTEGER NOT NULL, number INTEGER NOT NULL,
    title TEXT NOT NULL, description TEXT, state TEXT NOT NULL DEFAULT 'open', due_on TEXT,
    creator INTEGER NOT NULL, created_at TEXT NOT NULL, updated_at TEXT NOT NULL, closed_at TEXT,
    UNIQUE (repository, number), UNIQUE (repository, title));
CREATE TABLE IF NOT EXISTS github_comment (
    id INTEGER PRIMARY KEY AUTOINCREMENT, issue INTEGER NOT NULL, author INTEGER NOT NULL,
    body TEXT NOT NULL, created_at TEXT NOT NULL, updated_at TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS github_forbidden_merge (
    repository INTEGER NOT NULL, method TEXT NOT NULL, PRIMARY KEY (repository, method));
CREATE TABLE IF NOT EXISTS github_ruleset (
    id INTEGER PRIMARY KEY, repository INTEGER NOT NULL, name TEXT NOT NULL, include TEXT NOT NULL,
    rules TEXT NOT NULL, created_at TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS github_ruleset_more (
    ruleset INTEGER PRIMARY KEY, target TEXT NOT NULL, exclude TEXT NOT NULL,
    bypass TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS github_protection (
    repository INTEGER NOT NULL, branch TEXT NOT NULL, said TEXT NOT NULL,
    PRIMARY KEY (repository, branch));
CREATE TABLE IF NOT EXISTS github_queue (
    id INTEGER PRIMARY KEY, repository INTEGER NOT NULL, pull INTEGER NOT NULL UNIQUE,
    who INTEGER NOT NULL, ref TEXT NOT NULL DEFAULT '', sha TEXT NOT NULL DEFAULT '',
    base TEXT NOT NULL DEFAULT '');
CREATE TABLE IF NOT EXISTS github_auto_merge (
    pull INTEGER PRIMARY KEY, method TEXT NOT NULL, who INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS github_auto_merge_allowed (repository INTEGER PRIMARY KEY);
CREATE TABLE IF NOT EXISTS github_environment (
    id INTEGER PRIMARY KEY, repository INTEGER NOT NULL, name TEXT NOT NULL,
    reviewers TEXT NOT NULL DEFAULT '[]', created_at TEXT NOT NULL, updated_at TEXT NOT NULL,
    UNIQUE (repository, name));
CREATE TABLE IF NOT EXISTS github_deployment (
    id INTEGER PRIMARY KEY, repository INTEGER NOT NULL, sha TEXT NOT NULL, ref TEXT NOT NULL,
    environment TEXT NOT NULL, task TEXT NOT NULL, description TEXT, creator INTEGER NOT NULL,
    created_at TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS github_deployment_status (
    id INTEGER PRIMARY KEY, deployment INTEGER NOT NULL, state TEXT NOT NULL,
    description TEXT NOT NULL, log_url TEXT NOT NULL, creator INTEGER NOT NULL,
    created_at TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS github_status (
    id INTEGER PRIMARY KEY, repository INTEGER NOT NULL, sha TEXT NOT NULL, state TEXT NOT NULL,
    context TEXT NOT NULL, description TEXT, target_url TEXT, creator INTEGER NOT NULL,
    created_at TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS github_status_of ON github_status (repository, sha);
CREATE TABLE IF NOT EXISTS github_check_suite (
    id INTEGER PRIMARY KEY, repository INTEGER NOT NULL, sha TEXT NOT NULL,
    created_at TEXT NOT NULL, UNIQUE (repository, sha));
CREATE TABLE IF NOT EXISTS github_check_run (
    id INTEGER PRIMARY KEY, suite INTEGER NOT NULL, name TEXT NOT NULL, status TEXT NOT NULL,
    conclusion TEXT, external_id TEXT NOT NULL, details_url TEXT, started_at TEXT,
    completed_at TEXT, title TEXT, summary TEXT, text TEXT);
CREATE TABLE IF NOT EXISTS github_release (
    id INTEGER PRIMARY KEY, repository INTEGER NOT NULL, tag TEXT NOT NULL, target TEXT NOT NULL,
    name TEXT, body TEXT, draft INTEGER NOT NULL, prerelease INTEGER NOT NULL,
    latest INTEGER NOT NULL DEFAULT 0, author INTEGER NOT NULL, created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL, published_at TEXT);
CREATE TABLE IF NOT EXISTS github_immutable (repository INTEGER PRIMARY KEY);
CREATE TABLE IF NOT EXISTS github_immutable_release (
    release INTEGER NOT NULL, repository INTEGER NOT NULL, tag TEXT NOT NULL,
    UNIQUE (repository, tag));
CREATE TABLE IF NOT EXISTS github_asset (
    id INTEGER PRIMARY KEY, release INTEGER NOT NULL, name TEXT NOT NULL, label TEXT,
    content_type TEXT NOT NULL, size INTEGER NOT NULL, digest TEXT NOT NULL,
    downloads INTEGER NOT NULL DEFAULT 0, uploader INTEGER NOT NULL, created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL, content BLOB NOT NULL, UNIQUE (release, name));
"""


def furnish(world: World) -> None:
    """Make GitHub's tables where they are not there yet."""
    world.add_tables(SCHEMA)
