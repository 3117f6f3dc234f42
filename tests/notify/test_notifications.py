"""Who is told of a run hears of each thing once, with what to do, at real receivers."""

import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from runbook_lib.errors import Refused, Waiting
from runbook_lib.journal.journal import Journal
from runbook_lib.journal.session import JOURNAL, Home
from runbook_lib.profile import NotifySettings
from runbook_lib.run.notices import end_notice, gate_notice, go_on_command, reminder
from runbook_lib.run.notifying import Notifier
from runbook_lib.secrets.masking import Masking, Secret
from runbook_lib.services.apprise import secrets_in
from runbook_lib.steps.decisions import record_decision
from runbook_lib.steps.gate import Gates, Unanswered
from runbook_lib.steps.patience import Patience
from runbook_lib.steps.runner import Runner
from runbook_lib.steps.step import check
from tests.conftest import Quiet
from tests.notify.receivers import Hook, open_hook, open_mailbox
from tests.steps.test_gate import decided

RUN = "release/tidewatch/1.9"
COMMAND = "runbook run release -p profile=team"
PARAMETERS = {"profile": "team", "version": "", "plan": False}
TOKEN = "tok3n-4f9a77c1d2"


class Session:
    """One session of a run, with a step that comes to what it is told."""

    def __init__(
        self, home: Home, name: str, settings: NotifySettings, secrets: dict[str, str], run: str
    ) -> None:
        self.masking = Masking(map(Secret, secrets.values()))
        self.said: list[str] = []
        self.journal = Journal(
            home.session_folder(name) / JOURNAL, session=name, operator="olive", mask=self.masking
        )
        self.journal.append("opened", runbook="release", parameters=PARAMETERS)
        if run:
            self.journal.join(run, home.run_folder(run) / "sessions")
        patience = Patience(settling=(0.0,), waiting=0.0)
        self.runner = Runner(self.journal, Quiet(), patience=patience, sleep=lambda _: None)
        self.gates = Gates(self.runner, approver=None)
        self.notifier = Notifier(
            settings,
            self.journal,
            home,
            runbook="release",
            secret=secrets.__getitem__,
            masking=self.masking,
        )

    @check
    def await_merge(self, pull: int, outcome: type[Exception], why: str) -> None:
        raise outcome(why)

    def ask(self, text: str) -> None:
        """Run a gate's cell."""
        try:
            self.gates.approve("changelog", text, title="The changelog of 1.9")
        except Unanswered as waiting:
            self.notifier.tell(gate_notice(waiting.question), self.said.append)

    def stop(self, outcome: type[Exception], why: str) -> "Session":
        """Come to a step that ends the session."""
        with pytest.raises(outcome):
            self.await_merge(7, outcome, why)
        return self.end()

    def close(self, result: str) -> "Session":
        self.journal.append("closed", result=result)
        return self.end()

    def end(self) -> "Session":
        notice = end_notice(self.journal.own)
        assert notice is not None
        self.notifier.tell(notice, self.said.append)
        self.journal.close()
        return self

    def events(self, kind: str) -> list[dict[str, object]]:
        return [event.said for event in self.journal.own if event.kind == kind]


class World:
    """A home with sessions one after the other, and whom to tell."""

    def __init__(self, folder: Path, to: str, on: tuple[str, ...] = ()) -> None:
        self.home = Home(folder)
        self.settings = NotifySettings.model_validate({"to": [to], **({"on": on} if on else {})})
        self.secrets: dict[str, str] = {}
        self.opened = 0

    def open(self, run: str = RUN) -> Session:
        self.opened += 1
        name = f"s{self.opened:03}"
        return Session(self.home, name, self.settings, self.secrets, run)


@pytest.fixture
def hook() -> Iterator[Hook]:
    with open_hook() as found:
        yield found


@pytest.fixture
def world(tmp_path: Path, hook: Hook) -> World:
    return World(tmp_path, hook.address)


def test_a_gate_is_told_once_until_what_it_asks_changes(world: World, hook: Hook) -> None:
    for _ in range(3):
        session = world.open()
        session.ask("an entry")
        session.ask("an entry")
        session.end()
    assert hook.titles == [f"… {RUN}: The changelog of 1.9"]
    world.open().ask("another entry")
    world.open().ask("an entry")
    assert len(hook.received) == 2


def test_what_is_told_of_a_gate_says_how_to_answer_it(world: World, hook: Hook) -> None:
    world.open().ask("an entry")
    (told,) = hook.received
    assert f"runbook show {RUN} --gate changelog" in told["message"]
    assert f"runbook approve {RUN} changelog --digest " in told["message"]
    assert "an entry" not in told["message"]


def test_a_wait_over_many_sessions_is_told_once_until_it_waits_for_something_else(
    world: World, hook: Hook
) -> None:
    for minutes in range(10):
        world.open().stop(Waiting, f"pull request 7 is not merged; waited {minutes} s; run again")
    world.open().stop(Waiting, "pull request 7 has changes requested; waited 9 s; run this again")
    world.open().stop(Waiting, "pull request 7 is not merged; waited 9 s; run this again")
    assert hook.titles == [
        f"… {RUN}: waiting: pull request 7 is not merged",
        f"… {RUN}: waiting: pull request 7 has changes requested",
        f"… {RUN}: waiting: pull request 7 is not merged",
    ]
    assert hook.received[0]["message"].endswith(f"To go on: {COMMAND}")


def test_the_command_that_goes_on_gives_what_was_given_as_it_is_read() -> None:
    given = {
        "retries": 0,
        "cold": False,
        "hosts": ["a", "b"],
        "note": "",
        "plan": False,
        "of": None,
    }
    command = go_on_command("grind", given)
    assert command == """runbook run grind -p retries=0 -p cold=False -p 'hosts=["a", "b"]'"""


def test_the_same_refusal_is_told_once_and_the_end_too(world: World, hook: Hook) -> None:
    for _ in range(2):
        world.open().stop(Refused, "expected green, found red")
    for _ in range(2):
        world.open().close("1.9 is published")
    assert hook.titles == [f"✘ {RUN}: refused", f"✔ {RUN}: 1.9 is published"]
    assert "expected green, found red" in hook.received[0]["message"]


def test_a_refusal_before_a_run_is_joined_is_told_once_too(world: World, hook: Hook) -> None:
    for _ in range(3):
        world.open(run="").stop(Refused, "expected a token")
    assert hook.titles == ["✘ release: refused"]


def test_nothing_is_told_that_the_profile_does_not_name(tmp_path: Path, hook: Hook) -> None:
    world = World(tmp_path, hook.address, on=("ended",))
    world.open().stop(Waiting, "not yet")
    assert hook.received == []
    world.open().close("done so")
    assert hook.titles == [f"✔ {RUN}: done so"]


def test_an_approved_gate_is_not_told(world: World, hook: Hook) -> None:
    world.settings = NotifySettings(to=())
    session = world.open()
    session.ask("an entry")
    question, _ = session.gates.asked["changelog"]
    record_decision(session.journal, decided(question, "approved", "rowan"))
    world.settings = NotifySettings(to=(hook.address,))
    world.open().ask("an entry")
    assert hook.received == []


def test_what_can_not_be_sent_stops_nothing_and_is_sent_by_the_next_session(
    world: World, hook: Hook
) -> None:
    hook.statuses = [500]
    first = world.open()
    first.ask("an entry")
    assert hook.received == []
    (line,) = first.said
    assert line.startswith(f"! {hook.address} has not heard of this (gate); the next session tries")
    assert len(first.events("not_notified")) == 1
    world.open().ask("an entry")
    assert len(hook.received) == 1


def test_a_session_that_dies_while_it_sends_is_made_up_for(world: World, hook: Hook) -> None:
    """The announcement is on disk; what was taken and not noted is sent once more, never lost."""
    session = world.open()
    said = {"on": "gate", "about": "0" * 64, "to": hook.address}
    session.journal.append("notifying", **said)
    session.journal.close()
    world.open().ask("an entry")
    assert len(hook.received) == 1
    kinds = [event.kind for event in world.open().journal.events()]
    assert kinds.count("notifying") == 2
    assert kinds.count("notified") == 1


DIES = """
import sys
from pathlib import Path
from tests.notify.test_notifications import World

World(Path(sys.argv[1]), sys.argv[2]).open().ask("an entry")
"""


def test_a_session_that_is_killed_before_the_answer_is_made_up_for(
    world: World, hook: Hook
) -> None:
    hook.hold.clear()
    command = [sys.executable, "-c", DIES, str(world.home.base), hook.address]
    died = subprocess.Popen(command, cwd=Path(__file__).parent.parent.parent)
    assert hook.asked.acquire(timeout=30)
    died.kill()
    died.wait()
    hook.hold.set()
    world.opened = 1
    world.open().ask("an entry")
    world.open().ask("an entry")
    kinds = [event.kind for event in world.open().journal.events()]
    assert kinds.count("notifying") == 2
    assert kinds.count("notified") == 1


def test_two_who_are_told_are_told_each_once(tmp_path: Path, hook: Hook) -> None:
    with open_mailbox() as mailbox:
        world = World(tmp_path, hook.address)
        world.settings = NotifySettings(to=(hook.address, mailbox.address))
        hook.statuses = [503]
        world.open().ask("an entry")
        world.open().ask("an entry")
        assert len(hook.received) == len(mailbox.mails) == 1
        (mail,) = mailbox.mails
    assert mail["to"] == "ops@example.org"
    assert mail["subject"] == f"… {RUN}: The changelog of 1.9"
    body = mail.get_body(("plain",)) or mail.get_body()
    assert body is not None
    assert f"runbook approve {RUN} changelog" in body.get_content()


def test_a_private_run_tells_its_runbook_s_name_alone(tmp_path: Path, hook: Hook) -> None:
    world = World(tmp_path, hook.address)
    world.home = Home(tmp_path, "private")
    world.open().ask("CVE-2026-1 is fixed")
    world.open().stop(Waiting, "CVE-2026-1 is not deployed")
    world.open().close("CVE-2026-1 is out")
    assert hook.titles == ["… release: waiting", "… release: waiting", "✔ release: ended"]
    assert "CVE" not in str(hook.received)
    assert RUN not in str(hook.received)


def test_an_address_is_found_as_a_secret_and_is_never_shown(tmp_path: Path, hook: Hook) -> None:
    world = World(tmp_path, "OPS_URL")
    world.secrets["notify-OPS_URL"] = f"json://olive:{TOKEN}@127.0.0.1:{hook.port}/hook"
    hook.statuses = [500, 401]
    first = world.open()
    first.ask("an entry")
    world.open().ask("an entry")
    world.open().ask(f"an entry with {TOKEN}")
    assert len(hook.received) == 1
    kept = b"".join(path.read_bytes() for path in tmp_path.rglob(JOURNAL))
    assert TOKEN.encode() not in kept
    assert TOKEN not in str(first.said)
    assert first.said[0].startswith("! OPS_URL has not heard of this")


def test_an_address_that_apprise_does_not_know_is_told_without_it(tmp_path: Path) -> None:
    world = World(tmp_path, "OPS_URL")
    world.secrets["notify-OPS_URL"] = f"nosuch://{TOKEN}"
    session = world.open()
    session.ask("an entry")
    assert "expected one of Apprise's addresses" in session.said[0]
    assert TOKEN not in session.said[0]


def test_each_part_of_a_secret_address_is_masked() -> None:
    masking = Masking([Secret(f"slack://T1JJ3T3L2/A1BRTD4JD/{TOKEN}/#releases")])
    shown = masking(f"T1JJ3T3L2 A1BRTD4JD {TOKEN} #releases")
    assert shown == "••• ••• ••• #releases"


def test_what_apprise_calls_private_is_masked_once_it_is_sent() -> None:
    import apprise

    found = apprise.Apprise.instantiate("slack://TJJTTLTAA/ABRTDJDAA/TIiajkdnlazkcOXrIdevi/#all")
    assert {one.value for one in secrets_in(found)} == {
        "TJJTTLTAA",
        "ABRTDJDAA",
        "TIiajkdnlazkcOXrIdevi",
    }


@pytest.mark.parametrize(
    "to",
    [
        "OPS_URL",
        "mailto://ops@example.org",
        "mailtos://mail.example.org/?from=a@example.org&to=b@example.org",
        "json://127.0.0.1:8000/hook",
    ],
)
def test_a_name_or_an_address_without_a_secret_may_stand_in_the_profile(to: str) -> None:
    assert NotifySettings(to=(to,)).to == (to,)


@pytest.mark.parametrize(
    "to",
    [
        f"mailto://ops:{TOKEN}@example.org",
        f"mailto://ops%3A{TOKEN}@example.org",
        f"mailto://example.org/?pass={TOKEN}",
        f"json://{TOKEN}@example.org/hook",
        f"json://example.org/?+X-Token={TOKEN}",
        f"slack://T1JJ3T3L2/A1BRTD4JD/{TOKEN}",
        f"https://hooks.slack.com/services/T1/B1/{TOKEN}",
        f"tgram://{TOKEN}/12315544",
        "mailto://",
        "ops@example.org",
    ],
)
def test_an_address_with_a_place_for_a_secret_may_not(to: str) -> None:
    with pytest.raises(ValueError, match="expected the name under which an address is kept"):
        NotifySettings(to=(to,))


def test_the_schemas_that_may_stand_open_have_no_secret_but_a_password() -> None:
    """By Apprise's own description of them."""
    import apprise

    from runbook_lib.profile.notify import HARMLESS, OPEN_SCHEMAS

    for schema in OPEN_SCHEMAS:
        plugin = apprise.Apprise.instantiate(f"{schema}://ops@example.org")
        assert plugin is not None
        tokens = plugin.template_tokens.items()
        assert [name for name, said in tokens if said.get("private")] == ["password"]
        private = {name for name, said in plugin.template_args.items() if said.get("private")}
        assert not private & HARMLESS


def test_the_command_that_goes_on_gives_every_parameter_as_it_is_read() -> None:
    given = {"names": ["a.example", "b"], "copies": 0, "quiet": False, "plan": False, "tag": ""}
    parts = shlex.split(go_on_command("tls", given))
    assert parts[3::2] == ["-p"] * 3
    assert parts[4::2] == ['names=["a.example", "b"]', "copies=0", "quiet=False"]


def test_a_wait_is_reminded_of_once_whatever_they_are_told_of_by_themselves(
    tmp_path: Path, hook: Hook
) -> None:
    world = World(tmp_path, hook.address, on=("failed",))
    session = world.open()
    state = "waiting for a review of #4 by ada; 3 checks are left"
    notice = reminder(RUN, state, "https://github.example/o/n/pull/4", "ada")
    assert session.notifier.remind(notice) == f"Reminded: {hook.address}."
    later = reminder(RUN, state.replace("3", "2"), "https://github.example/o/n/pull/4", "ada")
    assert session.notifier.remind(later) == "They have been reminded of this before."
    [told] = hook.received
    assert told["title"] == f"… {RUN} still waits"
    assert "It waits for ada." in told["message"] and "/pull/4" in told["message"]
    assert [one["on"] for one in session.events("notified")] == ["reminder"]
    session.stop(Waiting, "not merged")
    assert len(hook.received) == 1, "an ending is told as the profile says"
