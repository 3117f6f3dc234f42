"""How git is set up to reach another machine: by which ssh, and where TLS is not verified."""

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import field
from pathlib import Path

from runbook_lib.frozen import frozen
from runbook_lib.programs import Answer

SSH = "core.sshcommand"
SETTINGS = r"^(core\.sshcommand|http\.(.*\.)?sslverify|include(if\..*)?\.path)$"
"""Which ssh is set up, and where TLS is not to be verified: `http.URL.sslVerify` counts more. And
whether there are more files than `stamps` knows."""
LEADING = ("GIT_CONFIG", "GIT_DIR", "GIT_COMMON_DIR", "HOME", "XDG_CONFIG_HOME")
"""What the variables begin with that say where git's settings are, or are some themselves."""

KNOWN: dict[tuple[object, ...], dict[str, str]] = {}
"""What was found, by the files as they were: each command that reaches out wants to know."""


@frozen
class Transport:
    """The ssh command that asks nothing, empty if not OpenSSH's; what verifies TLS after all."""

    ssh: str = ""
    verified: Mapping[str, str] = field(default_factory=dict)


def find_transport(
    folder: Path, environment: Mapping[str, str], look_up: Callable[..., Answer]
) -> Transport:
    """How git reaches out from a folder, as it is set up, and as it is told by `environment`."""
    known = {**os.environ, **environment}
    said = read_settings(folder, known, look_up)
    return Transport(
        quiet_ssh(known, said.get(SSH, "")), dict.fromkeys(said.keys() - {SSH}, "true")
    )


def read_settings(
    folder: Path, known: Mapping[str, str], look_up: Callable[..., Answer]
) -> dict[str, str]:
    """What git's settings for a folder say of ssh, and of verifying TLS, by their names.

    It is asked once while its settings stay as they are, and they include no other file.
    """
    here = (hash(frozenset(leading(known))), *stamps(folder, known))
    if here in KNOWN:
        return KNOWN[here]
    asked = look_up("config", "--null", "--get-regexp", SETTINGS)
    said = {name: value for name, _, value in (one.partition("\n") for one in asked.fields)}
    found = {name: value for name, value in said.items() if not name.startswith("include")}
    if found.keys() == said.keys() and not (folder / ".git").is_file():
        KNOWN[here] = found
    return found


def leading(known: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The variables that git's settings depend on."""
    return ((name, value) for name, value in known.items() if name.startswith(LEADING))


def stamps(folder: Path, known: Mapping[str, str]) -> Iterator[object]:
    """Each file that git's settings for a folder are read from, as it lies there now.

    See https://git-scm.com/docs/git-config#FILES.
    """
    home = Path(known.get("HOME") or Path.home())
    settings = Path(known.get("XDG_CONFIG_HOME") or home / ".config")
    names = (
        known.get("GIT_CONFIG_SYSTEM") or "/etc/gitconfig",
        known.get("GIT_CONFIG_GLOBAL") or home / ".gitconfig",
        settings / "git" / "config",
        *(folder / inside / "config" for inside in (".git", ".")),
        *(folder / inside / "config.worktree" for inside in (".git", ".")),
    )
    return map(stamp, names)


def stamp(path: str | Path) -> object:
    """A file as it lies there now; one that can't be looked at is none, as git has it."""
    try:
        found = Path(path).stat()
    except OSError:
        return str(path)
    return (str(path), found.st_ino, found.st_mtime_ns, found.st_size)


def quiet_ssh(known: Mapping[str, str], set_up: str) -> str:
    """The ssh command that is `set_up`, told to ask nothing; empty if not OpenSSH's."""
    if "GIT_SSH" in known:
        return ""
    command = (known.get("GIT_SSH_COMMAND") or set_up).strip() or "ssh"
    is_openssh = Path(command.split()[0]).name == "ssh"
    return f"{command} -oBatchMode=yes -oConnectTimeout=20" if is_openssh else ""
