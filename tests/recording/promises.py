"""What each capture has to show, in the words of the reports."""

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

from tests.program import objects
from tui.files.source import open_capture
from tui.report.json_lines import write_connections, write_packets
from tui.session import Session

Connections = list[dict[str, Any]]
"""What `--json connections` prints, as Python values."""

Segments = list[dict[str, Any]]
"""What `--json packets` prints, as Python values."""

MOST_BYTES = 300_000
"""Most bytes of a capture that comes along."""


class Life(NamedTuple):
    """How a connection opens and ends, in the words of the report on it."""

    opening: str
    closing: str
    closed_by: str | None
    verdict: str


@dataclass(frozen=True, slots=True)
class Promise:
    """What a capture shows."""

    lives: tuple[Life, ...]
    """Of each connection, in the order of their first segments."""
    roles: tuple[str, ...] = ()
    """Roles that must occur."""
    evidence: Callable[[Segments], bool] = bool
    """A test of the segments, for what no other word of the reports tells."""
    link_type: int = 1


def reports(path: Path) -> tuple[Connections, Segments]:
    """What the program reports on a capture."""
    connections, packets = BytesIO(), BytesIO()
    with open_capture(str(path)) as capture:
        session = Session(capture)
        for _ in session.run():
            pass
        write_connections(session, connections)
        write_packets(session, packets, with_explanation=False)
    return objects(connections.getvalue()), objects(packets.getvalue())


def broken_promises(path: Path, promise: Promise) -> list[str]:
    """What a capture does not show although it should; empty where it keeps its promise."""
    connections, segments = reports(path)
    found = tuple(Life(*(connection[key] for key in Life._fields)) for connection in connections)
    broken = [] if found == promise.lives else [f"its connections are {found}, not {promise.lives}"]
    missing = set(promise.roles) - {role for segment in segments for role in segment["roles"]}
    broken += [f"no segment is {role}" for role in sorted(missing)]
    if not promise.evidence(segments):
        broken.append(f"what {promise.evidence.__name__.replace('_', ' ')} looks for is not there")
    content = path.read_bytes()
    if int.from_bytes(content[20:24], "little") != promise.link_type:
        broken.append(f"its link type is not {promise.link_type}")
    if len(content) > MOST_BYTES:
        broken.append(f"it has {len(content)} bytes, more than {MOST_BYTES}")
    return broken


def two_requests(segments: Segments) -> bool:
    """The client sends data twice, with an answer between."""
    senders = [segment["from"] for segment in segments if segment["length"]]
    turns = [now for before, now in zip([None, *senders], senders, strict=False) if now != before]
    return turns.count("client") >= 2


def several_syns(segments: Segments) -> bool:
    """The same SYN at least four times, and nothing else."""
    return len(segments) >= 4 and {(each["flags"], each["raw_seq"]) for each in segments} == {
        ("S", segments[0]["raw_seq"])
    }


def data_after_the_first_fin(segments: Segments) -> bool:
    """The server sends data three times after the client's FIN."""
    fins = [number for number, each in enumerate(segments) if "teardown 1/4" in each["roles"]]
    return sum(bool(each["length"]) for each in segments[fins[0] + 1 :]) >= 3 if fins else False


def data_sent_again(segments: Segments) -> bool:
    """The server sends at least four pieces of data twice; the client reports holes, and what it has had before."""
    sent = [each["seq"] for each in segments if each["from"] == "server" and each["length"]]
    blocks = [(each["ack"], each["options"]["sack"][0]) for each in segments if each["options"]["sack"]]
    holes = any(block[0] > ack for ack, block in blocks)
    doubled = any(block[1] <= ack for ack, block in blocks)
    return len(sent) - len(set(sent)) >= 4 and holes and doubled


def a_closed_window(segments: Segments) -> bool:
    """The server's window is 0, is asked for at least twice, and opens again."""
    windows = [each["window"] for each in segments if each["from"] == "server"]
    return windows.count(0) >= 3 and windows[-1] > 0


def keep_alives(segments: Segments) -> bool:
    """At least twice the client sends an empty segment with a number that is already acknowledged."""
    following = 0
    asked = 0
    for segment in segments:
        if segment["from"] == "client":
            asked += not segment["length"] and segment["seq"] == following - 1
            following = max(following, segment["seq"] + segment["length"] + ("S" in segment["flags"]))
    return asked >= 2


def only_addresses_of_ipv6(segments: Segments) -> bool:
    """Both ends have IPv6 addresses."""
    return all(each["source"].startswith("[fd00::") for each in segments)


HANDSHAKE = ("handshake 1/3", "handshake 2/3", "handshake 3/3")
FOUR = ("teardown 1/4", "teardown 2/4", "teardown 3/4", "teardown 4/4")
CROSSING = ("teardown 1/4", "simultaneous close 2/4", "simultaneous close 3/4", "simultaneous close 4/4")

THREE_SEGMENTS = Life("three-way", "three-segment", "client", "closed")
THREE_SEGMENTS_SERVER_FIRST = Life("three-way", "three-segment", "server", "closed")
FOUR_SEGMENTS = Life("three-way", "four-segment", "client", "closed")
FOUR_SEGMENTS_SERVER_FIRST = Life("three-way", "four-segment", "server", "closed")
CLOSED_AT_ONCE = Life("three-way", "simultaneous", "client", "closed")
OPENED_AT_ONCE = Life("simultaneous", "three-segment", "client", "closed")
REFUSED = Life("refused", "reset", "server", "refused")
UNANSWERED = Life("unanswered", "none", None, "no-answer")
RESET = Life("three-way", "reset", "server", "reset")

PROMISES = {
    "curl-http.pcap": Promise((THREE_SEGMENTS,), HANDSHAKE + FOUR),
    "curl-four-segments.pcap": Promise((FOUR_SEGMENTS,), HANDSHAKE + FOUR),
    "curl-two-pages.pcap": Promise((THREE_SEGMENTS,), HANDSHAKE, two_requests),
    "redis-ping.pcap": Promise((THREE_SEGMENTS,), HANDSHAKE + FOUR),
    "echo-any.pcap": Promise((THREE_SEGMENTS,), HANDSHAKE + FOUR, link_type=276),
    "python-client-first.pcap": Promise((THREE_SEGMENTS,), HANDSHAKE + FOUR),
    "python-server-first.pcap": Promise((THREE_SEGMENTS_SERVER_FIRST,), HANDSHAKE + FOUR),
    "half-closed.pcap": Promise((FOUR_SEGMENTS,), FOUR, data_after_the_first_fin),
    "simultaneous-close.pcap": Promise((CLOSED_AT_ONCE,), HANDSHAKE + CROSSING),
    "simultaneous-open.pcap": Promise((OPENED_AT_ONCE,), ("simultaneous open",)),
    "refused.pcap": Promise((REFUSED,), ("refused",)),
    "unanswered.pcap": Promise((UNANSWERED,), ("handshake 1/3",), several_syns),
    "reset-abort.pcap": Promise((RESET,), ("data", "reset")),
    "reset-unread.pcap": Promise((RESET,), ("data", "reset")),
    "lossy.pcap": Promise((FOUR_SEGMENTS_SERVER_FIRST,), HANDSHAKE, data_sent_again),
    "zero-window.pcap": Promise((THREE_SEGMENTS,), HANDSHAKE, a_closed_window),
    "keep-alive.pcap": Promise((THREE_SEGMENTS,), HANDSHAKE, keep_alives),
    "ipv6-http.pcap": Promise((THREE_SEGMENTS,), HANDSHAKE, only_addresses_of_ipv6),
    "tls.pcap": Promise((THREE_SEGMENTS_SERVER_FIRST,), HANDSHAKE),
    "ssh.pcap": Promise((THREE_SEGMENTS,), HANDSHAKE),
    "vlan.pcap": Promise((THREE_SEGMENTS,), HANDSHAKE + FOUR),
    "ten-connections.pcap": Promise(
        (
            THREE_SEGMENTS,
            THREE_SEGMENTS,
            REFUSED,
            THREE_SEGMENTS_SERVER_FIRST,
            THREE_SEGMENTS,
            THREE_SEGMENTS,
            UNANSWERED,
            FOUR_SEGMENTS,
            RESET,
            THREE_SEGMENTS_SERVER_FIRST,
        )
    ),
}
"""Name of each capture, and its promise."""
