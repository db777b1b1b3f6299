"""What connections can be sorted by, as one number for each of them."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tui.session import Session
from tui.tcp.rules.outcome import Outcome, outcome_of, verdict_with_icmp
from tui.views.applications import applications
from tui.views.sides import client_sides, state_numbers
from tui.views.strips import effective_rows
from tui.views.timings import handshake_times

BAD_VERDICTS = frozenset(
    {"refused", "reset", "reset-after-fin", "aborted-handshake", "no-answer", "unreachable", "half-open", "malformed"}
)
"""Verdicts on connections that did not open, or did not come to their end."""

_ABOVE_ALL_COUNTS = 1 << 48
"""More than the segments of any capture."""

Numbers = NDArray[np.int64]
Keys = NDArray[Any]
"""int64 or float64, NaN where not known."""


def connection_keys(session: Session, numbers: Numbers, by: str) -> Keys:
    """A key for each connection, by which they are sorted.

    `by`: number, ends, application, states, strip, verdict, problems, history, packets, client bytes, server bytes,
    duration, handshake.
    """
    return _KEYS[by](session, numbers)


def _by_ends(session: Session, numbers: Numbers) -> Keys:
    """Client's address and port as numbers, then the server's; IPv4 before IPv6."""
    pairs = session.tuples.keys[:, session.connections.counted.values["slot"][numbers]]
    lower_high, lower_low, upper_high, upper_low, ports = pairs
    ports = ports.astype(np.int64)
    lower = (lower_high, lower_low, ports >> 16 & 0xFFFF)
    upper = (upper_high, upper_low, ports & 0xFFFF)
    swapped = client_sides(session, numbers) == 1
    client = [np.where(swapped, theirs, ours) for ours, theirs in zip(lower, upper, strict=True)]
    server = [np.where(swapped, ours, theirs) for ours, theirs in zip(lower, upper, strict=True)]
    return _ranks([ports >> 32, *client, *server])


def _by_application(session: Session, numbers: Numbers) -> Keys:
    """Without regard to case; connections of which nothing is known come last."""
    return _text_ranks([text.casefold() or "\U0010ffff" for text in applications(session, numbers)])


def _by_states(session: Session, numbers: Numbers) -> Keys:
    return _by_outcome(session, numbers, lambda found: f"{found.client_state}/{found.server_state}")


def _by_strip(session: Session, numbers: Numbers) -> Keys:
    return _by_outcome(session, numbers, lambda found: f"{found.opening}/{found.closing}")


def _by_verdict(session: Session, numbers: Numbers) -> Keys:
    """By the word, with what ICMP errors make of it."""
    states = state_numbers(session, numbers).tolist()
    quoted = session.connections.icmp_errors
    pairs = zip(numbers.tolist(), states, strict=True)
    return _text_ranks([verdict_with_icmp(outcome_of(state), number in quoted) for number, state in pairs])


def _by_problems(session: Session, numbers: Numbers) -> Keys:
    """How many segments tell of one; above all of these, the connections whose verdict is bad. 0 where all is well."""
    states, place = np.unique(state_numbers(session, numbers), return_inverse=True)
    bad = np.array([outcome_of(state).verdict in BAD_VERDICTS for state in states.tolist()], np.int64)[place]
    problems: Keys = session.connections.noted.values["problems"][numbers] + bad * _ABOVE_ALL_COUNTS
    return problems


def _by_history(session: Session, numbers: Numbers) -> Keys:
    history = session.connections.history
    return _text_ranks([history[number] for number in numbers.tolist()])


def _by_handshake(session: Session, numbers: Numbers) -> Keys:
    landmarks = session.connections.landmarks.values.take(numbers)
    return handshake_times(landmarks, effective_rows(landmarks))


def _by_duration(session: Session, numbers: Numbers) -> Keys:
    landmarks = session.connections.landmarks.values
    duration: Keys = landmarks["end_ns"][numbers] - landmarks["start_ns"][numbers]
    return duration


def _by_packets(session: Session, numbers: Numbers) -> Keys:
    packets: Keys = session.connections.counted.values["packets"][numbers].sum(axis=1)
    return packets


def _payload_of(end: int, session: Session, numbers: Numbers) -> Keys:
    """Payload bytes of the client (`end` 0) or of the server (1)."""
    side = client_sides(session, numbers) ^ end
    payload: Keys = session.connections.counted.values["payload"][numbers, side]
    return payload


_KEYS: dict[str, Callable[[Session, Numbers], Keys]] = {
    "number": lambda _, numbers: numbers,
    "ends": _by_ends,
    "application": _by_application,
    "states": _by_states,
    "strip": _by_strip,
    "verdict": _by_verdict,
    "problems": _by_problems,
    "history": _by_history,
    "packets": _by_packets,
    "client bytes": lambda session, numbers: _payload_of(0, session, numbers),
    "server bytes": lambda session, numbers: _payload_of(1, session, numbers),
    "duration": _by_duration,
    "handshake": _by_handshake,
}


def _by_outcome(session: Session, numbers: Numbers, words: Callable[[Outcome], str]) -> Keys:
    states, place = np.unique(state_numbers(session, numbers), return_inverse=True)
    return _text_ranks([words(outcome_of(state)) for state in states.tolist()])[place]


def _text_ranks(texts: list[str]) -> Keys:
    """The place of each text among all different ones."""
    rank = {text: place for place, text in enumerate(sorted(set(texts)))}
    return np.array([rank[text] for text in texts], np.int64)


def _ranks(columns: list[NDArray[Any]]) -> Keys:
    """The place of each row among all different ones, compared by the first column, then by the next."""
    order = np.lexsort(columns[::-1])
    different = np.zeros(len(order), np.bool_)
    for column in columns:
        different[1:] |= np.diff(column[order]) != 0
    ranks = np.empty(len(order), np.int64)
    ranks[order] = np.cumsum(different)
    return ranks
