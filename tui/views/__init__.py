"""Frames and connections as people and reports see them."""

from tui.views.connections import ConnectionView, connection, connection_numbers, connections, rows_of
from tui.views.frames import FrameView, SegmentView, frame, frames

__all__ = [
    "ConnectionView",
    "FrameView",
    "SegmentView",
    "connection",
    "connection_numbers",
    "connections",
    "frame",
    "frames",
    "rows_of",
]
