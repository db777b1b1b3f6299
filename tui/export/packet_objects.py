"""TCP segments as JSON objects. The keys are a public interface: none is ever missing."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tui import views
from tui.export.options import option_objects
from tui.export.states_before import StatesBefore
from tui.session import Session
from tui.text import printable
from tui.views import Columns

SIDES = ("server", "client")

AT_ONCE = 1 << 12
"""Rows whose columns are made at once."""


class PacketObjects:
    """Segments as JSON objects, for rows that are taken in their order."""

    def __init__(self, session: Session, with_explanation: bool) -> None:
        self._session = session
        self._before = StatesBefore(session) if with_explanation else None

    def of(self, rows: NDArray[np.int64]) -> Iterator[dict[str, Any]]:
        """An object for each TCP segment among these rows, which ascend and lie behind those of earlier calls."""
        for first in range(0, len(rows), AT_ONCE):
            columns = self._columns(views.segments_at(self._session, rows[first : first + AT_ONCE]))
            for values in zip(*columns.values(), strict=True):
                yield dict(zip(columns, values, strict=True))

    def _columns(self, told: Columns) -> Columns:
        """A column for each key of the object; `told`: those of SegmentView."""
        shown = {name: None if name is None else printable(name) for name in set(told["interface"])}
        return {
            "frame": told["number"],
            "interface": [shown[name] for name in told["interface"]],
            "time_ns": told["time_ns"],
            "elapsed": told["elapsed"],
            "frame_length": told["frame_length"],
            "captured_length": told["captured_length"],
            "connection": told["connection"],
            "from": [SIDES[from_client] for from_client in told["from_client"]],
            "source": told["source"],
            "destination": told["destination"],
            "flags": told["flags"],
            "seq": told["seq"],
            "ack": told["ack"],
            "raw_seq": told["raw_seq"],
            "raw_ack": told["raw_ack"],
            "length": told["length"],
            "window": told["window"],
            "raw_window": told["raw_window"],
            "window_scale": told["window_scale"],
            "options": option_objects(self._session, told),
            "roles": told["roles"],
            "client_state": told["client_state"],
            "server_state": told["server_state"],
            "assumed": told["assumed"],
            "notes": told["notes"],
            "evidence": self._evidence(told),
            "analysis": told["analysis"],
            "duplicate_ack_number": told["duplicate_ack_number"],
            "duplicate_ack_frame": told["duplicate_ack_frame"],
            "acks_frame": told["acks_frame"],
            "bytes_in_flight": told["bytes_in_flight"],
            "ack_rtt": told["ack_rtt"],
            "initial_rtt": told["initial_rtt"],
            "rto": told["rto"],
            "explanation": self._explanations(told),
        }

    def _evidence(self, told: Columns) -> list[list[dict[str, Any]]]:
        return [
            [
                {"note": proof.note, "frames": proof.frames, "values": proof.values}
                for proof in views.evidence(self._session, views.segment_view(told, place))
            ]
            if notes
            else []
            for place, notes in enumerate(told["notes"])
        ]

    def _explanations(self, told: Columns) -> list[str | None]:
        """What is told of each segment where that was asked for."""
        rows = np.array(told["row"], np.int64)
        if self._before is None:
            return [None] * len(rows)
        return [
            views.explain(
                self._session,
                replace(views.segment_view(told, place), client_state_before=client, server_state_before=server),
            )
            for place, (client, server) in enumerate(self._before.of(rows))
        ]
