"""The rows of the endpoint state machine (RFC 9293 section 3.10, figures 5, 6, 12 and 13), one small capture each."""

import pytest

from tests.tcp.telling import told
from tests.tcp.wire import OPEN, TALK, Packet, c, s

OPENINGS: dict[str, tuple[list[Packet], list[str]]] = {
    "three segments": (
        OPEN,
        [
            "handshake 1/3: SYN-SENT, LISTEN?",
            "handshake 2/3: ESTABLISHED?, SYN-RECEIVED",
            "handshake 3/3: ESTABLISHED, ESTABLISHED?",
        ],
    ),
    "SYN again": (
        [c("S", 0), c("S", 0)],
        ["handshake 1/3: SYN-SENT, LISTEN?", "handshake 1/3: SYN-SENT, LISTEN? [retransmission, syn-retry]"],
    ),
    "SYN+ACK again while its ACK is awaited": (
        [*OPEN[:2], s("S.", 0, 1)],
        [
            "handshake 1/3: SYN-SENT, LISTEN?",
            "handshake 2/3: ESTABLISHED?, SYN-RECEIVED",
            "handshake 2/3: ESTABLISHED?, SYN-RECEIVED [retransmission]",
        ],
    ),
    "SYN again after the SYN+ACK: that was lost": (
        [*OPEN[:2], c("S", 0), s("S.", 0, 1), c(".", 1, 1)],
        [
            "handshake 1/3: SYN-SENT, LISTEN?",
            "handshake 2/3: ESTABLISHED?, SYN-RECEIVED",
            "handshake 1/3: SYN-SENT, SYN-RECEIVED [retransmission, syn-retry]",
            "handshake 2/3: ESTABLISHED?, SYN-RECEIVED [retransmission]",
            "handshake 3/3: ESTABLISHED, ESTABLISHED?",
        ],
    ),
    "SYN again that crosses the SYN+ACK": (
        [*OPEN[:2], c("S", 0), c(".", 1, 1)],
        [
            "handshake 1/3: SYN-SENT, LISTEN?",
            "handshake 2/3: ESTABLISHED?, SYN-RECEIVED",
            "handshake 1/3: SYN-SENT, SYN-RECEIVED [retransmission, syn-retry]",
            "handshake 3/3: ESTABLISHED, ESTABLISHED?",
        ],
    ),
    "both ends at once": (
        [c("S", 0), s("S", 0), c("S.", 0, 1), s("S.", 0, 1), c("P.", 1, 1, 5)],
        [
            "handshake 1/3: SYN-SENT, LISTEN?",
            "simultaneous open: SYN-RECEIVED?, SYN-RECEIVED?",
            "simultaneous open: SYN-RECEIVED, ESTABLISHED?",
            "simultaneous open: ESTABLISHED?, ESTABLISHED?",
            "data: ESTABLISHED, ESTABLISHED?",
        ],
    ),
    "split handshake of five segments": (
        [c("S", 0), s(".", 7000, 1), s("S", 0), c("S.", 0, 1), s(".", 1, 1)],
        [
            "handshake 1/3: SYN-SENT, LISTEN?",
            "ack: SYN-SENT, LISTEN?",
            "simultaneous open: SYN-RECEIVED?, SYN-RECEIVED?",
            "simultaneous open: SYN-RECEIVED, ESTABLISHED?",
            "simultaneous open: ESTABLISHED?, ESTABLISHED",
        ],
    ),
    "data completes it": (
        [*OPEN[:2], c("P.", 1, 1, 10)],
        [
            "handshake 1/3: SYN-SENT, LISTEN?",
            "handshake 2/3: ESTABLISHED?, SYN-RECEIVED",
            "handshake 3/3 + data: ESTABLISHED, ESTABLISHED?",
        ],
    ),
    "a FIN completes it": (
        [*OPEN[:2], c("F.", 1, 1)],
        [
            "handshake 1/3: SYN-SENT, LISTEN?",
            "handshake 2/3: ESTABLISHED?, SYN-RECEIVED",
            "handshake 3/3 + teardown 1/4: FIN-WAIT-1, CLOSE-WAIT?",
        ],
    ),
    "SYN+ACK for a wrong number": (
        [c("S", 0), s("S.", 0, 99), s("S.", 0, 1)],
        [
            "handshake 1/3: SYN-SENT, LISTEN?",
            "malformed: SYN-SENT, LISTEN?",
            "handshake 2/3: ESTABLISHED?, SYN-RECEIVED",
        ],
    ),
    "the answer was not captured": (
        [c("S", 0), c(".", 1, 1)],
        ["handshake 1/3: SYN-SENT, LISTEN?", "handshake 3/3: ESTABLISHED, ESTABLISHED? [reply-not-captured]"],
    ),
    "fast open accepted: the server may send at once": (
        [c("S", 0, length=10), s("S.", 0, 11), s("P.", 1, 11, 5), c(".", 11, 6)],
        [
            "handshake 1/3 + data: SYN-SENT, LISTEN?",
            "handshake 2/3: ESTABLISHED?, SYN-RECEIVED [fast-open]",
            "data: ESTABLISHED?, SYN-RECEIVED",
            "handshake 3/3: ESTABLISHED, ESTABLISHED?",
        ],
    ),
    "fast open ignored: the data comes again": (
        [c("S", 0, length=10), s("S.", 0, 1), c("P.", 1, 1, 10)],
        [
            "handshake 1/3 + data: SYN-SENT, LISTEN?",
            "handshake 2/3: ESTABLISHED?, SYN-RECEIVED [fast-open-ignored]",
            "handshake 3/3 + data: ESTABLISHED, ESTABLISHED? [retransmission]",
        ],
    ),
    "before the capture: talk of both sides proves it": (
        [c("P.", 1, 1, 5), s("P.", 1, 6, 5), c(".", 6, 6)],
        ["data: ESTABLISHED?, ESTABLISHED?", "data: ESTABLISHED, ESTABLISHED", "ack: ESTABLISHED, ESTABLISHED"],
    ),
    "before the capture, which begins with a FIN": (
        [c("F.", 1, 1), s(".", 1, 2)],
        ["teardown 1/4: FIN-WAIT-1, CLOSE-WAIT?", "teardown 2/4: FIN-WAIT-2?, CLOSE-WAIT"],
    ),
    "the client answers an older connection's ACK with a reset and goes on": (
        [c("S", 0), s(".", 4000, -999), c("R", -999), s("S.", 0, 1)],
        [
            "handshake 1/3: SYN-SENT, LISTEN?",
            "ack: SYN-SENT, LISTEN?",
            "ignored reset: SYN-SENT, LISTEN?",
            "handshake 2/3: ESTABLISHED?, SYN-RECEIVED",
        ],
    ),
}

AFTER_OPEN: dict[str, tuple[list[Packet], list[str]]] = {
    "SYN+ACK again: the third segment was lost": (
        [s("S.", 0, 1), c(".", 1, 1)],
        ["handshake 2/3: ESTABLISHED, SYN-RECEIVED [retransmission]", "ack: ESTABLISHED, ESTABLISHED?"],
    ),
    "SYN+ACK again, but the server has proved that it is established": (
        [*TALK, s("S.", 0, 1)],
        [
            "data: ESTABLISHED, ESTABLISHED?",
            "data: ESTABLISHED, ESTABLISHED",
            "ack: ESTABLISHED, ESTABLISHED",
            "handshake 2/3: ESTABLISHED, ESTABLISHED [retransmission]",
        ],
    ),
    "four segments": (
        [c("F.", 1, 1), s(".", 1, 2), s("F.", 1, 2), c(".", 2, 2)],
        [
            "teardown 1/4: FIN-WAIT-1, CLOSE-WAIT?",
            "teardown 2/4: FIN-WAIT-2?, CLOSE-WAIT",
            "teardown 3/4: TIME-WAIT?, LAST-ACK",
            "teardown 4/4: TIME-WAIT, CLOSED?",
        ],
    ),
    "three segments, the server first": (
        [s("F.", 1, 1), c("F.", 1, 2), s(".", 2, 2)],
        [
            "teardown 1/4: CLOSE-WAIT?, FIN-WAIT-1",
            "teardown 2/4 + teardown 3/4: LAST-ACK, TIME-WAIT?",
            "teardown 4/4: CLOSED?, TIME-WAIT",
        ],
    ),
    "crossing FINs": (
        [c("F.", 1, 1), s("F.", 1, 1), c(".", 2, 2), s(".", 2, 2)],
        [
            "teardown 1/4: FIN-WAIT-1, CLOSE-WAIT?",
            "simultaneous close 2/4: CLOSING?, CLOSING?",
            "simultaneous close 3/4: CLOSING, TIME-WAIT?",
            "simultaneous close 4/4: TIME-WAIT?, TIME-WAIT?",
        ],
    ),
    "crossing FINs, acknowledged in the other order": (
        [c("F.", 1, 1), s("F.", 1, 1), s(".", 2, 2), c(".", 2, 2)],
        [
            "teardown 1/4: FIN-WAIT-1, CLOSE-WAIT?",
            "simultaneous close 2/4: CLOSING?, CLOSING?",
            "simultaneous close 3/4: TIME-WAIT?, CLOSING",
            "simultaneous close 4/4: TIME-WAIT?, TIME-WAIT?",
        ],
    ),
    "an ACK of data alone is no part of the teardown": (
        [c("P.", 1, 1, 10), c("F.", 11, 1), s(".", 1, 11), s(".", 1, 12)],
        [
            "data: ESTABLISHED, ESTABLISHED?",
            "teardown 1/4: FIN-WAIT-1, CLOSE-WAIT?",
            "ack: FIN-WAIT-1, CLOSE-WAIT?",
            "teardown 2/4: FIN-WAIT-2?, CLOSE-WAIT",
        ],
    ),
    "FIN with data": (
        [c("FP.", 1, 1, 10), s(".", 1, 12)],
        ["data + teardown 1/4: FIN-WAIT-1, CLOSE-WAIT?", "teardown 2/4: FIN-WAIT-2?, CLOSE-WAIT"],
    ),
    "data that covers the FIN": (
        [c("F.", 1, 1), s("P.", 1, 2, 30), c(".", 2, 31)],
        [
            "teardown 1/4: FIN-WAIT-1, CLOSE-WAIT?",
            "data + teardown 2/4: FIN-WAIT-2?, CLOSE-WAIT",
            "ack: FIN-WAIT-2?, CLOSE-WAIT",
        ],
    ),
    "data, the ACK of a FIN, and a FIN in one": (
        [c("F.", 1, 1), s("FP.", 1, 2, 30)],
        ["teardown 1/4: FIN-WAIT-1, CLOSE-WAIT?", "data + teardown 2/4 + teardown 3/4: TIME-WAIT?, LAST-ACK"],
    ),
    "half-closed, the other direction goes on": (
        [c("F.", 1, 1), s(".", 1, 2), s("P.", 1, 2, 30), c(".", 2, 31), s("F.", 31, 2)],
        [
            "teardown 1/4: FIN-WAIT-1, CLOSE-WAIT?",
            "teardown 2/4: FIN-WAIT-2?, CLOSE-WAIT",
            "data: FIN-WAIT-2?, CLOSE-WAIT",
            "ack: FIN-WAIT-2?, CLOSE-WAIT",
            "teardown 3/4: TIME-WAIT?, LAST-ACK",
        ],
    ),
    "FIN again": (
        [c("F.", 1, 1), c("F.", 1, 1)],
        ["teardown 1/4: FIN-WAIT-1, CLOSE-WAIT?", "teardown 1/4: FIN-WAIT-1, CLOSE-WAIT? [retransmission]"],
    ),
    "FIN again after CLOSED: the last ACK was lost": (
        [c("F.", 1, 1), s("F.", 1, 2), c(".", 2, 2), s("F.", 1, 2), c(".", 2, 2)],
        [
            "teardown 1/4: FIN-WAIT-1, CLOSE-WAIT?",
            "teardown 2/4 + teardown 3/4: TIME-WAIT?, LAST-ACK",
            "teardown 4/4: TIME-WAIT, CLOSED?",
            "teardown 2/4 + teardown 3/4: TIME-WAIT, LAST-ACK [retransmission]",
            "teardown 4/4: TIME-WAIT, CLOSED?",
        ],
    ),
    "FIN again: its ACK was lost": (
        [c("F.", 1, 1), s(".", 1, 2), c("F.", 1, 1), s(".", 1, 2), s("F.", 1, 2), c(".", 2, 2)],
        [
            "teardown 1/4: FIN-WAIT-1, CLOSE-WAIT?",
            "teardown 2/4: FIN-WAIT-2?, CLOSE-WAIT",
            "teardown 1/4: FIN-WAIT-1, CLOSE-WAIT [retransmission]",
            "teardown 2/4: FIN-WAIT-2?, CLOSE-WAIT",
            "teardown 3/4: TIME-WAIT?, LAST-ACK",
            "teardown 4/4: TIME-WAIT, CLOSED?",
        ],
    ),
    "FIN again: the FIN that answered it was lost": (
        [c("F.", 1, 1), s("F.", 1, 2), c("F.", 1, 1), s(".", 2, 2), s("F.", 1, 2), c(".", 2, 2)],
        [
            "teardown 1/4: FIN-WAIT-1, CLOSE-WAIT?",
            "teardown 2/4 + teardown 3/4: TIME-WAIT?, LAST-ACK",
            "teardown 1/4: FIN-WAIT-1, LAST-ACK [retransmission]",
            "teardown 2/4: FIN-WAIT-2?, LAST-ACK",
            "teardown 2/4 + teardown 3/4: TIME-WAIT?, LAST-ACK [retransmission]",
            "teardown 4/4: TIME-WAIT, CLOSED?",
        ],
    ),
    "FIN again that crosses the FIN that answers": (
        [c("F.", 1, 1), s("F.", 1, 2), c("F.", 1, 1), c(".", 2, 2)],
        [
            "teardown 1/4: FIN-WAIT-1, CLOSE-WAIT?",
            "teardown 2/4 + teardown 3/4: TIME-WAIT?, LAST-ACK",
            "teardown 1/4: FIN-WAIT-1, LAST-ACK [retransmission]",
            "teardown 4/4: TIME-WAIT, CLOSED?",
        ],
    ),
    "crossing FINs sent again": (
        [c("F.", 1, 1), s("F.", 1, 1), c("F.", 1, 1), s("F.", 1, 2), c(".", 2, 2)],
        [
            "teardown 1/4: FIN-WAIT-1, CLOSE-WAIT?",
            "simultaneous close 2/4: CLOSING?, CLOSING?",
            "teardown 1/4: CLOSING?, CLOSING? [retransmission]",
            "simultaneous close 2/4 + simultaneous close 3/4: TIME-WAIT?, CLOSING [retransmission]",
            "simultaneous close 4/4: TIME-WAIT?, TIME-WAIT?",
        ],
    ),
    "FIN beyond a hole counts once it is acknowledged": (
        [c("F.", 11, 1), s(".", 1, 1), s(".", 1, 12)],
        [
            "teardown 1/4: FIN-WAIT-1, ESTABLISHED?",
            "ack: FIN-WAIT-1, ESTABLISHED",
            "teardown 2/4: FIN-WAIT-2?, CLOSE-WAIT",
        ],
    ),
    "a keep-alive and its answer": (
        [*TALK, c(".", 10, 21), s(".", 21, 11)],
        [
            "data: ESTABLISHED, ESTABLISHED?",
            "data: ESTABLISHED, ESTABLISHED",
            *["ack: ESTABLISHED, ESTABLISHED"] * 3,
        ],
    ),
    "flags that no stack sends change nothing": (
        [c("", 1), c("FPU", 1), c("SF", 77), c("SR", 77), c("S.F", 0, 1), s("P.", 1, 1, 5)],
        [
            "malformed: ESTABLISHED, ESTABLISHED?",
            "malformed: ESTABLISHED, ESTABLISHED? [urgent]",
            *["malformed: ESTABLISHED, ESTABLISHED?"] * 3,
            "data: ESTABLISHED, ESTABLISHED",
        ],
    ),
    "FIN with RST is a reset": ([c("FR.", 1, 1)], ["reset: CLOSED, CLOSED?"]),
}


@pytest.mark.parametrize(("packets", "expected"), OPENINGS.values(), ids=OPENINGS)
def test_opening(packets: list[Packet], expected: list[str]) -> None:
    assert told(packets) == expected


@pytest.mark.parametrize(("packets", "expected"), AFTER_OPEN.values(), ids=AFTER_OPEN)
def test_after_the_handshake(packets: list[Packet], expected: list[str]) -> None:
    assert told([*OPEN, *packets], skip=len(OPEN)) == expected


@pytest.mark.parametrize("flags", ["", "F", "FPU", "SF", "SR"])
def test_a_probe_that_no_stack_sends_opens_nothing(flags: str) -> None:
    (line,) = told([c(flags, 0)])
    assert line.startswith("malformed: CLOSED?, CLOSED?")
