"""Frames and connections as people and reports see them."""

from importlib import import_module
from typing import TYPE_CHECKING

from tui.views.applications import application
from tui.views.connection_views import ConnectionView, connection, connection_numbers, connections, rows_of
from tui.views.frame_views import (
    FrameView,
    SegmentView,
    frame,
    frames,
    frames_at,
    frames_not_understood,
    frames_with_states_before,
    segment_view,
    segments_at,
)
from tui.views.listing import listed
from tui.views.measuring.measures import Measures, Sent
from tui.views.measuring.round_trips import RoundTrips
from tui.views.measuring.segment_sizes import announced_mss
from tui.views.segment_columns import Columns
from tui.views.sorting import connection_keys
from tui.views.state_paths import StatePath, StatePaths, StateStep, state_paths
from tui.views.summaries import summarise
from tui.views.telling.accounts import Account, account, accounts, measure, measures, problems, problems_of, story
from tui.views.telling.alike import Alike, Place, alike, own_values
from tui.views.telling.line import StoryLine

if TYPE_CHECKING:
    from tui.views.explaining import EvidenceView, Sentence, evidence, explain, explanation
    from tui.views.filtering import DisplayFilter, compile_filter
    from tui.views.streams import Stream, stream

__all__ = [
    "Account",
    "Alike",
    "Columns",
    "ConnectionView",
    "DisplayFilter",
    "EvidenceView",
    "FrameView",
    "Measures",
    "Place",
    "RoundTrips",
    "SegmentView",
    "Sent",
    "Sentence",
    "StatePath",
    "StatePaths",
    "StateStep",
    "StoryLine",
    "Stream",
    "account",
    "accounts",
    "alike",
    "announced_mss",
    "application",
    "compile_filter",
    "connection",
    "connection_keys",
    "connection_numbers",
    "connections",
    "evidence",
    "explain",
    "explanation",
    "frame",
    "frames",
    "frames_at",
    "frames_not_understood",
    "frames_with_states_before",
    "listed",
    "measure",
    "measures",
    "own_values",
    "problems",
    "problems_of",
    "rows_of",
    "segment_view",
    "segments_at",
    "state_paths",
    "story",
    "stream",
    "summarise",
]

_IMPORTED_WHEN_ASKED_FOR = {
    "tui.views.explaining": ("EvidenceView", "Sentence", "evidence", "explain", "explanation"),
    "tui.views.filtering": ("DisplayFilter", "compile_filter"),
    "tui.views.streams": ("Stream", "stream"),
}
"""Modules that few runs need, and what is had from them."""


def __getattr__(name: str) -> object:
    """What a module offers that was not imported yet."""
    for module, names in _IMPORTED_WHEN_ASKED_FOR.items():
        if name in names:
            offered: object = getattr(import_module(module), name)
            globals()[name] = offered
            return offered
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
