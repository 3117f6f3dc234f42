"""What git says when it fails, as the errors that a reader would act on differently."""

import re

from runbook_lib.errors import AccessDenied, Conflict, Failed, Refused, RunbookError, Unavailable

LAST_LINES = 30
"""How many lines of git's own words an error repeats at most."""
REACHING_OUT = ("clone", "fetch", "ls-remote", "push", "submodule")
"""The commands that speak to another repository."""
REACH = "Check the address and the network, then run this again."


def pattern(*phrases: str) -> re.Pattern[str]:
    """An expression that finds any of these."""
    return re.compile("|".join(phrases), re.IGNORECASE)


MISSING = pattern("does not appear to be a git repository", "repository '[^']*' does not exist")
NEVER_SENT = pattern(
    "could not resolve (host|proxy)",
    "could not resolve hostname",
    "name or service not known",
    "couldn't connect to server",
    "connection refused",
    "network is unreachable",
    "no route to host",
    "connect to .* port .*: (connection|operation) timed out",
    "unable to access .*(?:requested url returned error: (?:5\\d\\d|429))",
    "requested url returned error: 429",
)
LOST = pattern(
    "connection (was )?reset",
    "connection closed",
    "timed out",
    "requested url returned error: 5\\d\\d",
    "rpc failed; http 5\\d\\d",
    "rpc failed; curl",
    "early eof",
    "empty reply from server",
    "remote end hung up",
    "unexpected disconnect",
    "transfer closed",
    "operation too slow",
    "broken pipe",
    "ssl_error_syscall",
    "recv failure",
    "send failure",
    "failed to connect",
)
DENIED = pattern(
    "requested url returned error: 40[134]",
    "rpc failed; http 40[134]",
    "authentication failed",
    "permission denied",
    "permission to .* denied",
    "could not read (username|password)",
    "access denied",
    "host key verification failed",
    "repository .*not found",
)
REJECTED = pattern(
    r"\[rejected\]",
    "non-fast-forward",
    "stale info",
    "cannot lock ref",
    "failed to update ref",
    "incorrect old value",
    "reference already exists",
)
DECLINED = pattern("hook declined", r"\[remote rejected\]", "protected branch")
MOVED = re.compile(
    r"unable to access '([^']+)'.*requested url returned error: 30[1278]", re.IGNORECASE
)
NOBODY = pattern("please tell me who you are", "empty ident name", "unable to auto-detect email")
DUBIOUS = pattern("dubious ownership")

PASSWORD = re.compile(r"\b(https?://)[^/\s@]+@|\b(\w+://[^/\s@:]+:)[^/\s@]+@", re.IGNORECASE)


def mask_passwords(text: str) -> str:
    """The text with what stands before the @ of a URL made unreadable."""
    return PASSWORD.sub(lambda found: f"{found[1] or found[2]}***@", text)


def failure(command: str, status: int, said: str) -> RunbookError:
    """The error for a git command that ended with `status` and said this."""
    last = "\n".join(said.strip().splitlines()[-LAST_LINES:])
    told = f"git {command} ended with status {status}: {mask_passwords(last) or 'it said nothing'}"
    # What a hook says of its own connections is nobody else's.
    remote = remote_failure(command, told, said) if command in REACHING_OUT else None
    return remote or local_failure(told, said)


def remote_failure(command: str, told: str, said: str) -> RunbookError | None:
    """The error for a failure to reach another repository, or of that one to agree; else None.

    Only a push can have changed anything elsewhere; whether it may have is read from how far it
    came: a host that could not be reached, or that answered its first question with an error, has
    been sent nothing.
    """
    if moved := MOVED.search(said):
        return Refused(f"{told}\n{moved_on(moved[1])}")
    if MISSING.search(said):
        return Failed(f"{told}\nCheck the address, and that there is a repository.")
    if DENIED.search(said):
        return AccessDenied(
            f"{told}\nExpected an account that may do this; check the address, the token or key, "
            "its rights and whether it has expired."
        )
    if NEVER_SENT.search(said):
        return Unavailable(f"{told}\n{REACH}", may_have_acted=False)
    if REJECTED.search(said):
        return Conflict(f"{told}\nSomebody else changed it meanwhile: look at it, then run again.")
    if DECLINED.search(said):
        return Refused(f"{told}\nThe server's own rules refuse it; ask whoever keeps them.")
    if LOST.search(said):
        return Unavailable(f"{told}\n{REACH}", may_have_acted=command == "push")
    return None


def moved_on(url: str) -> str:
    """What to do about an address that leads elsewhere."""
    from runbook_lib.services.git.moved import new_address

    there = mask_passwords(new_address(url))
    return (
        f"The repository was renamed or transferred: it is at {there or 'another address'} now. "
        "Name it so in the profile, and in your clone (git remote set-url)."
    )


def local_failure(told: str, said: str) -> RunbookError:
    """The error for a failure that has nothing to do with another machine."""
    if NOBODY.search(said):
        return Refused(
            f"{told}\nGit does not know who you are: git config --global user.name and user.email."
        )
    if DUBIOUS.search(said):
        return Refused(f"{told}\nThe folder belongs to somebody else: use a clone of your own.")
    return Failed(told)
