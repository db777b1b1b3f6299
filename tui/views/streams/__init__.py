"""What the two ends of a connection have said to each other, put together by sequence number."""

from tui.views.streams.finding import Finding
from tui.views.streams.passages import BOTH_SIDES, Passage, Passages
from tui.views.streams.saving import Saving
from tui.views.streams.stream import CLIENT, SERVER, Kind, Stream, stream
from tui.views.streams.text import BLOCK, Form, block_count, block_lines
from tui.views.streams.words import GUTTERS, frame_number, gone, heading, notice

__all__ = [
    "BLOCK",
    "BOTH_SIDES",
    "CLIENT",
    "GUTTERS",
    "SERVER",
    "Finding",
    "Form",
    "Kind",
    "Passage",
    "Passages",
    "Saving",
    "Stream",
    "block_count",
    "block_lines",
    "frame_number",
    "gone",
    "heading",
    "notice",
    "stream",
]
