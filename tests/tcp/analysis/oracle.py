"""Our reports beside what tshark says of the same capture."""

import importlib.util
import io
from collections import defaultdict
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

from tests.program import objects
from tui.errors import InputError
from tui.files.source import open_capture
from tui.report.json_lines import write_packets
from tui.session import Session

SEGMENT_KEYS = ("raw_seq", "length", "raw_window")
CONNECTION_KEYS = (
    *("seq", "ack", "window", "duplicate_ack_number", "duplicate_ack_frame", "acks_frame"),
    *("bytes_in_flight", "ack_rtt", "rto", "analysis"),
)
"""Keys that depend on where a connection begins."""


class Difference(NamedTuple):
    """One value; of a connection, `frame` is its last and `key` is `completeness`."""

    file: str
    frame: int
    key: str
    ours: object
    theirs: object


def load_tool(reference: Path) -> ModuleType:
    """The tool that asks tshark."""
    specification = importlib.util.spec_from_file_location("tshark_facts", reference / "oracle" / "tshark_facts.py")
    assert specification is not None
    assert specification.loader is not None
    tool = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(tool)
    return tool


def differences(tool: ModuleType, path: Path) -> list[Difference]:
    """All between our report of a capture and tshark; none where we can't read it."""
    try:
        ours, completeness = _ours(path)
    except InputError:
        return []
    theirs = {segment["frame"]: segment for segment in tool.facts(str(path), two_passes=True)}
    found = [
        Difference(path.name, frame, "segment", frame in ours, frame in theirs)
        for frame in sorted(ours.keys() ^ theirs.keys())
    ]
    both = sorted(ours.keys() & theirs.keys())
    streams, connections = defaultdict(set), defaultdict(set)
    for frame in both:
        streams[ours[frame]["connection"]].add(theirs[frame]["stream"])
        connections[theirs[frame]["stream"]].add(ours[frame]["connection"])
    last: dict[int, int] = {}
    for frame in both:
        mine, other = ours[frame], theirs[frame]
        alike = len(streams[mine["connection"]]) == len(connections[other["stream"]]) == 1
        if not alike:
            found.append(Difference(path.name, frame, "boundary", mine["connection"], other["stream"]))
        else:
            last[mine["connection"]] = frame
        found += [
            Difference(path.name, frame, key, mine[key], other[key])
            for key in (SEGMENT_KEYS + CONNECTION_KEYS if alike else SEGMENT_KEYS)
            if not tool.same(key, mine[key], other[key])
        ]
    for connection, frame in last.items():
        if completeness[connection] != theirs[frame]["completeness"]:
            values = completeness[connection], theirs[frame]["completeness"]
            found.append(Difference(path.name, frame, "completeness", *values))
    return found


def _ours(path: Path) -> tuple[dict[int, dict[str, Any]], list[int]]:
    """Our report of each segment by frame number, and the final completeness of each connection."""
    with open_capture(str(path)) as capture:
        session = Session(capture)
        for _ in session.run():
            pass
        output = io.BytesIO()
        write_packets(session, output, with_explanation=False)
    completeness = session.connections.analysed.values["completeness"].tolist()
    return {segment["frame"]: segment for segment in objects(output.getvalue())}, completeness
