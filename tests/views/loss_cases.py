"""Notes of what was sent again, came out of order, or is missing, and what is said of them in full."""

from tests.tcp.wire import CLIENT_ISN, MILLISECOND, OPEN, c, s
from tests.views.explained import TALK_OF_THREE, NoteCase
from tui.tcp.rules.evidence import Evidence, Reason
from tui.tcp.rules.notes import Note

SENT_TWICE = [*OPEN, c("P.", 1, 1, 1448), c("P.", 1, 1, 1448)]

LOSS_CASES = [
    NoteCase(
        ("retransmission",),
        SENT_TWICE,
        [Evidence(Note.RETRANSMISSION, (3,), (204 * MILLISECOND, 1448), Reason.BYTES_SEEN_BEFORE)],
        "Sent again 204 ms after frame 4, which carried the same 1,448 bytes (RFC 9293 §3.8.1).",
    ),
    NoteCase(
        ("retransmission",),
        [*OPEN, c("P.", 1, 1, 1000), c("P.", 1, 1, 1448)],
        [Evidence(Note.RETRANSMISSION, (3,), (204 * MILLISECOND, 1000), Reason.BYTES_SEEN_BEFORE)],
        "Sent again 204 ms after frame 4, which carried 1,000 of these 1,448 bytes (RFC 9293 §3.8.1).",
    ),
    NoteCase(
        ("retransmission",),
        SENT_TWICE,
        [Evidence(Note.RETRANSMISSION, (3,), (204 * MILLISECOND, 1448), Reason.TIMEOUT)],
        "Sent again 204 ms after frame 4, which carried the same 1,448 bytes; no fast retransmit explains it, so the "
        "retransmission timer ran out (RFC 6298 §5).",
    ),
    NoteCase(
        ("retransmission",),
        TALK_OF_THREE,
        [Evidence(Note.RETRANSMISSION, (3,), (204 * MILLISECOND, 0), Reason.TIMEOUT)],
        "Sent again, though the first sending of these 1,448 bytes is not in the capture. It came 204 ms after "
        "frame 4, the last before it; no fast retransmit explains it, so the retransmission timer ran out (RFC 6298 "
        "§5).",
    ),
    NoteCase(
        ("retransmission",),
        TALK_OF_THREE,
        [],
        "It was sent before: this is a retransmission of these 1,448 bytes (RFC 9293 §3.8.1).",
    ),
    NoteCase(
        ("retransmission",),
        TALK_OF_THREE,
        [Evidence(Note.RETRANSMISSION, (3,), (204 * MILLISECOND, 0), Reason.LATER_IP_ID)],
        "Fills a hole: its first sending was lost before it was captured. Its IP identification 6 follows 4 of "
        "frame 4, so it was sent after it: sent again, not reordered (RFC 9293 §3.8.1).",
    ),
    NoteCase(
        ("retransmission",),
        TALK_OF_THREE,
        [Evidence(Note.RETRANSMISSION, (3,), (204 * MILLISECOND, 0), Reason.LATER_TIMESTAMP)],
        "Fills a hole: its first sending was lost before it was captured. Its TCP timestamp 0 lies after 0 of "
        "frame 4, so it was sent after it: sent again, not reordered (RFC 7323 §3).",
    ),
    NoteCase(
        ("retransmission",),
        TALK_OF_THREE,
        [Evidence(Note.RETRANSMISSION, (3,), (204 * MILLISECOND, 0), Reason.ANSWERS_REPORT)],
        "Fills a hole: its first sending was lost before it was captured. The server reported the hole in frame "
        "4, and this came a round trip or more after that: sent again, not reordered (RFC 5681 §3.2).",
    ),
    NoteCase(
        ("retransmission",),
        TALK_OF_THREE,
        [Evidence(Note.RETRANSMISSION, (3,), (204 * MILLISECOND, 0), Reason.AFTER_SILENCE)],
        "Fills a hole: its first sending was lost before it was captured. It came after a silence of 204 ms since"
        " frame 4 that no reordering explains: sent again, not reordered (RFC 6298 §5).",
    ),
    NoteCase(
        ("retransmission",),
        [*OPEN, c("F.", 1, 1), c("F.", 1, 1)],
        [],
        "Sent again 1.00 ms after frame 4, which carried the same FIN (RFC 9293 §3.8.1).",
    ),
    NoteCase(
        ("retransmission",),
        [*OPEN[:2], s("S.", 0, 1)],
        [],
        "Sent again 1.00 ms after frame 2, which carried the same SYN+ACK (RFC 9293 §3.8.1).",
    ),
    NoteCase(
        ("retransmission", "syn-retry"),
        [c("S", 0), c("S", 0, time_ns=10**18 + 1_020 * MILLISECOND)],
        [Evidence(Note.SYN_RETRY, (0,), (1, 1_020 * MILLISECOND))],
        "Repetition 1 of the SYN, 1.02 s after the one of frame 1: no answer had come by then. The wait begins at"
        " about 1 s and doubles from try to try; some stacks double it only after a few (RFC 6298 §5).",
    ),
    NoteCase(
        ("retransmission", "syn-retry"),
        [c("S", 0), c("S", 0)],
        [],
        "The SYN is repeated, 1.00 ms after the one of frame 1: no answer had come by then (RFC 6298 §5).",
    ),
    NoteCase(
        ("fast-retransmission",),
        TALK_OF_THREE,
        [Evidence(Note.FAST_RETRANSMISSION, (4,), (3, 2896))],
        "3 duplicate ACKs, the last in frame 5, asked for it: the client sends it at once and does not wait for "
        "its timer. That is fast retransmit (RFC 5681 §3.2). The server had reported 2,896 bytes beyond the hole,"
        " so what is in it was taken for lost (RFC 6675 §5).",
    ),
    NoteCase(
        ("fast-retransmission",),
        TALK_OF_THREE,
        [Evidence(Note.FAST_RETRANSMISSION, (4,), (3, 0))],
        "3 duplicate ACKs, the last in frame 5, asked for it: the client sends it at once and does not wait for "
        "its timer. That is fast retransmit (RFC 5681 §3.2).",
    ),
    NoteCase(
        ("fast-retransmission",),
        TALK_OF_THREE,
        [Evidence(Note.FAST_RETRANSMISSION, (4,), (0, 2896))],
        "SACK blocks of frame 5 report a hole there: the client sends it at once and does not wait for its timer."
        " That is fast retransmit (RFC 5681 §3.2). The server had reported 2,896 bytes beyond the hole, so what "
        "is in it was taken for lost (RFC 6675 §5).",
    ),
    NoteCase(
        ("fast-retransmission",),
        TALK_OF_THREE,
        [],
        "Duplicate ACKs asked for it: the client sends it at once and does not wait for its timer. That is fast "
        "retransmit (RFC 5681 §3.2).",
    ),
    NoteCase(
        ("spurious-retransmission",),
        TALK_OF_THREE,
        [Evidence(Note.SPURIOUS_RETRANSMISSION, (4,), (CLIENT_ISN + 2897,), Reason.ACKED_BEFORE)],
        "It was needless: frame 5 had acknowledged these bytes before (ack 2,897). That ACK was lost, or still on"
        " its way to the client (RFC 6298 §5).",
    ),
    NoteCase(
        ("spurious-retransmission",),
        TALK_OF_THREE,
        [Evidence(Note.SPURIOUS_RETRANSMISSION, (4,), (CLIENT_ISN + 2897,), Reason.DSACK)],
        "It was needless: the D-SACK block of frame 5 tells that the bytes up to 2,897 arrived twice (RFC 2883 §4).",
    ),
    NoteCase(
        ("spurious-retransmission",),
        TALK_OF_THREE,
        [],
        "It was needless: the server has these bytes already (RFC 6298 §5).",
    ),
    NoteCase(
        ("tail-loss-probe",),
        TALK_OF_THREE,
        [Evidence(Note.TAIL_LOSS_PROBE, (3,), (42 * MILLISECOND, 20 * MILLISECOND))],
        "A tail loss probe: after a silence of 42.0 ms since frame 4 (a round trip takes 20.0 ms) the client "
        "sends the end of its data again. That draws an ACK which tells whether something was lost, before the "
        "slower retransmission timer runs out (RFC 8985 §7.3).",
    ),
    NoteCase(
        ("tail-loss-probe",),
        TALK_OF_THREE,
        [],
        "A tail loss probe: after a silence the client sends the end of its data again. That draws an ACK which "
        "tells whether something was lost, before the slower retransmission timer runs out (RFC 8985 §7.3).",
    ),
    NoteCase(
        ("reordered",),
        TALK_OF_THREE,
        [Evidence(Note.REORDERED, (3,), (400_000, 4711, 4712), Reason.EARLIER_IP_ID)],
        "Fills the hole that frame 4 left 0.40 ms before; its IP identification 4711 precedes 4712 of frame 4, so"
        " it was sent before it: reordered on the way, not sent again (RFC 9293 §3.4).",
    ),
    NoteCase(
        ("reordered",),
        TALK_OF_THREE,
        [Evidence(Note.REORDERED, (3,), (400_000, 4711, 4712), Reason.EARLIER_TIMESTAMP)],
        "Fills the hole that frame 4 left 0.40 ms before; its TCP timestamp 4,711 precedes 4,712 of frame 4, so "
        "it was sent before it: reordered on the way, not sent again (RFC 7323 §3).",
    ),
    NoteCase(
        ("reordered",),
        TALK_OF_THREE,
        [Evidence(Note.REORDERED, (3,), (400_000, 4711, 4712), Reason.TOO_SOON)],
        "Fills the hole that frame 4 left 0.40 ms before; no report of a hole can have reached the sender so "
        "soon: reordered on the way, not sent again (RFC 9293 §3.4).",
    ),
    NoteCase(
        ("reordered",),
        TALK_OF_THREE,
        [Evidence(Note.REORDERED, (3,), (400_000, 4711, 4712), Reason.NO_RETRANSMISSION_SEEN)],
        "Fills the hole that frame 4 left 0.40 ms before; nothing tells of a second sending: reordered on the "
        "way, not sent again (RFC 9293 §3.4).",
    ),
    NoteCase(
        ("reordered",),
        TALK_OF_THREE,
        [],
        "Fills a hole that was left shortly before; nothing tells of a second sending: reordered on the way, not "
        "sent again (RFC 9293 §3.4).",
    ),
    NoteCase(
        ("lost-segment",),
        TALK_OF_THREE,
        [Evidence(Note.LOST_SEGMENT, (3,), (1448, CLIENT_ISN + 1))],
        "1,448 bytes are missing before it, after frame 4: seq 1 was expected and 1,449 came. What is missing was"
        " lost on the way, comes late, or was missed by the capture (RFC 9293 §3.4).",
    ),
    NoteCase(
        ("lost-segment",),
        TALK_OF_THREE,
        [],
        "Some bytes are missing before it. What is missing was lost on the way, comes late, or was missed by the "
        "capture (RFC 9293 §3.4).",
    ),
    NoteCase(
        ("capture-gap",),
        TALK_OF_THREE,
        [Evidence(Note.CAPTURE_GAP, (3, 4), (1448, CLIENT_ISN + 1), Reason.ACKED_LATER)],
        "The capture has a hole, not the connection: 1,448 bytes from seq 1 on, after frame 4, were never "
        "captured before it, yet the server acknowledged them in frame 5. They arrived, and the capture missed "
        "them.",
    ),
    NoteCase(
        ("capture-gap",),
        TALK_OF_THREE[:5],
        [Evidence(Note.CAPTURE_GAP, (3,), (1448, CLIENT_ISN + 1), Reason.ACK_OF_UNSEEN)],
        "The capture has a hole, not the connection: this ack covers 1,448 bytes of the client from seq 1 on, "
        "after frame 4, that were never captured. They arrived, and the capture missed them.",
    ),
    NoteCase(
        ("capture-gap",),
        TALK_OF_THREE,
        [],
        "The capture has a hole, not the connection: some bytes were never captured before it, yet the server "
        "acknowledged them. They arrived, and the capture missed them.",
    ),
    NoteCase(
        ("duplicate-ack",),
        TALK_OF_THREE[:5],
        [Evidence(Note.DUPLICATE_ACK, (2,), (2,))],
        "Duplicate ACK number 2 of frame 3: a segment arrived that is not the next one, so the server repeats ack"
        " 1,449: it still expects that number (RFC 5681 §2).",
    ),
    NoteCase(
        ("duplicate-ack",),
        TALK_OF_THREE[:5],
        [],
        "Duplicate ACK: a segment arrived that is not the next one, so the server repeats ack 1,449: it still "
        "expects that number (RFC 5681 §2).",
    ),
]
