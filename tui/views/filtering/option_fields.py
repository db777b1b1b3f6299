"""Fields of TCP options, of all that a header has."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tui.decode.option_columns import FIXED_HEADER
from tui.decode.options import END, MOST_OPTION_BYTES, MSS, NOP, SACK, SACK_PERMITTED, WINDOW_SCALE
from tui.store import HAS_TIMESTAMPS
from tui.views.filtering.header_fields import integers
from tui.views.filtering.layers import Headers, Kind
from tui.views.filtering.rows import Rows
from tui.views.filtering.spans import Spans
from tui.views.filtering.stored_fields import number
from tui.views.filtering.values import Indices, Mask, Values


@dataclass(slots=True)
class _Options:
    """Options found in headers: of each the header, its kind, its offset among the options, its length in bytes."""

    header: Indices
    kind: NDArray[np.uint8]
    at: Indices
    length: Indices


def _find(headers: Headers) -> _Options:
    """All options; each step passes one of every header that is not at its end yet."""
    declared = (integers(headers, 12, 1) >> 4) * 4 if len(headers.owner) else np.empty(0, np.int64)
    room = np.minimum(np.minimum(declared, headers.room) - FIXED_HEADER, MOST_OPTION_BYTES)
    options = headers.content[:, FIXED_HEADER:]
    header = np.flatnonzero(room > 0)
    at = np.zeros(len(header), np.int64)
    found: list[tuple[Indices, NDArray[np.uint8], Indices, Indices]] = []
    while len(header):
        kind = options[header, at]
        length = options[header, np.minimum(at + 1, MOST_OPTION_BYTES - 1)].astype(np.int64)
        is_single = kind == NOP
        length[is_single] = 1
        goes_on = (kind != END) & (is_single | (length >= 2)) & (at + length <= room[header])
        header, at, kind, length = header[goes_on], at[goes_on], kind[goes_on], length[goes_on]
        wanted = kind != NOP
        found.append((header[wanted], kind[wanted], at[wanted], length[wanted]))
        at = at + length
        left = at < room[header]
        header, at = header[left], at[left]
    if not found:
        none = np.empty(0, np.int64)
        return _Options(none, np.empty(0, np.uint8), none, none)
    return _Options(*(np.concatenate(column) for column in zip(*found, strict=True)))


def _chosen(rows: Rows, of_kind: int, lengths: tuple[int, ...]) -> tuple[Headers, Indices, Indices, Indices]:
    """The options of a kind that have one of these lengths: header, offset in the header, length of each."""
    headers = rows.headers(Kind.TCP)
    options = _find(headers)
    chosen = np.flatnonzero((options.kind == of_kind) & np.isin(options.length, lengths))
    return headers, options.header[chosen], options.at[chosen] + FIXED_HEADER, options.length[chosen]


def _numbers_at(headers: Headers, header: Indices, at: Indices, size: int) -> NDArray[np.int64]:
    value = np.zeros(len(header), np.int64)
    for place in range(size):
        value = value << 8 | headers.content[header, at + place]
    return value


_SACK_LENGTHS = (10, 18, 26, 34)


def _value(kind: int, length: int, size: int) -> Callable[[Rows], Values]:
    """The number of `size` bytes that an option of `length` bytes holds."""

    def fetch(rows: Rows) -> Values:
        headers, header, at, _ = _chosen(rows, kind, (length,))
        return Values(len(rows), headers.owner[header], _numbers_at(headers, header, at + 2, size))

    return fetch


def _presence(kind: int, *lengths: int) -> Callable[[Rows], Values]:
    def fetch(rows: Rows) -> Values:
        headers, header, *_ = _chosen(rows, kind, lengths)
        return Values(len(rows), headers.owner[header], None)

    return fetch


def _edges(right: bool) -> Callable[[Rows], Values]:
    """Left or right edges of SACK blocks, relative as the acknowledgment number is."""

    def fetch(rows: Rows) -> Values:
        headers, header, at, length = _chosen(rows, SACK, _SACK_LENGTHS)
        owners, values = [], []
        for block in range(4):
            there = length >= 10 + 8 * block
            place = at[there] + 2 + 8 * block + 4 * right
            owners.append(headers.owner[header[there]])
            values.append(_numbers_at(headers, header[there], place, 4))
        owner = np.concatenate(owners)
        return Values(len(rows), owner, (np.concatenate(values) - rows.peer_base[owner]) & 0xFFFFFFFF)

    return fetch


def _all_options(rows: Rows) -> Values:
    headers = rows.headers(Kind.TCP)
    length = np.minimum((integers(headers, 12, 1) >> 4) * 4, headers.room)
    chosen = np.flatnonzero(length > FIXED_HEADER)
    spans = Spans.of_rows(headers.content[chosen])
    spans = Spans(spans.data, spans.begin + FIXED_HEADER, spans.begin + length[chosen])
    return Values(len(rows), headers.owner[chosen], spans)


OPTION_FIELDS: dict[str, Callable[[Rows], Values]] = {
    "tcp.options": _all_options,
    "tcp.options.mss": _presence(MSS, 4),
    "tcp.options.mss_val": _value(MSS, 4, 2),
    "tcp.options.wscale": _presence(WINDOW_SCALE, 3),
    "tcp.options.wscale.shift": _value(WINDOW_SCALE, 3, 1),
    "tcp.options.sack_perm": _presence(SACK_PERMITTED, 2),
    "tcp.options.sack": _presence(SACK, *_SACK_LENGTHS),
    "tcp.options.sack_le": _edges(right=False),
    "tcp.options.sack_re": _edges(right=True),
}


_TIMESTAMPS_LENGTH = 10
"""RFC 7323, section 3.2."""

LEAST_LENGTHS = {
    "tcp.options.mss": 4,
    "tcp.options.mss_val": 4,
    "tcp.options.wscale": 3,
    "tcp.options.wscale.shift": 3,
    "tcp.options.sack_perm": 2,
    "tcp.options.sack": _SACK_LENGTHS[0],
    "tcp.options.sack_le": _SACK_LENGTHS[0],
    "tcp.options.sack_re": _SACK_LENGTHS[0],
}
"""Bytes of a header at least that each option takes."""


def may_have(rows: Rows, name: str) -> Mask:
    """Which rows can have an option, by what is stored: their headers have room for it beside the timestamps."""
    room = number(rows, "header_length") - FIXED_HEADER
    if name in LEAST_LENGTHS:
        room -= np.where(rows.column("marks") & HAS_TIMESTAMPS != 0, _TIMESTAMPS_LENGTH, 0)
    return (rows.is_tcp & (room >= LEAST_LENGTHS.get(name, 1))) | rows.may_quote
