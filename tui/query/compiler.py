"""Capture filters compiled by libpcap, in a helper process that is started once and asked again and again."""

import atexit
import json
import os
import select
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from tui.errors import UsageError
from tui.query.program import Program

TIMEOUT_SECONDS = 30.0
"""How long one compilation may take: long enough for a resolver to give up on a host name."""

SCRIPT = Path(__file__).resolve().parents[1] / "capture" / "compile.py"
"""The helper, started by its path: it is found however the package is installed, and imports none of it."""

COMMAND = (sys.executable, "-P", str(SCRIPT))


class FilterCompiler:
    """The parent's side of tui.capture.compile. Any thread may ask; one is served at a time."""

    def __init__(self, command: Sequence[str] = COMMAND, timeout: float = TIMEOUT_SECONDS) -> None:
        self._command = command
        self._timeout = timeout
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()

    def compile(self, expression: str, link_type: int, snap_length: int) -> Program:
        """The program of a filter for frames of a LINKTYPE_; UsageError, in libpcap's words, where there is none."""
        request = json.dumps({"link_type": link_type, "snap_length": snap_length, "filter": expression})
        with self._lock:
            line = self._ask(request.encode() + b"\n")
        try:
            answer = json.loads(line)
            if "error" in answer:
                raise UsageError(answer["error"])
            program = Program.from_rows(answer["instructions"])
        except ValueError as error:
            raise UsageError(
                f"the capture filter could not be compiled for link type {link_type}: libpcap gave no answer; "
                "use another filter, or none"
            ) from error
        if program.needs_live_capture:
            raise UsageError(
                "the capture filter asks what only a live capture can tell, such as inbound or outbound; "
                "leave that out to read a file"
            )
        return program

    def close(self) -> None:
        """End the helper, whatever it is doing."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                stream.close()

    def _ask(self, request: bytes) -> bytes:
        """The helper's answer; without a newline at its end, or empty, where the helper died or took too long."""
        if self._process is None:
            self._process = subprocess.Popen(
                self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, bufsize=0
            )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            self._process.stdin.write(request)
        except BrokenPipeError:
            self.close()
            return b""
        line = self._read_line(self._process.stdout.fileno())
        if not line.endswith(b"\n"):
            self.close()
        return line

    def _read_line(self, descriptor: int) -> bytes:
        """What the helper wrote up to a newline, its end or the timeout."""
        deadline = time.monotonic() + self._timeout
        line = b""
        while not line.endswith(b"\n"):
            ready, _, _ = select.select([descriptor], [], [], max(deadline - time.monotonic(), 0))
            piece = os.read(descriptor, 1 << 16) if ready else b""
            if not piece:
                break
            line += piece
        return line


_compiler = FilterCompiler()
end_compiler = _compiler.close
"""End the process that compiles; the next filter starts another one."""
atexit.register(end_compiler)


def compile_filter(expression: str, link_type: int, snap_length: int) -> Program:
    """The program of a filter for frames of a LINKTYPE_, with a snap length in bytes (not 0).

    Raises UsageError with libpcap's own words where the filter can't be compiled.
    """
    return _compiler.compile(expression, link_type, snap_length)
