"""The configuration with which git-cliff (https://git-cliff.org) writes entries as clog does.

The format is that of clog's markdown writer, byte for byte
(https://github.com/clog-tool/clog-lib/blob/master/src/fmt/md_writer.rs). It differs from clog in
three points, each on purpose. A breaking change of any type is listed. An issue counts as closed
however its keyword is capitalised. And `<` and entities in a subject are written so that no
subject becomes HTML (`&lt;b>`), except in code spans, where they are text anyway; other markdown
in a subject is kept, as clog keeps it.
"""

import re
from datetime import date

from runbook_lib.errors import UsageError
from runbook_lib.policy.commits import BREAKING_PATTERN, CLOSES_PATTERN, TYPES, Kind

SECTIONS: dict[Kind, str] = {
    "feature": "Features",
    "fix": "Bug Fixes",
    "performance": "Performance",
}
TITLE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]*")
LINK = re.compile(r"https?://[A-Za-z0-9.:\[\]-]+(?:/[A-Za-z0-9._~%+-]+)*")
BROKEN_LINES = 9
"""Into how many lines a subject may be broken; git's own `%s` joins them too."""


def cliff_configuration(*, title: str, date: date, link: str = "") -> str:
    """The TOML for one entry headed `title`; `link` is the repository's address in a browser.

    Without a link, ids and issues are linked as clog does then (`[#121](121)`). Raises
    `UsageError` for a title or link that does not look like one.
    """
    if not TITLE.fullmatch(title):
        raise UsageError(f"expected a heading such as 1.9 or v1.9.0, found {title!r}")
    if link and not LINK.fullmatch(link):
        raise UsageError(
            "expected the repository's address in a browser, such as "
            "https://github.com/mozilla-services/server-syncstorage, without user and password"
        )
    return CONFIGURATION.format(
        body=body(title, date, link),
        tags=f"^{re.escape(title)}$",
        joins="\n".join([JOIN] * (BROKEN_LINES - 1)),
        header=HEADER,
        closes=CLOSES_PATTERN,
        breaks=BREAKING_PATTERN,
        groups="\n".join(group(kind) for kind in SECTIONS),
    )


def group(kind: Kind) -> str:
    """The rule that puts the commits of a kind into its section."""
    types = "|".join(TYPES[kind])
    return f"    {{ message = '^(?i:{types})[(!:]', group = '{SECTIONS[kind]}' }},"


def body(title: str, date: date, link: str) -> str:
    """The template of one entry."""
    commit = f"{link}/commit/{{{{ commit.id }}}}" if link else SHORT_ID
    issue = f"{link}/issues/{{{{ number }}}}" if link else "{{ number }}"
    macros = MACROS.replace("COMMIT", commit).replace("ISSUE", issue)
    heading = f'<a name="{title}"></a>\n## {title} ({date.isoformat()})\n\n'
    return macros + heading + "".join(map(section, SECTIONS.values())) + BREAKING_COMMITS


def section(title: str) -> str:
    """The part of the template that writes one section."""
    chosen = f'commits | filter(attribute="group", value="{title}")'
    return f'{{{{ self::section(title="{title}", commits={chosen}) }}}}'


SHORT_ID = '{{ commit.id | truncate(length=8, end="") }}'
HEADER = r"\A([A-Za-z][\w-]*) ?(?:\(\s*\)|(\([^()\n]*\)))?(!)?:[ \t]*"
JOIN = r"    { pattern = '\A([^\n]+)\n([^\n])', replace = '$1 $2' },"

CONFIGURATION = r"""[changelog]
trim = false
body = '''{body}'''

[git]
conventional_commits = true
filter_unconventional = false
tag_pattern = '{tags}'
sort_commits = "newest"
commit_preprocessors = [
    {{ pattern = '\r', replace = '' }},
{joins}
    {{ pattern = '{header}', replace = '$1$2$3: ' }},
]
link_parsers = [
    {{ pattern = '{closes}', text = '$1', href = 'closes' }},
    {{ pattern = '{breaks}', text = '$0', href = 'breaks' }},
]
commit_parsers = [
{groups}
    {{ message = '.*', group = 'Other' }},
]
"""

MACROS = r"""{%- macro plain(text) -%}
{{ text
| replace_regex(from=`(\\+)([<&])`, to=`$1$1$2`)
| replace_regex(from=`&(#?[0-9A-Za-z]+;)`, to=`&amp;$1`)
| replace(from=`<`, to=`&lt;`) }}
{%- endmacro -%}
{%- macro markdown(text) -%}
{%- if text is containing("``") or text is containing("\") -%}
{{ self::plain(text=text) }}
{%- else -%}
{%- for part in text | find_regex(pat="`[^`]+`|[^`]+|`") -%}
{%- if part is matching("^`[^`]+`$") -%}
{{ part }}
{%- else -%}
{{ self::plain(text=part) }}
{%- endif -%}
{%- endfor -%}
{%- endif -%}
{%- endmacro -%}
{%- macro issues(word, commit, kind) -%}
{%- set_global numbers = [] -%}
{%- for found in commit.links | filter(attribute="href", value=kind) -%}
{%- for number in found.text | find_regex(pat="[0-9]+") -%}
{%- set_global numbers = numbers | concat(with=number) -%}
{%- endfor -%}
{%- endfor -%}
{%- for number in numbers | unique -%}
{%- if loop.first %}, {{ word }} {% else %}, {% endif -%}[#{{ number }}](ISSUE)
{%- endfor -%}
{%- endmacro -%}
{%- macro bullet(commit) -%}
{%- set lines = commit.message | split(pat="
") -%}
{{ self::markdown(text=lines | first) }} ([{{ commit.id | truncate(length=8, end="") }}](COMMIT)
{{- self::issues(word="closes", commit=commit, kind="closes") }}
{{- self::issues(word="breaks", commit=commit, kind="breaks") }})
{% endmacro -%}
{%- macro section(title, commits) -%}
{%- if commits | length > 0 %}
#### {{ title }}

{% for commit in commits %}
{%- if not commit.scope %}*   {{ self::bullet(commit=commit) }}{% endif -%}
{%- endfor -%}
{%- for scope, scoped in commits | group_by(attribute="scope") -%}
{%- set name = self::plain(text=scope) | replace(from="`", to="&#96;") -%}
{%- if scoped | length == 1 -%}
* **{{ name }}:**  {{ self::bullet(commit=scoped | first) }}
{%- else -%}
* **{{ name }}:**
{% for commit in scoped %}  *  {{ self::bullet(commit=commit) }}{% endfor -%}
{%- endif -%}
{%- endfor -%}
{%- endif -%}
{%- endmacro -%}
"""

BREAKING_COMMITS = r"""{%- set_global broken = [] -%}
{%- for commit in commits -%}
{%- set marks = commit.links | filter(attribute="href", value="breaks") -%}
{%- if commit.breaking or marks | length > 0 -%}
{%- set_global broken = broken | concat(with=commit) -%}
{%- endif -%}
{%- endfor -%}
{{ self::section(title="Breaking Changes", commits=broken) }}"""
