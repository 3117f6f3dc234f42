"""What changes something outside of the kernel: calls and commands of IPython that are known to."""

import ast
import re
from collections.abc import Iterator

from runbook_lib.notebook.gate_places import plain_python

WRITERS = re.compile(
    r"subprocess\..*|pty\.spawn|asyncio\.create_subprocess_.*"
    r"|os\.(system|popen|exec.*|spawn.*|posix_spawn.*|fork|kill|killpg)"
    r"|os\.(remove|removedirs|unlink|rmdir|mkdir|makedirs|rename|renames|replace)"
    r"|os\.(symlink|link|truncate|chmod|chown)"
    r"|shutil\.(copy.*|move|rmtree|make_archive|unpack_archive|chown)"
    r"|pathlib\..*\.(write_text|write_bytes|unlink|rmdir|mkdir|touch|rename|replace)"
    r"|pathlib\..*\.(symlink_to|hardlink_to|chmod|copy|copy_into|move|move_into)"
    r"|(requests|httpx|aiohttp)\.(.*\.)?(post|put|patch|delete|request)|urllib3\.(.*\.)?request"
    r"|urllib\.request\.urlretrieve|(smtplib|ftplib|paramiko|fabric|sh)\..*"
    r"|exec|eval|__import__"
)
"""The dotted names of what changes something, or hides what it does."""
OPENERS = re.compile(r"(?P<method>pathlib\..*\.open)|((io|codecs|gzip|bz2|lzma)\.)?open")
"""What opens a file, whose mode says what for."""
MAGICS = re.compile(
    r"!!?|%%?(sx|system|bash|sh|script|perl|ruby|pypy|python[23]?|javascript|js|writefile|file"
    r"|run|pip|conda|mamba|micromamba|uv|cd)"
)
"""IPython's commands that start a program, write a file, or have another notebook work here."""
COMMAND = re.compile(r"\s*(?:[\w\s,]+=\s*)?(?P<name>%%?\w+|!!?)")
"""A line in IPython's own syntax that carries something out."""


def writes(name: str, call: ast.Call) -> bool:
    """Whether a call, by the dotted name of what it calls, is known to change something."""
    if opener := OPENERS.fullmatch(name):
        return bool({*mode(call, 0 if opener["method"] else 1)} & {*"wax+"})
    if name == "urllib.request.urlopen":
        return len(call.args) > 1 or any(one.arg == "data" for one in call.keywords)
    return WRITERS.fullmatch(name) is not None


def mode(call: ast.Call, place: int) -> str:
    """The mode that a file is opened in, where it is written out."""
    named = [keyword.value for keyword in call.keywords if keyword.arg == "mode"]
    given = next(iter([*named, *call.args[place : place + 1]]), None)
    return str(given.value) if isinstance(given, ast.Constant) else ""


def commands(source: str) -> Iterator[tuple[int, str]]:
    """IPython's commands in a cell that change something, each with its line."""
    plain = plain_python(source).split("\n")
    for number, line in enumerate(source.split("\n"), start=1):
        own = COMMAND.match(line) if line != plain[number - 1] else None
        if own and MAGICS.fullmatch(own["name"]):
            yield number, line.strip()
