"""Whatever the cursor rests on, in words."""

from typing import NamedTuple

from tui.text import printable
from tui.ui.inspector.connection_parts import connection_parts
from tui.ui.inspector.labels import QUIET, frame_parts
from tui.ui.inspector.links import Links
from tui.ui.inspector.segment_parts import segment_parts
from tui.ui.inspector.wrapping import Part
from tui.ui.told import NOTHING, Told
from tui.views import ConnectionView, FrameView, SegmentView


class Description(NamedTuple):
    """A text by parts and their kinds."""

    parts: list[Part]
    frames: tuple[int, ...] = ()
    """The frames that it names and that have a key, that of key 1 first."""


def describe(subject: FrameView | ConnectionView | str, told: Told = NOTHING, frame: bytes = b"") -> Description:
    """A frame (with its captured bytes), a connection or a sentence."""
    if isinstance(subject, str):
        return Description([(subject, QUIET)])
    if isinstance(subject, ConnectionView):
        links = Links()
        return Description(connection_parts(subject, told, links), links.frames)
    if isinstance(subject, SegmentView):
        links = Links(subject.number)
        return Description(segment_parts(subject, told, links, frame), links.frames)
    return Description([(printable(subject.protocol), "other"), ("\n", ""), *frame_parts(subject)])
