"""The inspector: the explanation, the fields and the bytes of what the cursor rests on."""

from collections.abc import Callable
from dataclasses import replace

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Container
from textual.message import Message
from textual.widget import Widget

from tui.dissection import Dissection, Dissector, FieldNode
from tui.ui.inspector.bytes_view import BytesView
from tui.ui.inspector.details import Details, Subject, identity
from tui.ui.inspector.fields import Fields
from tui.ui.told import NOTHING, Told
from tui.views import ConnectionView, FrameView, SegmentView

COLUMN_HEIGHT = 20
"""Lines from which on the three stand below each other, as long as that is not wider than SIDE_BY_SIDE."""

SIDE_BY_SIDE = 120
"""Cells from which on the three stand side by side."""

NO_FRAME = "A packet has fields. Choose one in the table of packets."
NO_BYTES = "A packet has bytes. Choose one in the table of packets."
GONE = "The bytes of this frame are gone: the capture gave them up, or can't be read."
WAITING = "Dissecting …"

WAITING_SECONDS = 0.3
"""How long the fields of the frame before stay, so that they do not flicker."""


WARMING = 0.5
"""Seconds after the start when the dissector's process is started, unless it was needed before."""


class Inspector(Container):
    """Follows the cursor when it is told to, and never waits: the dissector answers when it is ready."""

    DEFAULT_CSS = """
    Inspector {
        layout: horizontal;
        #details { width: 1fr; height: 100%; }
        #fields, #bytes { display: none; width: 1fr; height: 100%; }
        &.-reading #details { display: none; }
        &.-reading #fields, &.-reading #bytes { display: block; }
        &.-column {
            layout: vertical;
            #details { display: block; width: 100%; height: 52%; }
            #fields { display: block; width: 100%; height: 1fr; }
            #bytes { display: block; width: 100%; height: 22%; min-height: 5; }
        }
        &.-column.-alone #details { height: 70%; }
        &.-beside {
            #details, #fields, #bytes { display: block; }
            #bytes { width: 42; margin: 0 0 0 1; }
            #fields { margin: 0 0 0 1; }
        }
        &.-beside.-roomy #bytes { width: 74; }
        &.-reading #bytes { width: 42; margin: 0 0 0 1; }
        &.-column #bytes { width: 100%; margin: 0; }
    }
    """

    class Dissected(Message):
        """The dissector has answered."""

        def __init__(self, dissection: Dissection) -> None:
            super().__init__()
            self.dissection = dissection

    def __init__(
        self,
        tell: Callable[[FrameView | ConnectionView], Told],
        frame_bytes: Callable[[int], tuple[int, bytes]],
        dissector: Dissector | None = None,
    ) -> None:
        """`tell`: what is known of a row beside its values.

        `frame_bytes`: link type and captured bytes of a row of the store, no bytes where they are gone.
        """
        super().__init__(id="inspector")
        self._frame_bytes = frame_bytes
        self._dissector = dissector or Dissector()
        self._tell = tell
        self._details = Details()
        self._fields = Fields()
        self._bytes = BytesView()
        self._subject: Subject | None = None
        self._told = NOTHING
        self._asked = 0
        self._answered = 0
        self._found: tuple[int, range] | None = None
        """Row of the store, and its bytes that are marked in the place of a field's."""

    @property
    def panes(self) -> tuple[Widget, ...]:
        """The panes that can have the focus, in their order."""
        return self._details, self._fields, self._bytes

    @property
    def named_frames(self) -> tuple[int, ...]:
        """The frames that the explanation names and that have a key, that of key 1 first."""
        return self._details.frames

    @property
    def details_top(self) -> int:
        """The first line of the explanation that is seen."""
        return self._details.top

    def scroll_details(self, line: int) -> None:
        """Have a line of the explanation at the top, as far as there are enough below it."""
        self._details.scroll_to_line(line)
        self._details.redraw()

    @property
    def field(self) -> FieldNode | None:
        """The field under the cursor; None where there is none."""
        return self._fields.current

    @property
    def marked_bytes(self) -> bytes:
        """The bytes of the field under the cursor; none where they are not known."""
        marked = self._bytes.marked
        return self._bytes.data[marked.start : marked.stop]

    def compose(self) -> ComposeResult:
        """The three panes."""
        yield from self.panes

    def on_mount(self) -> None:
        """Have the dissector ready when packets are looked at, and the first rows on the screen before."""
        self.set_timer(WARMING, self._dissector.warm)

    def on_unmount(self) -> None:
        """The dissector ends with the screen."""
        self._dissector.close()

    def show(self, subject: Subject) -> None:
        """Show a frame, a connection or a sentence."""
        told = NOTHING if isinstance(subject, str) else self._tell(subject)
        if subject == self._subject and told == self._told:
            return
        same = identity(subject) == identity(self._subject)
        self._subject, self._told = subject, told
        self.set_class(not isinstance(subject, FrameView), "-alone")
        if not isinstance(subject, FrameView):
            self._ask_nothing()
            self._details.show(subject, told)
            self._fields.show((), NO_FRAME)
            self._bytes.show(b"", NO_BYTES)
            self._bytes.mark(range(0))
            return
        link_type, data = self._frame_bytes(subject.row)
        self._details.show(subject, told, data)
        if same and data == self._bytes.data:
            return
        self._bytes.show(data, "" if data else GONE)
        self._mark_found()
        if data:
            self._ask(link_type, data)
        else:
            self._ask_nothing()
            self._fields.show((), GONE)

    def mark_found(self, row: int, found: range) -> None:
        """Mark bytes of the frame of a row of the store, now or when it is shown, until a field is chosen."""
        self._found = (row, found)
        self._mark_found()

    def _mark_found(self) -> bool:
        """Mark what was found in the frame that is shown; whether there is anything."""
        subject = self._subject
        if self._found is None or not isinstance(subject, FrameView) or subject.row != self._found[0]:
            return False
        self._bytes.mark(self._found[1])
        return True

    def _ask_nothing(self) -> None:
        """What was asked before is not wanted any more, and nothing is waited for."""
        self._asked += 1
        self._answered = self._asked

    def _ask(self, link_type: int, data: bytes) -> None:
        self._asked += 1
        asked = self._asked
        self._dissector.ask(asked, link_type, data, lambda answer: self.post_message(self.Dissected(answer)))
        self.set_timer(WAITING_SECONDS, lambda: self._fields.show((), WAITING) if self._late(asked) else None)

    def _late(self, asked: int) -> bool:
        """Whether the fields that are shown are older than this question: the cursor may have gone on since."""
        return self._answered < asked

    @on(Dissected)
    def _take(self, message: Dissected) -> None:
        """Show the fields, unless the cursor has gone on meanwhile."""
        message.stop()
        dissection = message.dissection
        if dissection.key != self._asked:
            return
        self._answered = dissection.key
        layers = dissection.layers
        if isinstance(self._subject, SegmentView):
            layers = with_relative_numbers(layers, self._subject)
        self._fields.show(layers, dissection.trouble)
        if not self._mark_found():
            self._mark_field()

    @on(Fields.Chosen)
    def _mark_chosen(self, message: Fields.Chosen) -> None:
        message.stop()
        self._found = None
        self._mark_field()

    def _mark_field(self) -> None:
        node = self._fields.current
        self._bytes.mark(range(0) if node is None else _range_of(node))

    @on(BytesView.Moved)
    def _mark_under_cursor(self, message: BytesView.Moved) -> None:
        message.stop()
        node = self._fields.mark_byte(message.offset)
        self._bytes.mark_around_cursor(range(0) if node is None else _range_of(node))

    def on_resize(self, event: events.Resize) -> None:
        """Stand below each other where it is high, side by side where it is wide, else one or two at a time."""
        width, height = event.size
        beside = width >= SIDE_BY_SIDE
        self.set_class(beside, "-beside")
        self.set_class(width >= SIDE_BY_SIDE + 30, "-roomy")
        self.set_class(height >= COLUMN_HEIGHT and not beside, "-column")

    def on_descendant_focus(self) -> None:
        """Where there is not room for all three, show what is being read."""
        self._show_what_is_read()

    def on_descendant_blur(self) -> None:
        """Where there is not room for all three, go back to the explanation."""
        self._show_what_is_read()

    def _show_what_is_read(self) -> None:
        self.set_class(self.screen.focused in (self._fields, self._bytes), "-reading")


def with_relative_numbers(layers: tuple[FieldNode, ...], view: SegmentView) -> tuple[FieldNode, ...]:
    """The layers, with relative sequence numbers and the window as it is meant beside those on the wire."""
    more = {"TCP.seq": f"rel. {view.seq:,}"}
    if view.ack is not None:
        more["TCP.ack"] = f"rel. {view.ack:,}"
    if view.window != view.raw_window:
        more["TCP.window"] = f"means {view.window:,}"
    return tuple(_with_more(layer, view.raw_seq, more) for layer in layers)


def _with_more(layer: FieldNode, raw_seq: int, more: dict[str, str]) -> FieldNode:
    """A layer, with more beside its values where it is the TCP header that has the sequence number."""
    if not any(child.key == "TCP.seq" and child.value == str(raw_seq) for child in layer.children):
        return layer
    children = tuple(
        replace(child, remark=f"{child.remark}  {more[child.key]}".strip()) if child.key in more else child
        for child in layer.children
    )
    return replace(layer, children=children)


def _range_of(node: FieldNode) -> range:
    return range(0) if node.start is None or node.end is None else range(node.start, node.end)
