"""Segments as JSON objects. The keys are a public interface: none is ever missing."""

from typing import Any

from tui import views
from tui.decode.options import parse_options
from tui.session import Session
from tui.tcp.tracking.sequence import nearest
from tui.text import printable
from tui.views.endpoints import client_is_lower

SIDES = ("client", "server")


def packet_object(session: Session, view: views.SegmentView, header: bytes) -> dict[str, Any]:
    """A TCP segment; `header`: its TCP header as far as captured. The explanation is left to be filled in."""
    return {
        "frame": view.number,
        "interface": None if view.interface is None else printable(view.interface),
        "time_ns": view.time_ns,
        "elapsed": view.elapsed,
        "frame_length": view.frame_length,
        "captured_length": view.captured_length,
        "connection": view.connection,
        "from": SIDES[not view.from_client],
        "source": view.source,
        "destination": view.destination,
        "flags": view.flags,
        "seq": view.seq,
        "ack": view.ack,
        "raw_seq": view.raw_seq,
        "raw_ack": view.raw_ack,
        "length": view.length,
        "window": view.window,
        "raw_window": view.raw_window,
        "window_scale": view.window_scale,
        "options": _options(session, view, header),
        "roles": view.roles,
        "client_state": view.client_state,
        "server_state": view.server_state,
        "assumed": view.assumed,
        "notes": view.notes,
        "evidence": [
            {"note": proof.note, "frames": proof.frames, "values": proof.values}
            for proof in views.evidence(session, view)
        ],
        "analysis": view.analysis,
        "duplicate_ack_number": view.duplicate_ack_number,
        "duplicate_ack_frame": view.duplicate_ack_frame,
        "acks_frame": view.acks_frame,
        "bytes_in_flight": view.bytes_in_flight,
        "ack_rtt": view.ack_rtt,
        "initial_rtt": view.initial_rtt,
        "rto": view.rto,
        "explanation": None,
    }


def _options(session: Session, view: views.SegmentView, header: bytes) -> dict[str, Any]:
    """The header's options; SACK blocks relative to the other side's initial sequence number."""
    options = parse_options(header)
    sack: list[list[int]] = []
    if options.sack:
        peer = 1 if view.from_client == client_is_lower(session, view.connection) else 0
        base = int(session.connections.followed.values["base"][view.connection][peer])
        near = base + (view.ack or 0)
        sack = [[nearest(near, left) - base, nearest(near, right) - base] for left, right in options.sack]
    return {
        "mss": options.mss,
        "window_scale": options.window_scale,
        "sack_permitted": options.sack_permitted,
        "sack": sack,
        "timestamp": options.timestamp,
    }
