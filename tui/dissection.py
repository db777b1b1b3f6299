"""Field trees of frames, from the dissector process: asked in the background, and killed when it takes too long."""

import base64
import json
import os
import select
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tui.text import printable

SCRIPT = Path(__file__).resolve().parent / "dissect" / "process.py"
"""The process, started by its path: it is found however the package is installed."""

COMMAND = (sys.executable, "-I", str(SCRIPT))

ANSWER_SECONDS = 1.0
"""How long one frame may take."""

START_SECONDS = 15.0
"""How long the start may take, on a busy machine with a slow disk."""

LONGEST_PAUSE = 30.0
"""Seconds between two starts of a process that fails again and again."""

MOST_FRAME_BYTES = 1 << 17
"""Bytes of a frame that are dissected; what is left of a longer one is payload."""

LONGEST_ANSWER = 1 << 22
"""Bytes of an answer that are read."""

NOT_INSTALLED = "No field tree: scapy is not installed. Install it with `pip install scapy`."
TOO_SLOW = "No field tree: this frame takes scapy too long."
BROKEN = "No field tree: the dissector ended over this frame."
PAUSING = "No field tree: the dissector can't be started. It is tried again in a while."


@dataclass(frozen=True, slots=True)
class FieldNode:
    """A header or a field of a frame, fit to be drawn."""

    key: str
    """Layer and field as scapy calls them, such as `TCP.seq`; a layer alone for a header."""
    name: str
    value: str
    remark: str
    """What is said beside the value, such as which bits of its bytes it is where it shares them."""
    start: int | None
    """Its bytes in the frame, from `start` up to `end`; None where they are not known."""
    end: int | None
    children: tuple["FieldNode", ...]


@dataclass(frozen=True, slots=True)
class Dissection:
    """What the dissector said about a frame."""

    key: int
    """The number that the question was given."""
    layers: tuple[FieldNode, ...]
    trouble: str = ""
    """Why there are no layers, as a sentence."""


@dataclass(frozen=True, slots=True)
class _Question:
    key: int
    link_type: int
    data: bytes
    callback: Callable[[Dissection], object]


class Dissector:
    """The parent's side of tui.dissect. Any thread may ask; the newest question takes the place of one that waits."""

    def __init__(
        self,
        command: Sequence[str] = COMMAND,
        answer_seconds: float = ANSWER_SECONDS,
        start_seconds: float = START_SECONDS,
    ) -> None:
        self._command = command
        self._answer_seconds = answer_seconds
        self._start_seconds = start_seconds
        self._changed = threading.Condition()
        self._question: _Question | None = None
        self._wanted = False
        self._closed = False
        self._thread: threading.Thread | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._failures = 0
        self._start_again = 0.0
        self._missing = False

    def warm(self) -> None:
        """Start the process, so that the first question finds it ready."""
        with self._changed:
            self._wanted = True
            self._run()

    def ask(self, key: int, link_type: int, data: bytes, callback: Callable[[Dissection], object]) -> None:
        """Ask for the fields of a frame with a LINKTYPE_ number; `callback` is called in another thread, at most once.

        A question that is still waiting is dropped, and its callback is not called.
        """
        with self._changed:
            self._question = _Question(key, link_type, data[:MOST_FRAME_BYTES], callback)
            self._run()

    def close(self) -> None:
        """End the process, whatever it is doing. No callback begins after this."""
        with self._changed:
            self._closed = True
            self._question = None
            process = self._process
            self._changed.notify()
        if process is not None:
            with suppress(OSError):
                process.kill()  # its streams belong to the thread, which may be waiting for one

    def _run(self) -> None:
        if self._thread is None and not self._closed:
            self._thread = threading.Thread(target=self._serve, name="dissection", daemon=True)
            self._thread.start()
        self._changed.notify()

    def _serve(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._closed or self._question is not None or self._wanted)
                if self._closed:
                    break
                question, self._question, self._wanted = self._question, None, False
            if question is None:
                self._start()
                continue
            dissection = self._answer(question)
            if not self._closed:
                question.callback(dissection)
        self._fail()

    def _answer(self, question: _Question) -> Dissection:
        process = self._start()
        if process is None:
            return Dissection(question.key, (), NOT_INSTALLED if self._missing else PAUSING)
        data = base64.b64encode(question.data).decode("ascii")
        request = json.dumps({"id": question.key, "link_type": question.link_type, "data": data})
        try:
            line = _exchange(process, request.encode() + b"\n", self._answer_seconds)
            layers = _nodes(json.loads(line)["layers"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            self._fail()
            return Dissection(question.key, (), TOO_SLOW if isinstance(error, TimeoutError) else BROKEN)
        self._failures = 0
        return Dissection(question.key, layers)

    def _start(self) -> subprocess.Popen[bytes] | None:
        """The process, started where there is none; None where it can't be started now."""
        if self._process is not None:
            return self._process
        if self._missing or self._closed or time.monotonic() < self._start_again:
            return None
        try:
            process = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd="/",
                bufsize=0,
                start_new_session=True,
            )
        except OSError:
            self._fail()
            return None
        with self._changed:
            self._process = process
        if self._closed:
            return None
        try:
            greeting = json.loads(_exchange(process, b"", self._start_seconds))
        except (OSError, ValueError):
            self._fail()
            return None
        if "missing" in greeting:
            self._missing = True
            self._fail()
            return None
        return process

    def _fail(self) -> None:
        """Give up the process. The first failure costs no time, as one frame may be to blame; then ever more."""
        process, self._process = self._process, None
        if process is not None:
            _kill(process)
        pause = 0.0 if self._failures == 0 else min(2.0 ** (self._failures - 1), LONGEST_PAUSE)
        self._failures += 1
        self._start_again = time.monotonic() + pause


def _kill(process: subprocess.Popen[bytes]) -> None:
    with suppress(OSError):
        process.kill()
    process.wait()
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            stream.close()


def _exchange(process: subprocess.Popen[bytes], request: bytes, seconds: float) -> bytes:
    """Write a request and read a line; TimeoutError where that takes longer, another OSError where it ended."""
    assert process.stdin is not None
    assert process.stdout is not None
    deadline = time.monotonic() + seconds
    source, target = process.stdout.fileno(), process.stdin.fileno()
    os.set_blocking(target, False)
    line = bytearray()
    while not line.endswith(b"\n"):
        readable, writable, _ = select.select(
            [source], [target] if request else [], [], max(deadline - time.monotonic(), 0)
        )
        if not readable and not writable:
            raise TimeoutError
        if writable:
            request = request[os.write(target, request) :]
        if readable:
            piece = os.read(source, 1 << 16)
            if not piece or len(line) > LONGEST_ANSWER:
                raise BrokenPipeError
            line += piece
    return bytes(line)


def _nodes(items: list[dict[str, object]]) -> tuple[FieldNode, ...]:
    return tuple(_node(item) for item in items)


def _node(item: dict[str, object]) -> FieldNode:
    """A node of the answer; KeyError, TypeError or ValueError where it is none."""
    start, end, children = item["start"], item["end"], item["children"]
    if not isinstance(children, list) or not isinstance(start, int | None) or not isinstance(end, int | None):
        raise TypeError("not a field node")
    key, name, value, remark = (printable(str(item[part])) for part in ("key", "name", "value", "bits"))
    return FieldNode(key, name, value, remark, start, end, _nodes(children))
