"""Notes of how a segment was recorded, and what is said of them in full."""

from tests.tcp.wire import OPEN, Endpoint, Packet, c, s
from tests.views.explained import TALK_OF_THREE, NoteCase
from tui.tcp.rules.evidence import Evidence
from tui.tcp.rules.notes import Note

RECORDING_CASES = [
    NoteCase(
        ("checksum-bad",),
        [*OPEN, c("P.", 1, 1, 10)],
        [],
        "The checksum is wrong: it says 0x1563 and 0x1563 is right. The server drops what arrives like this; if "
        "it acknowledges it nevertheless, the network card has put it right after the capture (RFC 9293 §3.1).",
    ),
    NoteCase(
        ("checksum-bad",),
        TALK_OF_THREE,
        [],
        "The checksum is wrong. The server drops what arrives like this; if it acknowledges it nevertheless, the "
        "network card has put it right after the capture (RFC 9293 §3.1).",
    ),
    NoteCase(
        ("checksum-offloaded",),
        [*OPEN, c("P.", 1, 1, 10)],
        [],
        "The checksum 0x1563 looks wrong and is not: it is the sum of the pseudo-header alone, left for the "
        "network card to complete after the capture has seen the segment. So it was captured on the client's own "
        "host (RFC 9293 §3.1).",
    ),
    NoteCase(
        ("checksum-offloaded",),
        TALK_OF_THREE,
        [],
        "The checksum looks wrong and is not: it is the sum of the pseudo-header alone, left for the network card"
        " to complete after the capture has seen the segment. So it was captured on the client's own host (RFC "
        "9293 §3.1).",
    ),
    NoteCase(
        ("offload-merged",),
        TALK_OF_THREE,
        [Evidence(Note.OFFLOAD_MERGED, (1,), (1501, 1350))],
        "Its 1,501 bytes are more than the server's MSS of 1,350 bytes (frame 2) allows in one segment. That is "
        "offload: the sender's network card cuts it up after the capture, or the receiver's joined what came in "
        "pieces before (RFC 9293 §3.7.1).",
    ),
    NoteCase(
        ("offload-merged",),
        TALK_OF_THREE,
        [],
        "Its 1,448 bytes are more than the server's MSS allows in one segment. That is offload: the sender's "
        "network card cuts it up after the capture, or the receiver's joined what came in pieces before (RFC 9293"
        " §3.7.1).",
    ),
    NoteCase(
        ("truncated",),
        TALK_OF_THREE,
        [],
        "The capture's snap length cut the frame: 154 of its 1,502 bytes are there.",
    ),
    NoteCase(
        ("fragmented",),
        [c("S", 0, ip_id=4711)],
        [],
        "The first fragment of a larger IP packet (IP identification 4711): the rest of the segment travels in "
        "other packets (RFC 791 §3.2).",
    ),
    NoteCase(
        ("fragmented",),
        [Packet(Endpoint("::1", 1), Endpoint("::2", 2), "S")],
        [],
        "The first fragment of a larger IP packet: the rest of the segment travels in other packets (RFC 791 §3.2).",
    ),
    NoteCase(
        ("time-backwards",),
        [*OPEN, c(".", 1, 1, time_ns=10**18)],
        [],
        "The capture's clock stepped back by 2.00 ms after frame 3: it was set, or frames of several queues are "
        "not in order. Times across this step mean little.",
    ),
    NoteCase(
        ("time-backwards",),
        [c("S", 0)],
        [],
        "The capture's clock stepped back: it was set, or frames of several queues are not in order. Times across"
        " this step mean little.",
    ),
    NoteCase(
        ("scale-unknown",),
        [c(".", 1, 1, 1)],
        [],
        "The window 60,000 is as on the wire: a scale is agreed in the two SYNs, which were not captured. The "
        "true window may be up to 16,384 times larger (RFC 7323 §2.3).",
    ),
    NoteCase(
        ("reply-not-captured",),
        [c("S", 0), c(".", 1, 1)],
        [],
        "It tells of an answer that was not captured: the handshake of client and server is complete, and this "
        "capture saw only part of it (RFC 9293 §3.5).",
    ),
    NoteCase(
        ("before-syn",),
        [s("S.", 0, 1), c("S", 0)],
        [],
        "It was recorded before the SYN of frame 2 that it answers: the capture has the two out of order, as "
        "several queues or interfaces make it.",
        at=0,
    ),
    NoteCase(
        ("before-syn",),
        [s("S.", 0, 1)],
        [],
        "It was recorded before the SYN that it answers: the capture has the two out of order, as several queues "
        "or interfaces make it.",
        at=0,
    ),
    NoteCase(
        ("urgent",),
        [*OPEN, c("P.U", 1, 1, 10)],
        [],
        "URG marks the bytes up to 1 (urgent pointer 0) as urgent: the server's program is told to read on to "
        "there (RFC 9293 §3.8.5).",
    ),
    NoteCase(
        ("duplicate-capture",),
        [*OPEN, c("P.", 1, 1, 10, ip_id=7), c("P.", 1, 1, 10, ip_id=7)],
        [],
        "The same packet as frame 4, 1.00 ms after it: it was recorded twice, or doubled on the way; its sender sent "
        "it once.",
    ),
    NoteCase(
        ("duplicate-capture",),
        [*OPEN, c("P.", 1, 1, 10)],
        [],
        "The same packet was captured a moment before: it was recorded twice, or doubled on the way; its sender sent "
        "it once.",
    ),
]
