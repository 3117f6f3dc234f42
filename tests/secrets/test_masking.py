"""Redaction: a secret is found in every form it is written in, however its text is cut."""

import base64
import html
import json
import shlex
import time
from itertools import pairwise
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from runbook_lib.secrets.masking import (
    MASK,
    Masking,
    Secret,
    StreamMasking,
    environment_secrets,
    holds_secret,
)

VALUE = "s3cr3t/To+ken=<&'\"é"
KEY = """-----BEGIN OPENSSH PRIVATE KEY-----
b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZW
QyNTUxOQAAACDNxYbX1n0Zp2FAKEFAKEFAKEFAKEFAKEFAKEFAKEFAKEAAAAJgq6u0dKur
AAAAAA==
-----END OPENSSH PRIVATE KEY-----
"""
# Letters that addresses and secrets share, so that one is often found inside the other.
LETTERS = st.text(alphabet="abht:/@p s•\n", max_size=60)
SECRETS = st.lists(st.text(alphabet="abht:/@ps", min_size=4, max_size=12), max_size=4)


@given(st.text(min_size=8).filter(lambda text: text.strip() == text), st.text(), st.text())
def test_a_secret_is_masked_as_it_is_and_in_its_encodings(
    value: str, before: str, after: str
) -> None:
    mask = Masking([Secret(value)])
    coded = base64.b64encode(f"{before}{value}{after}".encode()).decode()
    for text in (f"{before}{value}{after}", quote(value, safe=""), coded):
        assert MASK in mask(text)


@pytest.mark.parametrize(
    "written",
    [
        VALUE,
        quote(VALUE),
        quote(VALUE, safe=""),
        quote_plus(VALUE),
        quote(VALUE, safe="").lower().replace("s3cr3t%2fto", "s3cr3t%2fTo"),
        json.dumps(VALUE),
        json.dumps(VALUE, ensure_ascii=False),
        repr(VALUE),
        html.escape(VALUE),
        html.escape(VALUE, quote=False),
        shlex.quote(VALUE),
        VALUE.encode().hex(),
        VALUE.encode().hex().upper(),
        *(base64.b64encode(f"{'x' * lead}{VALUE}:y".encode()).decode() for lead in range(4)),
        *(base64.urlsafe_b64encode(f"{'x' * lead}{VALUE}".encode()).decode() for lead in range(3)),
        quote(base64.b64encode(VALUE.encode()).decode(), safe=""),
    ],
)
def test_each_usual_form_of_a_secret_is_masked(written: str) -> None:
    shown = Masking([Secret(VALUE)])(f"before {written} after")
    assert MASK in shown
    assert written not in shown
    assert shown.startswith("before ")
    assert shown.endswith(" after")


def test_of_a_private_key_each_line_is_masked_also_alone() -> None:
    mask = Masking([Secret(KEY)])
    for line in KEY.splitlines()[1:-1]:
        assert mask(f"found {line} in the log") == f"found {MASK} in the log"
    assert KEY.splitlines()[1] not in mask(json.dumps({"key": KEY}))
    assert MASK in mask(base64.b64encode(KEY.encode()).decode())


def test_a_line_that_every_private_key_has_is_no_secret() -> None:
    text = "expected -----BEGIN OPENSSH PRIVATE KEY-----, found nothing"
    assert Masking([Secret(KEY)])(text) == text


def test_a_secret_cut_by_the_colours_of_a_traceback_is_masked() -> None:
    mask = Masking([Secret("abc-def-123")])
    text = "\x1b[32mlogin\x1b[39m(abc\x1b[38;5;241m-\x1b[39mdef\x1b[38;5;241m-\x1b[39m123)"
    assert mask(f"{text}\n\x1b[31mred\x1b[0m") == f"login({MASK})\n\x1b[31mred\x1b[0m"


@pytest.mark.parametrize(
    ("said", "hidden"),
    [
        ("https://ghp_token@github.com/one", "ghp_token"),
        ("https://ghp_token:@github.com/one", "ghp_token"),
        ("https://ghp_token:x-oauth-basic@github.com/one", "ghp_token"),
        ("postgres://olive:hunter2@db/x", "hunter2"),
        ("redis://:hunter2@cache/0", "hunter2"),
    ],
)
def test_a_token_or_password_in_an_address_is_masked(said: str, hidden: str) -> None:
    assert holds_secret(said)
    assert hidden not in Masking()(f"git clone {said}")
    assert Masking()(said).endswith(said.rpartition("@")[2])


def test_an_address_without_a_secret_stays_as_it_is() -> None:
    said = "see https://example.org:8080/a@b, git@github.com:team/one, ssh://git@host/x"
    assert Masking()(said) == said


def test_short_texts_are_not_masked_for_they_stand_everywhere() -> None:
    assert Masking([Secret("a")])("a plain text") == "a plain text"


@given(SECRETS, LETTERS)
@example(["https"], "https://https@h")
def test_masking_twice_is_masking_once(values: list[str], text: str) -> None:
    mask = Masking(map(Secret, values))
    assert mask(mask(text)) == mask(text)


@given(SECRETS, LETTERS)
def test_no_secret_is_left_and_no_other_text_is_lost(values: list[str], text: str) -> None:
    mask = Masking(map(Secret, values))
    shown = mask(text)
    pieces = shown.split(MASK)
    place = 0
    for piece in pieces:
        assert text.find(piece, place) >= 0
        place = text.find(piece, place) + len(piece)
    if not any(form in text for form in mask.forms) and not holds_secret(text):
        assert shown == text
    assert not any(form in shown for form in mask.forms)


@given(SECRETS, LETTERS, st.lists(st.integers(0, 60)))
@example(["abab", "ababab"], "xabababab", [3, 4, 5, 6, 7, 8])
@example([], "see https://token@host", [3, 6, 9, 12, 15])
@example([], "https://user:pass@h p://:x@", list(range(30)))
def test_a_text_cut_anywhere_is_masked_as_the_whole(
    values: list[str], text: str, cuts: list[int]
) -> None:
    mask = Masking(map(Secret, values))
    places = [0, *sorted(min(cut, len(text)) for cut in cuts), len(text)]
    stream, whole = StreamMasking(mask), StreamMasking(mask)
    cut = [stream.feed(text[a:b]) for a, b in pairwise(places)]
    assert "".join([*cut, stream.flush()]) == whole.feed(text) + whole.flush()
    ended = StreamMasking(mask)
    assert ended.feed(text + "\n!\n") + ended.flush() == mask(text + "\n!\n")


def test_what_may_become_a_secret_is_held_back_until_it_is_known() -> None:
    stream = StreamMasking(Masking([Secret("hunter2-and-more")]))
    assert stream.feed("the word is hunter2") == "the word is "
    assert stream.feed("-and-more!\n") == f"{MASK}!\n"
    assert stream.feed("hunting\nhun") == "hunting\n"
    assert stream.flush() == "hun"
    stream.feed("hunter2-")
    assert stream.flush() == MASK


def test_variables_whose_names_tell_of_a_secret_are_found() -> None:
    environment = {
        "GITHUB_TOKEN": "ghp_0123456789",
        "DB_PASSWORD": "hunter2x",
        "BUGZILLA_API_KEY": "key-of-bugzilla",
        "SIGNING_KEY": "a-key-to-sign",
        "SLACK_WEBHOOK_URL": "https://hooks.slack.example/T0/B0/xyz",
        "DATABASE_URL": "postgres://olive:in-the-address@db/x",
        "SSH_AUTH_SOCK": "/tmp/agent.1",
        "TOKEN_FILE": "kept/elsewhere",
        "USE_TOKEN": "true",
        "PIN_KEY": "1234",
        "HOME": "/home/olive",
    }
    found = {secret.value for secret in environment_secrets(environment)}
    assert found == {
        "ghp_0123456789",
        "hunter2x",
        "key-of-bugzilla",
        "a-key-to-sign",
        "https://hooks.slack.example/T0/B0/xyz",
        "in-the-address",
    }


def test_five_megabytes_are_masked_in_moments() -> None:
    """The bound is a hundred times what it takes: it is there for what grows by squares."""
    values = [f"{number:x}-secret-{number * 7919:x}" for number in range(30)]
    mask = Masking([*map(Secret, values), Secret(KEY)])
    text = "2026-11-23 pushed https://example.org/a/b to origin, 200 OK\n" * 87_000
    before = time.process_time()
    assert mask(f"{text}{values[7]}") == f"{text}{MASK}"
    assert time.process_time() - before < 60
