"""Segments that open a connection and carry data, and what is said of them in full."""

from tests.tcp.wire import OPEN, c, s
from tests.views.explained import RoleCase

SCALED = [c("S", 0, scale=7), s("S.", 0, 1, scale=5), c(".", 1, 1)]
"""A handshake with window scales."""
BOTH_ASK = [c("S", 0), s("S", 0), c("S.", 0, 1), s("S.", 0, 1), c(".", 1, 1)]
"""A simultaneous open."""

OPENING_CASES = {
    "a SYN": RoleCase(
        [SCALED[0], SCALED[1]],
        0,
        "The client asks for a connection: its SYN carries the initial sequence number 1,000, which counts as 0 "
        "from here on. The SYN takes that one number, so ack 1 will answer it (RFC 9293 §3.5). It offers windows "
        "scaled by 2^7 (RFC 9293 §3.2). The client is in SYN-SENT (proved by this segment): it has sent a SYN. "
        "The server is taken to be in LISTEN (assumed: no segment of its own has shown it yet): a SYN needs "
        "somebody who listens (RFC 9293 §3.3.2).",
    ),
    "a SYN without an answer": RoleCase(
        [c("S", 0)],
        0,
        "The client asks for a connection: its SYN carries the initial sequence number 1,000, which counts as 0 "
        "from here on. The SYN takes that one number, so ack 1 will answer it (RFC 9293 §3.5). No answer was "
        "captured. A host without a listener would refuse with a reset; silence means that a firewall drops the "
        "SYN, that the answer was lost, or that no host is there (RFC 9293 §3.8.3). The client is in SYN-SENT "
        "(proved by this segment): it has sent a SYN. The server is taken to be in LISTEN (assumed: no segment of"
        " its own has shown it yet): a SYN needs somebody who listens (RFC 9293 §3.3.2).",
    ),
    "a SYN+ACK": RoleCase(
        SCALED,
        1,
        "The server agrees 1.00 ms after the SYN: ack 1 = the client's initial sequence number 1,000 + 1, as the "
        "SYN of frame 1 takes one number though it carries no byte. Its own SYN, with initial sequence number "
        "500,000, travels in the same segment, so a handshake has three segments and not four (RFC 9293 §3.5). It"
        " agrees to windows scaled by 2^5 (RFC 9293 §3.2). The client goes from SYN-SENT to ESTABLISHED (assumed:"
        " no segment of its own has shown it yet): its SYN is acknowledged. The server goes from LISTEN to "
        "SYN-RECEIVED (proved by this segment): it has sent a SYN and received one, and waits for the ACK of its "
        "own (RFC 9293 §3.3.2).",
    ),
    "a SYN+ACK that takes the SYN's data": RoleCase(
        [c("S", 0, 0, 60), s("S.", 0, 61)],
        1,
        "The server agrees 1.00 ms after the SYN: ack 61 covers the SYN of frame 1 and the 60 bytes that it "
        "carried. Its own SYN, with initial sequence number 500,000, travels in the same segment, so a handshake "
        "has three segments and not four (RFC 9293 §3.5). The client goes from SYN-SENT to ESTABLISHED (assumed: "
        "no segment of its own has shown it yet): its SYN is acknowledged. The server goes from LISTEN to "
        "SYN-RECEIVED (proved by this segment): it has sent a SYN and received one, and waits for the ACK of its "
        "own (RFC 9293 §3.3.2).",
    ),
    "a SYN with data": RoleCase(
        [c("S", 0, 0, 60), s("S.", 0, 61)],
        0,
        "The client asks for a connection: its SYN carries the initial sequence number 1,000, which counts as 0 "
        "from here on. The SYN takes that one number, so ack 1 will answer it (RFC 9293 §3.5). The SYN carries 60"
        " bytes of data already, seq 1 up to 61: ack 61 will cover them (RFC 9293 §3.4). The client is in "
        "SYN-SENT (proved by this segment): it has sent a SYN. The server is taken to be in LISTEN (assumed: no "
        "segment of its own has shown it yet): a SYN needs somebody who listens (RFC 9293 §3.3.2).",
    ),
    "the third segment": RoleCase(
        SCALED,
        2,
        "The client acknowledges the server's SYN+ACK of frame 2: ack 1 = the server's initial sequence number + "
        "1. The handshake is complete, 2.00 ms after the SYN of frame 1: one round trip, measured where this was "
        "captured (RFC 9293 §3.5). The server goes from SYN-RECEIVED to ESTABLISHED (assumed: no segment of its "
        "own has shown it yet): its SYN is acknowledged (RFC 9293 §3.3.2).",
    ),
    "the third segment without the second": RoleCase(
        [c("S", 0), c(".", 1, 1)],
        1,
        "The client acknowledges the server's SYN: ack 1 = the server's initial sequence number + 1. The "
        "handshake is complete (RFC 9293 §3.5). The client goes from SYN-SENT to ESTABLISHED (proved by this "
        "segment): it goes on as only an open connection does. The server goes from LISTEN to ESTABLISHED "
        "(assumed: no segment of its own has shown it yet): its SYN is acknowledged (RFC 9293 §3.3.2).",
    ),
    "a SYN that crosses": RoleCase(
        BOTH_ASK,
        1,
        "The server asks for a connection too: this SYN (initial sequence number 500,000) acknowledges nothing, "
        "so it was sent before the SYN of frame 1 had arrived. Both ends ask at once, a simultaneous open: "
        "neither is the one that listens, and each answers the other's SYN (RFC 9293 §3.5). The client goes from "
        "SYN-SENT to SYN-RECEIVED (assumed: no segment of its own has shown it yet): a SYN arrives while its own "
        "is unanswered. The server goes from LISTEN to SYN-RECEIVED (assumed: no segment of its own has shown it "
        "yet): it has sent a SYN, and the other one is on its way to it (RFC 9293 §3.3.2).",
    ),
    "a SYN+ACK of the first who asked": RoleCase(
        BOTH_ASK,
        2,
        "The client answers the SYN of frame 2 with ack 1 = that SYN + 1. Its own SYN comes along again, with the"
        " number it had before: so do both ends of a simultaneous open, and it is no retransmission (RFC 9293 "
        "§3.5). The server goes from SYN-RECEIVED to ESTABLISHED (assumed: no segment of its own has shown it "
        "yet): its SYN is acknowledged (RFC 9293 §3.3.2).",
    ),
    "a SYN+ACK of the other": RoleCase(
        BOTH_ASK,
        3,
        "The server answers the SYN of frame 1 with ack 1 = that SYN + 1. Its own SYN comes along again, with the"
        " number it had before: so do both ends of a simultaneous open, and it is no retransmission (RFC 9293 "
        "§3.5). The client goes from SYN-RECEIVED to ESTABLISHED (assumed: no segment of its own has shown it "
        "yet): its SYN is acknowledged (RFC 9293 §3.3.2).",
    ),
    "an ACK of old numbers in a simultaneous open": RoleCase(
        BOTH_ASK,
        4,
        "It answers the SYN+ACK of frame 4, which repeats a SYN that the client had received before: a segment "
        "with old numbers is answered with an ACK that says what is expected, here ack 1. The server's SYN is "
        "acknowledged already, so nothing changes (RFC 9293 §3.10.7.4).",
    ),
    "a plain ACK in a simultaneous open": RoleCase(
        [c("S", 0), s("S", 0), c(".", 1, 1), s(".", 1, 1)],
        2,
        "The client acknowledges the server's SYN (ack 1): this part of the simultaneous open is complete (RFC "
        "9293 §3.5). The server goes from SYN-RECEIVED to ESTABLISHED (assumed: no segment of its own has shown "
        "it yet): its SYN is acknowledged (RFC 9293 §3.3.2).",
    ),
    "data": RoleCase(
        [*SCALED, c("P.", 1, 1, 1448)],
        3,
        "The client sends 1,448 bytes, seq 1 up to 1,449: ack 1,449 will cover them (RFC 9293 §3.4).",
    ),
    "data on its way with other data": RoleCase(
        [*SCALED, c("P.", 1, 1, 1448), c(".", 1449, 1, 1448)],
        4,
        "The client sends 1,448 bytes, seq 1,449 up to 2,897: ack 2,897 will cover them (RFC 9293 §3.4). With "
        "them 2,896 bytes are in flight: sent, and not acknowledged yet (RFC 9293 §3.8.6).",
    ),
    "data that acknowledges data": RoleCase(
        [*SCALED, c("P.", 1, 1, 10), s("P.", 1, 11, 1)],
        4,
        "The server sends 1 byte, seq 1 up to 2: ack 2 will cover it (RFC 9293 §3.4). Its ack 11 acknowledges "
        "frame 4, 1.00 ms after it.",
    ),
    "data to an end that has closed": RoleCase(
        [*OPEN, c("F.", 1, 1), s(".", 1, 2), s("P.", 1, 2, 10)],
        5,
        "The server sends 10 bytes, seq 1 up to 11: ack 11 will cover them (RFC 9293 §3.4). It has received "
        "everything before 2. The client has finished sending (FIN number 1 of frame 4) and still receives: the "
        "connection is half-closed, and the server's direction stays open until its own FIN (RFC 9293 §3.6.1).",
    ),
    "data that covers a FIN": RoleCase(
        [*OPEN, c("F.", 1, 1), s("P.", 1, 2, 10)],
        4,
        "The server sends 10 bytes, seq 1 up to 11: ack 11 will cover them (RFC 9293 §3.4). ack 2 = FIN seq 1 + 1, so "
        "it covers the client's FIN of frame 4, 1.00 ms later. That closes the client's direction; the connection is "
        "half-closed, and the server may go on sending for as long as it likes (RFC 9293 §3.6.1). The client goes "
        "from FIN-WAIT-1 to FIN-WAIT-2 (assumed: no segment of its own has shown it yet): its FIN is acknowledged, "
        "and it waits for the other one (RFC 9293 §3.3.2).",
    ),
    "data that crosses with a FIN": RoleCase(
        [*OPEN, c("F.", 1, 1), s("P.", 1, 1, 10)],
        4,
        "The server sends 10 bytes, seq 1 up to 11: ack 11 will cover them (RFC 9293 §3.4). It lies within the "
        "teardown but is no part of it: the client's FIN has number 1, in frame 4, so only ack 2 covers it, and "
        "this one says 1 (RFC 9293 §3.6).",
    ),
    "an ACK": RoleCase(
        [*SCALED, c("P.", 1, 1, 1448), s(".", 1, 1449)],
        4,
        "ack 1,449 acknowledges frame 4, 1.00 ms after it: the server has received everything before 1,449 and "
        "has room for 1,920,000 more (RFC 9293 §3.4).",
    ),
    "an ACK that acknowledges nothing new": RoleCase(
        [*SCALED, c(".", 1, 1)],
        3,
        "ack 1: the client expects number 1 next and has room for 7,680,000 more (RFC 9293 §3.4).",
    ),
    "an ACK of data within a teardown": RoleCase(
        [*OPEN, c("P.", 1, 1, 10), c("F.", 11, 1), s(".", 1, 11)],
        5,
        "ack 11 acknowledges frame 4, 2.00 ms after it: the server has received everything before 11 and has room"
        " for 60,000 more (RFC 9293 §3.4). It lies within the teardown but is no part of it: the client's FIN has"
        " number 11, in frame 5, so only ack 12 covers it, and this one says 11 (RFC 9293 §3.6).",
    ),
    "an ACK after one's own FIN": RoleCase(
        [*OPEN, c("F.", 1, 1), c(".", 2, 1)],
        4,
        "ack 1: the client expects number 1 next and has room for 60,000 more (RFC 9293 §3.4). It lies"
        " within the teardown but is no part of it: no FIN of the server was captured yet that it could "
        "acknowledge (RFC 9293 §3.6).",
    ),
}
"""By what they are."""
