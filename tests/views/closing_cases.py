"""Segments that close a connection or break it off, and what is said of them in full."""

from tests.tcp.wire import CLIENT, CLIENT_ISN, OPEN, SERVER, TALK, Packet, c, s
from tests.views.explained import RoleCase

CLOSED_BY_FOUR = [*OPEN, c("F.", 1, 1), s(".", 1, 2), s("F.", 1, 2), c(".", 2, 2)]
CROSSING = [*OPEN, c("F.", 1, 1), s("F.", 1, 1), c(".", 2, 2), s(".", 2, 2)]
"""Both ends close at once."""

CLOSING_CASES = {
    "the first FIN": RoleCase(
        CLOSED_BY_FOUR,
        3,
        "The client has finished sending: its FIN takes number 1, so ack 2 will cover it. It still receives: the "
        "server's direction stays open until the server's own FIN (RFC 9293 §3.6). The client goes from "
        "ESTABLISHED to FIN-WAIT-1 (proved by this segment): it has sent its FIN and waits for the ACK of it. The"
        " server goes from ESTABLISHED to CLOSE-WAIT (assumed: no segment of its own has shown it yet): the FIN "
        "arrives, and its own program has still to close (RFC 9293 §3.3.2).",
    ),
    "the ACK of the first FIN": RoleCase(
        CLOSED_BY_FOUR,
        4,
        "ack 2 = FIN seq 1 + 1, so it covers the client's FIN of frame 4, 1.00 ms later. That closes the client's"
        " direction; the connection is half-closed, and the server may go on sending for as long as it likes (RFC"
        " 9293 §3.6.1). The client goes from FIN-WAIT-1 to FIN-WAIT-2 (assumed: no segment of its own has shown "
        "it yet): its FIN is acknowledged, and it waits for the other one (RFC 9293 §3.3.2).",
    ),
    "the second FIN": RoleCase(
        CLOSED_BY_FOUR,
        5,
        "The server has finished too, 2.00 ms after the client's FIN of frame 4: its FIN takes number 1, so ack 2"
        " will cover it (RFC 9293 §3.6). The client goes from FIN-WAIT-2 to TIME-WAIT (assumed: no segment of its"
        " own has shown it yet): both FINs are sent, and its own is acknowledged. The server goes from CLOSE-WAIT"
        " to LAST-ACK (proved by this segment): it has sent its FIN after receiving the other one, and waits for "
        "the last ACK (RFC 9293 §3.3.2).",
    ),
    "the last ACK": RoleCase(
        CLOSED_BY_FOUR,
        6,
        "ack 2 = FIN seq 1 + 1, so it covers the server's FIN of frame 6, 1.00 ms later. Both directions are "
        "closed (RFC 9293 §3.6). The client stays in TIME-WAIT for two maximum segment lifetimes (60 s on Linux):"
        " to repeat the last ACK if it was lost, and so that no late segment gets into a new connection on the "
        "same ports (RFC 9293 §3.6.1). The server goes from LAST-ACK to CLOSED (assumed: no segment of its own "
        "has shown it yet): the last FIN is acknowledged (RFC 9293 §3.3.2).",
    ),
    "data with a FIN": RoleCase(
        [*OPEN, c("FP.", 1, 1, 10)],
        3,
        "The client sends 10 bytes, seq 1 up to 11: ack 11 will cover them (RFC 9293 §3.4). The client has "
        "finished sending: its FIN takes number 11, so ack 12 will cover it. It still receives: the server's "
        "direction stays open until the server's own FIN (RFC 9293 §3.6). The client goes from ESTABLISHED to "
        "FIN-WAIT-1 (proved by this segment): it has sent its FIN and waits for the ACK of it. The server goes "
        "from ESTABLISHED to CLOSE-WAIT (assumed: no segment of its own has shown it yet): the FIN arrives, and "
        "its own program has still to close (RFC 9293 §3.3.2).",
    ),
    "two steps in one": RoleCase(
        [*OPEN, c("F.", 1, 1), s("F.", 1, 2)],
        4,
        "ack 2 = FIN seq 1 + 1, so it covers the client's FIN of frame 4, 1.00 ms later. It carries a FIN as well"
        " (number 1), as the server has nothing more to send: teardown steps 2 and 3 travel together, and three "
        "segments and not four are seen (RFC 9293 §3.6). The client goes from FIN-WAIT-1 to TIME-WAIT (assumed: "
        "no segment of its own has shown it yet): its FIN is acknowledged, which is FIN-WAIT-2, and the other FIN"
        " arrives with the same segment. The server goes from CLOSE-WAIT to LAST-ACK (proved by this segment): it"
        " has sent its FIN after receiving the other one, and waits for the last ACK (RFC 9293 §3.3.2).",
    ),
    "a FIN that crosses": RoleCase(
        CROSSING,
        4,
        "The two FINs cross: this one (number 1) says ack 1, which does not cover the client's FIN (frame 4, "
        "number 1), so it was sent before that one arrived. Both ends are in CLOSING: each has sent its FIN and "
        "gets the other's, but not yet the ACK of its own (RFC 9293 §3.6). The client goes from FIN-WAIT-1 to "
        "CLOSING (assumed: no segment of its own has shown it yet): a FIN arrives before the ACK of its own. The "
        "server goes from CLOSE-WAIT to CLOSING (assumed: no segment of its own has shown it yet): it has sent "
        "its FIN, and the other one has crossed with it (RFC 9293 §3.3.2).",
    ),
    "the first ACK after crossing FINs": RoleCase(
        CROSSING,
        5,
        "ack 2 = FIN seq 1 + 1, so it covers the server's FIN of frame 5, 1.00 ms later. The client's own FIN had"
        " crossed with it and is still to be acknowledged (RFC 9293 §3.6). The server goes from CLOSING to "
        "TIME-WAIT (assumed: no segment of its own has shown it yet): both FINs are sent, and its own is "
        "acknowledged (RFC 9293 §3.3.2).",
    ),
    "the second ACK after crossing FINs": RoleCase(
        CROSSING,
        6,
        "ack 2 = FIN seq 1 + 1, so it covers the client's FIN of frame 4, 3.00 ms later. Both FINs, which had "
        "crossed, are acknowledged: both directions are closed (RFC 9293 §3.6). Both ends stay in TIME-WAIT for "
        "two maximum segment lifetimes (60 s on Linux): to repeat the last ACK if it was lost, and so that no "
        "late segment gets into a new connection on the same ports (RFC 9293 §3.6.1). The client goes from "
        "CLOSING to TIME-WAIT (assumed: no segment of its own has shown it yet): both FINs are sent, and its own "
        "is acknowledged (RFC 9293 §3.3.2).",
    ),
    "a refusal": RoleCase(
        [c("S", 0), s("R.", 0, 1)],
        1,
        "The server refuses the SYN of frame 1, 1.00 ms after it: nothing listens on port 80, or a firewall says so. "
        "Its ack 1 shows which SYN it answers. A refusal is an answer: somebody is there, whereas a dropped SYN would "
        "meet silence (RFC 9293 §3.10.7.1). The client goes from SYN-SENT to CLOSED (assumed: no segment of its own "
        "has shown it yet): a reset ends it, and nothing is left to wait for. The server goes from LISTEN to CLOSED "
        "(proved by this segment): it was only taken for listening, and has no connection (RFC 9293 §3.3.2).",
    ),
    "a reset after a SYN+ACK": RoleCase(
        [c("S", 0), s("S.", 0, 1), c("R", 1)],
        2,
        "The client breaks off right after the SYN+ACK, before the handshake is complete: it was aborted, or "
        "never wanted a connection, as in a SYN scan, which only asks whether the port is open (RFC 9293 §3.5.3)."
        " It has no ACK, as a reset that answers a segment: its number 1 is the ack of frame 2. The client has no"
        " socket that takes such a segment (RFC 9293 §3.5.2). The client goes from ESTABLISHED to CLOSED (proved "
        "by this segment): it has given the connection up. The server goes from SYN-RECEIVED to CLOSED (assumed: "
        "no segment of its own has shown it yet): a reset ends it, and nothing is left to wait for (RFC 9293 "
        "§3.3.2).",
    ),
    "a server that gives up": RoleCase(
        [c("S", 0), s("S.", 0, 1), s("R.", 1, 1)],
        2,
        "The server breaks off before the handshake is complete: no connection comes about (RFC 9293 §3.5.3). It "
        "has an ACK, so the server sends it of its own accord: it gave up waiting, or its program did (RFC 9293 "
        "§3.10.5). The client goes from ESTABLISHED to CLOSED (assumed: no segment of its own has shown it yet): "
        "a reset ends it, and nothing is left to wait for. The server goes from SYN-RECEIVED to CLOSED (proved by"
        " this segment): it has given the connection up (RFC 9293 §3.3.2).",
    ),
    "a reset of one's own accord": RoleCase(
        [*OPEN, s("R.", 1, 1)],
        3,
        "The server aborts the connection at seq 1 instead of closing it with a FIN: what was not delivered by "
        "then is lost, and nothing answers a reset (RFC 9293 §3.10.5). It has an ACK, so the server sends it of "
        "its own accord, mostly because its program closed the socket with received bytes unread or with "
        "SO_LINGER at 0, or was ended (RFC 9293 §3.6.1). The client goes from ESTABLISHED to CLOSED (assumed: no "
        "segment of its own has shown it yet): a reset ends it, and nothing is left to wait for. The server goes "
        "from ESTABLISHED to CLOSED (proved by this segment): it has given the connection up (RFC 9293 §3.3.2).",
    ),
    "a reset in answer": RoleCase(
        [*OPEN, s("R", 1)],
        3,
        "The server aborts the connection at seq 1 instead of closing it with a FIN: what was not delivered by "
        "then is lost, and nothing answers a reset (RFC 9293 §3.10.5). It has no ACK, as a reset that answers a "
        "segment: its number 1 is the ack of frame 3. The server has no socket that takes such a segment (RFC "
        "9293 §3.5.2). The client goes from ESTABLISHED to CLOSED (assumed: no segment of its own has shown it "
        "yet): a reset ends it, and nothing is left to wait for. The server goes from ESTABLISHED to CLOSED "
        "(proved by this segment): it has given the connection up (RFC 9293 §3.3.2).",
    ),
    "a reset with a text": RoleCase(
        [*OPEN, s("R.", 1, 1, 20)],
        3,
        "The server aborts the connection at seq 1 instead of closing it with a FIN: what was not delivered by "
        "then is lost, and nothing answers a reset (RFC 9293 §3.10.5). Its 20 bytes are no data of the "
        "connection: a reset may carry a text that says why (RFC 9293 §3.5.3). It has an ACK, so the server sends"
        " it of its own accord, mostly because its program closed the socket with received bytes unread or with "
        "SO_LINGER at 0, or was ended (RFC 9293 §3.6.1). The client goes from ESTABLISHED to CLOSED (assumed: no "
        "segment of its own has shown it yet): a reset ends it, and nothing is left to wait for. The server goes "
        "from ESTABLISHED to CLOSED (proved by this segment): it has given the connection up (RFC 9293 §3.3.2).",
    ),
    "a lone reset": RoleCase(
        [s("R", 1)],
        0,
        "A reset from the server, of a connection that is not there, or of which nothing else was captured (RFC "
        "9293 §3.10.7.1). It has no ACK, as a reset has none that answers a segment (RFC "
        "9293 §3.5.2).",
    ),
    "a reset after close": RoleCase(
        [*OPEN, c("F.", 1, 1), s("P.", 1, 2, 10), c("R", 2)],
        5,
        "The client resets the connection before its teardown is complete, so the rest of it is never sent (RFC "
        "9293 §3.6.1). It has no ACK, as a reset that answers a segment: its number 2 is the ack of frame 5. The "
        "client has no socket that takes such a segment, as its program has closed it (RFC 9293 §3.5.2). The "
        "client goes from FIN-WAIT-2 to CLOSED (proved by this segment): it has given the connection up. The "
        "server goes from CLOSE-WAIT to CLOSED (assumed: no segment of its own has shown it yet): a reset ends "
        "it, and nothing is left to wait for (RFC 9293 §3.3.2).",
    ),
    "a late reset": RoleCase(
        [*CLOSED_BY_FOUR, s("R", 2)],
        7,
        "The connection had ended already: mostly such a reset of the server answers a segment that came too late. "
        "What had arrived by then is not undone (RFC 9293 §3.10.7.1). The client goes from TIME-WAIT to CLOSED "
        "(assumed: no segment of its own has shown it yet): a reset ends it, and nothing is left to wait for (RFC "
        "9293 §3.3.2).",
    ),
    "an impossible reset": RoleCase(
        [*OPEN, c("P.", 1, 1, 10), s(".", 1, 11), s("R", 200000)],
        5,
        "A reset that the client must ignore: its number 200,000 is not the one that the client expects. It may "
        "be late, or forged by somebody who guesses (RFC 5961 §3.2).",
    ),
    "an impossible refusal": RoleCase(
        [c("S", 0), s("R.", 0, 5)],
        1,
        "A reset that the client must ignore: only ack 1 would answer the SYN, and its ack is 5 (RFC 9293 §3.10.7.3).",
    ),
    "a stray SYN": RoleCase(
        [*OPEN, *TALK, c("S", 777777), s(".", 21, 11)],
        6,
        "A SYN that does not fit the open connection: an old one, or one of a client that has forgotten the "
        "connection. The server answers with a challenge ACK and nothing changes (RFC 5961 §4.2).",
    ),
    "no flag": RoleCase(
        [c("", 1)],
        0,
        "No TCP sends a segment without any flag (a null scan): scanners do, to learn of a host by its answer or "
        "to slip past a filter. Nothing changes (RFC 9293 §3.10.7).",
    ),
    "a FIN without ACK": RoleCase(
        [c("F", 1)],
        0,
        "No TCP sends a FIN without ACK (a FIN scan): scanners do, to learn of a host by its answer or to slip "
        "past a filter. Nothing changes (RFC 9293 §3.10.7).",
    ),
    "an Xmas scan": RoleCase(
        [c("FPU", 1)],
        0,
        "No TCP sends FIN, PSH and URG without ACK (an Xmas scan): scanners do, to learn of a host by its answer "
        "or to slip past a filter. Nothing changes (RFC 9293 §3.10.7).",
    ),
    "SYN and FIN": RoleCase(
        [c("SF", 1)],
        0,
        "No TCP sends SYN and FIN together: scanners do, to learn of a host by its answer or to slip past a "
        "filter. Nothing changes (RFC 9293 §3.10.7).",
    ),
    "SYN and RST": RoleCase(
        [c("SR", 1)],
        0,
        "No TCP sends SYN and RST together: scanners do, to learn of a host by its answer or to slip past a "
        "filter. Nothing changes (RFC 9293 §3.10.7).",
    ),
    "PSH alone": RoleCase(
        [c("P", 1, 0, 3)],
        0,
        "No TCP sends the flags P: scanners do, to learn of a host by its answer or to slip past a filter. "
        "Nothing changes (RFC 9293 §3.10.7).",
    ),
    "a SYN+ACK of a wrong number": RoleCase(
        [c("S", 0), s("S.", 0, 77)],
        1,
        "A SYN+ACK that answers no SYN of the client: its ack 77 or its own number is not one that fits. The "
        "receiver drops it or answers with a reset, and nothing changes (RFC 9293 §3.10.7.3).",
    ),
    "a reset in answer to a scan": RoleCase(
        [c("FPU", 1), Packet(SERVER, CLIENT, "R.", 0, CLIENT_ISN + 2)],
        1,
        "A reset from the server, of a connection that is not there, or of which nothing else was captured (RFC "
        "9293 §3.10.7.1). Its number on the wire is 0, so it answers a segment that had no ACK, and takes its ack"
        " from there (RFC 9293 §3.5.2).",
    ),
    "the first segment of a capture": RoleCase(
        [c("P.", 1, 1, 10)],
        0,
        "The client sends 10 bytes, seq 1 up to 11: ack 11 will cover them (RFC 9293 §3.4). Both ends are in "
        "ESTABLISHED (assumed: no segment of theirs has shown it yet): the opening was not captured, and the "
        "connection is under way (RFC 9293 §3.3.2).",
    ),
    "a FIN whose last ACK was lost": RoleCase(
        [*CLOSED_BY_FOUR, s("F.", 1, 2)],
        7,
        "The server has finished too, 4.00 ms after the client's FIN of frame 4: its FIN takes number 1, so ack 2"
        " will cover it (RFC 9293 §3.6). The server goes from CLOSED to LAST-ACK (proved by this segment): it "
        "sends its FIN again, so the ACK of it had not reached it (RFC 9293 §3.3.2).",
    ),
    "a SYN+ACK that is sent again": RoleCase(
        [*OPEN, s("S.", 0, 1)],
        3,
        "The server agrees 3.00 ms after the SYN: ack 1 = the client's initial sequence number 1,000 + 1, as the "
        "SYN of frame 1 takes one number though it carries no byte. Its own SYN, with initial sequence number "
        "500,000, travels in the same segment, so a handshake has three segments and not four (RFC 9293 §3.5). "
        "The server goes from ESTABLISHED to SYN-RECEIVED (proved by this segment): it sends its SYN+ACK again, "
        "so the ACK of the handshake had not reached it (RFC 9293 §3.3.2).",
    ),
}
"""By what they are."""
