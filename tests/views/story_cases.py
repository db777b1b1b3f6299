"""Openings, closings and findings, each with the line that a story has for it."""

from dataclasses import replace

from tests.tcp.test_identity import icmp
from tests.tcp.wire import MILLISECOND, OPEN, TALK, Packet, c, s

START = 10**18


def timed(*packets: tuple[float, Packet]) -> list[Packet]:
    """Packets at milliseconds after the start of the capture."""
    return [replace(packet, time_ns=START + round(when * MILLISECOND)) for when, packet in packets]


def said(text: str) -> str:
    """A sentence that is too long for a line."""
    return " ".join(text.split())


SLOW_OPEN = timed((0, c("S", 0)), (20, s("S.", 0, 1)), (20.5, c(".", 1, 1)))
"""Captured near the client of a server 20 ms away."""

FOUR = [c("F.", 11, 21), s(".", 21, 12), s("F.", 21, 12), c(".", 12, 22)]


OPENINGS = {
    "near the client": (
        SLOW_OPEN,
        said(
            """
            Opened with a three-way handshake in 20.5 ms (frames 1, 2 and 3): 20.0 ms to the server and back, 0.50 ms
            to the client and back, so the capture was taken near the client.
            """
        ),
    ),
    "on the way": (
        OPEN,
        said(
            """
            Opened with a three-way handshake in 2.00 ms (frames 1, 2 and 3): 1.00 ms to the server and back, 1.00 ms
            to the client and back, so the capture was taken on the way between the two.
            """
        ),
    ),
    "on one host": (
        timed((0, c("S", 0)), (0.02, s("S.", 0, 1)), (0.035, c(".", 1, 1))),
        said(
            """
            Opened with a three-way handshake in 35 µs (frames 1, 2 and 3): 20 µs to the server and back, 15 µs to the
            client and back, so both ends are close to where the capture was taken.
            """
        ),
    ),
    "without the SYN": (
        [s("S.", 0, 1), c(".", 1, 1)],
        "Opened with a three-way handshake (frames 1 and 2); the SYN was not captured.",
    ),
    "fast open": (
        timed((0, c("S", 0, length=60)), (20, s("S.", 0, 61)), (20.5, c(".", 61, 1))),
        said(
            """
            Opened with 60 bytes of data in the SYN, which the server took (TCP Fast Open) in 20.5 ms (frames 1, 2 and
            3): 20.0 ms to the server and back, 0.50 ms to the client and back, so the capture was taken near the
            client.
            """
        ),
    ),
    "from both ends": (
        [c("S", 0), s("S", 0), c("S.", 0, 1), s("S.", 0, 1)],
        said(
            """
            Both ends opened the connection at once: their SYNs crossed (frames 1 and 2), and each end answered with a
            SYN+ACK (frames 3 and 4).
            """
        ),
    ),
    "refused": (
        [c("S", 0), s("R.", 0, 1)],
        "The client's SYN (frame 1) was answered 1.00 ms later with a reset (frame 2): nothing listens on 10.0.0.2:80.",
    ),
    "unanswered": ([c("S", 0)], "The client sent 1 SYN to 10.0.0.2:80 (frame 1); nothing came back."),
    "unanswered again": (
        timed((0, c("S", 0)), (1000, c("S", 0)), (3000, c("S", 0))),
        "The client sent 3 SYNs to 10.0.0.2:80 within 3.00 s (frames 1 to 3); nothing came back.",
    ),
    "unreachable": (
        [c("S", 0), icmp(c("S", 0), 1)],
        "The client sent 1 SYN to 10.0.0.2:80 (frame 1); no TCP segment came back.",
    ),
    "answered by something else": (
        [c("S", 0), s(".", 7, 9)],
        "The client sent 1 SYN to 10.0.0.2:80; something came back, but nothing that answers.",
    ),
    "half-open": (
        OPEN[:2],
        said(
            """
            The server answered the SYN (frame 1) after 1.00 ms with a SYN+ACK (frame 2); the client never completed
            the handshake.
            """
        ),
    ),
    "broken off": (
        [*OPEN[:2], c("R", 1)],
        said(
            """
            The client broke the handshake off with a reset (frame 3): the client's SYN (frame 1), which the server
            had answered (frame 2), came to nothing.
            """
        ),
    ),
    "midstream": (
        TALK,
        "The opening was not captured: it begins in the middle, with frame 1. Who is the client is told by the ports.",
    ),
    "malformed": ([c("FPU", 0)], "No connection: only malformed segments, such as a scanner sends (frame 1)."),
}


CLOSINGS = {
    "four segments": (
        [*OPEN, *TALK, *FOUR],
        said(
            """
            The client closed first, with its FIN in frame 7, acknowledged in frame 8; then the server with its own in
            frame 9; the last ACK is frame 10. It took 3.00 ms, 2.00 ms of it between the two FINs.
            """
        ),
    ),
    "long half-closed": (
        [*OPEN, *timed((100, c("F.", 1, 1)), (101, s(".", 1, 2)), (600, s("F.", 1, 2)), (601, c(".", 2, 2)))],
        said(
            """
            The client closed first, with its FIN in frame 4, acknowledged in frame 5; then the server with its own in
            frame 6; the last ACK is frame 7. It took 501 ms, nearly all of it between the two FINs.
            """
        ),
    ),
    "three segments": (
        [*OPEN, s("F.", 1, 1), c("F.", 1, 2), s(".", 2, 2)],
        said(
            """
            The server closed first, with its FIN in frame 4. The client's FIN in frame 5 acknowledges it as well, so
            there are three segments and not four; the last ACK is frame 6. It took 2.00 ms.
            """
        ),
    ),
    "the last ACK is missing": (
        [*OPEN, s("F.", 1, 1), c("F.", 1, 2)],
        said(
            """
            The server closed first, with its FIN in frame 4. The client's FIN in frame 5 acknowledges it as well, so
            there are three segments and not four; the last ACK was not captured.
            """
        ),
    ),
    "crossing": (
        [*OPEN, c("F.", 1, 1), s("F.", 1, 1), c(".", 2, 2), s(".", 2, 2)],
        said(
            """
            Both ends closed at once: the FINs crossed, that of the client in frame 4 and that of the server in frame
            5, so both ends were in CLOSING until frame 7. It took 3.00 ms.
            """
        ),
    ),
    "reset": ([*OPEN, *TALK, c("R", 11)], "The client ended it with a reset in frame 7, without any FIN."),
    "reset after a FIN": (
        [*OPEN, c("F.", 1, 1), s("R", 1)],
        "The server ended it with a reset in frame 5, 1.00 ms after the client's FIN (frame 4).",
    ),
    "reset after both": (
        [*OPEN, c("F.", 1, 1), s("F.", 1, 2), c("R", 2)],
        "The client ended it with a reset in frame 6, 1.00 ms after both FINs.",
    ),
    "late reset": (
        [*OPEN, *TALK, *FOUR, s("R", 22)],
        said(
            """
            The client closed first, with its FIN in frame 7, acknowledged in frame 8; then the server with its own in
            frame 9; the last ACK is frame 10. It took 3.00 ms, 2.00 ms of it between the two FINs. A reset
            followed in frame 11.
            """
        ),
    ),
    "half-closed": (
        [*OPEN, s("F.", 1, 1), c(".", 1, 2)],
        said(
            """
            Half-closed: the server has finished sending with its FIN in frame 4; the client may still send at the end
            of the capture.
            """
        ),
    ),
    "half-closed, not acknowledged": (
        [*OPEN, s("F.", 1, 1)],
        said(
            """
            Half-closed: the server has finished sending with its FIN in frame 4, and nothing has acknowledged that;
            the client may still send at the end of the capture.
            """
        ),
    ),
    "open": (OPEN, "The connection is still open at the end of the capture."),
}


NOTED = {
    said(
        """
        middlebox-reset
        """
    ): said(
        """
        A box on the way may have sent the reset in frame 4, as it is unlike its sender's other segments.
        """
    ),
    "reordered": "One segment was overtaken by another on its way (frame 4).",
    "checksum-bad": (
        "One segment has a wrong checksum (frame 4): its receiver drops it, unless a network card put it right later."
    ),
    "duplicate-capture": "One packet is there twice (frame 4), recorded twice or doubled on the way; it counts once.",
    "port-reused": "An earlier connection has used the same ports (frame 4 opens this one).",
}

NOTED_TWICE = {
    "middlebox-reset": (
        "A box on the way may have sent 2 resets (frames 4 and 5), as they are unlike their sender's other segments."
    ),
    "reordered": "2 segments were overtaken by others on their way (frames 4 and 5).",
    "checksum-bad": (
        "2 segments have wrong checksums (frames 4 and 5): their receivers drop them, unless a network card put them "
        "right later."
    ),
    "duplicate-capture": (
        "2 packets are there twice (frames 4 and 5), recorded twice or doubled on the way; they count once."
    ),
    "port-reused": "An earlier connection has used the same ports (frames 4 and 5).",
}
