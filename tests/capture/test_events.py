"""Events to a caller who does not read them in time."""

import fcntl
import json
import os
import select
import sys
import time
from collections.abc import Iterator

import pytest

from tui.capture.protocol import Events


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    """A pipe that holds as little as possible."""
    if sys.platform != "linux":
        pytest.skip("pipes can be made small on Linux only")
    reading, writing = os.pipe()
    fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, select.PIPE_BUF)
    yield reading, writing
    for descriptor in (reading, writing):
        try:
            os.close(descriptor)
        except OSError:  # the test has closed it
            continue


def test_outdated_events_are_left_out_and_others_are_not(pipe: tuple[int, int]) -> None:
    reading, writing = pipe
    events = Events(writing)
    begun = time.monotonic()
    for number in range(10):
        events.send("segment", name=str(number), filler="x" * 500)
        for size in range(1000):
            events.send("grown", size=size)
    assert time.monotonic() - begun < 5
    assert events.waiting
    received = b""
    while events.waiting:
        received += os.read(reading, 1 << 16)
        events.send_waiting()
    received += os.read(reading, 1 << 16)
    told = [json.loads(line) for line in received.splitlines()]
    assert [event["name"] for event in told if event["event"] == "segment"] == [str(number) for number in range(10)]
    last = {}
    for event in told:
        if event["event"] == "segment":
            name = event["name"]
        else:
            last[name] = event["size"]
    assert last == {str(number): 999 for number in range(10)}
    assert len(told) < 1000


def test_a_reader_who_is_gone_is_noticed(pipe: tuple[int, int]) -> None:
    reading, writing = pipe
    os.close(reading)
    events = Events(writing)
    events.send("ready")
    assert events.broken


def test_the_last_events_do_not_wait_for_ever(pipe: tuple[int, int]) -> None:
    events = Events(pipe[1])
    for _ in range(100):
        events.send("failed", reason="x" * 200)
    begun = time.monotonic()
    events.flush()
    assert events.waiting
    assert 0.5 < time.monotonic() - begun < 5
