"""The things that runs leave in a world, by names that are the same in each, and how often."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from tests.proof.faults.worlds import CLOCK, WHEN
from tests.proof.moved.hands import LINE, Hands
from tests.release.world import git

Things = Counter[str]

QUERIES: Mapping[str, str] = {
    "github_pull": """SELECT 'pull of ' || head_ref || CASE WHEN merged_at IS NOT NULL
        THEN ', merged' WHEN state = 'closed' THEN ', closed' ELSE '' END AS name
        FROM github_pull JOIN github_issue USING (id)""",
    "github_release": """SELECT 'release ' || tag || CASE WHEN draft THEN ', a draft'
        ELSE ', published' END AS name FROM github_release""",
    "bugzilla_bug": "SELECT 'bug ' || summary AS name FROM bugzilla_bug",
    "bugzilla_comment": """SELECT 'comment ' || text AS name FROM bugzilla_comment
        WHERE creator LIKE 'operator@%'""",
    "github_comment": """SELECT 'comment ' || body AS name FROM github_comment
        JOIN account ON account.id = author WHERE login = 'operator'""",
    "slack_message": """SELECT CASE WHEN subtype = '' THEN 'message ' ELSE 'topic ' END || text
        AS name FROM slack_message WHERE login = 'operator'""",
    "matrix_event": """SELECT 'event ' || type || ' ' || content AS name FROM matrix_event
        WHERE sender LIKE '%operator%'""",
}


def see_things(hands: Hands) -> Things:
    """All that is there, without ids and times."""
    return Counter(CLOCK.sub("…", WHEN.sub("…", name)) for name in names(hands))


def names(hands: Hands) -> Iterator[str]:
    """The names of all things."""
    for repository, refs in hands.world.refs().items():
        yield from (f"{repository} {ref}" for ref in refs if ref.startswith("refs/"))
    for table, query in QUERIES.items():
        if table in hands.tables:
            yield from (str(row["name"]) for row in hands.rows(query))
    if hands.where.notes:
        bare = hands.bare("pelican/notes")
        for name in git(bare, "ls-tree", "-r", "--name-only", "main").splitlines():
            lines = git(bare, "show", f"main:{name}").splitlines()
            yield from (f"{name}: {line}" for line in lines if line.strip(" -*#") and line != LINE)


def doubled(found: Things, expected: Things) -> list[str]:
    """What is there more often than where nobody moved anything, and more than once."""
    return sorted(one for one, times in found.items() if times > max(expected[one], 1))


def missing(found: Iterable[str], expected: Things) -> list[str]:
    """What is not there, and is where nobody moved anything."""
    return sorted({*expected} - {*found})
