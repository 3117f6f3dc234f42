"""Who answers proves who they are, whatever is set up: nothing is sent to whoever does not."""

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from socket import create_server

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from runbook_lib.errors import Failed, RunbookError, UsageError
from runbook_lib.release.rehearsal import state_digest
from runbook_lib.services.calendar.source import Source
from runbook_lib.services.git.git import Git, configured
from runbook_lib.services.http import open_session, send
from tests.conftest import MakeRunner
from tests.services.git.conftest import git, home
from tests.services.test_http import ASKS

__all__ = ["home"]
DAY = timedelta(days=1)
OFF = {
    "nothing set": {},
    "requests without a bundle": {"REQUESTS_CA_BUNDLE": ""},
    "curl without a bundle": {"CURL_CA_BUNDLE": ""},
    "Python's old switch": {"PYTHONHTTPSVERIFY": "0"},
    "git's switch": {"GIT_SSL_NO_VERIFY": "1"},
    "git's switch, set to nothing": {"GIT_SSL_NO_VERIFY": ""},
    "git's settings in the environment": {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "http.sslVerify",
        "GIT_CONFIG_VALUE_0": "false",
    },
    "git's settings as its options are handed on": {
        "GIT_CONFIG_PARAMETERS": "'http.sslVerify=false'"
    },
}
"""What is in environments that others have set up."""


class Impostor:
    """Somebody who answers in another's name, with a certificate that they made themselves."""

    def __init__(self, folder: Path) -> None:
        self.heard: list[bytes] = []
        self.asked = 0
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self_signed(folder))
        self.listener = create_server(("127.0.0.1", 0))
        self.url = f"https://127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self.serve, args=(context,), daemon=True).start()

    def serve(self, context: ssl.SSLContext) -> None:
        """Take each connection; whoever trusts it says what they want."""
        with suppress(OSError):
            while True:
                there, _ = self.listener.accept()
                self.asked += 1
                with suppress(OSError), there, context.wrap_socket(there, server_side=True) as tls:
                    self.heard.append(tls.recv(65536))


def self_signed(folder: Path) -> Path:
    """A certificate for this machine that nobody vouches for, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - DAY)
        .not_valid_after(now + DAY)
        .sign(key, hashes.SHA256())
    )
    form, plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    pem = serialization.Encoding.PEM
    path = folder / "impostor.pem"
    path.write_bytes(key.private_bytes(pem, form, plain) + made.public_bytes(pem))
    return path


@pytest.fixture
def impostor(tmp_path: Path) -> Iterator[Impostor]:
    made = Impostor(tmp_path)
    yield made
    made.listener.close()
    assert made.asked and b"".join(made.heard) == b""


@pytest.fixture(params=OFF)
def switched_off(
    request: pytest.FixtureRequest, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in OFF[request.param].items():
        monkeypatch.setenv(name, value)


@pytest.mark.usefixtures("switched_off")
def test_no_service_is_told_anything_by_a_request_that_nobody_answers_for(
    impostor: Impostor, make_runner: MakeRunner
) -> None:
    for ask in ASKS.values():
        with pytest.raises(RunbookError):
            ask(impostor.url, make_runner())
    with pytest.raises(Failed, match="no certificate to trust"):
        Source(f"{impostor.url}/secret.ics").read()
    with pytest.raises(Failed, match="to prove who it is"):
        send(open_session("https://github.example"), "GET", impostor.url)


@pytest.mark.usefixtures("switched_off")
def test_git_sends_no_token_to_whom_nobody_answers_for(impostor: Impostor, tmp_path: Path) -> None:
    here = Git(tmp_path, configured({}, {"http.extraHeader": "Authorization: Basic canary"}))
    with pytest.raises(Failed, match="certificate"):
        here.run("ls-remote", "--", f"{impostor.url}/tide.git")
    with pytest.raises(UsageError, match="certificate"):
        state_digest(f"{impostor.url}/tide.git", "")


FORMS: dict[str, Callable[[str], str]] = {
    "everywhere": lambda _: "http.sslVerify",
    "at its host": lambda url: f"http.{url}.sslVerify",
    "at its address": lambda url: f"http.{url}/tide.git.sslVerify",
    "at any port's": lambda url: f"http.{url.replace('127.0.0.1', '*.0.0.1')}.sslVerify",
}


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("scope", ["--local", "--global"])
@pytest.mark.parametrize("form", FORMS)
def test_what_a_clone_is_set_up_with_does_not_have_git_trust_anybody(
    scope: str, form: str, impostor: Impostor, tmp_path: Path
) -> None:
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "config", scope, FORMS[form](impostor.url), "false")
    here = Git(tmp_path, configured({}, {"http.extraHeader": "Authorization: Basic canary"}))
    with pytest.raises(Failed, match="certificate"):
        here.run("ls-remote", "--", f"{impostor.url}/tide.git")
    with pytest.raises(UsageError, match="certificate"):
        state_digest(f"{impostor.url}/tide.git", "")
