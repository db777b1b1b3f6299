"""The TCP options of many headers at once, as columns. tui.decode.options reads them the same of a single header."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tui.decode.columns import COLUMN_TYPES, SackBlocks
from tui.decode.gather import gather
from tui.decode.options import (
    END,
    LARGEST_SHIFT,
    LENGTHS,
    MOST_OPTION_BYTES,
    MSS,
    NOP,
    SACK,
    TIMESTAMPS,
    WINDOW_SCALE,
)

OPTION_COLUMNS = ("window_scale", "mss", "has_timestamps", "tsval", "tsecr")
"""Columns of `Decoded` that are read from options."""

FIXED_HEADER = 20
"""Bytes of a TCP header without options."""

TIMESTAMPS_ALONE = 0x0101080A
"""Two no-operations, then kind and length of the timestamps: how nearly every segment's options begin."""
TIMESTAMPS_ALONE_BYTES = 12
"""Length of such options, if no others follow."""

WANTED = (MSS, WINDOW_SCALE, TIMESTAMPS, SACK)
UNWANTED = len(WANTED)


def _places_of_options() -> NDArray[np.intp]:
    places = np.full((256, 256), UNWANTED, np.intp)
    for place, kind in enumerate(WANTED):
        places[kind, list(LENGTHS[kind])] = place
    return places


PLACE_OF_OPTION = _places_of_options()
"""By kind and length: index in WANTED, or UNWANTED for other options and for those of a length that they can't have."""


@dataclass(slots=True)
class OptionColumns:
    """Options of n TCP headers; the last wins where one is repeated."""

    window_scale: NDArray[np.int8]
    """-1 without the option, LARGEST_SHIFT for all above it."""
    mss: NDArray[np.uint16]
    has_timestamps: NDArray[np.bool_]
    tsval: NDArray[np.uint32]
    tsecr: NDArray[np.uint32]
    sack: dict[int, SackBlocks]
    """By index of the header."""

    @classmethod
    def none(cls, n: int) -> "OptionColumns":
        """No options in any of n headers."""
        zeros = {name: np.zeros(n, COLUMN_TYPES[name]) for name in OPTION_COLUMNS}
        zeros["window_scale"][:] = -1
        return cls(**zeros, sack={})


def read_options(
    data: NDArray[np.uint8],
    header_at: NDArray[np.int64],
    header_length: NDArray[np.int64],
    first_options: NDArray[np.uint32],
) -> OptionColumns:
    """The options of n headers, each as `parse_options` takes them.

    A header begins at `header_at` in `data`, and `header_length` bytes of it are there. `first_options` are the three
    32-bit words behind its fixed part, n rows of three.
    """
    usual = (first_options[:, 0] == TIMESTAMPS_ALONE) & (header_length == FIXED_HEADER + TIMESTAMPS_ALONE_BYTES)
    if usual.all():
        tsval, tsecr = (first_options[:, word].astype(np.uint32) for word in (1, 2))
        return replace(OptionColumns.none(len(usual)), has_timestamps=usual, tsval=tsval, tsecr=tsecr)
    columns = replace(OptionColumns.none(len(usual)), has_timestamps=usual.copy())
    np.copyto(columns.tsval, first_options[:, 1], where=usual)
    np.copyto(columns.tsecr, first_options[:, 2], where=usual)
    rows = np.flatnonzero(~usual & (header_length > FIXED_HEADER))
    if len(rows):
        _read_any(columns, data, rows, header_at[rows] + FIXED_HEADER, header_length[rows] - FIXED_HEADER)
    return columns


def _read_any(
    columns: OptionColumns,
    data: NDArray[np.uint8],
    rows: NDArray[np.int64],
    options_at: NDArray[np.int64],
    room: NDArray[np.int64],
) -> None:
    """Enter into `columns`, in `rows`, the options that begin at `options_at`, whatever they are."""
    options = gather(data, options_at, np.dtype((np.uint8, MOST_OPTION_BYTES)))
    values_at = dict(zip(WANTED, _find_values(options, np.minimum(room, MOST_OPTION_BYTES)), strict=True))
    for kind, at_of_kind in values_at.items():
        found = np.flatnonzero(at_of_kind)
        if not len(found):
            continue
        into, at = rows[found], at_of_kind[found]
        begin = options_at[found] + at
        if kind == MSS:
            columns.mss[into] = gather(data, begin, np.dtype(">u2"))
        elif kind == WINDOW_SCALE:
            columns.window_scale[into] = np.minimum(options[found, at], LARGEST_SHIFT)
        elif kind == TIMESTAMPS:
            columns.has_timestamps[into] = True
            columns.tsval[into], columns.tsecr[into] = gather(data, begin, np.dtype((">u4", 2))).T
        else:
            _enter_sack(columns.sack, data, into, begin, options[found, at - 1] - 2)


def _enter_sack(
    sack: dict[int, SackBlocks],
    data: NDArray[np.uint8],
    rows: NDArray[np.int64],
    at: NDArray[np.int64],
    lengths: NDArray[np.uint8],
) -> None:
    """Enter the SACK blocks that begin at `at` and take `lengths` bytes under the numbers in `rows`."""
    for length in np.flatnonzero(np.bincount(lengths)).tolist():
        of_length = lengths == length
        edges = gather(data, at[of_length], np.dtype((">u4", length // 4)))
        lefts, rights = edges[:, ::2].tolist(), edges[:, 1::2].tolist()
        for row, left, right in zip(rows[of_length].tolist(), lefts, rights, strict=True):
            sack[row] = tuple(zip(left, right, strict=True))


def _find_values(options: NDArray[np.uint8], room: NDArray[np.int64]) -> NDArray[np.int64]:
    """Where the values of the wanted options begin in each header's `options`, of which `room` bytes count.

    One row for each of WANTED, one column a header; 0 where the header does not have the option.
    """
    values_at = np.zeros((UNWANTED, len(room)), np.int64)
    unknown = np.ones(len(room), np.bool_)
    lengths_there = np.bincount(room, minlength=MOST_OPTION_BYTES + 1)
    for layout in LAYOUTS:
        if lengths_there[layout.length]:
            rows = np.flatnonzero(room == layout.length)
            words = options[rows, : layout.length].view(np.uint32)
            rows = rows[((words & layout.mask) == layout.words).all(axis=1)]
            values_at[:, rows] = layout.values_at
            unknown[rows] = False
    rows = np.flatnonzero(unknown)
    if len(rows):
        values_at[:, rows] = _step_through(options[rows], room[rows])
    return values_at


def _step_through(options: NDArray[np.uint8], room: NDArray[np.int64]) -> NDArray[np.int64]:
    """What `_find_values` tells, for any options: each step passes one of every header that is not at its end yet."""
    values_at = np.zeros((UNWANTED + 1, len(room)), np.int64)
    rows = np.arange(len(room))
    at = np.zeros(len(room), np.int64)
    while len(rows):
        kind = options[rows, at]
        length = options[rows, np.minimum(at + 1, MOST_OPTION_BYTES - 1)].astype(np.int64)
        single = kind == NOP
        length[single] = 1
        going = (kind != END) & (single | (length >= 2)) & (at + length <= room[rows])
        rows, at, kind, length = rows[going], at[going], kind[going], length[going]
        values_at[PLACE_OF_OPTION[kind, length], rows] = at + 2
        at += length
        left = at < room[rows]
        rows, at = rows[left], at[left]
    return values_at[:UNWANTED]


@dataclass(frozen=True, slots=True)
class Layout:
    """Options that stand in one order, and so at the same places, in many headers."""

    length: int
    """Bytes."""
    mask: NDArray[np.uint32]
    """By word: the bits that are alike in all such headers."""
    words: NDArray[np.uint32]
    """What they are."""
    values_at: NDArray[np.int64]
    """As `_find_values` tells it, one column."""


def _layout(pattern: str) -> Layout:
    """A layout from hexadecimal digits; a dot stands for any digit."""
    digits = pattern.replace(" ", "")
    mask = np.frombuffer(bytes.fromhex("".join("0" if digit == "." else "f" for digit in digits)), np.uint32)
    content = bytes.fromhex(digits.replace(".", "0"))
    options = np.frombuffer(content.ljust(MOST_OPTION_BYTES, b"\0"), np.uint8)
    values_at = _step_through(options[None], np.array([len(content)]))
    return Layout(len(content), mask, np.frombuffer(content, np.uint32), values_at)


BLOCK = "." * 16
"""A SACK block."""

LAYOUTS = (
    _layout("0204.... 0402 080a................ 01 0303.."),
    _layout("0204.... 01 0303.. 0101 0402"),
    *(_layout(f"0101 080a................ 0101 05{2 + 8 * blocks:02x}" + BLOCK * blocks) for blocks in (1, 2, 3)),
    *(_layout(f"0101 05{2 + 8 * blocks:02x}" + BLOCK * blocks) for blocks in (1, 2, 3, 4)),
)
"""How Linux and Windows write the options of a SYN; timestamps and SACK blocks; SACK blocks alone."""
