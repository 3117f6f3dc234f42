"""Files of data: TOML, JSON, XML and INI, read with their structure, changed by characters."""

import json
import re
import tomllib
from collections.abc import Callable, Iterator

from runbook_lib.errors import UsageError
from runbook_lib.policy.json_text import read_json
from runbook_lib.policy.version_files.place import Spans

TOML_LINE = re.compile(
    r"^[ \t]*(?:\[(?P<section>[^\[\]\r\n]+)\]|(?P<array>\[\[)"
    r"|(?P<key>[\w-]+)[ \t]*=[ \t]*(?P<quote>['\"])(?P<version>[^'\"\\\r\n]*)(?P=quote))",
    re.MULTILINE,
)
INI_LINE = re.compile(
    r"^(?:\[(?P<section>[^\]\r\n]+)\]"
    r"|(?P<key>[\w-]+)[ \t]*[=:][ \t]*(?P<version>\d[^\s#;]*)[ \t]*\r?$)",
    re.MULTILINE,
)
JSON_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]]')
COLON = re.compile(r"\s*:")
XML_PART = re.compile(
    r"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<[?!][^>]*>|<(?P<end>/?)(?P<name>[\w.:-]+)[^>]*?(?P<empty>/?)>",
    re.DOTALL,
)
XML_VERSION = re.compile(r"\s*(?P<version>\d[^\s<]*)\s*</")

Reader = Callable[[str, str], Spans]
"""Where a file of that path says a version, in its text."""


def toml(**sections: str) -> Reader:
    """A reader of TOML: which key of which table (a dot is written `__`) says the version."""
    wanted = {table.replace("__", "."): key for table, key in sections.items()}

    def places(path: str, text: str) -> Spans:
        data, section = parsed(path, text, tomllib.loads), "top"
        for line in TOML_LINE.finditer(text):
            if line["section"] or line["array"]:
                section = (line["section"] or "").replace(" ", "")
            elif wanted.get(section) == line["key"] and is_said(data, section, line):
                yield line.span("version")

    return places


def is_said(data: object, section: str, line: re.Match[str]) -> bool:
    """Whether a table has that value for the key of a line; one of some longer text is not it."""
    tables = [] if section == "top" else section.split(".")
    for name in [*tables, line["key"]]:
        data = data.get(name) if isinstance(data, dict) else None
    return data == line["version"]


def ini(**sections: str) -> Reader:
    """A reader of an INI file: which key of which section says the version."""

    def places(_: str, text: str) -> Spans:
        section = ""
        for line in INI_LINE.finditer(text):
            if line["section"]:
                section = line["section"].strip()
            elif sections.get(section) == line["key"]:
                yield line.span("version")

    return places


def json_at(*wanted: tuple[str, ...]) -> Reader:
    """A reader of JSON: the keys that lead from the top to a version."""

    def places(path: str, text: str) -> Spans:
        parsed(path, text, read_json)
        return (span for keys, span in json_texts(text) if keys in wanted)

    return places


def json_texts(text: str) -> Iterator[tuple[tuple[str, ...], tuple[int, int]]]:
    """Each text in a JSON document that has no escapes: the keys that lead to it, and its span."""
    above: list[str] = []
    key = ""
    for token in JSON_TOKEN.finditer(text):
        if token[0] in "{[":
            above.append(key)
            key = ""
        elif token[0] in "}]":
            above.pop()
            key = ""
        elif COLON.match(text, token.end()):
            key = str(json.loads(token[0]))
        elif "\\" not in token[0]:
            yield (*above[1:], key), (token.start() + 1, token.end() - 1)


def xml_at(*wanted: str) -> Reader:
    """A reader of XML: the paths of elements that hold a version, such as `project/version`."""

    def places(_: str, text: str) -> Spans:
        return (span for name, span in xml_versions(text) if name in wanted)

    return places


def xml_versions(text: str) -> Iterator[tuple[str, tuple[int, int]]]:
    """Each element that holds nothing but a version: its path, and where the version stands."""
    open_elements: list[str] = []
    for part in XML_PART.finditer(text):
        if not part["name"] or part["empty"]:
            continue
        if part["end"]:
            del open_elements[-1:]
            continue
        open_elements.append(part["name"])
        if version := XML_VERSION.match(text, part.end()):
            yield "/".join(open_elements), version.span("version")


def parsed(path: str, text: str, parse: Callable[[str], object]) -> object:
    """A file's data; raises `UsageError` where it is not what its name says."""
    try:
        return parse(text) if text else None
    except ValueError as error:
        raise UsageError(f"{path} can't be read: {error}") from error
