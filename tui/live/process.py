"""The capture process, seen from the process that shows what it captures.

It needs CAP_NET_RAW to listen to interfaces; so where we have no such right, it alone is started through sudo.
Its standard input is its lifeline: when that ends, because we close it or because we are gone, it ends as well.
"""

import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import Event, RLock, Thread
from typing import IO, Any

from tui.errors import InputError
from tui.text import printable

HELPER = Path(__file__).resolve().parents[1] / "capture" / "helper.py"
"""The program of the capture process: started by its path, and never imported."""

CAP_NET_RAW = 13
"""Number of the capability to open packet sockets, from include/uapi/linux/capability.h."""

READY_SECONDS = 30.0
"""How long the capture process may take to be ready, where nobody has to be asked for a password."""

END_SECONDS = 3.0
"""How long it may take to write what it has, and end."""

LONGEST_COMPLAINT = 4096
"""Bytes of the last line on its standard error that are kept."""

PROMPT = "tcptui starts its capture process through sudo; password of %p: "
"""As sudo(8) understands it: %p is the user whose password is wanted."""

COUNTERS = ("captured", "received", "dropped", "dropped_by_interface")
"""Names of counters in events; it counts from its start."""

NONSENSE = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError, MemoryError)
"""What handling a line raises that is no event, or an event whose values are of another type or far too large."""

Message = dict[str, Any]
"""One line of JSON."""


class CaptureProcess:
    """A capture process that is running; two threads of its own listen to it."""

    def __init__(
        self, command: list[str], own_session: bool, handle: Callable[[Message], None], ended: Callable[[str], None]
    ) -> None:
        """`handle` is given every event after `ready`; `ended`, once, why it has ended, in a few words.

        `own_session`: the keys of the terminal do not reach it. Raises OSError where it can't be started.
        """
        self._handle = handle
        self._ended = ended
        self._counted: dict[str, int] = {}
        """Its counters, since it was started."""
        self._counted_before: dict[str, int] = {}
        """Those of them that belong to captures before this one."""
        self._answered = Event()
        self._sending = RLock()
        self.ready = False
        """Whether it has said so."""
        self.complaint = ""
        """The last line on its standard error, fit to be drawn."""
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd="/",
            start_new_session=own_session,
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        assert self._process.stderr is not None
        self._stdin = self._process.stdin
        self._complaints = Thread(target=self._hear_complaints, args=(self._process.stderr,), daemon=True)
        self._events = Thread(target=self._hear_events, args=(self._process.stdout,), daemon=True)
        self._complaints.start()
        self._events.start()

    def wait_ready(self, seconds: float | None) -> bool:
        """Wait until it is ready; False where it has ended, or takes too long."""
        self._answered.wait(seconds)
        return self.ready

    def send(self, command: Message) -> None:
        """Give it a command; nothing happens where it has ended."""
        with self._sending, suppress(OSError, ValueError):  # ended, or closed by us
            self._stdin.write(json.dumps(command).encode() + b"\n")
            self._stdin.flush()

    def hand_over(self, handle: Callable[[Message], None], ended: Callable[[str], None]) -> bool:
        """Let it work for another capture, after it has stopped for the one before; False where it has ended."""
        self._counted_before = dict(self._counted)
        self._handle, self._ended = handle, ended
        return self.alive

    @property
    def alive(self) -> bool:
        """Whether it takes commands."""
        return self._process.poll() is None and not self._stdin.closed

    def end(self) -> None:
        """End it in order, and wait for that; kill it where it takes too long."""
        with self._sending, suppress(OSError):
            self._stdin.close()
        self._events.join(END_SECONDS)
        if self._events.is_alive():
            self._let_go()
            self._events.join(END_SECONDS)

    def _let_go(self) -> None:
        """End it whatever it is doing, as far as we may."""
        with self._sending, suppress(OSError):
            self._stdin.close()
        with suppress(PermissionError):  # sudo is not ours to kill, but ends with what it has started
            self._process.kill()

    def _hear_events(self, stream: IO[bytes]) -> None:
        reason = ""
        with stream:
            try:
                for line in stream:
                    self._take(json.loads(line))
            except NONSENSE:  # also a line that it could not finish
                reason = "gave an answer that makes no sense"
            except OSError as error:
                reason = f"left a file that can't be read: {error.strerror}"
        if reason:
            self._let_go()
        status = self._process.wait()
        self._complaints.join(END_SECONDS)
        self._ended(f"the capture process {_death(status) if status or not reason else reason}")
        self._answered.set()

    def _take(self, event: Message) -> None:
        if event["event"] == "ready":
            self.ready = True
            self._answered.set()
            return
        if event["event"] == "failed" and not self.ready:
            self.complaint = printable(str(event["reason"]))
        if event["event"] in ("counts", "grown"):
            event = self._counted_for_this(event)
        self._handle(event)

    def _counted_for_this(self, event: Message) -> Message:
        """An event with counters, of which those of captures before are taken off."""
        counters = {name: int(event[name]) for name in COUNTERS if name in event}
        self._counted.update(counters)
        return {**event, **{name: count - self._counted_before.get(name, 0) for name, count in counters.items()}}

    def _hear_complaints(self, stream: IO[bytes]) -> None:
        with stream:
            for line in stream:
                words = line[:LONGEST_COMPLAINT].decode("utf-8", "replace").strip()
                self.complaint = printable(words) or self.complaint


def _death(status: int) -> str:
    """What a process's exit status says."""
    if status >= 0:
        return f"ended with status {status}"
    try:
        return f"was killed by {signal.Signals(-status).name}"
    except ValueError:
        return f"was killed by signal {-status}"


class _Spare:
    """A capture process that has stopped, kept by a run that may start no other one."""

    process: CaptureProcess | None = None


def can_start_process() -> bool:
    """Whether we may still gain the privileges that a capture process needs, ourselves or through sudo."""
    return os.geteuid() == 0 or _has_ambient_capability(CAP_NET_RAW) or _status_of_ours("NoNewPrivs:") != "1"


def release_process(process: CaptureProcess) -> None:
    """End a capture process that has stopped, or keep it where we have given up the privileges to start another."""
    if process.alive and not can_start_process():
        _Spare.process = process
    else:
        process.end()


def start_process(handle: Callable[[Message], None], ended: Callable[[str], None], other_ways: str) -> CaptureProcess:
    """A capture process that is ready: the one kept, else a new one, through sudo where we may not capture.

    The password is asked for on the terminal. `other_ways`: what else the user can do, for the InputError that is
    raised where it can't be had.
    """
    spare, _Spare.process = _Spare.process, None
    if spare is not None and spare.hand_over(handle, ended):
        return spare
    command = [sys.executable, "-I", str(HELPER)]
    direct = os.geteuid() == 0 or _has_ambient_capability(CAP_NET_RAW)
    if not direct:
        if not can_start_process():
            raise InputError(
                "capturing needs privileges, and this run can gain none any more: leave it and start tcptui anew, "
                f"or {other_ways}"
            )
        sudo = shutil.which("sudo")
        if sudo is None:
            raise InputError(f"capturing needs privileges, and there is no sudo here; {other_ways}")
        command = [sudo, *(["-p", PROMPT] if _has_terminal() else ["-n"]), "--", *command]
    try:
        process = CaptureProcess(command, direct, handle, ended)
    except OSError as error:
        raise InputError(f"the capture process can't be started: {error.strerror}; {other_ways}") from error
    try:
        if process.wait_ready(READY_SECONDS if direct else None):
            return process
    except BaseException:
        process.end()
        raise
    process.end()
    words = process.complaint.removeprefix("sudo: ")
    if direct:
        raise InputError(f"the capture process can't be started ({words or 'it says nothing'}); {other_ways}")
    raise InputError(f"capturing needs privileges, and sudo gave none ({words or 'it says nothing'}); {other_ways}")


def describe_other_ways(interface: str, expression: str) -> str:
    """What a user whom we can't capture for can do to see an interface's packets."""
    words = f" {shlex.quote(expression)}" if expression.strip() else ""
    name = shlex.quote(interface)
    tcpdump = f"tcpdump -i {name} -U -w -{words} | tcptui -r -"
    if os.geteuid() == 0:
        return f"have tcpdump capture instead: {tcpdump}"
    own = sys.argv[0] if os.access(sys.argv[0], os.X_OK) else f"{shlex.quote(sys.executable)} -m tui"
    user = f"--reuid={os.getuid()} --regid={os.getgid()} --init-groups"
    return (
        f"have tcpdump capture instead: sudo {tcpdump}, or have root give you the capability: "
        f"setpriv {user} --inh-caps=+net_raw --ambient-caps=+net_raw {own} -i {name}{words}"
    )


def _has_terminal() -> bool:
    """Whether sudo can ask for a password."""
    try:
        os.close(os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY | os.O_CLOEXEC))
    except OSError:
        return False
    return True


def _has_ambient_capability(number: int) -> bool:
    """Whether we have a capability that the programs we start have as well."""
    return all(int(_status_of_ours(label) or "0", 16) >> number & 1 for label in ("CapEff:", "CapAmb:"))


def _status_of_ours(label: str) -> str | None:
    """A value of /proc/self/status; None where there is none."""
    with suppress(OSError):
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith(label):
                return line.removeprefix(label).strip()
    return None
