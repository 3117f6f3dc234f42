"""What secrets look like in a text where nobody has said that there is one."""

import hashlib
import string
from random import Random

import pytest

from runbook_lib.secrets.tokens import find_random, find_tokens, hide_tokens

MADE = string.ascii_letters + string.digits


def made(length: int, seed: int = 0) -> str:
    return "".join(Random(seed).choices(MADE, k=length))


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (f"ghp_{made(36)}", "a GitHub token"),
        (f"ghs_{made(36)}", "a GitHub token"),
        (f"github_pat_{made(22)}_{made(59)}", "a GitHub token"),
        (f"glpat-{made(20)}", "a GitLab token"),
        (f"xoxb-1234567890-{made(24)}", "a Slack token"),
        (f"xapp-1-A0123-{made(24)}", "a Slack token"),
        (f"https://hooks.slack.com/services/T0/B0/{made(24)}", "a Slack webhook"),
        ("AKIAIOSFODNN7EXAMPLE", "an AWS access key"),
        (f"AIza{made(35)}", "a Google API key"),
        (f"pypi-AgEIcHlwaS5vcmc{made(60)}", "a PyPI token"),
        (f"npm_{made(36)}", "an npm token"),
        (f"glsa_{made(32)}_0a1b2c3d", "a Grafana token"),
        (f"sntrys_{made(60)}", "a Sentry token"),
        (f"dckr_pat_{made(27)}", "a Docker Hub token"),
        (f"hvs.{made(24)}", "a HashiCorp Vault token"),
        (f"sk_live_{made(24)}", "a Stripe key"),
        (f"SG.{made(22)}.{made(43)}", "a SendGrid key"),
        (f"syt_b2xpdmU_{made(20)}_0a1B2c", "a Matrix token"),
        (f"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJvbGl2ZSJ9.{made(43)}", "a JSON web token"),
        ("-----BEGIN OPENSSH PRIVATE KEY-----", "a private key"),
        ("-----BEGIN PGP PRIVATE KEY BLOCK-----", "a private key"),
        ("postgresql://olive:hunter22@db.example/x", "a password in an address"),
    ],
)
def test_a_well_known_secret_is_told_wherever_it_stands(text: str, what: str) -> None:
    around = f"token = '{text}'  # of the index"
    found = [*find_tokens(around)]
    assert [one.what for one in found] == [what]
    assert around[found[0].start :].startswith(found[0].value)
    assert found[0].value not in hide_tokens(around)


@pytest.mark.parametrize(
    "text",
    [
        "https://{user}:{password}@host/",
        "https://$USER:$PASSWORD@host/",
        "ssh://git@github.com:22/harbor/tidewatch",
        "https://example.org/a:b/c@d",
        "the prefix ghp_ of a token",
        "commit 3f2c81d09ab1c0de3f2c81d09ab1c0de3f2c81d0",
        "task-runner-of-the-harbor",
    ],
)
def test_what_only_reminds_of_one_is_none(text: str) -> None:
    assert [*find_tokens(text), *find_random(text)] == []
    assert hide_tokens(text) == text


@pytest.mark.parametrize("seed", range(20))
def test_what_is_random_may_be_a_secret(seed: int) -> None:
    text = made(40, seed)
    assert [one.value for one in find_random(f'key = "{text}"')] == [text]


@pytest.mark.parametrize(
    "text",
    [
        "aVeryLongNameOfAVariable2InCamelCase",
        "docs/release_2026/The_Checklist_Of_The_Harbour",
        "7b1d3c5e-2f4a-4c6e-8b0d-1a2b3c4d5e6f",
        hashlib.sha256(b"a file").hexdigest(),
    ],
)
def test_what_people_write_is_not_random(text: str) -> None:
    assert [*find_random(text)] == []


def test_a_known_secret_is_not_told_twice() -> None:
    assert [*find_random(f"ghp_{made(36)}")] == []
