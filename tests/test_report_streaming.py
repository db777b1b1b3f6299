"""What a report prints while it captures, and a display filter leaves of that."""

import io
import json

import pytest

from tests.tcp.wire import OPEN, Endpoint, MadeCapture, c, dialogue, s
from tui.report.streaming import stream_connections, stream_packets
from tui.session import Session
from tui.views import compile_filter

other_client, other_server = dialogue(client=Endpoint("10.0.0.1", 40001))

CLOSING = [c("F.", 11, 1), s("F.", 1, 12), c(".", 12, 2)]
"""After OPEN and a request of 10 bytes."""

SHORT = [
    *(other_client("S", 0), other_server("S.", 0, 1), other_client(".", 1, 1), c("P.", 1, 1, 10)),
    *(other_client("F.", 1, 1), other_server("F.", 1, 2), other_client(".", 2, 2)),
]
"""Another connection, from its beginning to its end, and the request within it."""


def session() -> Session:
    """One connection within another, that arrive segment by segment."""
    return Session(MadeCapture([*OPEN, *SHORT, *CLOSING]), batch_frames=1)


def streamed(display_filter: str) -> list[int]:
    """Numbers of the connections that are printed, in that order."""
    output = io.BytesIO()
    stream_connections(session(), output, compile_filter(display_filter) if display_filter else None)
    return [json.loads(line)["connection"] for line in output.getvalue().splitlines()]


def test_connections_come_when_they_have_ended() -> None:
    assert streamed("") == [1, 0]


@pytest.mark.parametrize(
    ("display_filter", "expected"),
    [
        ("tcp.port == 40000", [0]),
        ('conn.verdict == "closed"', [1, 0]),
        ('conn.verdict == "open"', []),
        ("packet.notes", []),
    ],
)
def test_a_display_filter_judges_a_connection_by_what_it_has_come_to(display_filter: str, expected: list[int]) -> None:
    assert streamed(display_filter) == expected


def test_segments_come_as_far_as_a_display_filter_selects_them() -> None:
    output = io.BytesIO()
    stream_packets(session(), output, False, compile_filter("tcp.flags.fin == 1 && tcp.port == 40001"))
    assert [json.loads(line)["frame"] for line in output.getvalue().splitlines()] == [8, 9]
