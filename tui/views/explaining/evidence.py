"""What proves each of a segment's notes: what was found at the time, else what the columns and the bytes tell."""

from collections.abc import Callable

from tui.session import Session
from tui.store import NO_ROW
from tui.tcp.rules.evidence import VALUE_NAMES, Evidence, Reason
from tui.tcp.rules.flags import FIN, SYN
from tui.tcp.rules.notes import NOTE_NAMES
from tui.tcp.tracking.landmarks import Landmark
from tui.views.endpoints import client_is_lower
from tui.views.explaining import looking_back, wire
from tui.views.explaining.looking_back import Earlier
from tui.views.explaining.proof import EvidenceView, Value
from tui.views.frame_views import NS, SegmentView

_OF_THE_PEER = {Reason.ACK_OF_UNSEEN}
"""Reasons whose sequence numbers are the peer's, not the sender's."""

_NEVER = -1
"""Stands for a time that has not come to its end."""

Derivation = Callable[[Session, SegmentView], tuple[tuple[int | None, ...], dict[str, Value | None]]]


def evidence(session: Session, view: SegmentView) -> tuple[EvidenceView, ...]:
    """One entry for each of the segment's notes, in their order."""
    if not view.notes:
        return ()
    found = {NOTE_NAMES[entry.note]: entry for entry in session.evidence.of(view.row)}
    return tuple(
        _told(session, view, found[note]) if note in found else _derived(session, view, note) for note in view.notes
    )


def _told(session: Session, view: SegmentView, entry: Evidence) -> EvidenceView:
    """Evidence that was kept, under the names that people read."""
    values: dict[str, Value] = {}
    for name, value in zip(VALUE_NAMES.get(entry.note, ()), entry.values, strict=False):
        if name.endswith("_ns"):
            if value != _NEVER:
                values[name.removesuffix("_ns")] = value / NS
        elif name.endswith("_seq"):
            values[name.removesuffix("_seq")] = value - base_of(session, view, entry.reason in _OF_THE_PEER)
        else:
            values[name] = value
    if entry.reason != Reason.NONE:
        values["reason"] = entry.reason.name.lower().replace("_", "-")
    frames = tuple(frame for row in entry.rows if (frame := looking_back.frame_at(session, row)) is not None)
    return EvidenceView(NOTE_NAMES[entry.note], frames, values, found=True)


def base_of(session: Session, view: SegmentView, of_peer: bool) -> int:
    """What the sender's, or its peer's, relative numbers count from."""
    lower = (view.from_client == client_is_lower(session, view.connection)) != of_peer
    return int(session.connections.followed.values["base"][view.connection][0 if lower else 1])


def _derived(session: Session, view: SegmentView, note: str) -> EvidenceView:
    derive = _DERIVATIONS.get(note)
    if derive is None:
        return EvidenceView(note)
    frames, values = derive(session, view)
    known = {name: value for name, value in values.items() if value is not None}
    return EvidenceView(note, tuple(frame for frame in frames if frame is not None), known)


def _after(view: SegmentView, found: Earlier | None) -> tuple[tuple[int | None, ...], dict[str, Value | None]]:
    """An earlier segment and the time since then."""
    if found is None:
        return (), {}
    return (found.frame,), {"elapsed": (view.time_ns - found.time_ns) / NS}


def _acks(session: Session, view: SegmentView) -> tuple[tuple[int | None, ...], dict[str, Value | None]]:
    """Of Fast Open: the payload bytes of the SYN, and how many of them the SYN+ACK acknowledges."""
    syn = looking_back.landmark(session, view, Landmark.SYN)
    if syn is None:
        return (), {}
    sent = session.store.value("length", syn.row)
    acked = None if view.ack is None else min(max(view.ack - 1, 0), sent)
    return (syn.frame,), {"sent": sent, "acked": acked}


def _reset_in_window(session: Session, view: SegmentView) -> tuple[tuple[int | None, ...], dict[str, Value | None]]:
    told = looking_back.previous(session, view, by_sender=False)
    if told is None:
        return (), {}
    store = session.store
    expected = store.value("ack", told.row) - base_of(session, view, of_peer=False)
    window = store.value("window", told.row) << max(store.value("shift", told.row), 0)
    return (told.frame,), {"expected": expected, "window": window}


def _backwards(session: Session, view: SegmentView) -> tuple[tuple[int | None, ...], dict[str, Value | None]]:
    frame = looking_back.frame_at(session, view.row - 1)
    if frame is None:
        return (), {}
    return (frame,), {"step": (view.time_ns - session.store.value("time_ns", view.row - 1)) / NS}


def _bad_checksum(session: Session, view: SegmentView) -> tuple[tuple[int | None, ...], dict[str, Value | None]]:
    checksum = wire.checksum_of(session, view)
    return (), {} if checksum is None else {"stored": _hex(checksum.stored), "computed": _hex(checksum.computed)}


def _offloaded(session: Session, view: SegmentView) -> tuple[tuple[int | None, ...], dict[str, Value | None]]:
    checksum = wire.checksum_of(session, view)
    if checksum is None:
        return (), {}
    return (), {"stored": _hex(checksum.stored), "pseudo_header": _hex(checksum.pseudo_header)}


def _hex(checksum: int) -> str:
    return f"0x{checksum:04x}"


def _first_syn(session: Session, view: SegmentView) -> tuple[tuple[int | None, ...], dict[str, Value | None]]:
    return (looking_back.frame_at(session, _landmark_row(session, view, Landmark.SYN)),), {}


def _landmark_row(session: Session, view: SegmentView, which: Landmark) -> int:
    row = int(session.connections.landmarks.values[view.connection]["row"][which])
    return NO_ROW if row == view.row else row


def _scale_unknown(session: Session, view: SegmentView) -> tuple[tuple[int | None, ...], dict[str, Value | None]]:
    syns = [_landmark_row(session, view, which) for which in (Landmark.SYN, Landmark.SYN_ACK)]
    return tuple(looking_back.frame_at(session, row) for row in syns), {"raw_window": view.raw_window}


def _fragmented(session: Session, view: SegmentView) -> tuple[tuple[int | None, ...], dict[str, Value | None]]:
    ip_id = session.store.value("ip_id", view.row)
    return (), {"ip_id": None if ip_id < 0 else ip_id}


def _port_reused(session: Session, view: SegmentView) -> tuple[tuple[int | None, ...], dict[str, Value | None]]:
    return _after(view, looking_back.last_of_connection_before(session, view.connection))


def _challenge(session: Session, view: SegmentView) -> tuple[tuple[int | None, ...], dict[str, Value | None]]:
    return _after(view, looking_back.previous(session, view, by_sender=False))


_DERIVATIONS: dict[str, Derivation] = {
    "port-reused": _port_reused,
    "syn-retry": lambda s, v: _after(v, looking_back.previous(s, v, by_sender=True, flags=SYN)),
    "retransmission": lambda s, v: _after(v, _same_before(s, v)),
    "duplicate-capture": lambda s, v: _after(v, looking_back.first_copy(s, v)),
    "truncated": lambda _, v: ((), {"captured": v.captured_length, "length": v.frame_length}),
    "fragmented": _fragmented,
    "time-backwards": _backwards,
    "scale-unknown": _scale_unknown,
    "before-syn": _first_syn,
    "fast-open": _acks,
    "fast-open-ignored": _acks,
    "challenge-ack": _challenge,
    "reset-in-window": _reset_in_window,
    "checksum-bad": _bad_checksum,
    "checksum-offloaded": _offloaded,
    "urgent": lambda s, v: ((), {"pointer": wire.urgent_pointer(s, v)}),
}
"""For notes that the state machine or the decoder sets: frames and values that prove them, as far as there are any."""


def _same_before(session: Session, view: SegmentView) -> Earlier | None:
    """The earlier SYN or FIN of the same sender: what the state machine calls a retransmission."""
    flags = SYN if "S" in view.flags else FIN if "F" in view.flags else 0
    return looking_back.previous(session, view, by_sender=True, flags=flags) if flags else None
