"""Signatures: which key is expected, whether signing works, and who signed a tag."""

import re
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Literal

from runbook_lib.errors import Failed, Refused
from runbook_lib.frozen import frozen
from runbook_lib.policy.visible import Shown
from runbook_lib.programs import Answer
from runbook_lib.services.git.git import EMPTY_TREE, Git, configured
from runbook_lib.services.git.history import SHORT, first_words

IDENTITY = r"^(user\.(name|email|signingkey)|gpg\..*|tag\.gpgsign|commit\.gpgsign)$"
SSH_GOOD = re.compile(
    r'^Good "git" signature (?:for (.*) )?with (\S+) key (SHA256:\S+)', re.MULTILINE
)
NOT_GOOD = ("EXPSIG", "EXPKEYSIG", "REVKEYSIG", "BADSIG", "ERRSIG")
WHAT_TO_DO = (
    "set user.signingkey (and gpg.format = ssh for an SSH key) in git's configuration, see that "
    "the key has not expired, that its agent is unlocked, and that ssh-keygen (OpenSSH) or gpg is "
    "installed, then run this again"
)


@frozen
class Signature(Shown):
    """A good signature: who signed, and the fingerprints of the key (its own, its primary key's).

    `listed` says whether the signer is in the list of allowed signers, where there is such a list.
    """

    signer: str
    fingerprints: tuple[str, ...]
    listed: bool | None = None

    def __str__(self) -> str:
        return f"{self.signer or 'a key that is not listed'} ({self.fingerprints[0]})"


@frozen
class Signing:
    """How tags are signed, and by whose keys: `expected` are fingerprints.

    What is not given is what git is set up for; without `expected`, and without an allowed signers
    file (https://git-scm.com/docs/git-config#Documentation/git-config.txt-gpgsshallowedSignersFile),
    it is the very key that git signs with.
    """

    format: Literal["openpgp", "ssh"] | None = None
    key: str = ""
    expected: tuple[str, ...] = ()
    allowed_signers: Path | None = None

    def settings(self) -> dict[str, str]:
        """The same as git's settings."""
        given = {
            "gpg.format": self.format,
            "user.signingkey": self.key,
            "gpg.ssh.allowedSignersFile": self.allowed_signers and str(self.allowed_signers),
        }
        return {name: value for name, value in given.items() if value}

    def accepts(self, signature: Signature) -> bool:
        """Whether the signature is by one of the expected keys."""
        wanted = {plain(fingerprint) for fingerprint in self.expected}
        return bool(wanted.intersection(map(plain, signature.fingerprints)))


@frozen
class SignedTag(Shown):
    """An annotated tag: its own id, the commit that it stands for, and who signed it."""

    name: str
    commit: str
    id: str
    signature: Signature

    def __str__(self) -> str:
        return f"{self.name} at {self.commit:.{SHORT}}, signed by {self.signature}"


def plain(fingerprint: str) -> str:
    """A fingerprint as it is compared: OpenPGP's are written with spaces, and in either case."""
    return (
        fingerprint if fingerprint.startswith("SHA256:") else fingerprint.replace(" ", "").upper()
    )


def read_identity(git: Git) -> dict[str, str]:
    """Who commits and signs here: git's settings that are in force, by name.

    A path among them is made absolute, for the settings are to be used in other folders.
    """
    answer = git.look_up("config", "-z", "--includes", "--get-regexp", IDENTITY)
    found = dict(field.split("\n", 1) for field in answer.fields if "\n" in field)
    return {name: absolute(git.folder, name, value) for name, value in found.items()}


def identity_of(clones: Iterable[Path]) -> dict[str, str]:
    """Who commits and signs in the first of these clones that is there; nothing where none is."""
    there = next((clone for clone in clones if clone.is_dir()), None)
    return read_identity(Git(there)) if there else {}


def absolute(folder: Path, name: str, value: str) -> str:
    """A setting that names a file, as a path from the root where that file is there."""
    if name not in ("user.signingkey", "gpg.ssh.allowedsignersfile"):
        return value
    if value.startswith(("key::", "ssh-", "ecdsa-", "sk-")):
        return value
    path = folder / Path(value).expanduser()
    return str(path) if path.is_file() else value


def prove(git: Git, signing: Signing) -> Signature:
    """The signature that git makes here: on a throwaway tag, in a repository of its own.

    Raises `Refused` where no key is set up or it does not work.
    """
    with tempfile.TemporaryDirectory(prefix="runbook-") as folder:
        environment = signing_environment(git, signing)
        here = Git(Path(folder), environment, whose="nobody's")
        here.run("init", "--quiet", "--bare", "--template=", "--object-format=sha1")
        said = ""
        try:
            tag = ("tag", "--sign", "--file=-", "proof", EMPTY_TREE)
            said = here.run(*tag, stdin=b"proof").said
            # Where it can't find an SSH key, git makes an unsigned tag, and ends with status 0.
            return verify(here, "refs/tags/proof", signing)
        except (Failed, Refused) as error:
            why = f" (git said: {first_words(said, 200)})" if said else ""
            raise Refused(
                f"expected that git can sign, found: {error}{why}; {WHAT_TO_DO}"
            ) from error


def signing_environment(git: Git, signing: Signing) -> Mapping[str, str]:
    """The environment of a git that signs elsewhere as it would in the folder of `git`."""
    return configured(git.environment, {**read_identity(git), **signing.settings()})


def verify(git: Git, tag: str, signing: Signing) -> Signature:
    """The signature of a tag (by its full name), if it is good; raises `Refused` if it is not.

    A good signature says nothing yet of whose key it was made with.
    """
    names = {name.lower() for name in {**read_identity(git), **signing.settings()}}
    has_list = "gpg.ssh.allowedsignersfile" in names
    # git verifies no SSH signature without a list, were it an empty one.
    nobody = {} if has_list else {"gpg.ssh.allowedSignersFile": "/dev/null"}
    environment = configured(git.environment, {**signing.settings(), **nobody})
    answer = replace(git, environment=environment).ask("verify-tag", "--raw", tag)
    signature = openpgp_signature(answer) or ssh_signature(answer, has_list=has_list)
    if signature is None:
        found = first_words(answer.said, 200) or "none"
        raise Refused(f"expected a good signature on {tag}, found: {found}")
    return signature


def openpgp_signature(answer: Answer) -> Signature | None:
    """A good OpenPGP signature by a key that is in force.

    The lines: https://github.com/gpg/gnupg/blob/master/doc/DETAILS (GOODSIG, VALIDSIG).
    """
    lines = [line.split(" ") for line in answer.said.splitlines() if line.startswith("[GNUPG:] ")]
    said = {line[1]: line[2:] for line in lines}
    if answer.status or "GOODSIG" not in said or "VALIDSIG" not in said:
        return None
    if any(word in said for word in NOT_GOOD):
        return None
    key, primary = said["VALIDSIG"][0], said["VALIDSIG"][-1]
    return Signature(" ".join(said["GOODSIG"][1:]), tuple(dict.fromkeys((key, primary))))


def ssh_signature(answer: Answer, *, has_list: bool) -> Signature | None:
    """A good SSH signature; its signer is the principal in the list of allowed signers, if any."""
    found = SSH_GOOD.search(answer.said)
    if found is None:
        return None
    listed = answer.status == 0 if has_list else None
    return Signature(found[1] or f"{found[2]} key", (found[3],), listed)
