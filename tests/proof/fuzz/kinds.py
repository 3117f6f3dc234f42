"""All kinds of input that come from outside."""

from tests.proof.fuzz import files, plain, services
from tests.proof.fuzz.feeding import Kind

KINDS = {
    one.name: one
    for one in (
        Kind("versions", ("policy/version.py", "policy/version_page.py"), plain.versions),
        Kind(
            "tags",
            ("policy/tag_template.py", "policy/templates.py", "policy/push/tag*.py"),
            plain.tags,
        ),
        Kind("branches", ("policy/ref_patterns.py", "services/git/failures.py"), plain.branches),
        Kind("parameters", ("notebook/types.py", "notebook/parameters.py"), plain.parameters),
        Kind("commit messages", ("policy/commits.py", "policy/changelog/*"), plain.commits),
        Kind("changelogs", ("policy/changelog/*",), plain.changelogs),
        Kind("version files", ("policy/version_files/*",), plain.version_files),
        Kind("push notes", ("policy/push/notes/*",), plain.notes),
        Kind("screen", ("policy/visible.py", "reading/sanitised.py"), plain.screen),
        Kind("runbook.toml", ("profile/*",), files.configurations),
        Kind("calendars", ("services/calendar/reading.py",), files.calendars),
        Kind("notebooks", ("notebook/*", "lint/*"), files.notebooks),
        Kind("journals", ("journal/events.py", "journal/summary.py", "reading/*"), files.journals),
        Kind("archives", ("archive/entries.py", "archive/sessions.py", "proof/*"), files.archives),
        Kind("packs", ("proof/*",), files.packs),
        Kind("answers of GitHub", ("services/github/*",), services.github),
        Kind("answers of Bugzilla", ("services/bugzilla/*",), services.bugzilla),
        Kind("answers of Jira", ("services/jira/*",), services.jira),
        Kind("answers of chats", ("services/slack/*", "services/matrix/*"), services.chat),
        Kind("answers of monitors", ("services/grafana/*", "services/sentry/*"), services.watches),
        Kind(
            "answers of pages",
            ("services/etherpad/*", "services/calendar/*", "services/dockerflow.py"),
            services.pages,
        ),
    )
}
