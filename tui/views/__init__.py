"""Frames and connections as people and reports see them."""

from tui.views.applications import application
from tui.views.connection_views import ConnectionView, connection, connection_numbers, connections, rows_of
from tui.views.explaining import EvidenceView, Sentence, evidence, explain, explanation
from tui.views.filtering import DisplayFilter, compile_filter
from tui.views.frame_views import (
    FrameView,
    SegmentView,
    frame,
    frames,
    frames_at,
    frames_not_understood,
    frames_with_states_before,
)
from tui.views.listing import listed
from tui.views.measuring.measures import Measures, Sent
from tui.views.measuring.round_trips import RoundTrips
from tui.views.measuring.segment_sizes import announced_mss
from tui.views.sorting import connection_keys
from tui.views.state_paths import StatePath, StatePaths, StateStep, state_paths
from tui.views.streams import Stream, stream
from tui.views.summaries import summarise
from tui.views.telling.accounts import Account, account, accounts, measure, measures, problems, problems_of, story
from tui.views.telling.subject import StoryLine

__all__ = [
    "Account",
    "ConnectionView",
    "DisplayFilter",
    "EvidenceView",
    "FrameView",
    "Measures",
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
    "problems",
    "problems_of",
    "rows_of",
    "state_paths",
    "story",
    "stream",
    "summarise",
]
