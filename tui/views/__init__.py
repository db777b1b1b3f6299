"""Frames and connections as people and reports see them."""

from tui.views.applications import application
from tui.views.connection_views import ConnectionView, connection, connection_numbers, connections, rows_of
from tui.views.explanations import explain
from tui.views.frame_views import FrameView, SegmentView, frame, frames, frames_not_understood
from tui.views.sorting import connection_keys
from tui.views.summaries import summarise

__all__ = [
    "ConnectionView",
    "FrameView",
    "SegmentView",
    "application",
    "connection",
    "connection_keys",
    "connection_numbers",
    "connections",
    "explain",
    "frame",
    "frames",
    "frames_not_understood",
    "rows_of",
    "summarise",
]
