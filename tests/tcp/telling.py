"""What the state machine says of packets, one line a segment, short enough to be read beside the rule it follows."""

from collections.abc import Sequence

from tests.tcp.wire import Packet, read, segments
from tui import views
from tui.tcp.rules.notes import FOUND_NOTES, Note, note_names

_LEFT_OUT = note_names(FOUND_NOTES | Note.SCALE_UNKNOWN | Note.TRUNCATED)


def tell(view: views.SegmentView) -> str:
    """`roles: client's state, server's state [notes]`; a question mark follows an assumed state."""
    client = view.client_state + "?" * ("client" in view.assumed)
    server = view.server_state + "?" * ("server" in view.assumed)
    notes = [note for note in view.notes if note not in _LEFT_OUT]
    return f"{' + '.join(view.roles)}: {client}, {server}" + (f" [{', '.join(notes)}]" if notes else "")


def told(packets: Sequence[Packet], skip: int = 0) -> list[str]:
    """What is said of each segment, the first `skip` left out."""
    return [tell(view) for view in segments(read(packets))[skip:]]
