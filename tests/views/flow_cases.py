"""Notes of windows, probes and keep-alives, and of what a reset or a SYN meets, and what is said of them in full."""

from tests.tcp.wire import CLIENT_ISN, MILLISECOND, OPEN, TALK, c, s
from tests.views.explained import TALK_OF_THREE, NoteCase
from tui.tcp.rules.evidence import Evidence, Reason
from tui.tcp.rules.notes import Note

FLOW_CASES = [
    NoteCase(
        ("keep-alive",),
        [*OPEN, c(".", 0, 1)],
        [Evidence(Note.KEEP_ALIVE, (), (75_000 * MILLISECOND,))],
        "Keep-alive: seq 0 is one below the next byte and the segment has no byte, so nothing new is sent. After "
        "1 min 15 s of silence it asks whether the server is still there: an old number must be answered with an "
        "ACK (RFC 9293 §3.8.4).",
    ),
    NoteCase(
        ("keep-alive",),
        [*OPEN, c(".", 0, 1, 1)],
        [],
        "Keep-alive: seq 0 is one below the next byte and the segment has one byte that is acknowledged already, "
        "so nothing new is sent. It asks whether the server is still there: an old number must be answered with an "
        "ACK (RFC 9293 §3.8.4).",
    ),
    NoteCase(
        ("keep-alive-answer",),
        [*OPEN, c(".", 0, 1), s(".", 1, 1)],
        [Evidence(Note.KEEP_ALIVE_ANSWER, (3,))],
        "It answers the keep-alive of frame 4: the server is there, and still expects 1 (RFC 9293 §3.8.4).",
    ),
    NoteCase(
        ("keep-alive-answer",),
        [*OPEN, c(".", 0, 1), s(".", 1, 1)],
        [],
        "It answers the keep-alive: the server is there, and still expects 1 (RFC 9293 §3.8.4).",
    ),
    NoteCase(
        ("zero-window",),
        [*OPEN, s(".", 1, 1, window=0)],
        [Evidence(Note.ZERO_WINDOW, (2,), (700 * MILLISECOND,))],
        "Window 0: the server has no room for more, as its program does not read as fast as data comes, and the "
        "client has to stop. It stays closed for 700 ms, until frame 3 opens it (RFC 9293 §3.8.6).",
    ),
    NoteCase(
        ("zero-window",),
        [*OPEN, s(".", 1, 1, window=0)],
        [Evidence(Note.ZERO_WINDOW, (), (-1,))],
        "Window 0: the server has no room for more, as its program does not read as fast as data comes, and the "
        "client has to stop. It was not opened again so far (RFC 9293 §3.8.6).",
    ),
    NoteCase(
        ("zero-window",),
        [*OPEN, s(".", 1, 1, window=0)],
        [],
        "Window 0: the server has no room for more, as its program does not read as fast as data comes, and the "
        "client has to stop (RFC 9293 §3.8.6).",
    ),
    NoteCase(
        ("zero-window-probe",),
        [*OPEN, s(".", 1, 1, window=0), c(".", 0, 1)],
        [Evidence(Note.ZERO_WINDOW_PROBE, (3,))],
        "Zero-window probe: the server's window was closed by frame 4, so the client sends an old number and no "
        "byte to draw an ACK that tells the window now. Without it both would wait for ever if the update that "
        "opens the window were lost (RFC 9293 §3.8.6.1).",
    ),
    NoteCase(
        ("zero-window-probe",),
        [*OPEN, c(".", 1, 1, 1)],
        [],
        "Zero-window probe: the server's window was closed, so the client sends 1 byte to draw an ACK that tells "
        "the window now. Without it both would wait for ever if the update that opens the window were lost (RFC "
        "9293 §3.8.6.1).",
    ),
    NoteCase(
        ("zero-window-answer",),
        [*OPEN, s(".", 1, 1, window=0)],
        [Evidence(Note.ZERO_WINDOW_ANSWER, (2,))],
        "It answers the probe of frame 3: ack 1, and the window is still closed (RFC 9293 §3.8.6.1).",
    ),
    NoteCase(
        ("zero-window-answer",),
        [*OPEN, s(".", 1, 1)],
        [],
        "It answers the probe: ack 1, and the window is 60,000 bytes now (RFC 9293 §3.8.6.1).",
    ),
    NoteCase(
        ("window-full",),
        TALK_OF_THREE,
        [Evidence(Note.WINDOW_FULL, (4,), (2896,))],
        "It fills the server's window of 2,896 bytes that frame 5 announced to the last byte: the client has to "
        "wait for an ACK or a larger window (RFC 9293 §3.8.6).",
    ),
    NoteCase(
        ("window-full",),
        TALK_OF_THREE,
        [],
        "It fills the server's window to the last byte: the client has to wait for an ACK or a larger window (RFC"
        " 9293 §3.8.6).",
    ),
    NoteCase(
        ("window-update",),
        [*OPEN, s(".", 1, 1)],
        [Evidence(Note.WINDOW_UPDATE, (1,), (0, 60000))],
        "Window update: the server's program has read. The window is 60,000 bytes now, and was 0 in frame 2; ack "
        "1 says nothing new (RFC 9293 §3.8.6).",
    ),
    NoteCase(
        ("window-update",),
        [*OPEN, s(".", 1, 1)],
        [],
        "Window update: the server's program has read, or its buffer has grown. The window is 60,000 bytes now; ack 1 "
        "says nothing new (RFC 9293 §3.8.6).",
    ),
    NoteCase(
        ("window-update",),
        [*OPEN, s(".", 1, 1)],
        [Evidence(Note.WINDOW_UPDATE, (1,), (62000, 60000))],
        "Window update. The window is 60,000 bytes now, and was 62,000 in frame 2; ack 1 says nothing new (RFC "
        "9293 §3.8.6).",
    ),
    NoteCase(
        ("port-reused",),
        [*OPEN, c("R", 1), c("S", 100000)],
        [],
        "The same addresses and ports had a connection before, whose last segment was frame 4, 1.00 ms earlier: "
        "this SYN begins a new one (RFC 9293 §3.6.1).",
    ),
    NoteCase(
        ("port-reused",),
        [c("S", 0)],
        [],
        "The same addresses and ports had a connection before: this SYN begins a new one (RFC 9293 §3.6.1).",
    ),
    NoteCase(
        ("fast-open",),
        [c("S", 0, 0, 60), s("S.", 0, 61)],
        [],
        "Fast Open: the server takes the 60 bytes that the SYN of frame 1 carried, a round trip earlier than a "
        "handshake alone would let it (RFC 7413 §4.2.2).",
    ),
    NoteCase(
        ("fast-open",),
        [s("S.", 0, 61)],
        [],
        "Fast Open: the server takes the data that the SYN carried, a round trip earlier than a handshake alone "
        "would let it (RFC 7413 §4.2.2).",
    ),
    NoteCase(
        ("fast-open-ignored",),
        [c("S", 0, 0, 60), s("S.", 0, 1)],
        [],
        "Fast Open was refused: ack 1 covers the SYN alone, not the 60 bytes that the SYN of frame 1 carried, so "
        "the client has to send them again (RFC 7413 §4.2.2).",
    ),
    NoteCase(
        ("fast-open-ignored",),
        [s("S.", 0, 1)],
        [],
        "Fast Open was refused: ack 1 covers the SYN alone, not the data that the SYN carried, so the client has "
        "to send them again (RFC 7413 §4.2.2).",
    ),
    NoteCase(
        ("fast-open-ignored",),
        [c("S", 0, 0, 60), s("S.", 0, 31)],
        [],
        "Fast Open was refused: ack 31 covers 30 of them, not the 60 bytes that the SYN of frame 1 carried, so "
        "the client has to send them again (RFC 7413 §4.2.2).",
    ),
    NoteCase(
        ("reset-in-window",),
        [*OPEN, c("P.", 1, 1, 10), s(".", 1, 11), c("R", 500)],
        [Evidence(Note.RESET_IN_WINDOW, (4,), (CLIENT_ISN + 11, 60000))],
        "A careful receiver doubts this reset: seq 500 lies within the server's window of 60,000 bytes, but is "
        "not 11, which it expects by its frame 5. It answers with a challenge ACK, which only the true peer can "
        "confirm by a second reset (RFC 5961 §3.2).",
    ),
    NoteCase(
        ("reset-in-window",),
        [*OPEN, c("P.", 1, 1, 10), s(".", 1, 11), c("R", 500)],
        [],
        "A careful receiver doubts this reset: seq 500 lies within the server's window of 60,000 bytes, but is "
        "not 11, which it expects by its frame 5. It answers with a challenge ACK, which only the true peer can "
        "confirm by a second reset (RFC 5961 §3.2).",
    ),
    NoteCase(
        ("reset-in-window",),
        [c("R", 500)],
        [],
        "A careful receiver doubts this reset: seq 1 is not the number that the server expects, though within its"
        " window. It answers with a challenge ACK, which only the true peer can confirm by a second reset (RFC "
        "5961 §3.2).",
    ),
    NoteCase(
        ("challenge-ack",),
        [*OPEN, *TALK, c("S", 777777), s(".", 21, 11)],
        [],
        "Challenge ACK in answer to frame 7: the server does not believe that segment and repeats what it "
        "expects, ack 11. A peer that meant it would now send a reset with that number (RFC 5961 §4.2).",
    ),
    NoteCase(
        ("challenge-ack",),
        [s(".", 21, 11)],
        [],
        "Challenge ACK: the server does not believe that segment and repeats what it expects, ack 1. A peer that "
        "meant it would now send a reset with that number (RFC 5961 §4.2).",
    ),
    NoteCase(
        ("middlebox-reset",),
        [*OPEN, s("R.", 1, 1)],
        [Evidence(Note.MIDDLEBOX_RESET, (1,), (128, 52), Reason.TTL)],
        "The server hardly sent this reset: its TTL 128 is unlike the 52 of the server's segment before, frame 2."
        " A firewall or another box on the way sends such resets in the name of an endpoint (RFC 3360).",
    ),
    NoteCase(
        ("middlebox-reset",),
        [*OPEN, s("R.", 1, 1)],
        [Evidence(Note.MIDDLEBOX_RESET, (1,), (0, 4711), Reason.IP_ID)],
        "The server hardly sent this reset: its IP identification 0 is unlike the 4711 of the server's segment "
        "before, frame 2. A firewall or another box on the way sends such resets in the name of an endpoint (RFC "
        "3360).",
    ),
    NoteCase(
        ("middlebox-reset",),
        [*OPEN, s("R.", 1, 1)],
        [],
        "The server hardly sent this reset: its TTL is unlike that of the server's segments. A firewall or "
        "another box on the way sends such resets in the name of an endpoint (RFC 3360).",
    ),
]
