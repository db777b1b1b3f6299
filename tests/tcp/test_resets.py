"""Resets: which are taken (RFC 9293 section 3.10.7, RFC 5961 section 3), and what each is called."""

import pytest

from tests.tcp.telling import told
from tests.tcp.wire import OPEN, TALK, Packet, c, connections, only_connection, read, s, segments

ESTABLISHED = [*OPEN, *TALK]
"""The client has sent 10 bytes, all acknowledged, the server 20; both windows are 60000 and not scaled."""

NAMES: dict[str, tuple[list[Packet], str]] = {
    "answers a SYN": ([c("S", 0), s("R.", 0, 1)], "refused: CLOSED?, CLOSED"),
    "answers a SYN that it does not acknowledge": ([c("S", 0), s("R", 0)], "ignored reset: SYN-SENT, LISTEN?"),
    "answers a SYN with a wrong number": ([c("S", 0), s("R.", 0, 50)], "ignored reset: SYN-SENT, LISTEN?"),
    "answers a SYN with data": ([c("S", 0, length=10), s("R.", 0, 11)], "refused: CLOSED?, CLOSED"),
    "client breaks the handshake off": ([*OPEN[:2], c("R", 1)], "handshake reset: CLOSED, CLOSED?"),
    "server gives the handshake up": ([*OPEN[:2], s("R.", 1, 1)], "handshake reset: CLOSED?, CLOSED"),
    "in a simultaneous open": ([c("S", 0), s("S", 0), c("R.", 1, 1)], "handshake reset: CLOSED, CLOSED?"),
    "at the number that is expected": ([*ESTABLISHED, s("R", 21)], "reset: CLOSED?, CLOSED"),
    "at what was acknowledged": ([*OPEN, c("P.", 1, 1, 10), c("R", 1)], "reset: CLOSED, CLOSED?"),
    "at what was sent": ([*OPEN, c("P.", 1, 1, 10), c("R", 11)], "reset: CLOSED, CLOSED?"),
    "inside of the window": ([*ESTABLISHED, c("R", 500)], "reset: CLOSED, CLOSED? [reset-in-window]"),
    "the last number of the window": ([*ESTABLISHED, c("R", 60010)], "reset: CLOSED, CLOSED? [reset-in-window]"),
    "the first number after the window": ([*ESTABLISHED, c("R", 60011)], "ignored reset: ESTABLISHED, ESTABLISHED"),
    "below the window": ([*ESTABLISHED, c("R", 10)], "ignored reset: ESTABLISHED, ESTABLISHED"),
    "of a connection that was not captured": ([c("R", 1)], "reset: CLOSED, CLOSED?"),
    "after the first FIN": ([*OPEN, c("F.", 1, 1), s("R", 1)], "reset in teardown: CLOSED?, CLOSED"),
    "after both FINs": ([*OPEN, c("F.", 1, 1), s("F.", 1, 2), c("R", 2)], "reset in teardown: CLOSED, CLOSED?"),
    "after the close": (
        [*OPEN, c("F.", 1, 1), s("F.", 1, 2), c(".", 2, 2), s("R", 2)],
        "late reset: CLOSED?, CLOSED",
    ),
    "after another reset": ([*OPEN, c("R", 1), s("R", 1)], "late reset: CLOSED?, CLOSED"),
    "answers a probe": ([c("", 0), s("R.", 0, 0)], "reset: CLOSED?, CLOSED"),
}


@pytest.mark.parametrize(("packets", "expected"), NAMES.values(), ids=NAMES)
def test_name_and_effect(packets: list[Packet], expected: str) -> None:
    assert told(packets)[-1] == expected


def test_the_window_is_scaled_where_both_syns_said_so() -> None:
    opening = [c("S", 0, scale=0), s("S.", 0, 1, scale=2), c(".", 1, 1), s(".", 1, 1, window=100)]
    assert told([*opening, c("R", 400)])[-1].startswith("reset:")
    assert told([*opening, c("R", 401)])[-1].startswith("ignored reset:")


def test_the_window_of_a_syn_is_not_scaled() -> None:
    opening = [c("S", 0, scale=0), s("S.", 0, 1, window=100, scale=2)]
    assert told([*opening, c("R", 100)])[-1].startswith("handshake reset:")
    assert told([*opening, c("R", 101)])[-1].startswith("ignored reset:")


TALK_ON = [c("P.", 11, 21, 5), s(".", 21, 16)]


@pytest.mark.parametrize("cuts", [[], [7], [8], [7, 8, 9]])
@pytest.mark.parametrize("numbers", [[500], [500, 900], [500, 900, 501]])
def test_in_window_resets_were_ignored_where_both_sides_talk_on(numbers: list[int], cuts: list[int]) -> None:
    session = read([*ESTABLISHED, *(c("R", number) for number in numbers), *TALK_ON], cuts=cuts)
    later = segments(session)[len(ESTABLISHED) :]
    assert [view.roles for view in later] == [("ignored reset",)] * len(numbers) + [("data",), ("ack",)]
    assert {(view.client_state, view.server_state) for view in later} == {("ESTABLISHED", "ESTABLISHED")}
    (found,) = connections(session)
    assert (found.verdict, found.closing) == ("open", "none")


@pytest.mark.parametrize("after", [[TALK_ON[0]], [TALK_ON[1]], [TALK_ON[0], s("R", 21)]])
def test_an_in_window_reset_stands_where_one_side_alone_talks_on(after: list[Packet]) -> None:
    assert only_connection([*ESTABLISHED, c("R", 500), *after]).verdict == "reset"


def test_a_second_in_window_reset_between_the_two_sides_stands_until_both_have_talked_again() -> None:
    packets = [*ESTABLISHED, c("R", 500), TALK_ON[0], c("R", 900), TALK_ON[1]]
    assert [view.roles for view in segments(read(packets))[6:]] == [
        ("ignored reset",),
        ("data",),
        ("reset",),
        ("ack",),
    ]
    assert only_connection([*packets, c("P.", 16, 21, 5)]).verdict == "open"


def test_a_packet_that_was_recorded_twice_is_no_talking_on() -> None:
    twice = s("P.", 21, 11, 5, ip_id=7)
    assert only_connection([*ESTABLISHED, twice, c("R", 500), twice, TALK_ON[0]]).verdict == "reset"


def test_a_reset_that_is_ignored_moves_no_numbers() -> None:
    packets = [*ESTABLISHED, c("R", 200_000), c("F.", 11, 21), s(".", 21, 12)]
    assert told(packets, skip=len(ESTABLISHED)) == [
        "ignored reset: ESTABLISHED, ESTABLISHED",
        "teardown 1/4: FIN-WAIT-1, CLOSE-WAIT?",
        "teardown 2/4: FIN-WAIT-2?, CLOSE-WAIT",
    ]
