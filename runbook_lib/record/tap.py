"""The tap on a kernel's own messages: each is masked before it leaves, in its place."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from runbook_lib.display.terminal import mask_terminal, resume_echo
from runbook_lib.policy.visible import coloured
from runbook_lib.record.interrupts import Interrupts, quiet, undisturbed
from runbook_lib.secrets.masking import Masking, StreamMasking

Message = dict[str, Any]

SHOWN = (
    "stream",
    "display_data",
    "update_display_data",
    "execute_result",
    "error",
    "clear_output",
)
"""The messages that are a cell's outputs."""
ORDERED = (*SHOWN[1:], "execute_input", "execute_reply", "input_request")
"""The messages before which a stream is shown to its end."""
ROUTING = ("msg_id", "msg_type", "session", "date", "version", "subshell_id")
"""What front ends find their way by in a message's header."""


@dataclass
class Stream:
    """One of the kernel's output streams: what is held back of it, and how it was sent last."""

    masking: StreamMasking
    message: Message
    way: dict[str, Any]


class Tap:
    """Masks all that a kernel sends, and tells who derives from it what its cells do."""

    def __init__(self, kernel: Any, masking: Masking) -> None:
        self.kernel = kernel
        self.masking = masking
        self.streams: dict[str, Stream] = {}
        self.tapping = False
        self.inside = False
        self.lock = threading.RLock()
        self.process = os.getpid()
        self.interrupts = Interrupts(kernel)

    def tap(self) -> None:
        """Stand in the place of the session's own `send`."""
        self.original = self.kernel.session.send
        self.tapping = True
        self.kernel.session.send = self.send
        self.interrupts.guard()
        mask_terminal(self.masking)

    def untap(self) -> None:
        """Give the kernel its own way to send back."""
        self.tapping = False
        if self.kernel.session.__dict__.get("send") == self.send:
            del self.kernel.session.send
            self.interrupts.leave()
            resume_echo()

    def begun(self, message: Message, request: Any) -> None:
        """A cell's execution begins."""
        raise NotImplementedError

    def shown(self, message: Message) -> None:
        """A cell shows something; the message is masked."""
        raise NotImplementedError

    def shown_by_fork(self, message: Message) -> None:
        """A process that a cell has forked shows something; the message is masked."""
        raise NotImplementedError

    def ended(self, message: Message, request: Any) -> None:
        """A cell's execution has ended; its reply, which is masked, goes out after this."""
        raise NotImplementedError

    def before_reply(self) -> None:
        """The last moment before a reply; messages may be sent in it."""

    def send(
        self,
        stream: Any,
        msg_or_type: Any,
        content: Any = None,
        parent: Any = None,
        ident: Any = None,
        buffers: Any = None,
        track: bool = False,
        header: Any = None,
        metadata: Any = None,
    ) -> Any:
        """Stands for the session's own `send`: masks a message, notes it, and sends it."""
        message = self.make(msg_or_type, content, parent, header, metadata)
        way = {"stream": stream, "ident": ident, "buffers": buffers, "track": track}
        if not self.tapping:
            return self.pass_on(message, way)
        if os.getpid() != self.process:
            self.shown_by_fork(self.mask(message))
            return self.pass_on(self.mask(message), way)
        if message["header"]["msg_type"] == "execute_reply":
            return self.reply(message, way, parent)
        with undisturbed(), self.alone() as nested:
            return self.send_alone(message, way, parent, nested=nested)

    def make(self, said: Any, content: Any, parent: Any, header: Any, metadata: Any) -> Message:
        """A whole message, as the session's own `send` would make it."""
        if not isinstance(said, str):
            return {name: said[name] for name in said}
        made: Message = self.kernel.session.msg(
            said, content=content, parent=parent, header=header, metadata=metadata
        )
        return made

    def mask(self, message: Message) -> Message:
        """The message with every text in it masked, but for what front ends find their way by."""
        tree, header = self.masking.tree, message["header"]
        routing = {name: header[name] for name in ROUTING if name in header}
        content = tree(message.get("content") or {})
        if header["msg_type"] == "error":
            content["traceback"] = [*map(coloured, content.get("traceback", ()))]
        return {
            **message,
            "header": {**tree(header), **routing},
            "metadata": tree(message.get("metadata") or {}),
            "content": content,
        }

    def pass_on(self, message: Message, way: dict[str, Any]) -> Any:
        """Send a message as the session itself does."""
        rest = {name: value for name, value in way.items() if name != "stream"}
        return self.original(way["stream"], message, **rest)

    @contextmanager
    def alone(self) -> Iterator[bool]:
        """One message at a time; says whether one is on its way, which a finaliser interrupts."""
        with self.lock:
            nested, self.inside = self.inside, True
            try:
                yield nested
            finally:
                self.inside = nested

    def send_alone(self, message: Message, way: Message, parent: Any, *, nested: bool) -> Any:
        """Send one message: behind what is held back, and noted before it goes."""
        kind = message["header"]["msg_type"]
        if kind == "stream" and not nested:
            return self.send_stream(message, way)
        if kind in ORDERED and not nested:
            self.release()
        masked = self.mask(message)
        if kind == "execute_input":
            self.begun(message, parent or message)
        if kind in SHOWN:
            self.shown(masked)
        return self.pass_on(masked, way)

    def send_stream(self, message: Message, way: Message) -> Message:
        """Send a piece of a stream, but for an end that may be the beginning of a secret."""
        name = message["content"]["name"]
        held = self.streams.get(name)
        if held is not None and parent_of(held.message) != parent_of(message):
            self.release_stream(held)
        if held is None:
            held = self.streams[name] = Stream(StreamMasking(self.masking), message, way)
        held.message, held.way = message, way
        self.send_text(held, held.masking.feed(message["content"]["text"]), message)
        return message

    def send_text(self, stream: Stream, text: str, message: Message) -> None:
        """Send a text that is masked already."""
        if text:
            masked = self.mask({**message, "content": {}})
            masked["content"] = {**message["content"], "text": text}
            self.shown(masked)
            self.pass_on(masked, stream.way)

    def release(self) -> None:
        """Send what is held back of each stream."""
        for stream in self.streams.values():
            self.release_stream(stream)

    def release_stream(self, stream: Stream) -> None:
        """Send what is held back of a stream."""
        text = stream.masking.flush()
        if text:
            made: Message = self.kernel.session.msg("stream", dict(stream.message["content"]))
            made["parent_header"] = stream.message["parent_header"]
            self.send_text(stream, text, made)

    def reply(self, message: Message, way: dict[str, Any], request: Any) -> Any:
        """Send a cell's reply, behind all that the cell has shown."""
        with quiet(), self.alone():
            self.release()
            masked = self.mask(message)
            self.ended(masked, request)
        self.before_reply()
        with quiet(), self.alone():
            self.release()
            return self.pass_on(masked, way)


def parent_of(message: Message) -> str:
    """The id of the request that a message answers, empty where it answers none."""
    return str((message.get("parent_header") or {}).get("msg_id", ""))
