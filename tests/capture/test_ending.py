"""The process ends whenever its caller does, and only then; what was captured is in the files."""

import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.capture.network import Network, datagram
from tests.capture.process import COMMAND, PATIENCE, CaptureProcess, frames_in

CALLER = """
import json, subprocess, sys
folder, *command = sys.argv[1:]
process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
start = {"do": "start", "folder": folder, "interfaces": ["wire"], "filter": "", "snap_length": 0, "buffer_kib": 4096,
         "promiscuous": False, "segment_bytes": 1 << 20}
print(process.pid, flush=True)
print(json.dumps(start), file=process.stdin, flush=True)
for line in process.stdout:
    if "grown" in line:
        print(line, end="", flush=True)
"""
"""Starts a capture and prints its process number, and a line whenever it has grown."""


@contextmanager
def flood(network: Network) -> Iterator[None]:
    """Send as many frames as go."""
    over = threading.Event()

    def send() -> None:
        with network.packet_socket("wire") as sender:
            while not over.is_set():
                sender.send(datagram(1, size=1000))

    thread = threading.Thread(target=send, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join(PATIENCE)


@contextmanager
def sending(network: Network, load: bool) -> Iterator[None]:
    """A flood of frames, or one."""
    if load:
        with flood(network):
            yield
    else:
        network.send("wire", datagram(1))
        yield


@pytest.mark.parametrize("load", [False, True], ids=["idle", "under load"])
def test_it_ends_when_its_caller_is_killed(network: Network, folder: Path, load: bool) -> None:
    command = [sys.executable, "-c", CALLER, str(folder), *COMMAND]
    caller = subprocess.Popen(network.prefix + command, stdout=subprocess.PIPE, text=True)
    assert caller.stdout
    process = os.pidfd_open(int(caller.stdout.readline()))
    try:
        assert '"captured": 0' in caller.stdout.readline()
        with sending(network, load):
            assert "grown" in caller.stdout.readline()
            caller.kill()
            ended, _, _ = select.select([process], [], [], 2)
            assert ended
    finally:
        caller.kill()
        caller.wait()
        caller.stdout.close()
        os.close(process)


@pytest.mark.parametrize("load", [False, True], ids=["idle", "under load"])
def test_the_end_of_the_commands_ends_it_with_all_that_was_captured(
    network: Network, capture: CaptureProcess, folder: Path, load: bool
) -> None:
    capture.started(folder, "wire", segment_bytes=1 << 20)
    with sending(network, load):
        if load:
            capture.wait_captured(1000)
        assert capture.process.stdin
        capture.process.stdin.close()
        assert capture.ends() == 0
    assert capture.kinds()[-2:] == ["counts", "stopped"]
    captured = capture.events[-2]["captured"]
    assert len(frames_in(folder)) == captured >= 1


def test_sigterm_ends_it_in_order(network: Network, capture: CaptureProcess, folder: Path) -> None:
    capture.started(folder, "wire")
    network.send("wire", datagram(1))
    capture.process.terminate()
    assert capture.ends() == 0
    assert capture.kinds()[-1] == "stopped"
    assert frames_in(folder) == [datagram(1)]


def test_what_a_terminal_sends_does_not_end_it(network: Network, capture: CaptureProcess, folder: Path) -> None:
    capture.started(folder, "wire")
    for number in (signal.SIGINT, signal.SIGHUP, signal.SIGQUIT, signal.SIGTSTP):
        capture.process.send_signal(number)
    network.send("wire", datagram(1))
    assert capture.stop()["captured"] == 1


def test_it_ends_when_nobody_reads_its_events(network: Network, folder: Path) -> None:
    process = subprocess.Popen(network.prefix + COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        assert process.stdout
        assert b"ready" in process.stdout.readline()
        process.stdout.close()
        assert process.wait(PATIENCE) == 0
    finally:
        process.kill()
        process.wait()
        assert process.stdin
        process.stdin.close()


def test_it_captures_while_its_caller_is_suspended(network: Network, capture: CaptureProcess, folder: Path) -> None:
    """More files are begun than a pipe holds events, and nobody reads them."""
    capture.started(folder, "wire", segment_bytes=1000)
    with network.packet_socket("wire") as sender:
        capture.reads.clear()
        for number in range(1000):
            sender.send(datagram(number, size=1000))
        deadline = time.monotonic() + PATIENCE
        while len(list(folder.iterdir())) < 1000:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        capture.reads.set()
    capture.wait_captured(1000)
    capture.stop()
    assert frames_in(folder) == [datagram(number, size=1000) for number in range(1000)]
