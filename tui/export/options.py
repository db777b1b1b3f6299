"""The options of TCP headers as JSON objects, read again from the capture: the columns do not keep them all."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tui import views
from tui.decode.gather import gather
from tui.decode.option_columns import FIXED_HEADER, TIMESTAMPS_ALONE, TIMESTAMPS_ALONE_BYTES
from tui.decode.options import TcpOptions, parse_options
from tui.export.rows import frame_batches
from tui.files.frames import FrameBatch
from tui.session import Session
from tui.tcp.tracking.sequence import nearest
from tui.views import Columns
from tui.views.explaining.evidence import base_of

OptionObject = dict[str, Any]

_NO_OPTIONS: OptionObject = {
    "mss": None,
    "window_scale": None,
    "sack_permitted": False,
    "sack": [],
    "timestamp": None,
}


def option_objects(session: Session, told: Columns) -> list[OptionObject]:
    """The options of segments, whose columns of SegmentView are given, and whose rows ascend.

    Raises InputError where the disk fails.
    """
    found = [_NO_OPTIONS] * len(told["row"])
    rows = np.array(told["row"], np.int64)
    header_length = session.store.gather("header_length", rows)
    places = np.flatnonzero(header_length > FIXED_HEADER)
    for own, batch in frame_batches(session, rows[places]):
        here = np.searchsorted(rows, own)
        _enter(session, found, told, here, batch, header_length[here].astype(np.int64))
    return found


def _enter(
    session: Session,
    found: list[OptionObject],
    told: Columns,
    places: NDArray[np.int64],
    batch: FrameBatch,
    header_length: NDArray[np.int64],
) -> None:
    """Enter into `found`, at `places`, the options of the frames of a batch."""
    tcp_offset = session.store.gather("tcp_offset", np.array(told["row"], np.int64)[places]).astype(np.int64)
    begin = batch.start + tcp_offset
    length = np.clip(batch.captured - tcp_offset, 0, header_length)
    # Once a connection is open, most stacks send timestamps behind two no-operations, and nothing else.
    usual = (header_length == FIXED_HEADER + TIMESTAMPS_ALONE_BYTES) & (length == header_length)
    words = gather(batch.data, begin[usual] + FIXED_HEADER, np.dtype((">u4", 3)))
    usual[usual] = words[:, 0] == TIMESTAMPS_ALONE
    stamps = words[words[:, 0] == TIMESTAMPS_ALONE, 1:].tolist()
    for place, stamp in zip(places[usual].tolist(), stamps, strict=True):
        found[place] = {**_NO_OPTIONS, "timestamp": stamp}
    others = (column[~usual].tolist() for column in (places, begin, begin + length))
    for place, first, stop in zip(*others, strict=True):
        options = parse_options(batch.data[first:stop].tobytes())
        found[place] = _object(options, _sack(session, options, told, place) if options.sack else [])


def _object(options: TcpOptions, sack: list[list[int]]) -> OptionObject:
    return {
        "mss": options.mss,
        "window_scale": options.window_scale,
        "sack_permitted": options.sack_permitted,
        "sack": sack,
        "timestamp": options.timestamp,
    }


def _sack(session: Session, options: TcpOptions, told: Columns, place: int) -> list[list[int]]:
    """SACK blocks relative to the other side's initial sequence number."""
    view = views.segment_view(told, place)
    base = base_of(session, view, of_peer=True)
    near = base + (view.ack or 0)
    return [[nearest(near, left) - base, nearest(near, right) - base] for left, right in options.sack]
