"""What can be measured of a connection, and of each of its two directions."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tui.session import Session
from tui.tcp.rules.flags import RST, SYN
from tui.tcp.rules.notes import Note
from tui.tcp.tracking.landmarks import NONE, Landmark
from tui.views.frame_views import NS
from tui.views.measuring.capture_point import CAPTURE_POINTS, UNKNOWN, capture_points, halves_of
from tui.views.measuring.coverage import Coverage, coverage_of
from tui.views.measuring.gathered import Gathered, Integers, gather, heads_of
from tui.views.measuring.keep_alives import unanswered_keep_alives
from tui.views.measuring.round_trips import RoundTrips, round_trips_of
from tui.views.measuring.turns import Turns, turns_of
from tui.views.measuring.windows import windows_of
from tui.views.rows import rows_as
from tui.views.sides import client_sides
from tui.views.strips import effective_rows


class Sent(NamedTuple):
    """What one end sent. Where the oldest segments of the connection were given up, what counts all of them is None,
    and the rest is measured on those that are left."""

    packets: int
    payload_bytes: int
    """Retransmissions included."""
    wire_bytes: int | None
    """Frames with all their headers."""
    data_packets: int
    """Segments with payload; keep-alives and packets that were recorded twice do not count."""
    unique_bytes: int | None
    """Bytes of the stream that were captured, each counted once."""
    retransmitted_packets: int | None
    """Segments with payload that were sent again; a SYN or FIN does not count."""
    retransmitted_bytes: int | None
    """Bytes in these that had been sent before."""
    retransmission_rate: float
    """Share of the segments with payload that were sent again, of those that are left."""
    reordered: int
    """Segments that others overtook."""
    duplicate_acks: int
    capture_gaps: int
    """Segments before or at which the capture, and not the network, misses some."""
    keep_alives_unanswered: int
    """The most in a row."""
    zero_windows: int
    """Segments that announced a receive window of 0 to the other end."""
    zero_window_time: float
    """Seconds that this end's receive window was closed."""
    max_window: int | None
    """The largest receive window that it announced, in bytes; None where the scale is not known."""
    max_in_flight: int | None
    """The most bytes that it had sent and not seen acknowledged, as tshark counts bytes in flight."""
    throughput: float | None
    """Payload bytes a second over the connection's duration."""
    goodput: float | None
    """New bytes a second from its first data to its last."""
    rtt: RoundTrips | None
    """Round trips of what this end sent: from the capture point to the other end and back."""


class Measures(NamedTuple):
    """What can be measured of one connection so far; times in seconds."""

    connection: int
    whole: bool
    """None of its segments was given up."""
    client: Sent
    server: Sent
    server_half: float | None
    """The server's half of the handshake: from the last SYN to the SYN+ACK."""
    client_half: float | None
    """The client's half of the handshake: from the SYN+ACK to handshake 3/3."""
    capture_point: str | None
    """Where the capture was taken: `near the client`, `near the server`, `in between`; None where nothing tells."""
    syn_retries: int
    answer_time: float | None
    """From the client's first payload to the server's first one after it."""
    exchanges: int
    """Turns of the client, and the server's if it speaks first."""
    slowest_answer: float | None
    """The longest time from the last byte of a request to the first one of its answer."""
    slowest_think: float | None
    """The longest that the server took for itself before an answer: without the network, as far as that is known."""
    idle_max: float | None
    """The longest silence between two segments."""
    end_ns: int
    """Time of the last segment, in nanoseconds since the epoch."""

    @property
    def sent(self) -> tuple[Sent, Sent]:
        """What client and server sent."""
        return self.client, self.server

    def idle_time(self, now_ns: int) -> float:
        """Seconds since the last segment."""
        return max(now_ns - self.end_ns, 0) / NS


@dataclass(slots=True)
class Measured:
    """Some connections with all that was found on the way to their measures."""

    gathered: Gathered
    turns: Turns
    measures: list[Measures]
    """One for each connection."""
    notes: list[int]
    """For each connection all notes that any of its segments has."""


def measure_all(session: Session, numbers: Integers) -> Iterator[Measured]:
    """The measures of connections, some at a time; `numbers` ascending."""
    for gathered in gather(session, numbers):
        yield _measured(session, gathered)


def _measured(session: Session, gathered: Gathered) -> Measured:
    of = session.connections
    numbers = gathered.numbers
    landmarks = of.landmarks.values.take(numbers)
    counted = of.counted.values.take(numbers)
    whole = counted["first_row"] >= session.store.start
    halves = halves_of(gathered, landmarks, effective_rows(landmarks))
    coverage = coverage_of(gathered)
    turns = turns_of(gathered, coverage, np.column_stack((halves.client, halves.server)).ravel())
    sent = _sent(session, gathered, coverage, whole)
    columns = (
        _listed(halves.server, NS),
        _listed(halves.client, NS),
        [CAPTURE_POINTS[point] for point in capture_points(halves).tolist()],
        np.maximum(landmarks["syns"].astype(np.int64) - 1, 0).tolist(),
        _listed(_answer_times(landmarks, client_sides(session, numbers)), NS),
        _exchanges(turns, len(numbers)).tolist(),
        *(_listed(times, NS) for times in _slowest(turns, gathered)),
        _listed(_silences(gathered, whole), NS),
        landmarks["end_ns"].tolist(),
    )
    measures = rows_as(Measures, (numbers.tolist(), whole.tolist(), sent[::2], sent[1::2], *columns))
    return Measured(gathered, turns, list(measures), _all_notes(gathered))


def _all_notes(gathered: Gathered) -> list[int]:
    if not len(gathered):
        return [0] * len(gathered.numbers)
    notes = np.bitwise_or.reduceat(gathered.notes, np.minimum(gathered.start[:-1], len(gathered) - 1))
    found: list[int] = np.where(np.diff(gathered.start) > 0, notes, 0).tolist()
    return found


def _listed(column: NDArray[np.float64] | Integers, divisor: int = 1) -> list[Any]:
    """A column as Python numbers, divided, and None where it is UNKNOWN."""
    values: list[Any] = (column if divisor == 1 else column / divisor).tolist()
    unknown = column == UNKNOWN
    if unknown.any():
        for place in np.flatnonzero(unknown).tolist():
            values[place] = None
    return values


def _sent(session: Session, gathered: Gathered, coverage: Coverage, whole: NDArray[np.bool_]) -> list[Sent]:
    """What was sent, for each way."""
    ways = gathered.ways
    counted = session.connections.counted.values.take(gathered.numbers)
    client = client_sides(session, gathered.numbers)[:, np.newaxis]
    sides = np.concatenate((client, 1 - client), axis=1)
    payload = np.take_along_axis(counted["payload"], sides, axis=1).ravel()
    windows = windows_of(gathered)
    data = (gathered.length > 0) & (gathered.flags & (SYN | RST) == 0)
    in_flight = gathered.highest_of_ways(np.where(data, gathered.amount, 0).astype(np.int64))
    all_whole = np.repeat(whole, 2)
    columns = (
        np.take_along_axis(counted["packets"], sides, axis=1).ravel(),
        payload,
        _known(np.bincount(gathered.way, gathered.wire, minlength=ways), all_whole),
        coverage.data_packets,
        *(
            _known(counts, all_whole)
            for counts in (coverage.unique_bytes, coverage.retransmitted_packets, coverage.retransmitted_bytes)
        ),
        coverage.retransmitted_packets / np.maximum(coverage.data_packets, 1),
        *(gathered.count(gathered.has(note)) for note in (Note.REORDERED, Note.DUPLICATE_ACK, Note.CAPTURE_GAP)),
        unanswered_keep_alives(gathered),
        windows.zero_windows,
        windows.zero_window_ns / NS,
        windows.largest,
        np.where(in_flight > 0, in_flight, UNKNOWN),
        *_rates(session, gathered, coverage, payload),
    )
    return list(rows_as(Sent, [*map(_listed, columns), round_trips_of(gathered)]))


def _known(counts: NDArray[np.float64] | Integers, whole: NDArray[np.bool_]) -> Integers:
    return np.where(whole, counts, UNKNOWN).astype(np.int64)


def _rates(
    session: Session, gathered: Gathered, coverage: Coverage, payload: Integers
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Throughput and goodput of each way, UNKNOWN where no time has passed."""
    landmarks = session.connections.landmarks.values.take(gathered.numbers)
    duration = np.repeat((landmarks["end_ns"] - landmarks["start_ns"]) / NS, 2)
    place = coverage.place[coverage.fresh]
    way = gathered.way[place]
    talking = np.zeros(gathered.ways)
    size = np.zeros(gathered.ways)
    heads = heads_of(way)
    if len(heads):
        times = gathered.time_ns[place]
        talking[way[heads]] = (times[np.append(heads[1:], len(way)) - 1] - times[heads]) / NS
        size[way[heads]] = np.add.reduceat(coverage.new_bytes[coverage.fresh], heads)
    return _rate(payload, duration), _rate(size, talking)


def _rate(amount: NDArray[np.float64] | Integers, seconds: NDArray[np.float64]) -> NDArray[np.float64]:
    rate: NDArray[np.float64] = np.where(seconds > 0, amount / np.where(seconds > 0, seconds, 1), UNKNOWN)
    return rate


def _answer_times(landmarks: NDArray[np.void], client: Integers) -> Integers:
    """Nanoseconds from the client's first payload to the server's, UNKNOWN where it does not follow."""
    sides = np.where(client == 0, Landmark.LOWER_DATA, Landmark.UPPER_DATA)
    others = np.where(client == 0, Landmark.UPPER_DATA, Landmark.LOWER_DATA)
    every = np.arange(len(landmarks))
    asked, answered = landmarks["row"][every, sides], landmarks["row"][every, others]
    times = landmarks["time_ns"]
    elapsed = np.maximum(times[every, others] - times[every, sides], 0)
    return np.where((asked != NONE) & (answered != NONE) & (asked < answered), elapsed, UNKNOWN)


def _exchanges(turns: Turns, count: int) -> Integers:
    """Turns of the client of each connection, and the server's where it speaks first."""
    client = turns.way % 2 == 0
    begins = np.zeros(len(turns.way), np.bool_)
    begins[turns.start[:-1][np.diff(turns.start) > 0]] = True
    return np.bincount((turns.way // 2)[client | begins], minlength=count)


def _slowest(turns: Turns, gathered: Gathered) -> tuple[Integers, Integers]:
    """The longest delay and the longest time for itself of each connection's server, UNKNOWN where it never answers."""
    answers = (turns.way % 2 == 1) & (turns.delay_ns != UNKNOWN)
    found = []
    for times in (turns.delay_ns, turns.think_ns):
        longest = np.full(len(gathered.numbers), UNKNOWN, np.int64)
        np.maximum.at(longest, turns.way[answers] // 2, times[answers])
        found.append(longest)
    return found[0], found[1]


def _silences(gathered: Gathered, whole: NDArray[np.bool_]) -> Integers:
    """The longest time between two segments of each connection; UNKNOWN where it has one, or some were given up."""
    since = np.full(len(gathered), UNKNOWN, np.int64)  # the segment before, of the same connection
    inside = gathered.connection[1:] == gathered.connection[:-1]
    since[1:][inside] = np.maximum(np.diff(gathered.time_ns), 0)[inside]
    return np.where(whole, gathered.highest(since), UNKNOWN)
