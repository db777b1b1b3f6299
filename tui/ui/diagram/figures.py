"""Where the states and the arrows of the diagram stand: as in RFC 9293, section 3.3.2, the active close at the left."""

from typing import NamedTuple

from tui.tcp.rules.states import STATE_NAMES, State
from tui.ui.diagram.canvas import Point
from tui.views.wording.shorter import SHORT_STATES

Step = tuple[State, State]


class Arrow(NamedTuple):
    """A transition."""

    step: Step
    points: tuple[Point, ...]
    """Where it begins, bends and ends."""
    label: Point
    """Where the words stand; the segments that caused it stand below them, or there where there are none."""
    words: tuple[str, ...]
    """What causes it, in the words of the RFC; none in a small figure."""
    room: int
    """Cells for the label."""


class Box(NamedTuple):
    """A state."""

    state: State
    corner: Point
    """Its left upper corner."""


class Figure(NamedTuple):
    """A form of the diagram."""

    width: int
    height: int
    box_width: int
    box_height: int
    """3 with a frame, 1 in brackets."""
    names: tuple[str, ...]
    """By state."""
    boxes: tuple[Box, ...]
    """CLOSED is drawn twice: where a connection begins, and, last, where it ends."""
    arrows: tuple[Arrow, ...]


_S = State

LARGE = Figure(
    106,
    41,
    22,
    3,
    STATE_NAMES,
    (
        Box(_S.CLOSED, (39, 0)),
        Box(_S.LISTEN, (39, 6)),
        Box(_S.SYN_RECEIVED, (0, 12)),
        Box(_S.SYN_SENT, (78, 12)),
        Box(_S.ESTABLISHED, (39, 18)),
        Box(_S.FIN_WAIT_1, (0, 24)),
        Box(_S.CLOSE_WAIT, (78, 24)),
        Box(_S.FIN_WAIT_2, (0, 31)),
        Box(_S.CLOSING, (39, 31)),
        Box(_S.LAST_ACK, (78, 31)),
        Box(_S.TIME_WAIT, (39, 38)),
        Box(_S.CLOSED, (78, 38)),
    ),
    (
        Arrow((_S.CLOSED, _S.LISTEN), ((46, 3), (46, 5)), (30, 3), ("passive open",), 15),
        Arrow((_S.LISTEN, _S.CLOSED), ((54, 5), (54, 3)), (56, 4), ("close",), 12),
        Arrow((_S.CLOSED, _S.SYN_SENT), ((61, 2), (89, 2), (89, 11)), (67, 3), ("active open, snd SYN",), 21),
        Arrow((_S.SYN_SENT, _S.CLOSED), ((96, 11), (96, 0), (61, 0)), (98, 5), ("close",), 8),
        Arrow((_S.LISTEN, _S.SYN_SENT), ((61, 7), (81, 7), (81, 11)), (63, 8), ("send, snd SYN",), 16),
        Arrow((_S.SYN_RECEIVED, _S.LISTEN), ((6, 11), (6, 6), (38, 6)), (8, 5), ("rcv RST",), 20),
        Arrow((_S.LISTEN, _S.SYN_RECEIVED), ((38, 8), (15, 8), (15, 11)), (17, 9), ("rcv SYN, snd SYN,ACK",), 22),
        Arrow((_S.SYN_SENT, _S.SYN_RECEIVED), ((77, 13), (22, 13)), (39, 12), ("rcv SYN, snd SYN,ACK",), 38),
        Arrow((_S.SYN_RECEIVED, _S.ESTABLISHED), ((15, 15), (15, 19), (38, 19)), (17, 16), ("rcv ACK of SYN",), 22),
        Arrow((_S.SYN_SENT, _S.ESTABLISHED), ((85, 15), (85, 19), (61, 19)), (63, 16), ("rcv SYN,ACK, snd ACK",), 21),
        Arrow((_S.SYN_RECEIVED, _S.FIN_WAIT_1), ((6, 15), (6, 23)), (8, 20), ("close, snd FIN",), 24),
        Arrow((_S.ESTABLISHED, _S.FIN_WAIT_1), ((46, 21), (46, 24), (22, 24)), (24, 22), ("close, snd FIN",), 21),
        Arrow((_S.ESTABLISHED, _S.CLOSE_WAIT), ((54, 21), (54, 24), (77, 24)), (56, 22), ("rcv FIN, snd ACK",), 21),
        Arrow((_S.FIN_WAIT_1, _S.FIN_WAIT_2), ((10, 27), (10, 30)), (12, 28), ("rcv ACK of FIN",), 25),
        Arrow((_S.FIN_WAIT_1, _S.CLOSING), ((22, 26), (50, 26), (50, 30)), (52, 27), ("rcv FIN, snd ACK",), 25),
        Arrow((_S.CLOSE_WAIT, _S.LAST_ACK), ((89, 27), (89, 30)), (91, 28), ("close, snd FIN",), 15),
        Arrow((_S.FIN_WAIT_2, _S.TIME_WAIT), ((10, 34), (10, 39), (38, 39)), (12, 36), ("rcv FIN, snd ACK",), 25),
        Arrow((_S.CLOSING, _S.TIME_WAIT), ((50, 34), (50, 37)), (52, 35), ("rcv ACK of FIN",), 25),
        Arrow((_S.LAST_ACK, _S.CLOSED), ((89, 34), (89, 37)), (91, 35), ("rcv ACK of FIN",), 15),
        Arrow((_S.TIME_WAIT, _S.CLOSED), ((61, 39), (77, 39)), (62, 38), ("after 2 MSL",), 15),
    ),
)
"""All arrows, each with what causes it."""

SMALL = Figure(
    48,
    19,
    12,
    1,
    tuple(SHORT_STATES.get(name, name) for name in STATE_NAMES),
    (
        Box(_S.CLOSED, (18, 0)),
        Box(_S.LISTEN, (18, 3)),
        Box(_S.SYN_RECEIVED, (0, 6)),
        Box(_S.SYN_SENT, (36, 6)),
        Box(_S.ESTABLISHED, (18, 9)),
        Box(_S.FIN_WAIT_1, (0, 12)),
        Box(_S.CLOSE_WAIT, (36, 12)),
        Box(_S.FIN_WAIT_2, (0, 15)),
        Box(_S.CLOSING, (18, 15)),
        Box(_S.LAST_ACK, (36, 15)),
        Box(_S.TIME_WAIT, (18, 18)),
        Box(_S.CLOSED, (36, 18)),
    ),
    (
        Arrow((_S.CLOSED, _S.LISTEN), ((23, 1), (23, 2)), (25, 1), (), 10),
        Arrow((_S.CLOSED, _S.SYN_SENT), ((30, 0), (41, 0), (41, 5)), (43, 2), (), 5),
        Arrow((_S.LISTEN, _S.SYN_RECEIVED), ((17, 3), (5, 3), (5, 5)), (7, 4), (), 10),
        Arrow((_S.SYN_SENT, _S.SYN_RECEIVED), ((35, 6), (12, 6)), (18, 7), (), 12),
        Arrow((_S.SYN_RECEIVED, _S.ESTABLISHED), ((8, 7), (8, 9), (17, 9)), (10, 8), (), 8),
        Arrow((_S.SYN_SENT, _S.ESTABLISHED), ((41, 7), (41, 9), (30, 9)), (31, 8), (), 9),
        Arrow((_S.SYN_RECEIVED, _S.FIN_WAIT_1), ((2, 7), (2, 11)), (4, 10), (), 9),
        Arrow((_S.ESTABLISHED, _S.FIN_WAIT_1), ((21, 10), (21, 12), (12, 12)), (13, 11), (), 7),
        Arrow((_S.ESTABLISHED, _S.CLOSE_WAIT), ((26, 10), (26, 12), (35, 12)), (28, 11), (), 8),
        Arrow((_S.FIN_WAIT_1, _S.FIN_WAIT_2), ((4, 13), (4, 14)), (6, 14), (), 11),
        Arrow((_S.FIN_WAIT_1, _S.CLOSING), ((9, 12), (9, 13), (23, 13), (23, 14)), (25, 14), (), 10),
        Arrow((_S.CLOSE_WAIT, _S.LAST_ACK), ((41, 13), (41, 14)), (43, 13), (), 5),
        Arrow((_S.FIN_WAIT_2, _S.TIME_WAIT), ((4, 16), (4, 18), (17, 18)), (6, 17), (), 11),
        Arrow((_S.CLOSING, _S.TIME_WAIT), ((23, 16), (23, 17)), (25, 16), (), 10),
        Arrow((_S.LAST_ACK, _S.CLOSED), ((41, 16), (41, 17)), (43, 16), (), 5),
        Arrow((_S.TIME_WAIT, _S.CLOSED), ((30, 18), (35, 18)), (31, 17), (), 5),
    ),
)
"""The arrows that segments show, and that of time, without words."""
