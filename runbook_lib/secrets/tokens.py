"""What secrets look like in a text, where nobody has said that there is one: well-known tokens.

By the beginnings that their services document, so that a leaked one can be told.
"""

import math
import re
from collections import Counter
from collections.abc import Iterator

from runbook_lib.frozen import frozen

TOKENS = {
    # docs.github.com, "About authentication to GitHub", GitHub's token formats
    "a GitHub token": r"\b(?:gh[pousr]_\w{36,}|github_pat_\w{50,})",
    # docs.gitlab.com, "GitLab token overview", token prefixes
    "a GitLab token": r"\bgl(?:pat|oas|dt|rt|rtr|cbt|ptt|ft|imt|agent|soat|ffct)-[\w-]{20,}",
    # api.slack.com, "Token types" and "Sending messages using incoming webhooks"
    "a Slack token": r"\bxox[abeoprs](?:\.xox[bp])?-[\w-]{10,}|\bxapp-\d-[\w-]{10,}",
    "a Slack webhook": r"hooks\.slack\.com/(?:services|workflows|triggers)/[\w/]{20,}",
    # docs.aws.amazon.com, IAM, "Understanding unique ID prefixes"
    "an AWS access key": r"\b(?:AKIA|ASIA)[A-Z2-7]{16}\b",
    "a Google API key": r"\bAIza[\w-]{35}",
    "a PyPI token": r"\bpypi-AgE[\w-]{50,}",
    "an npm token": r"\bnpm_[A-Za-z0-9]{36}",
    "a Grafana token": r"\bgl(?:sa|c)_[\w=-]{32,}",
    "a Sentry token": r"\bsntry[su]_[\w=+/-]{32,}",
    "a Docker Hub token": r"\bdckr_(?:pat|oat)_[\w-]{20,}",
    "a HashiCorp Vault token": r"\bhv[sbr]\.[\w-]{24,}",
    "a Stripe key": r"\b[rs]k_live_\w{16,}",
    "a SendGrid key": r"\bSG\.[\w-]{16,}\.[\w-]{32,}",
    "a Matrix token": r"\bsyt_[\w=-]+_\w{20}_\w{6}",
    "a JSON web token": r"\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}",
    "a private key": r"-----BEGIN [A-Z ]*PRIVATE KEY(?: BLOCK)?-----",
    "a password in an address": r"://[^/\s:@'\"{}$<]{0,256}:[^/\s@'\"{}$<•*]{3,1024}@",
}
"""Patterns of what is a secret, whatever stands around it."""
FORMS = {name: re.compile(pattern) for name, pattern in TOKENS.items()}
RANDOM = re.compile(r"(?<![\w+])(?=[\w+]*[a-z])(?=[\w+]*[A-Z])(?=[\w+]*\d)[\w+]{24,}={0,2}")
"""What may be random: long, of small and great letters and digits."""
BITS = 4.2
"""Shannon's entropy of a character from which on a text is hardly anybody's words."""


@frozen
class Token:
    """What looks like a secret: what it seems to be, where it begins, and the secret."""

    what: str
    start: int
    value: str

    @property
    def begins(self) -> str:
        """Its beginning, by which its owner knows it again."""
        return f"{self.value[:4]}…"


def find_tokens(text: str) -> Iterator[Token]:
    """The well-known secrets in a text."""
    for what, form in FORMS.items():
        for found in form.finditer(text):
            yield Token(what, found.start(), found[0])


def find_random(text: str) -> Iterator[Token]:
    """What may be a secret, for it looks random and is no token that is known."""
    known = [*find_tokens(text)]
    for found in RANDOM.finditer(text):
        inside = any(one.start <= found.start() < one.start + len(one.value) for one in known)
        if entropy(found[0]) >= BITS and not inside:
            yield Token("a random text", found.start(), found[0])


def hide_tokens(text: str) -> str:
    """A text with each of these cut down to its beginning."""
    for token in (*find_tokens(text), *find_random(text)):
        text = text.replace(token.value, token.begins)
    return text


def entropy(text: str) -> float:
    """Shannon's entropy of a text, in bits a character."""
    shares = [count / len(text) for count in Counter(text).values()]
    return -sum(share * math.log2(share) for share in shares)
