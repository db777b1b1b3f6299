"""The largest segments that both ends of a connection accept, as their SYNs say."""

from tui.decode.options import parse_options
from tui.errors import InputError
from tui.session import Session
from tui.store import FORWARD
from tui.tcp.tracking.landmarks import NONE, Landmark
from tui.views.endpoints import client_is_lower

_SYNS = (Landmark.SYN, Landmark.SYN_ACK, Landmark.OTHER_SYN)


def announced_mss(session: Session, number: int) -> tuple[int | None, int | None]:
    """The MSS option (RFC 9293 section 3.7.1) that the client and the server of a connection sent, in bytes.

    None where a SYN had none, was not captured or was given up, or where the file can't be read any more.
    """
    found: list[int | None] = [None, None]
    rows = session.connections.landmarks.values["row"][number]
    client = 0 if client_is_lower(session, number) else 1
    for landmark in _SYNS:
        row = int(rows[landmark])
        if row != NONE and row >= session.store.start:
            side = 0 if session.store.value("marks", row) & FORWARD else 1
            end = side ^ client
            found[end] = found[end] or _mss(session, row)
    return found[0], found[1]


def _mss(session: Session, row: int) -> int | None:
    store = session.store
    begin = store.value("tcp_offset", row)
    size = min(store.value("header_length", row), max(store.value("captured", row) - begin, 0))
    try:
        return parse_options(session.capture.read_at(store.value("offset", row) + begin, size)).mss
    except InputError:  # the pipeline meets the same disk, and says so
        return None
