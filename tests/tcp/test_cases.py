"""Every reference case comes out as it says, whole and cut into small batches."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from tests.tcp.wire import connections, segments
from tui.files.source import open_capture
from tui.reading import BATCH_FRAMES
from tui.session import Session
from tui.views import ConnectionView, SegmentView

SIDES = ("client", "server")


def _cases() -> list[str]:
    folder = Path(os.environ.get("TCPTUI_REFERENCE", "/nonexistent")) / "cases"
    return sorted(path.stem for path in folder.glob("*.json"))


def packet_report(view: SegmentView) -> dict[str, object]:
    """A segment under the report's keys."""
    return {
        "frame": view.number,
        "connection": view.connection,
        "from": SIDES[not view.from_client],
        "roles": list(view.roles),
        "client_state": view.client_state,
        "server_state": view.server_state,
    }


def connection_report(view: ConnectionView) -> dict[str, object]:
    """A connection under the report's keys."""
    return {**view._asdict(), "packets": dict(zip(SIDES, view.packets, strict=True))}


def read_file(path: Path, batch_frames: int = BATCH_FRAMES) -> Session:
    with open_capture(str(path)) as capture:
        session = Session(capture, batch_frames=batch_frames)
        for _ in session.run():
            pass
    return session


@pytest.mark.parametrize("batch_frames", [1, 2, 3, 7, BATCH_FRAMES])
@pytest.mark.parametrize("case", _cases() or ["none"])
def test_case(reference: Path, case: str, batch_frames: int) -> None:
    expected: dict[str, list[dict[str, Any]]] = json.loads((reference / "cases" / f"{case}.json").read_text())
    session = read_file(reference / "cases" / f"{case}.pcap", batch_frames)
    assert [packet_report(view) for view in segments(session)] == expected["packets"]
    found = [connection_report(view) for view in connections(session)]
    assert len(found) == len(expected["connections"])
    for report, wanted in zip(found, expected["connections"], strict=True):
        assert {key: report[key] for key in wanted} == wanted


def test_a_host_that_talks_to_itself_from_one_port_is_one_connection(reference: Path) -> None:
    session = read_file(reference / "cases" / "same_ip_same_port_self.pcap")
    assert len(connections(session)) == 1
    assert len(segments(session)) == len(session.store)
