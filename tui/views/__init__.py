"""Frames and connections as people and reports see them."""

from tui.views.connections import ConnectionView, connection, connection_numbers, connections, rows_of
from tui.views.explain import explain
from tui.views.frames import FrameView, SegmentView, frame, frames
from tui.views.summarise import summarise

__all__ = [
    "ConnectionView",
    "FrameView",
    "SegmentView",
    "connection",
    "connection_numbers",
    "connections",
    "explain",
    "frame",
    "frames",
    "rows_of",
    "summarise",
]
